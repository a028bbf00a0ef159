"""Groups of tasks that are reported together, each aggregated over its problems, not over its tasks."""

from harness.records import GroupRow, TaskGroup

_CALCULUS = ("high_school_mathematics", "college_mathematics")
_CHEMISTRY = ("high_school_chemistry", "college_chemistry")
_PHYSICS = ("high_school_physics", "college_physics")
_BIOLOGY = ("high_school_biology", "college_biology")

MATH_SUITE = TaskGroup(
    name="math-suite",
    title="Mathematics",
    domain="math",
    rows=(
        GroupRow("MATH-500", ("math500",)),
        GroupRow("GSM8K", ("gsm8k",)),
        GroupRow("AIME", ("aime24", "aime25")),
        GroupRow("AMC", ("amc23",)),
        GroupRow("OlympiadBench", ("olympiadbench-math",)),
        GroupRow("College Math", ("college-math",)),
    ),
)
OOD_STEM = TaskGroup(
    name="ood-stem",
    title="STEM, out of distribution",
    domain="ood-stem",
    rows=(
        GroupRow("OCW", ("ocw",)),
        GroupRow("SciBench", ("scibench",)),
        GroupRow("MMLU, STEM", ("mmlu-stem",)),
        GroupRow("MMLU-Pro, STEM", ("mmlu-pro-stem",)),
        GroupRow("GPQA Diamond", ("gpqa-diamond",)),
        GroupRow("JEEBench", ("jeebench",)),
        GroupRow("TheoremQA", ("theoremqa",)),
        GroupRow("SAT mathematics", ("sat-math",)),
    ),
)
PAPER_LIKE = (
    TaskGroup(  # the paper's rows: AP Calculus, AP Chemistry, AP Physics, AMC 10/12 (arXiv 2305.20050, table 1)
        name="ood-paper-like",
        title="Like the paper's table of exams",
        domain="ood-stem",
        rows=(
            GroupRow("Calculus", ("mmlu-stem",), _CALCULUS),
            GroupRow("Chemistry", ("mmlu-stem",), _CHEMISTRY),
            GroupRow("Physics", ("mmlu-stem",), _PHYSICS),
            GroupRow("AMC", ("amc23",)),
        ),
    )
)
MMLU_AP = TaskGroup(
    name="mmlu-ap",
    title="MMLU, subjects of the AP exams",
    domain="ood-stem",
    rows=(
        GroupRow("Mathematics", ("mmlu-stem",), _CALCULUS),
        GroupRow("Chemistry", ("mmlu-stem",), _CHEMISTRY),
        GroupRow("Physics", ("mmlu-stem",), _PHYSICS),
        GroupRow("Biology", ("mmlu-stem",), _BIOLOGY),
    ),
)
TASKS = (MATH_SUITE, OOD_STEM, PAPER_LIKE, MMLU_AP)
