"""How far our grading agrees with the labels of real pools, with Math-Verify and with the rules of the OpenAI grader.

    python -m benchmarks.agreement [--sets otis-aime,gpqa-diamond,...] [--examples N] [--math-verify]

For every set with labels of its own: the share of samples graded as they are labelled, and the others by class: what
was extracted there and here, and who called it right. With ``--math-verify``, every distinct extracted answer of the
sets of mathematics is also compared by Math-Verify (minutes) and by the OpenAI rules (``openai_rules``).
"""

import argparse
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.grader import answers, choices, judging
from harness.pool import sources
from harness.records import AnswerSpec, Problem

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("BONBENCH_TEST_DATA", ROOT.parent / "shared" / "data"))
FOUR = AnswerSpec("choice", choices=("first", "second", "third", "fourth"))
MATH = AnswerSpec()


@dataclass(frozen=True, slots=True)
class Labelled:
    """One sample: its problem, its text (or its answer, where there is no text) and the source's label."""

    problem: str
    gold: str
    spec: AnswerSpec
    text: str | None
    answer: str | None
    label: bool | None


def _rows(name: str) -> Iterator[dict]:
    for record in sources.records(DATA / name):
        if isinstance(record, sources.Record):
            yield dict(record.row)


def otis_aime() -> Iterator[Labelled]:
    """A grader model's verdict, helped by an exact match."""
    for row in _rows("bon_epoch_otis_aime/epoch_otis_aime.jsonl.gz"):
        for s in row["samples"]:
            yield Labelled(row["id"], row["gold"], MATH, s["text"], s["answer"], s["graded_correct"])


def gpqa_diamond() -> Iterator[Labelled]:
    """A letter found by regular expressions."""
    for row in _rows("bon_epoch_gpqa_diamond/epoch_gpqa_diamond.jsonl.gz"):
        for name, run in row["runs"].items():
            for s in run["samples"]:
                yield Labelled(f"{row['id']}/{name}", run["target"], FOUR, s["text"], s["answer"], s["correct"])


def mmlu_pro() -> Iterator[Labelled]:
    """A letter found by regular expressions; none found counts as wrong here (the authors guess one)."""
    for row in _rows("multi_mmlupro_stem/mmlupro_stem_text.jsonl.gz"):
        spec = AnswerSpec("choice", choices=tuple(row["options"]))
        for s in row["samples"]:
            label = s["pred"] == row["answer"]
            yield Labelled(str(row["question_id"]), row["answer"], spec, s["text"], s["pred"], label)


def jeebench() -> Iterator[Labelled]:
    """The authors' extraction, graded by their rules: the same letters; the same integer; within 0.01."""
    four = AnswerSpec("choice", choices=("A", "B", "C", "D"))
    for row in _rows("multi_jeebench/jeebench_multi.jsonl.gz"):
        letters = row["type"].startswith("MCQ")
        spec = four if letters else AnswerSpec("number", absolute_tolerance=0.01 * (row["type"] == "Numeric"))
        for s in row["samples"]:
            label = _jee_letters(s["extract"], row["gold"]) if letters else _jee_number(s["extract"], row["gold"])
            yield Labelled(str(row["idx"]), row["gold"], spec, s["text"], s["extract"], label)


def _jee_letters(extract: str | None, gold: str) -> bool:
    return "".join(sorted(extract or "")) == gold


def _jee_number(extract: str | None, gold: str) -> bool:
    try:
        return abs(float(extract or "nan") - float(gold)) <= 0.01 + 1e-9  # 0.1 + 0.01 is not 0.11
    except ValueError:
        return False


def _strictprm(name: str) -> Iterator[Labelled]:
    """The pool's own ``is_correct_upstream``: a comparison of strings."""
    for row in _rows(name):
        for s in row["samples"]:
            problem = row.get("unique_id") or row["problem_id"]
            yield Labelled(problem, row["gold"], MATH, s["text"], s["extracted_answer"], s["is_correct_upstream"])


def strictprm_math500() -> Iterator[Labelled]:
    """See ``_strictprm``."""
    return _strictprm("bon_strictprm_math500/strictprm_math500.jsonl.gz")


def strictprm_gsm8k() -> Iterator[Labelled]:
    """See ``_strictprm``."""
    return _strictprm("bon_strictprm_gsm8k/strictprm_gsm8k.jsonl.gz")


def qwen_math100() -> Iterator[Labelled]:
    """The Qwen2.5-Math evaluation's verdicts."""
    for row in _rows("bon_qwen_math100_rm/math_cot_100.jsonl.gz"):
        for text, answer, label in zip(row["code"], row["pred"], row["score"], strict=True):
            yield Labelled(str(row["idx"]), row["gt"], MATH, text, answer, label)


def gsm8k_openai() -> Iterator[Labelled]:
    """The labels of OpenAI's example solutions."""
    for row in _rows("multi_gsm8k_openai_solutions/example_model_solutions.jsonl.gz"):
        gold = answers.extract(row["ground_truth"], MATH) or ""
        for name in ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"):
            yield Labelled(str(row["idx"]), gold, MATH, row[name]["solution"], None, row[name]["is_correct"])


def aime_r1() -> Iterator[Labelled]:
    """Long reasoning, partly cut off; labels of the source."""
    for row in _rows("bon_aime_r1distill14b_n5/aime_r1distill14b_n5.jsonl.gz"):
        for s in row["samples"]:
            yield Labelled(str(row["idx"]), row["gold"], MATH, s["text"], s["answer"], s["correct"])


def zeroeval_l5() -> Iterator[Labelled]:
    """No labels: for the comparison of graders only."""
    for row in _rows("multi_zeroeval_math_l5/zeroeval_math_l5.jsonl.gz"):
        for s in row["samples"]:
            yield Labelled(str(row["idx"]), row["gold"], MATH, s["text"], s["parsed_answer"], None)


def openr_math500() -> Iterator[Labelled]:
    """No labels: for the comparison of graders only."""
    for row in _rows("bon_openr_math500_prm/openr_math500_n4_prm.jsonl.gz"):
        for s in row["output"]:
            yield Labelled(str(row["idx"]), row["gold"], MATH, s["text"], None, None)


def boinf_math500() -> Iterator[Labelled]:
    """Answers without texts and without labels: for the comparison of graders only."""
    for row in _rows("bon_boinf_answers/boinf_math500.jsonl.gz"):
        for answer, _ in row["all_answers"]:
            yield Labelled(row["problem_ref"], row["gold_official"] or row["gold_answer"], MATH, None, answer, None)


SETS = {
    "otis-aime": otis_aime, "gpqa-diamond": gpqa_diamond, "mmlu-pro": mmlu_pro, "jeebench": jeebench,
    "strictprm-math500": strictprm_math500, "strictprm-gsm8k": strictprm_gsm8k, "qwen-math100": qwen_math100,
    "gsm8k-openai": gsm8k_openai, "aime-r1": aime_r1, "zeroeval-l5": zeroeval_l5, "openr-math500": openr_math500,
    "boinf-math500": boinf_math500,
}  # fmt: skip


def graded(samples: list[Labelled]) -> list[tuple[str | None, bool | None]]:
    """Our answer and verdict for every sample."""
    groups: dict[str, list[int]] = defaultdict(list)
    for position, sample in enumerate(samples):
        groups[sample.problem].append(position)
    extracted = [
        answers.extract(s.text, s.spec) if s.text is not None else (s.answer or None) for s in samples
    ]  # fmt: skip
    problems = [Problem(p, "", samples[at[0]].gold, answer=samples[at[0]].spec) for p, at in groups.items()]
    distinct = [Counter(a for a in (extracted[i] for i in at) if a is not None) for at in groups.values()]
    out: list[tuple[str | None, bool | None]] = [(None, None)] * len(samples)
    for at, verdicts in zip(groups.values(), judging.judge(problems, MATH, distinct), strict=True):
        for i in at:
            answer = extracted[i]
            out[i] = (answer, None if answer is None else verdicts[answer].correct)
    return out


def kind(sample: Labelled, answer: str | None, correct: bool | None) -> str:  # noqa: FBT001
    """The class of a disagreement."""
    who = "we say right" if correct else "undecided here" if answer and correct is None else "we say wrong"
    theirs = sample.answer
    if sample.spec.kind == "choice" and theirs:
        theirs = choices.letters(theirs, sample.spec) or theirs
    if answer is None:
        return "no answer found here"
    if not theirs:
        return f"no answer recorded; {who}"
    return f"{'the same' if theirs.strip() == answer else 'another'} answer extracted; {who}"


def labels(name: str, samples: list[Labelled], found: list[tuple[str | None, bool | None]], examples: int) -> None:
    """Print the agreement with the source's labels and the classes of the rest."""
    rows = [(s, *f) for s, f in zip(samples, found, strict=True) if s.label is not None and s.text is not None]
    if not rows:
        return
    other = [row for row in rows if row[0].label != bool(row[2])]
    recorded = [row for row in rows if row[0].answer]
    agree = sum(s.label == bool(c) for s, _, c in recorded) / max(len(recorded), 1)
    print(f"{name}: {len(rows)} labelled samples, agreement {1 - len(other) / len(rows):.4%}", end="")
    print(f"; {agree:.4%} of the {len(recorded)} where the source found an answer")
    for what, count in Counter(kind(*row) for row in other).most_common():
        print(f"    {count:5d}  {what}")
    for s, answer, correct in random.Random(0).sample(other, min(examples, len(other))):
        tail = (s.text or "")[-160:].replace("\n", " ")
        print(f"      gold {s.gold!r}, theirs {s.answer!r} {s.label}, ours {answer!r} {correct}: ...{tail}")


def graders(name: str, samples: list[Labelled], found: list[tuple[str | None, bool | None]], examples: int) -> None:
    """Print the agreement with two other graders on the extracted answers."""
    from math_verify import parse, verify

    from benchmarks import openai_rules

    pairs = Counter((s.gold, a, bool(c)) for s, (a, c) in zip(samples, found, strict=True) if a and len(a) <= 1000)
    right = {gold: parse(f"\\boxed{{{gold}}}") for gold, _, _ in pairs}
    for grader, same in (
        ("Math-Verify", lambda a, g: bool(verify(right[g], parse(f"\\boxed{{{a}}}")))),
        ("OpenAI rules", openai_rules.same),
    ):
        other = {p: n for p, n in pairs.items() if same(p[1], p[0]) != p[2]}
        total = sum(pairs.values())
        print(
            f"{name}, {grader}: agreement {1 - sum(other.values()) / total:.4%} of {total}; {len(other)} pairs differ"
        )
        for (gold, answer, ours), count in sorted(other.items(), key=lambda item: -item[1])[:examples]:
            print(f"      {count:4d}  gold {gold!r}, answer {answer!r}: ours {ours}")


def main() -> None:
    """Print the agreement of every set named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--examples", type=int, default=0)
    parser.add_argument("--math-verify", action="store_true")
    arguments = parser.parse_args()
    for name in arguments.sets.split(","):
        samples = list(SETS[name]())
        found = graded(samples)
        labels(name, samples, found, arguments.examples)
        if arguments.math_verify and samples[0].spec.kind == "math":
            graders(name, samples, found, arguments.examples)


if __name__ == "__main__":
    main()
