"""The grading pairs collected from public reports, where the data is at hand: all agree but those named here."""

import json
from collections import Counter

from harness.grader import answers, judging
from harness.records import AnswerSpec, Problem

DISPUTED: dict[tuple[str, str], str] = {}  # (gold, why) of a case whose stated verdict we think wrong, and the reason


def test_the_given_grading_cases_are_decided_as_stated(real_data):
    """Each whole reply is extracted and judged under its own options; a case that differs must be disputed by name."""
    lines = (real_data / "grading_cases" / "cases.jsonl").read_text().splitlines()
    cases = [json.loads(line) for line in lines]
    problems, distinct, found = [], [], []
    for case in cases:
        options = {k: tuple(v) if isinstance(v, list) else v for k, v in (case.get("options") or {}).items()}
        spec = AnswerSpec(case["kind"], **options)
        answer = answers.extract(case["answer_text"], spec)
        problems.append(Problem("given", "", case["gold"], answer=spec))
        distinct.append(Counter([] if answer is None else [answer]))
        found.append(answer)
    verdicts = judging.judge(problems, AnswerSpec(), distinct)
    right = [answer is not None and v[answer].correct is True for v, answer in zip(verdicts, found, strict=True)]
    other = {(c["gold"], c["why"]) for c, r in zip(cases, right, strict=True) if r is not c["expected"]}
    assert other == set(DISPUTED)
