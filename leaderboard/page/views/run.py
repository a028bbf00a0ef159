"""One run: its number at an N, a rule and an aggregation, how to cite it, and its full record."""

import streamlit as st

from harness.report import cite, lookup
from leaderboard.draw import numbers, words
from leaderboard.page import address, choose, downloads, messages
from leaderboard.page.address import NotHere
from leaderboard.read import boards, queries, ranking, store

ids = [r["run_id"] for r in store.ask(queries.runs)]
if not ids:
    messages.title("A run", "Its number, how to cite it, and its full record.")
    messages.end("The store is empty. Measure something first: bonbench run --pool POOL --verifier VERIFIER")
text = "".join(address.known("run")[:1])
begun = [i for i in ids if text and i.startswith(text)]
if len(begun) == 1:
    address.rename("run", begun[0])
elif len(begun) > 1:
    raise NotHere("run", text, [(f"the run {i}", {"run": i}) for i in begun[:6]])
known = {r["run_id"]: r for r in store.ask(queries.runs)}
landing = next(iter(boards.by_task().values()))[0]
best = ranking.best(boards.entries(landing), boards.overall(landing), landing.ns[-1])
run_id = choose.select(
    f"Run, {len(ids)} in all",
    ids,
    "run",
    next((e.run_id for e in best if e.run_id in known), ids[0]),
    names=lambda i: f"{i} · {known[i]['verifier']} · {known[i]['pool']} · {known[i]['started'][:10]}",
)
run, results = store.ask(lookup.run, run_id), store.ask(lookup.results, run_id)
described = store.ask(queries.measures)
board = next(b for b in boards.boards() if run_id in b.run_ids and not b.members)
address.keep("board", board.slug)
overall = [r for r in results if r["slice_kind"] == "all" and r["n"] is not None]
rules = list(dict.fromkeys(r["measure"] for r in overall))
left, middle, right = st.columns([3, 3, 5], gap="medium", vertical_alignment="bottom")
with left:
    own = run["headline_measure"]
    rule = choose.select("Rule", rules, "rule", own, names=lambda m: described[m].label)
aggregations = list(dict.fromkeys(r["aggregation"] for r in overall if r["measure"] == rule))
with middle:
    usual = run["headline_aggregation"] if run["headline_aggregation"] in aggregations else aggregations[0]
    aggregation = choose.select(
        "Aggregation of step scores", aggregations, "aggregation", usual, names=lambda a: a or "none"
    )
with right:
    at = list(run["ns"])
    n = int(choose.select("N, solutions to choose from", at, "n", at[-1], what="number of solutions N ="))
number = next(
    r for r in overall if (r["measure"], r["aggregation"], r["n"]) == (rule, aggregation, n)
)  # every rule of a run has every N of it
label = cite.who(run, number)
messages.title(
    f"{label} on {run['task_title']}",
    f"{described[rule].label} at N = {n}: {numbers.percent(number['value'])} %, 95 % interval over "
    f"{number['n_problems']} problems {numbers.interval(number['low'], number['high'])}. {words.about(board)}",
)
st.html(
    '<div class="bo"><p>'
    + " · ".join(
        f'<a href="{messages.html(link)}">{name}</a>'
        for name, link in (
            ("its board at this N", address.link("board", board=board.slug, n=n)),
            ("its curve", address.link("curves", board=board.slug, n=n)),
            ("its verifier", "" if run["control"] else address.link("verifier", verifier=run["verifier"], n=n)),
        )
        if link
    )
    + "</p></div>"
)
parts = cite.contaminated(results, number)
st.subheader("Cite this number")
st.code(cite.sentence(run, number, parts), language=None, wrap_lines=True)
left, right = st.columns(2, gap="large")
with left:
    st.markdown("**BibTeX**")
    st.code(cite.bibtex_of(run, number), language="latex", wrap_lines=True)
with right:
    st.markdown("**LaTeX**")
    line = {**run, **number, "label": label}
    st.code(cite.latex([line]), language="latex", wrap_lines=True)
downloads.offer(f"run-{run_id}", [{"run_id": run_id, **r} for r in results], text=lambda: cite.latex([line]))
st.subheader("The tool")
st.code(cite.bibtex(run), language="latex", wrap_lines=True)
st.subheader("Full record")
for note in run["notes"]:
    st.caption(messages.plain(note))
st.json(run, expanded=1)
