// Links of this site open without loading the page again, a bare address that is filled in makes no step to go back over,
// the address can be copied, and on a telephone the drawer closes. Without this script every link still works.
if (!window.bonbench) {
  window.bonbench = true;
  const DRAWER = 768; // pixels under which the list of views lies over the page
  const push = history.pushState.bind(history);

  history.pushState = (state, unused, address) => {
    const completed = new URL(address, location.href).pathname === location.pathname && !location.search;
    return completed ? history.replaceState(state, unused, address) : push(state, unused, address);
  };

  document.addEventListener("click", (event) => {
    const copy = event.target.closest(".bo-copy");
    if (copy) {
      const done = () => { copy.textContent = "Copied"; setTimeout(() => { copy.textContent = "Copy link"; }, 1500); };
      if (navigator.clipboard) navigator.clipboard.writeText(location.href).then(done);
      else window.prompt("The link to this page:", location.href);
      return;
    }
    if (event.target.closest("[data-testid=stSidebarNavLink]") && window.innerWidth < DRAWER) {
      setTimeout(() => document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click(), 150);
      return;
    }
    const link = event.target.closest('.bo a[href^="./"]');
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    push({}, "", link.href);
    window.dispatchEvent(new PopStateEvent("popstate"));
    document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
  });
}
