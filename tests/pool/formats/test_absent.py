"""Problems without a usable sample count as wrong, unless their pool is a part of a task or the user says otherwise."""

import json
import zipfile

import pytest

from harness import registry
from harness.errors import BadInput
from harness.pool import exporting, grading, pools
from harness.pool.formats import Described
from harness.pool.importing import About, import_pool
from harness.pool.sources import Reject
from harness.records import Problem, Source, Task
from harness.run import evaluate
from worlds.made import entry

TASK = Task("made", 1, "Made", "math", Source(), lambda row, i: None)
NAMES = [f"p{i}" for i in range(10)]
PROBLEMS = [Problem(name, f"What is the number of {name}?", "1") for name in NAMES]


def of_task(name, entries, problems=PROBLEMS, **more):
    """A pool of the task above."""
    return import_pool(name, entries, About("made", task=TASK, problems=problems, max_rejected=1.0, **more))


def kept(pool):
    """Problem -> (slots, samples)."""
    return {i: (p.slots, p.samples) for i, p in pool.problems.items()}


def right(pool, task=TASK):
    """The share of right single draws, over all problems that count."""
    (result,) = evaluate(task, pool, [registry.verifier("random")])
    return next(row.value for row in result.rows if row.n == 1 and row.slice_kind == "all")


@pytest.mark.parametrize("holding", [6, 9, 10])
def test_a_problem_that_the_source_lacks_is_wrong_where_it_has_most_of_the_task(home, holding):
    """Seven of ten is a task with losses: those that are absent have M missing slots."""
    pool = of_task("most", [entry(n, "1", index=k) for n in NAMES[:holding] for k in range(4)])

    manifest = pool.manifest
    assert (manifest.n_problems, manifest.task_problems, manifest.empty) == (10, 10, 10 - holding)
    assert kept(pool) == {n: (4, 4 if i < holding else 0) for i, n in enumerate(NAMES)}
    assert right(pool) == pytest.approx(holding / 10)
    assert pool.verify() == pool.digest


@pytest.mark.parametrize("holding", [1, 3, 5])
def test_a_source_of_half_a_task_or_less_is_a_part_of_it(home, holding):
    """Every other problem, a first hundred: nothing is lost there, and the numbers are of what is there."""
    pool = of_task("part", [entry(n, "1", index=k) for n in NAMES[:holding] for k in range(4)])

    assert (pool.manifest.n_problems, pool.manifest.task_problems, pool.manifest.empty) == (holding, 10, 0)
    assert right(pool) == 1.0


@pytest.mark.parametrize(
    ("holding", "absent", "counting"), [(9, "left-out", 9), (9, "wrong", 10), (2, "wrong", 10), (2, "left-out", 2)]
)
def test_the_user_s_word_goes_before_the_rule(home, holding, absent, counting):
    """Asked for and lost, or never asked for: who imports knows."""
    pool = of_task("told", [entry(n, "1") for n in NAMES[:holding]], absent=absent)

    assert pool.manifest.n_problems == counting
    assert pool.manifest.covers().startswith(f"{counting} of the task's 10")


def test_a_problem_that_the_source_names_counts_in_a_part_too(home):
    """Two of ten named, one without a usable sample: half of the pool is wrong, the other eight are no matter."""
    named = Described(id="p1")

    pool = of_task("named", [entry("p0", "1"), named])

    assert kept(pool) == {"p0": (1, 1), "p1": (1, 0)}
    assert right(pool) == 0.5


def test_with_available_slots_nothing_is_missing(home):
    """Not even a whole problem; and to ask for both at once is refused."""
    entries = [entry(n, "1") for n in NAMES[:9]]

    assert of_task("available", entries, slots="available").manifest.n_problems == 9
    with pytest.raises(BadInput, match="--slots available nothing is missing"):
        of_task("both", entries, slots="available", absent="wrong")


def test_a_pool_with_problems_of_its_own_is_of_those_it_names(home):
    """There is no task to lack anything of; what is named without a sample counts, even without a right answer."""
    named = [Described(id="b", text="Two?", gold="2"), Described(id="c", text="Three?"), Described()]

    pool = import_pool("own", [entry("a", "1", index=k) for k in range(3)] + named, About("own"))

    assert kept(pool) == {"a": (3, 3), "b": (3, 0), "c": (3, 0)}
    assert (pool.manifest.task_problems, pool.manifest.empty, pool.manifest.uneven) == (None, 2, 2)
    assert right(pool, None) == pytest.approx(1 / 3)


@pytest.mark.parametrize("where", [0, 1, 2])
def test_a_problem_without_samples_is_read_in_its_place(home, where):
    """First, in the middle or last: batches, single problems, grades, steps and verification keep their order."""
    order = ["a", "b"]
    order.insert(where, "empty")
    items = [Described(n, f"What is the number of {n}?", "1") if n == "empty" else entry(n, "1") for n in order]

    pool = import_pool("order", items, About("made"))

    found = [(i, table.num_rows) for i, table in pool.batches(["index", "text"])]
    assert found == [(i, 0 if i == "empty" else 1) for i in order]
    assert pool.of_problem("empty").num_rows == 0
    assert pool.of_problem("b")["problem_id"].to_pylist() == ["b"]
    assert pool.verify() == pool.digest
    problems = pools.evaluated_problems(pool, None)
    assert grading.summary(grading.grade(pool, problems, TASK.answer))["right"] == 2
    exporting.export(pool, "lm-eval", home / "samples_x.jsonl")
    assert len((home / "samples_x.jsonl").read_text().splitlines()) == 3


def inspect_log(path, *samples, ids=None, **config):
    """A log with these samples."""
    evaluation = {"model": "m", "config": {"epochs": 2, **config}, "dataset": {"sample_ids": ids} if ids else {}}
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("header.json", json.dumps({"eval": evaluation}))
        for made in samples:
            file.writestr(f"samples/{made['id']}_epoch_{made['epoch']}.json", json.dumps(made))
    return path


def inspected(name, epoch, **more):
    """A sample of Inspect."""
    output = {"choices": [{"message": {"content": "It is $\\boxed{1}$."}, "stop_reason": "stop"}]}
    return {"id": name, "epoch": epoch, "input": f"What is {name}?", "target": "1", "output": output, **more}


def test_a_problem_that_failed_in_every_epoch_is_wrong(home, tmp_path, items):
    """An Inspect log: a has two solutions, b an error in each epoch."""
    failed = [inspected("b", epoch, error={"message": "out of memory"}) for epoch in (1, 2)]
    file = inspect_log(tmp_path / "log.eval", inspected("a", 1), inspected("a", 2), *failed)

    pool = import_pool("failed", items("inspect-log", file), About("made", max_rejected=0.5))

    assert kept(pool) == {"a": (2, 2), "b": (2, 0)}
    assert pool.manifest.rejected == 2
    assert right(pool, None) == 0.5


def test_a_problem_that_a_log_never_came_to_is_wrong_where_the_log_names_it(home, tmp_path, items):
    """A log that was stopped lists the ids of its data set."""
    file = inspect_log(tmp_path / "log.eval", inspected("a", 1), ids=["a", "b", "c"])

    assert kept(import_pool("stopped", items("inspect-log", file), About("made"))) == {
        "a": (2, 1),
        "b": (2, 0),
        "c": (2, 0),
    }


@pytest.mark.parametrize("config", [{"limit": 1}, {"limit": [0, 1]}, {"sample_id": "a"}])
def test_a_log_that_was_limited_on_purpose_lacks_nothing(home, tmp_path, items, config):
    """The data set has three samples, of which one was asked for."""
    file = inspect_log(tmp_path / "log.eval", inspected("a", 1), ids=["a", "b", "c"], **config)

    assert kept(import_pool("limited", items("inspect-log", file), About("made"))) == {"a": (2, 1)}


@pytest.mark.parametrize(
    ("name", "row", "gone"),
    [
        ("generic", {"id": "q", "problem": "1 + 1?", "gold": "2", "samples": [{"text": "2"}]}, {"samples": []}),
        ("generic", {"id": "q", "problem": "1?", "gold": "2", "samples": [{"text": "2"}]}, {"samples": [{"text": 7}]}),
        ("large-language-monkeys", {"question": "1 + 1?", "samples": ["2"], "gt_answer": "2"}, {"samples": []}),
        ("qwen-math", {"idx": 0, "question": "1 + 1?", "gt": "2", "code": ["2"]}, {"code": []}),
        ("qwen-math", {"idx": 0, "question": "1 + 1?", "gt": "2", "code": ["2"]}, {"code": None}),
        ("search-and-learn", {"problem": "1 + 1?", "answer": "2", "completions": ["2"]}, {"completions": [7]}),
        ("weaver", {"problem": "1 + 1?", "answer": "2", "samples": ["2"]}, {"samples": []}),
        ("openr", {"question": "1 + 1?", "groundtruth": "2", "output": [{"path_idx": 0, "text": "2"}]}, {"output": []}),
        ("rlhflow", {"prompt": "1 + 1?", "answers": ["2"]}, {"answers": [None]}),
        ("answers-only", {"problem_num": 0, "gold_answer": "2", "all_answers": [["2", 5]]}, {"all_answers": []}),
        ("zeroeval", {"problem": "1 + 1?", "answer": "2", "generator": "m", "output": ["2"]}, {"output": []}),
        ("prm800k", {"problem": "1 + 1?", "answer": "2", "steps": ["2"]}, {"steps": "2"}),
        ("lm-eval",
         {"doc_id": 0, "doc": {"question": "1 + 1?"}, "target": "2", "resps": [["2"]], "filtered_resps": ["2"]},
         {"resps": [[]], "filtered_resps": []}),
    ],
)  # fmt: skip
def test_every_format_names_a_problem_before_its_samples(home, write, items, name, row, gone):
    """One problem with a sample, one whose samples are none or of no use: two count."""
    text = next(key for key in ("question", "problem", "prompt", "doc", "problem_num") if key in row)
    other = {"doc": {"question": "2 + 2?"}, "problem_num": 1}.get(text, "2 + 2?")
    rows = [row, {**row, "id": "r", "idx": 1, "doc_id": 1, text: other, **gone}]

    pool = import_pool("named", items(name, write("rows.jsonl", rows)), About("made", max_rejected=0.5))

    assert [p.samples for p in pool.problems.values()] == [1, 0]
    assert pool.manifest.empty == 1


def test_a_record_that_cannot_be_read_names_nothing(home):
    """Nobody knows whose it was: it is a reject, and no problem of its own."""
    pool = import_pool("unread", [entry("a", "1"), Reject("f", 2, "not JSON")], About("made", max_rejected=0.5))

    assert list(pool.problems) == ["a"]


def test_a_sample_of_no_problem_of_the_task_adds_none(home):
    """Nor does a problem that the source names and the task does not have."""
    pool = of_task("strange", [*[entry(n, "1") for n in NAMES], entry("apples", "1"), Described(id="plums")])

    assert (pool.manifest.n_problems, pool.manifest.unmatched) == (10, 1)


def test_import_and_show_say_how_much_of_a_task_a_pool_is_of(bonbench, write, tmp_path):
    """In words: what is wrong without a sample, and what is left out."""
    tasks = [{"problem": f"What is {k} + 1?", "solution": "", "answer": str(k + 1), "subject": "s", "level": 1,
              "unique_id": f"test/{k}.json"} for k in range(5)]  # fmt: skip
    data = write("test.jsonl", tasks)
    rows = [{"problem": row["problem"], "samples": [{"text": "\\boxed{1}"}]} for row in tasks]

    def imported(name, rows, *words):
        words = ("--task", "math500", "--data", data, "--name", name, *words)
        code, out, told = bonbench("pool", "import", "generic", write(f"{name}.jsonl", rows), *words)
        assert code == 0
        return " ".join(out.split()), " ".join(told.split())

    out, told = imported("most", rows[:4])
    assert "5 of the task's 5, 1 of them without a sample (all wrong)" in out
    assert "1 problem of 5 without a usable sample" in told
    assert "5 of the task's 5, 1 of them" in " ".join(bonbench("pool", "show", "most")[1].split())
    out, told = imported("part", rows[:2])
    assert "2 of the task's 5" in out
    assert "The pool is of 2 of the task's 5 problems" in told
    out, told = imported("all", rows)
    assert "without" not in out + told
    assert imported("told", rows[:4], "--absent", "left-out")[0].count("4 of the task's 5") == 1
    assert bonbench("pool", "import", "generic", data, "--name", "x", "--absent", "maybe")[0] == 2
