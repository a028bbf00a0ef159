"""``bonbench grade``: which samples of a pool are right; or one answer, and why."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli.asked import find_task
from harness.cli.run import DataPath, TaskName
from harness.errors import BadInput
from harness.records import AnswerSpec

if TYPE_CHECKING:
    from harness.grader.explaining import Explanation
    from harness.pool.pools import Pool

_FIELDS = ("text", "answer", "gold", "kind", "choices", "unit", "relative_tolerance", "absolute_tolerance")


def grade(
    pool: Annotated[str, typer.Option("--pool", "-p", help="A pool's name, or its folder.")] = "",
    text: Annotated[str, typer.Option(help="A solution to grade, instead of a pool; @FILE reads it from a file.")] = "",
    answer: Annotated[str, typer.Option(help="An answer to grade, instead of a whole solution.")] = "",
    gold: Annotated[str, typer.Option(help="The right answer to --text or --answer.")] = "",
    kind: Annotated[str, typer.Option(help="What that answer is: math, number or choice.")] = "math",
    pairs: Annotated[Path | None, typer.Option(help="JSON lines of pairs: text or answer, gold, maybe kind.")] = None,
    task: TaskName = "",
    compare_given: Annotated[bool, typer.Option(help="Compare with the labels that came with the samples.")] = False,
    examples: Annotated[int, typer.Option(min=0, help="How many disagreements to show.")] = 10,
    data: DataPath = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes for symbolic mathematics.")] = 2,
) -> None:
    """Grade a pool; or one answer (--text or --answer, with --gold) or a file of --pairs, saying why."""
    asked = [
        name for name, given in (("--pool", pool), ("--text", text), ("--answer", answer), ("--pairs", pairs)) if given
    ]
    if len(asked) != 1:
        raise BadInput(f"{' and '.join(asked) or 'Nothing'} was given; give one of --pool, --text, --answer, --pairs.")
    if pool:
        _pool(pool, task, data, workers, examples if compare_given else None)
    elif pairs is not None:
        _pairs(pairs)
    elif not gold:
        raise BadInput(f"{asked[0]} needs the right answer beside it: give it with --gold.")
    else:
        _one({"text": _read(text), "answer": answer or None, "gold": gold, "kind": kind}, "the command line")


def _pool(name: str, task: str, data: Path | None, workers: int, examples: int | None) -> None:
    from harness.cli import show
    from harness.material import graded_problems
    from harness.pool import grading, pools

    opened = pools.open_pool(name)
    problems, spec = graded_problems(find_task(task, opened), opened, data)
    with show.bars() as bars:
        grades = grading.grade(opened, problems, spec, workers, show.Stages(bars)("grade", opened.name))
    counts = grading.summary(grades)
    show.facts({"pool": opened.name, "grader": grades.grader, **counts, "grades": grades.path})
    if examples is not None:
        _compare_given(opened, grades.table, {p.id: p.gold for p in problems}, examples)


def _one(pair: dict[str, Any], where: str) -> None:
    """What was extracted, by which rule, what both sides were read as, which verdict and why."""
    from harness.cli import show
    from harness.grader.answers import GRADER

    found = _explained(pair, where)
    show.facts(
        {
            "extracted": "nothing" if found.extracted is None else repr(found.extracted),
            "by": found.rule,
            "read as": f"{found.answer.kind} {found.answer.canonical}".rstrip(),
            "gold read as": f"{found.gold.kind} {found.gold.canonical}".rstrip(),
            "verdict": _verdict(found),
            "why": found.why,
            "grader": GRADER,
        }
    )


def _pairs(path: Path) -> None:
    """One line a pair, and how many are right."""
    from harness.cli import show

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The pairs {str(path)!r} cannot be read: {error}.") from error
    rows, right = [], 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            pair = json.loads(line)
        except ValueError as error:
            raise BadInput(f"{where} is not JSON: {error}.") from error
        found = _explained(pair, where)
        right += found.correct is True
        shown = "" if found.extracted is None else found.extracted
        rows.append((number, shown[:40], found.rule, str(pair["gold"])[:40], _verdict(found), found.why))
    columns = [
        show.Column("line", "right"), show.Column("extracted", "name"), show.Column("by", "", 1),
        show.Column("gold", "name"), show.Column("verdict"), show.Column("why", "wrap"),
    ]  # fmt: skip
    show.table("", columns, rows)
    show.say(f"{right} of {len(rows)} are right.")


def _explained(pair: Any, where: str) -> "Explanation":
    from harness.grader.explaining import explain

    if (
        not isinstance(pair, dict)
        or not isinstance(pair.get("gold"), str)
        or not (pair.get("text") or pair.get("answer"))
    ):
        raise BadInput(f"{where} is no pair: an object with gold and with text or answer, all texts, was expected.")
    unknown = [name for name in pair if name not in _FIELDS]
    if unknown:
        raise BadInput(f"{where} has {', '.join(map(repr, unknown))}; known are {', '.join(_FIELDS)}.")
    options = {name: pair[name] for name in _FIELDS[3:] if name in pair}
    if options.get("kind", "math") not in ("math", "number", "choice"):
        raise BadInput(f"{where} has the kind {options['kind']!r}; choose math, number or choice.")
    try:
        spec = AnswerSpec(**{**options, "choices": tuple(options.get("choices", ()))})
        return explain(pair.get("text"), pair["gold"], spec, pair.get("answer"))
    except (TypeError, ValueError) as error:
        raise BadInput(f"{where} cannot be graded: {error}. Texts and numbers were expected.") from error


def _verdict(found: "Explanation") -> str:
    if found.extracted is None:
        return "no answer (counts as wrong)"
    return {True: "right", False: "wrong", None: "undecided (counts as wrong)"}[found.correct]


def _read(text: str) -> str | None:
    if not text.startswith("@"):
        return text or None
    try:
        return Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The solution {text[1:]!r} cannot be read: {error}.") from error


def _compare_given(pool: "Pool", table: object, golds: dict[str, str], examples: int) -> None:
    """How often the pool's own labels differ from our grades, and examples."""
    from harness.cli import show
    from harness.pool import grading

    comparison = grading.compare_given(pool, table)
    if not comparison.labelled:
        raise BadInput(f"The pool {pool.name!r} came without labels of its own: there is nothing to compare.")
    show.say(
        f"The pool's own labels differ from these grades on {comparison.differing} of {comparison.labelled} samples "
        f"({100 * comparison.differing / comparison.labelled:.1f} %): given right, graded wrong "
        f"{comparison.given_right}; given wrong, graded right {comparison.given_wrong}; graded undecided or without an "
        f"answer {comparison.undecided}."
    )
    rows = [
        (
            e["problem_id"],
            e["index"],
            golds[e["problem_id"]][:40],
            str(e["answer"])[:40],
            e["given"],
            e["graded"],
            e["count"],
        )
        for e in comparison.examples[:examples]
    ]
    columns = [
        ("problem", "name"),
        ("slot", "right"),
        ("gold", "name"),
        ("answer", "name"),
        ("given", ""),
        ("graded", ""),
        ("x", "right"),
    ]
    show.table("Most frequent disagreements", columns, rows)
