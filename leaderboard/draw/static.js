// The one-file board: choose a board and an N, draw the charts of the board in view, hand out its numbers as CSV.
const specifications = JSON.parse(document.getElementById("charts").textContent);
const hues = JSON.parse(document.getElementById("hues").textContent);
const sections = [...document.querySelectorAll("section.board")];
const picker = document.getElementById("board");
const EXPORTS = { export: true, source: false, compiled: false, editor: false };
const darkness = matchMedia("(prefers-color-scheme: dark)");

function themed(specification) {
  let text = JSON.stringify(specification);
  if (darkness.matches) for (const [light, dark] of Object.entries(hues)) text = text.replaceAll(light, dark);
  const ink = darkness.matches ? "#a9a49b" : "#6d685f";
  const rule = darkness.matches ? "#33373b" : "#e9e5dc";
  const font = getComputedStyle(document.body).fontFamily;
  const axis = { labelColor: ink, titleColor: ink, gridColor: rule, domainColor: rule, tickColor: rule, labelFont: font,
                 titleFont: font, titleFontWeight: "normal", labelFontSize: 11.5 };
  return { ...JSON.parse(text), background: "transparent", config: { axis, view: { stroke: null }, text: { font } } };
}

function draw(section, place) {
  for (const chart of section.querySelectorAll(".chart")) {
    const specification = specifications[place + "-" + chart.dataset.chart];
    if (specification) vegaEmbed(chart, themed(specification), { actions: chart.dataset.chart === "accuracy" && EXPORTS, renderer: "svg" });
  }
}

function show() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  sections.forEach((section, place) => {
    const chosen = section.dataset.board === (wanted.get("board") || sections[0].dataset.board);
    section.hidden = !chosen;
    if (!chosen) return;
    picker.value = section.dataset.board;
    const ns = section.querySelector("select.n");
    if (wanted.get("n")) ns.value = wanted.get("n");
    if (!ns.value) ns.selectedIndex = ns.options.length - 1;
    for (const part of section.querySelectorAll(".at")) part.hidden = part.dataset.n !== ns.value;
    draw(section, place);
  });
}

function go(board, n) {
  const state = new URLSearchParams({ board });
  if (n) state.set("n", n);
  location.hash = state.toString();
}

picker.addEventListener("change", () => go(picker.value));
for (const section of sections) {
  section.querySelector("select.n").addEventListener("change", (event) => go(section.dataset.board, event.target.value));
  section.querySelector("button.csv").addEventListener("click", (event) => {
    const part = section.querySelector(".at:not([hidden])");
    const text = JSON.parse(part.querySelector("script").textContent);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = event.target.dataset.file + "-best-of-" + part.dataset.n + ".csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}
addEventListener("hashchange", show);
darkness.addEventListener("change", show);
show();
