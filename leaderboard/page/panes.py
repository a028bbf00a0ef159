"""One problem of the explorer: its answers, every verifier's pick, and the picks of A and B side by side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from harness.measure.scored import ScoredPool, SolutionScores
from harness.pool.pools import Pool
from leaderboard.draw import numbers, text, words
from leaderboard.page import address, choose, downloads, explorer, messages, solution
from leaderboard.page.explorer import Picked
from leaderboard.read import boards, samples
from leaderboard.read.records import Board, Entry, Key
from leaderboard.read.samples import ProblemSamples

_SHOWN = 12  # answers before the rest is folded
_TALL = 366  # pixels of a table before it scrolls: ten rows


@dataclass(frozen=True, slots=True)
class View:
    """A problem with what its verifiers say.

    Attributes:
        pool: Where its samples are.
        n: N.
        samples: Its samples.
        scored: What each entry's verifier says of them; None for a rule that needs no scores, or without scores.
        picks: What each entry picks at N.
    """

    pool: Pool
    n: int
    samples: ProblemSamples
    scored: dict[Key, ScoredPool | None]
    picks: tuple[Picked, ...]

    def scores(self, entry: Entry) -> SolutionScores | None:
        """One score a sample, under the entry's aggregation."""
        found = self.scored[entry.key]
        return None if found is None else found.under(entry.aggregation)

    def pick(self, entry: Entry) -> Picked | None:
        """What an entry picks; None for one that picks nothing, as the ceiling."""
        return next((p for p in self.picks if p.entry.key == entry.key), None)


def open_problem(board: Board, pool: Pool, grades: Path, problem: str, entries: Sequence[Entry], n: int) -> View:
    """Read a problem's samples, and what these entries say of them and pick at N.

    Raises:
        BadPool: The samples or grades are not at hand.
    """
    carried = sorted({e.carried for e in entries if e.carried})
    found = samples.of_problem(pool, grades, problem, carried)
    scored = {e.key: samples.scored(pool, found, e) for e in entries}
    values = boards.values(board, n)
    place = values.problem_ids.index(problem) if problem in values.problem_ids else None
    picks = []
    for entry in entries:
        row = values.row.get(entry.key)
        p = None if place is None or row is None else float(values.p[row, place])
        own = scored[entry.key]
        picks.append(explorer.pick(entry, found, None if own is None else own.under(entry.aggregation), n, p))
    return View(pool, n, found, scored, tuple(p for p in picks if p.entry.control != "oracle"))


def answers(view: View, a: Entry, b: Entry, *, typeset: bool) -> None:
    """The answers with how many samples gave each, and every verifier's pick beside them."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Answers** :small[samples that agree]")
        clusters = explorer.answers(view.samples, view.scores(a), view.scores(b))
        st.markdown(_answer_table(clusters[:_SHOWN], typeset=typeset))
        if len(clusters) > _SHOWN:
            with st.expander(f"{len(clusters) - _SHOWN} more answers"):
                st.markdown(_answer_table(clusters[_SHOWN:], typeset=typeset))
        downloads.offer(words.file_name(view.pool.name, "answers", view.samples.entry.problem.id), clusters)
    with right:
        st.markdown(f"**Picks at N = {view.n}** :small[the likeliest sample of each, and the chance of a right one]")
        rows = pick_rows(view)
        st.dataframe(
            [{**r, **{k: r[k] and 100 * r[k] for k in ("chance", "right")}} for r in rows],
            hide_index=True,
            height=min(36 + 30 * len(rows), _TALL),
            placeholder="–",
            row_height=30,
            column_config={
                "entry": "Entry",
                "sample": "Sample",
                "answer": "Answer",
                "verdict": "Verdict",
                "chance": st.column_config.NumberColumn(
                    "Picked %", format="%.1f", help="chance that this sample is picked"
                ),
                "right": st.column_config.NumberColumn(
                    "Right %", format="%.1f", help="chance that a right one is picked"
                ),
            },
        )
        downloads.offer(words.file_name(view.pool.name, "picks", view.samples.entry.problem.id, f"N-{view.n}"), rows)


def pick_rows(view: View) -> list[dict[str, Any]]:
    """The picks as rows: entry, sample (its slot), answer, verdict, chance, right."""
    slots = view.samples.graded.index.tolist()
    return [
        {
            "entry": p.entry.label,
            "sample": None if p.sample is None else slots[p.sample],
            "answer": "" if p.sample is None else text.visible(view.samples.answers[p.sample] or "")[:80],
            "verdict": p.note if p.sample is None else view.samples.verdict(p.sample),
            "chance": p.chance,
            "right": p.right,
        }
        for p in view.picks
    ]


def _answer_table(clusters: Sequence[dict[str, Any]], *, typeset: bool) -> str:
    """A Markdown table whose answers are typeset; every cell is one line that is no markup."""
    show = text.answer if typeset else messages.plain
    scores = [k for k in ("score_a", "score_b") if any(c[k] is not None for c in clusters)]
    heads = {"score_a": "Σ A", "score_b": "Σ B"}
    lines = [
        "| Answer | Verdict | Samples | Share % |" + "".join(f" {heads[k]} |" for k in scores),
        "| :--- | :--- | ---: | ---: |" + " ---: |" * len(scores),
    ]
    for c in clusters:
        shown = "no answer" if c["answer"] is None else show(c["answer"])
        cells = [shown, c["right"], str(c["samples"]), numbers.percent(c["share"])]
        cells += ["–" if c[k] is None else f"{c[k]:.2f}" for k in scores]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def side_by_side(view: View, a: Entry, b: Entry, found: Sequence[int], *, typeset: bool) -> None:
    """The solutions that A and B pick, or any others, each under its own verifier.

    Args:
        view: The problem.
        a: A.
        b: B.
        found: Slots of the solutions in which the text that is searched for stands.
        typeset: Whether to typeset the mathematics that is harmless.
    """
    st.subheader("What A and B pick")
    if found:
        st.caption(f"The text stands in the samples {', '.join(map(str, found))}.")
    drawn = [s for e in (a, b) if (x := view.scored[e.key]) is not None for s in x.step_values.tolist()]
    inside = bool(drawn) and min(drawn) >= 0 and max(drawn) <= 1
    limits = (0.0, 1.0) if inside or not drawn else (min(drawn), max(drawn))
    if drawn:
        solution.legend(limits)
    for side, entry, column in zip("ab", (a, b), st.columns(2, gap="medium"), strict=True):
        with column:
            _pane(view, side, entry, found, limits, typeset=typeset)


def _pane(
    view: View, side: str, entry: Entry, found: Sequence[int], limits: tuple[float, float], *, typeset: bool
) -> None:
    samples_ = view.samples
    slots = samples_.graded.index.tolist()
    picked = view.pick(entry)
    default = slots[picked.sample] if picked is not None and picked.sample is not None else slots[0]
    key = "sample" if side == "a" else "sample_b"
    shown_of = (samples_.entry.problem.id, entry.label)
    if st.session_state.get(f"_{key}_of", shown_of) != shown_of and not address.moved():
        st.session_state[key] = default  # another problem or another entry: its own pick again
    st.session_state[f"_{key}_of"] = shown_of
    score = view.scores(entry)
    given = [None] * len(slots) if score is None else [None if math.isnan(s) else s for s in score.value.tolist()]
    places = {slot: at for at, slot in enumerate(slots)}

    def name(slot: int) -> str:
        at = places[slot]
        parts = (
            f"sample {slot}",
            samples_.verdict(at),
            text.visible(samples_.answers[at] or "")[:24],
            "" if given[at] is None else f"{given[at]:.4g}",
            f"{side.upper()}'s pick" if slot == default else "",
            "has the text" if slot in found else "",
        )
        return " · ".join(x for x in parts if x)

    st.markdown(f"**{side.upper()}: {messages.plain(entry.label)}**")
    slot = choose.select(f"Solution under {side.upper()}", slots, key, default, what="sample", names=name)
    at = places[slot]
    value = given[at]
    reason = f" ({messages.plain(samples_.reasons[at])})" if samples_.reasons[at] else ""
    said = {None: "", True: " · the source says right", False: " · the source says wrong"}[samples_.given[at]]
    st.caption(
        f"Sample {slot}: {samples_.verdict(at)}{reason}{said} · "
        + ("no score" if value is None else f"score {value:.4g}")
    )
    kept = samples_.texts[at]
    whole = kept if kept is not None else view.pool.manifest.step_joiner.join(samples_.steps[at] or ())
    scored = view.scored[entry.key]
    own = () if scored is None or not scored.is_process else scored.steps_of(at)
    parts = samples.score_steps(samples_, at, len(own), samples.separator(entry)) if own else None
    if parts is not None:
        solution.steps(parts, own, samples_.labels[at], f"{side}-{slot}", limits, typeset=typeset)
        return
    if own:
        st.caption("Step scores: " + ", ".join(f"{s:.3f}" for s in own) + " (its steps are not the text's).")
    solution.show(whole, f"whole-{side}-{slot}", typeset=typeset)
