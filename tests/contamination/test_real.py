"""MATH-500 against step labels that were made on it, and against problems that were not."""

from harness import registry
from harness.contamination import report as reports
from harness.contamination.search import Search
from harness.pool import sources
from harness.pool.problems import load_problems


def found(real_data, *places):
    """The report of MATH-500 against some of the real sets."""
    task = registry.task("math500")
    problems = load_problems(task, real_data / "problems_math500")
    search = Search(problems)
    for place in sources.expand([real_data / p for p in places]):
        search.read(sources.records(place))
    return reports.make("r", task, problems, search)


def test_labels_made_on_math500_are_found(real_data):
    """PRM800K's test problems are MATH-500's: every text of its excerpt and of PRMBench's part is one of the 500."""
    excerpt = found(real_data, "steps_prm800k_openr_excerpt/prm800k_multi_step.jsonl")
    both = found(real_data, "steps_prm800k_openr_excerpt", "steps_prmbench/prmbench.jsonl.gz")

    assert len(excerpt.contaminated) == excerpt.counts["texts"]
    assert {f.kind for f in excerpt.findings.values()} == {"text", ""}
    assert set(excerpt.contaminated) < set(both.contaminated)


def test_grade_school_problems_are_not_in_math500(real_data):
    """No MATH-500 problem stands in GSM8K."""
    assert found(real_data, "problems_gsm8k").contaminated == []
