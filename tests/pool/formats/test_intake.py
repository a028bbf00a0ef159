"""What an import makes of what a source states, and of what contradicts itself."""

import json

import pytest

from harness.errors import BadInput
from harness.pool.formats import Described, Entry, Stated
from harness.pool.importing import About, import_pool
from harness.pool.sources import Reject
from harness.records import AnswerSpec, Problem, Sample, Score, Source, Task
from worlds.made import entry


def test_a_source_states_its_generator_sampling_and_slots(home):
    """What the person importing says takes precedence, key by key."""
    stated = [Stated("m", {"temperature": 0.5, "top_p": 1.0}, 4), entry("a", "1"), Stated(slots=3)]

    plain = import_pool("plain", stated, About("made")).manifest
    told = import_pool("told", stated, About("made", generator="x", sampling={"top_p": 0.9}, slots=8)).manifest

    assert (plain.generator, plain.sampling, plain.slots) == ("m", {"temperature": 0.5, "top_p": 1.0}, 4)
    assert (told.generator, told.sampling, told.slots) == ("x", {"temperature": 0.5, "top_p": 0.9}, 8)


def test_several_generators_are_called_so(home):
    """A pool of two models is no pool of the first."""
    made = import_pool("two", [Stated("a"), entry("p", "1"), Stated("b"), entry("p", "2")], About("made"))

    assert made.manifest.generator == "several models"


def test_lost_records_are_counted_among_records(home):
    """Four of 100 records of 32 samples are broken: 4 % of the records, though only 0.1 % of the entries."""

    def stream(broken):
        for line in range(1, 101):
            if line <= broken:
                yield Reject("f.jsonl", line, "not JSON")
            else:
                problem = Described(id=str(line), text=f"What is {line}?", gold="1")
                yield from (Entry(problem, Sample(k, "1"), "f.jsonl", line) for k in range(32))

    with pytest.raises(
        BadInput, match=r"4 of 100 records could not be used \(4\.0%; allowed: 1\.0%\): not JSON \(4 x\)"
    ):
        import_pool("lost", stream(4), About("made"))

    assert import_pool("kept", stream(1), About("made")).manifest.rejected == 1


def test_an_early_run_of_bad_lines_does_not_stop_an_import(home):
    """The share is of all entries: 30 bad ones at the start of 4000 are fewer than 1 %; all bad ones are hopeless."""
    bad = [Reject("f.jsonl", k, "broken") for k in range(1, 31)]
    good = [entry("p", "1", index=k) for k in range(4000)]

    assert import_pool("late", [*bad, *good], About("made")).manifest.n_samples == 4000
    endless = (Reject("f.jsonl", k, "broken") for k in range(10**9))
    with pytest.raises(BadInput, match="2,000 of 2,000 entries could not be used"):
        import_pool("endless", endless, About("made"))


def test_doubled_slots_count_as_unusable(home):
    """The same file named twice is stopped, and not half of it dropped."""
    entries = [entry("p", "1", index=k) for k in range(10)]

    with pytest.raises(BadInput, match="10 of 20 entries could not be used.*already taken"):
        import_pool("twice", [*entries, *entries], About("made"))

    file = home / "pools" / "twice.rejects.jsonl"
    reasons = {json.loads(line)["reason"] for line in file.read_text().splitlines()}
    assert "slot 3 of this problem is already taken" in reasons
    import_pool("twice", entries, About("made"))
    assert not file.exists()


def test_a_problem_has_one_right_answer(home):
    """A second gold for the same problem is set aside with both."""
    entries = [entry("p", "1", index=k) for k in range(200)] + [entry("p", "1", gold="7", index=300)]

    made = import_pool("gold", entries, About("made"))

    reason = json.loads((made.path / "rejects.jsonl").read_text())["reason"]
    assert reason == "the right answer is '7' here and '1' earlier in the source"


def test_options_in_another_order_than_the_task_s_are_refused(home):
    """Letters of another order would be graded against the wrong option; the same order is taken."""
    spec = AnswerSpec("choice", choices=("1", "2"))
    task = Task("even", 1, "Even", "math", Source(), lambda row, i: None, answer=spec)
    about = About("even", task=task, problems=[Problem("p", "Even?", "B")], max_rejected=0.5)
    sample = Sample(0, "B")

    import_pool("same", [Entry(Described("p", None, "(B)", answer=spec), sample, "f", 1)], about)
    with pytest.raises(BadInput, match="right option is A here and B in the task.*--problems from-pool"):
        import_pool("other", [Entry(Described("p", None, "A", answer=spec), sample, "f", 1)], about)


def test_scores_that_differ_in_letter_case_only_are_refused(home):
    """Column names are compared without case by the databases that read a pool."""
    one = {"GRM": Score(0.5), "grm": Score(0.7)}

    with pytest.raises(BadInput, match="'GRM' and 'grm' differ in letter case only"):
        import_pool("case", [Entry(Described("p", "1?", "1"), Sample(0, "1", scores=one), "f", 1)], About("made"))


def test_an_empty_source_is_said_to_be_empty(home):
    """No record at all is another thing than no usable one."""
    with pytest.raises(BadInput, match="hold no record at all"):
        import_pool("empty", [], About("made"))
