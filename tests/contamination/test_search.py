"""What counts as found, on invented texts whose overlaps are counted by hand."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.contamination.search import Search
from harness.contamination.texts import words
from harness.errors import BadInput
from harness.pool import sources
from harness.records import Problem
from worlds.barn import FARM, LEAGUE


def test_an_equal_text_is_found_whatever_its_typography(training, look):
    """Spaces, case, dollar signs, braces and the last mark do not matter; another operator does."""
    rows = [{"problem": r"WHAT is  \(2+3\)"}, {"problem": "What is $2 - 3$?"}, {"problem": "Unrelated."}]

    assert look(training("a.jsonl", rows)) == {"short": {"text": (1.0, 1, 1), "near": (1.0, 1, 1)}}


def test_a_problem_inside_a_longer_text_is_found(training, look):
    """As a text, and all its words in 13-grams; the record is counted, repeats included."""
    row = {"text": f"Exercise 7. {FARM} Show your work."}
    found = look(training("a.jsonl", [{"text": "Nothing."}, row, row]))

    assert set(found) == {"farm"}
    assert found["farm"]["text"] == (1.0, 2, 2)
    assert found["farm"]["ngram"] == (1.0, 2, 2)


def test_the_share_of_words_in_shared_ngrams(training, look):
    """The first 15 words of the league's 36 alone: three 13-grams, which cover 15 / 36 of the problem."""
    beginning = " ".join(LEAGUE.split()[:15])
    found = look(training("a.jsonl", [{"prompt": beginning}]))

    assert len(words(LEAGUE)) == 36
    assert found["league"]["ngram"][0] == pytest.approx(15 / 36)
    assert "text" not in found["league"]


def test_twelve_words_are_no_ngram(training, look):
    """One word fewer than a 13-gram is not found; with n = 12 it is."""
    file = training("a.jsonl", [{"prompt": " ".join(LEAGUE.split()[:12])}])

    assert look(file) == {}
    assert look(file, n=12)["league"]["ngram"][0] == pytest.approx(12 / 36)


def test_a_near_duplicate_is_found_with_its_similarity(training, look):
    """The farm by a blue river: the similarity is that of the 3-grams."""
    other = FARM.replace("by the river", "by the blue river")
    found = look(training("a.jsonl", [{"question": other}]))

    own = [tuple(words(FARM)[i : i + 3]) for i in range(len(words(FARM)) - 2)]
    theirs = [tuple(words(other)[i : i + 3]) for i in range(len(words(other)) - 2)]
    expected = len(set(own) & set(theirs)) / len(set(own) | set(theirs))
    assert found["farm"]["near"][0] == pytest.approx(expected)
    assert expected > 0.8
    assert "text" not in found["farm"]


def test_other_numbers_make_another_text(training, look):
    """A problem with three numbers changed is not called near at the usual limit."""
    other = FARM.replace("12", "40").replace("7", "9").replace("3 eggs", "5 eggs").replace("4 weeks", "8 weeks")

    assert "near" not in look(training("a.jsonl", [{"question": other}])).get("farm", {})


@pytest.mark.parametrize(
    "row",
    [
        {"question": {"problem": FARM, "ground_truth_answer": "228"}, "label": {"steps": []}},
        {
            "input": f"{FARM} Step 1: There are 19 hens. ки",
            "label": f"{FARM} Step 1: There are 19 hens. +",
            "task": "x",
        },
        {"problem": FARM, "steps": ["There are 19 hens."], "step_labels": [1]},
        {"messages": [{"role": "system", "content": "Hi."}, {"role": "user", "content": FARM}]},
        {"conversations": [{"from": "human", "value": FARM}, {"from": "gpt", "value": "228"}]},
        {"prompt": [{"role": "user", "content": FARM}], "chosen": "228"},
        {"instruction": FARM, "output": "228"},
    ],
)
def test_layouts_are_recognised(training, look, row):
    """PRM800K, Math-Shepherd, our own, chats and instructions."""
    assert look(training("a.jsonl.gz", [row]))["farm"]["text"][0] == 1.0


def test_a_field_can_be_named(training, look):
    """Dots lead into what is nested; where no record has it, the message lists what there is."""
    file = training("a.jsonl", [{"meta": {"body": FARM}, "problem": "Nothing."}])

    assert "farm" in look(file, field="meta.body")
    assert look(file) == {}
    with pytest.raises(BadInput, match=r"--field \(it has meta, problem\)"):
        look(file, field="body")


def test_parquet_is_read_as_well(tmp_path, look):
    """Through the readers of every other file."""
    pq.write_table(pa.table({"problem": ["Nothing.", FARM]}), tmp_path / "a.parquet")

    assert look(tmp_path / "a.parquet")["farm"]["text"] == (1.0, 2, 1)


def test_memory_is_bounded(training, look, monkeypatch):
    """Texts are remembered up to a limit, then compared again, with the same result."""
    rows = [{"problem": f"Problem number {i}."} for i in range(50)] * 2 + [{"problem": FARM}]
    file = training("a.jsonl", rows)
    whole = look(file)
    monkeypatch.setattr("harness.contamination.search._REMEMBERED", 10)

    assert look(file) == whole
    search = Search([Problem("farm", FARM, "1")])
    search.read(sources.records(file))
    assert len(search._known) <= 10
