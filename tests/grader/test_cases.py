"""The table of decided cases: gold, answer, verdict and why, each read and decided by hand."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from harness.grader import choices, judging
from harness.records import AnswerSpec, Problem

TABLE = Path(__file__).with_name("cases.tsv")


def cases() -> list[dict[str, str]]:
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def spec_of(kind: str) -> AnswerSpec:
    """``math``, ``number rel=0.05 abs=0.01 unit=km/h`` (a blank in a unit is ``_``), ``choice 4``."""
    name, *rest = kind.split()
    if name == "choice":
        options = ("option one", "option two", "option three", "option four")
        return AnswerSpec("choice", choices=options[: int(rest[0])])
    stated = dict(part.split("=", 1) for part in rest)
    return AnswerSpec(
        name,
        relative_tolerance=float(stated.get("rel", 0)),
        absolute_tolerance=float(stated.get("abs", 0)),
        unit=stated.get("unit", "").replace("_", " "),
    )


@pytest.fixture(scope="module")
def verdicts() -> list[str]:
    """Ours on every case, all found in one go, as for a pool."""
    problems, distinct = [], []
    for case in cases():
        spec = spec_of(case["kind"])
        answer = case["answer"].replace("\\x00", "\x00")
        if spec.kind == "choice":
            answer = choices.letters(answer, spec) or "none"
        problems.append(Problem("made", "", case["gold"], answer=spec))
        distinct.append(Counter([answer]))
    found = judging.judge(problems, AnswerSpec(), distinct)
    words = {True: "right", False: "wrong", None: "undecided"}
    return [words[next(iter(verdict.values())).correct] for verdict in found]


def test_the_table_is_large_and_every_case_says_why():
    """At least 200 cases, each once, of all three verdicts, with a reason."""
    rows = cases()
    assert len(rows) >= 200
    assert len({(row["kind"], row["gold"], row["answer"]) for row in rows}) == len(rows)
    assert {row["verdict"] for row in rows} == {"right", "wrong", "undecided"}
    assert all(row["why"].strip() for row in rows)


@pytest.mark.parametrize(
    ("number", "case"), list(enumerate(cases())), ids=[f"{n}-{case['verdict']}" for n, case in enumerate(cases(), 2)]
)
def test_every_case_is_decided_as_it_was_by_hand(number, case, verdicts):
    """The grader agrees with the person."""
    assert verdicts[number] == case["verdict"], f"{case['answer']} for {case['gold']}: {case['why']}"
