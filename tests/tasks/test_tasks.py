"""Every bundled task: its metadata, its real files where they are at hand, and files of the same layout made here."""

import csv
import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from harness import registry
from harness.errors import BadInput
from harness.grader import choices, judging
from harness.pool import problems
from harness.records import GroupRow, Problem, Task, TaskGroup

# Task: folder of its real files, number of problems, a hash of their ids (which must never change), a subject's size.
REAL = {
    "math500": ("problems_math500", 500, "f59cccea6ec2", ("Algebra", 124)),
    "math": ("problems_math_test5000", 5000, "f1aa91f23f6b", ("Prealgebra", 871)),
    "gsm8k": ("problems_gsm8k", 1319, "e1a7f444fd5d", (None, 1319)),
    "aime24": ("problems_aime24", 30, "8b98f050c7c4", ("2024 AIME I", 15)),
    "aime25": ("problems_aime25", 30, "3a320690e568", (None, 30)),
    "amc23": ("problems_amc23", 40, "2f005596abd9", ("2023 AMC 12A", 22)),
    "olympiadbench-math": ("problems_olympiadbench_math", 675, "b4bc4ca073a4", ("Algebra", 264)),
    "college-math": ("problems_college_math", 2818, "7f7192c42b95", ("calculus", 500)),
    "ocw": ("problems_minerva_math", 272, "138a7e059641", ("Introduction to Astronomy", 53)),
    "scibench": ("problems_scibench", 692, "68855c92b15a", ("calculus", 52)),
    "mmlu-stem": ("problems_mmlu_stem", 3018, "49227e611592", ("college_physics", 102)),
    "gpqa-diamond": ("problems_gpqa_diamond", 198, "e9b960de2313", (None, 198)),
    "jeebench": ("problems_jeebench", 515, "4dd61a1464e2", ("physics", 123)),
    "theoremqa": ("problems_theoremqa", 747, "708804ee091b", ("Physics", 114)),
    "sat-math": ("problems_sat_math", 32, "25a09c0e32da", (None, 32)),
    "gaokao2023en": ("problems_gaokao2023en", 383, "3392572aa866", (None, 383)),
    "agieval-sat-math": ("problems_agieval", 220, "ff0b9346af06", (None, 220)),
    "aqua-rat": ("problems_agieval", 254, "9c026edb5638", (None, 254)),
    "imo-answerbench": ("problems_imo_answerbench", 400, "e19a9b0ee614", ("Algebra", 99)),
}
WITHOUT_A_WHOLE_FILE = {"mmlu-pro-stem"}  # tested on records out of a pool, and on made ones
TASKS = sorted(registry.tasks())
FROM_FILES = [name for name in TASKS if registry.task(name).source.records is None]


def first_records(task: Task) -> list[dict]:
    """The records that the task's own description shows."""
    text = registry.notes(task.name)
    shown = "\n".join(line.strip() for line in text.split("\n") if line.startswith("    "))
    found, position = [], 0
    while position < len(shown):
        record, position = json.JSONDecoder(strict=False).raw_decode(shown, position)
        found.append(record)
        position += len(shown[position:]) - len(shown[position:].lstrip())
    return found


def write(task: Task, records: list[dict], folder: Path) -> Path:
    """A folder with the task's files, in the upstream's layout, holding these records."""
    folder.mkdir(parents=True, exist_ok=True)
    for position, name in enumerate(task.source.files):
        rows = records if position == 0 else []
        path = folder / name
        if path.suffix == ".csv":
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, list(records[0]))
                writer.writeheader()
                writer.writerows(rows)
        elif path.suffix == ".json":
            path.write_text(json.dumps(rows))
        else:
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def grade_golds(task: Task, found: list[Problem]) -> list[Problem]:
    """The problems whose own right answer is not graded right at once, without a grading process."""
    wrong = []
    for problem in found:
        spec = problem.answer or task.answer
        given = choices.letters(problem.gold, spec) if spec.kind == "choice" else problem.gold
        assert given
        verdicts, asked = judging.settle(problem.gold, spec, Counter([given]))
        if not all(request.correct for request in asked) or not all(v.correct and v.key for v in verdicts.values()):
            wrong.append(problem)
    return wrong


# ------------------------------------------------------------------------------------------------ metadata


@pytest.mark.parametrize("name", TASKS)
def test_the_metadata_of_every_task_is_complete(name):
    """Source, licence, citation, kind of answer, prompt, separator, version and a record: no task lacks one."""
    task = registry.task(name)
    source = task.source
    assert task.version >= 1
    assert task.title
    assert task.domain in ("math", "ood-stem")
    assert task.licence
    assert task.prompt.count("{problem}") == 1
    assert task.step_separator
    if task.answer.kind == "number":
        assert task.answer.relative_tolerance or task.answer.absolute_tolerance
    if source.records is not None:
        assert not source.dataset, "the records ship with the code, which is pinned and cited by its version"
    else:
        assert re.search(r"@\w+\{\w+,\n.*title .*\n(.*\n)*}", task.citation)
        assert source.split
        assert source.files
        assert task.url.startswith("https://")
        if source.dataset:
            assert re.fullmatch(r"[\w.-]+/[\w.-]+", source.dataset)
            assert re.fullmatch(r"[0-9a-f]{40}", source.revision), "a hub dataset is pinned to a commit"
        else:
            assert re.search(r"/(tree|blob)/[0-9a-f]{7,40}/", task.url), "the upstream's file is pinned to a commit"
    assert first_records(task), "the task's description shows a record"
    assert len({t.title for t in registry.tasks().values()}) == len(TASKS), "no two tasks have one title"


def test_every_task_with_files_is_tested_on_real_or_made_ones():
    """A new task must be added to the table of real files, or be known to have none at hand."""
    assert set(FROM_FILES) == set(REAL) | WITHOUT_A_WHOLE_FILE


def test_every_prompt_is_filled_by_replacing_its_one_place():
    r"""The braces of \boxed{} reach the generator as they are."""
    for name in TASKS:
        prompt = registry.task(name).prompt.replace("{problem}", "How many?")
        assert "{problem}" not in prompt
        assert "{{" not in prompt
        assert "How many?" in prompt


# ------------------------------------------------------------------------------------------------ made files


@pytest.mark.parametrize("name", FROM_FILES)
def test_the_record_in_a_tasks_description_is_one_of_its_records(name, tmp_path):
    """A file in the upstream's layout, with the record that the description shows, loads and grades itself right."""
    task = registry.task(name)
    for number, record in enumerate(first_records(task)):
        found = problems.load_problems(task, write(task, [record], tmp_path / str(number)))
        assert len(found) == 1
        assert found[0].id
        assert found[0].text.strip()
        assert not grade_golds(task, found)
        assert found == problems.load_problems(task, write(task, [record], tmp_path / str(number)))


@pytest.mark.parametrize("name", FROM_FILES)
def test_a_file_of_another_layout_is_refused_with_its_line(name, tmp_path):
    """A record without the task's fields names the file, the line and the task."""
    task = registry.task(name)
    folder = write(task, [{"a field of": "something else"}], tmp_path)
    with pytest.raises(BadInput, match=rf"line \d+: this is no record of the task '{re.escape(name)}'"):
        problems.load_problems(task, folder)


def test_the_folder_of_all_data_is_found_by_task_name(tmp_path, monkeypatch):
    """BONBENCH_DATA/TASK/FILE, plain or gzipped, stands in for the hub."""
    task = registry.task("gsm8k")
    write(task, first_records(task), tmp_path / "gsm8k")
    monkeypatch.setenv("BONBENCH_DATA", str(tmp_path))
    assert [p.gold for p in problems.load_problems(task)] == ["5"]


def test_options_keep_their_order_whichever_file_they_come_from():
    """GPQA's two layouts give one problem with one id, one order of options and one right letter."""
    task = registry.task("gpqa-diamond")
    hub, file = first_records(task)
    one, other = task.problem(hub, 0), task.problem(file, 0)
    assert one is not None
    assert other is not None
    assert (one.text, one.gold, one.answer) == (other.text, other.gold, other.answer)


# ------------------------------------------------------------------------------------------------ real files


@pytest.mark.parametrize("name", sorted(REAL))
def test_the_real_file_loads_completely_and_every_gold_grades_itself_right(name, real_data):
    """Counts, ids and subjects are as they were; every right answer is read and equal to itself."""
    folder, count, ids, (subject, size) = REAL[name]
    task = registry.task(name)
    found = problems.load_problems(task, real_data / folder)
    assert len(found) == count
    assert len({problem.id for problem in found}) == count
    assert hashlib.sha256("\n".join(p.id for p in found).encode()).hexdigest()[:12] == ids
    assert Counter(problem.subject for problem in found)[subject] == size
    assert not grade_golds(task, found)


def test_real_records_of_mmlu_pro_out_of_a_pool_load(real_data, tmp_path):
    """The question, options and answer that a pool repeats are records of the task."""
    from harness.pool import sources

    task = registry.task("mmlu-pro-stem")
    path = next((real_data / "multi_mmlupro_stem").glob("*pred*"))
    rows = [dict(r.row) for r in sources.records(path) if isinstance(r, sources.Record) and r.row.get("options")]
    found = problems.load_problems(task, write(task, rows, tmp_path))
    assert len(found) == len({row["question_id"] for row in rows}) > 2500
    assert not grade_golds(task, found)


# ------------------------------------------------------------------------------------------------ groups


def test_the_groups_are_those_that_reports_use():
    """math-suite, ood-stem and ood-paper-like, whose rows are calculus, chemistry, physics and AMC."""
    groups = registry.groups()
    assert {"math-suite", "ood-stem", "ood-paper-like"} <= set(groups)
    assert [row.label for row in groups["ood-paper-like"].rows] == ["Calculus", "Chemistry", "Physics", "AMC"]
    for group in groups.values():
        assert isinstance(group, TaskGroup)
        for row in group.rows:
            assert isinstance(row, GroupRow)
            assert set(row.tasks) <= set(TASKS)


def test_the_subjects_of_a_group_are_subjects_of_its_tasks(real_data):
    """No row of a group is empty for want of a subject of that spelling."""
    for group in registry.groups().values():
        for row in group.rows:
            for name in row.tasks:
                if name in REAL and row.subjects:
                    found = problems.load_problems(registry.task(name), real_data / REAL[name][0])
                    assert set(row.subjects) <= {problem.subject for problem in found}


def test_a_group_is_no_task():
    """Naming a group where a task is wanted says which tasks it holds."""
    with pytest.raises(BadInput, match="amc23, mmlu-stem"):
        registry.task("ood-paper-like")
