"""Kinds of mistakes that people reported: each with its siblings, and with what looks alike and must stay."""

import gzip
import json
import zipfile

import pytest

from harness import registry
from harness.errors import BadInput
from harness.pool import hub, pools
from harness.pool.formats import Described, Stated
from harness.pool.importing import About, import_pool
from harness.pool.manifest import task_of
from harness.pool.problems import load_problems
from harness.pool.sources import Reject
from worlds.made import entry

STEPWISE = [
    [[0.9], [0.7, 0.6]],
    [[0.7, 0.6], [0.9]],
    [[0.9], []],
    [[0.9], None],
    [[0.9], [0.5]],
]


def qwen(scores, **more):
    """One problem of Qwen's evaluation with a text for each score."""
    return {"idx": 0, "question": "1 + 1?", "gt": "2", "code": ["2"] * len(scores), "pred_score": scores, **more}


def carried(pool):
    """The kind of ``pred_score`` and its values."""
    kind = pool.manifest.scores["pred_score"]
    column = {"process": "step_scores/pred_score", "outcome": "score/pred_score"}[kind]
    return kind, [v for _, table in pool.batches([column]) for v in table[column].to_pylist()]


@pytest.mark.parametrize("scores", STEPWISE[:2])
def test_a_solution_of_one_step_has_a_list_of_one_score(write, pool, scores):
    """One longer list anywhere makes all of them step scores."""
    assert carried(pool("qwen-math", write("q.jsonl", [qwen(scores)]))) == ("process", scores)


@pytest.mark.parametrize("others", STEPWISE[2:])
@pytest.mark.parametrize("first", [True, False])
def test_the_longer_list_may_stand_in_another_record(write, pool, others, first):
    """Before or behind the short ones, and in another file."""
    longer, short = qwen([[0.2, 0.3]], idx=1, question="2 + 2?"), qwen(others)
    rows = [longer, short] if first else [short, longer]
    expected = [o or None for o in others]
    expected = [[[0.2, 0.3]], expected] if first else [expected, [[0.2, 0.3]]]

    one = pool("qwen-math", write("q.jsonl", rows))
    two = pool("qwen-math", write("a.jsonl", rows[:1]), write("b.jsonl", rows[1:]))

    assert carried(one) == carried(two) == ("process", [*expected[0], *expected[1]])
    assert one.manifest.rejected == 0


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([[3.5], [2.25]], [3.5, 2.25]),
        ([3.5, 2.25], [3.5, 2.25]),
        ([[3.5], []], [3.5, None]),
        ([[3.5], None], [3.5, None]),
    ],
)
def test_lists_of_one_score_throughout_are_scores_of_the_whole(write, pool, scores, expected):
    """As the reward model's own files have them."""
    assert carried(pool("qwen-math", write("q.jsonl", [qwen(scores)]))) == ("outcome", expected)


def test_a_bare_number_among_step_scores_is_set_aside(write, pool):
    """It is no list of one step: nothing is guessed."""
    rows = [qwen([[0.1, 0.2], 0.5, *[[0.3]] * 198])]

    assert pool("qwen-math", write("q.jsonl", rows)).manifest.rejected == 1


# ------------------------------------------------------------------------------------------------ lm-eval without names


def logged(doc, resps=("2", "3"), filtered=("2",), **more):
    """A line as lm-eval wrote it before its filters had names there."""
    return {"doc_id": doc, "doc": {"question": f"{doc} + 1?"}, "target": "2", "resps": [list(resps)],
            "filtered_resps": [list(filtered)], **more}  # fmt: skip


@pytest.mark.parametrize(("option", "answers"), [(1, ["2", None] * 2), ("2", ["4", "5"] * 2)])
def test_the_lines_of_a_document_without_a_filter_s_name_are_its_filters(write, take, option, answers):
    """In their order; which one is meant has to be said, as where they have names."""
    rows = [logged(doc, filtered=f) for doc in (0, 1) for f in (("2", "[invalid]"), ("4", "5"))]
    file = write("samples_x.jsonl", rows)

    found = take("lm-eval", file, filter=option)
    assert [s.answer for s in found.samples] == answers
    with pytest.raises(BadInput, match=r"samples of 2 filters.*There are 1, 2\."):
        take("lm-eval", file)


def test_a_log_with_one_line_a_document_needs_no_filter(write, take):
    """Named or not."""
    for more in ({}, {"filter": "none"}):
        assert len(take("lm-eval", write("samples_x.jsonl", [logged(doc, **more) for doc in (0, 1)])).samples) == 4


def test_other_responses_of_a_document_are_no_filter_of_it(write, items, home):
    """Two runs in one log: the second one's slots are taken, and that is said."""
    file = write("samples_x.jsonl", [logged(0), logged(0, ("7", "8"))])

    with pytest.raises(BadInput, match="slot 0 of this problem is already taken"):
        import_pool("two", items("lm-eval", file), About("made"))


# ------------------------------------------------------------------------------------------------ words and numbers


PYTHON = ("' object", "object is", "object has", "attribute", "NoneType", "iterable", "subscript", "int()", "float()",
          "indices", "unpack", "literal")  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(registry.formats()) - {"nemo-skills", "inspect-log", "gpqa-runs"}))
def test_reasons_are_in_the_words_of_the_file(write, take, name):
    """Nulls, numbers, texts and lists where others belong: no reason speaks Python, each says something."""
    odd = [None, 7, "x", [None], [[]], {"a": 1}, [7], True]
    fields = ("samples", "output", "code", "answers", "completions", "problem", "question", "prompt", "steps", "resps",
              "all_answers", "options", "preds", "doc", "filtered_resps", "scores", "gold_answer")  # fmt: skip
    rows = [dict.fromkeys(fields, value) for value in odd]
    for field in fields:
        rows += [
            {**dict.fromkeys(fields, "x"), "samples": ["x"], "output": ["x"], "code": ["x"], field: v} for v in odd
        ]

    reasons = take(name, write("rows.jsonl", rows)).reasons()

    assert reasons
    assert [r for r in reasons if any(word in r.partition(" (it has")[0] for word in PYTHON)] == []


@pytest.mark.parametrize(
    ("given", "share"),
    [("0.25", 0.25), ("25%", 0.25), ("25 %", 0.25), ("0", 0), ("1", 1), ("100%", 1), ("0.5%", 0.005)],
)
def test_max_rejected_is_a_share_or_per_cent(given, share):
    """As the errors print it."""
    from harness.cli.pool import _share

    assert _share(given) == share


@pytest.mark.parametrize("given", ["25", "-1", "nan", "inf", "101%", "-5%", "", "%", "a quarter", "1.01"])
def test_max_rejected_is_nothing_else(bonbench, write, given):
    """25 would have been every one of them."""
    code, _, told = bonbench("pool", "import", "generic", write("a.jsonl", [{}]), "--name", "x", "--problems",
                             "from-pool", "--max-rejected", given)  # fmt: skip

    assert code == 2
    assert "--max-rejected takes a share from 0 to 1" in told


@pytest.mark.parametrize("share", [25, -1, float("nan"), 1.01])
def test_max_rejected_is_checked_in_python_too(home, share):
    """The same."""
    with pytest.raises(BadInput, match="a share from 0 to 1 is expected"):
        import_pool("x", [entry("a", "1")], About("made", max_rejected=share))


def test_one_of_a_thing_is_said_as_one(home):
    """And a stopped import says where its rejects lie, and how much it would take."""
    with pytest.raises(
        BadInput, match=r"1 of 1 entry could not .*Every one is listed in '(.*)'; .*--max-rejected 100%"
    ) as told:
        import_pool("x", [Reject("f", 1, "broken")], About("made"))

    assert str(home / "pools" / "x.rejects.jsonl") in str(told.value)
    assert (home / "pools" / "x.rejects.jsonl").exists()


@pytest.mark.parametrize("slots", ["10000000000", "10000001", "99999999999999999999", "1e3", "²", "-1", "0"])
def test_too_many_slots_are_refused_before_memory_is_asked_for(bonbench, write, slots):
    """On the command line."""
    row = {"id": "a", "problem": "1?", "gold": "1", "samples": [{"text": "1"}]}
    code, _, told = bonbench("pool", "import", "generic", write("a.jsonl", [row]), "--name", "x", "--problems",
                             "from-pool", "--slots", slots)  # fmt: skip

    assert code == 2
    assert "--slots" in told


@pytest.mark.parametrize("stated", [10**9, 10**10])
def test_too_many_slots_that_a_source_states_are_refused(home, stated):
    """In a file."""
    with pytest.raises(BadInput, match=r"The source states .* samples a problem; up to 10,000,000"):
        import_pool("x", [Stated(slots=stated), entry("a", "1")], About("made"))


# ------------------------------------------------------------------------------------------------ archives


def test_archives_that_unpack_to_far_more_than_they_are_are_refused(tmp_path, take):
    """A hundred megabytes of one letter in a hundred kilobytes, of every kind that is read whole."""
    much = b'{"problem": "' + b"a" * 100_000_000 + b'"}'
    for name in ("a.jsonl.gz", "a.json.gz", "a.yaml.gz"):
        (tmp_path / name).write_bytes(gzip.compress(much, 1))
        with pytest.raises(BadInput, match="Unpacked, .* is larger than 64 MB, over 100 times its size"):
            take("generic", tmp_path / name)
    with zipfile.ZipFile(tmp_path / "a.eval", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("header.json", json.dumps({"eval": {}}))
        file.writestr("samples/a_epoch_1.json", much)
    with pytest.raises(BadInput, match="larger than 64 MB"):
        take("inspect-log", tmp_path / "a.eval")


def test_a_large_file_that_packs_as_texts_do_is_read(tmp_path, take):
    """Many lines of 10 kB: what is bounded is one line, or one file that is read whole."""
    rows = "".join(json.dumps({"problem": f"{k}?", "text": str(k) * 3000}) + "\n" for k in range(300))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(rows.encode()))

    assert len(take("generic", tmp_path / "a.jsonl.gz").entries) == 300


# ------------------------------------------------------------------------------------------------ strangers, no net


@pytest.mark.parametrize("named", ["/tmp/x.py", "x.py:TASK", "lm-eval:x.yaml", "lm-eval:/tmp/x.yml", "a/b"])
def test_a_pool_may_not_name_a_file_as_its_task(small_pool, named):
    """A stranger's manifest runs no code; with problems of its own it is asked for nothing."""
    path = small_pool.path / "manifest.json"
    told = json.loads(path.read_text())
    del told["seal"]  # as whoever writes one by hand has none
    path.write_text(json.dumps({**told, "task": named, "problems": "task"}))

    with pytest.raises(BadInput, match="names a file as its task.*--task"):
        task_of(pools.open_pool("small").manifest)
    path.write_text(json.dumps({**told, "task": named, "problems": "pool"}))
    assert task_of(pools.open_pool("small").manifest) is None


def test_a_pool_may_name_a_registered_task():
    """As the bundled ones do."""
    assert task_of(pools.open_pool("micromath").manifest).name == "micromath"


def test_a_hub_that_cannot_be_reached_is_not_waited_for(monkeypatch):
    """No retries, and the advice says what else can be done."""
    monkeypatch.setattr(hub, "_answers", lambda _: False)

    with pytest.raises(BadInput, match=r"the hub does not answer.*--data FILE.*--problems from-pool"):
        load_problems(registry.task("math500"))


def test_a_problem_with_neither_id_nor_text_is_none(home):
    """Nor does it make one."""
    assert list(import_pool("x", [entry("a", "1"), Described(gold="1")], About("made")).problems) == ["a"]
