"""The grades of a whole pool: kept part by part, the same wherever it was stopped."""

import pytest

from harness.grader import judging
from harness.pool import grading
from harness.pool.importing import About, import_pool
from harness.records import AnswerSpec
from worlds.made import entry


@pytest.fixture
def pool(home):
    """Seven problems of three samples, the last of which differs from the right answer."""
    entries = [entry(f"p{p}", str(p), text=f"So the answer is {p + (i == 2)}.") for p in range(7) for i in range(3)]
    return import_pool("small", entries, About(task_name="made", slots="available"))


def problems_of(pool):
    return [e.problem for e in pool.problems.values()]


def test_grading_goes_on_where_it_was_stopped(pool, monkeypatch):
    """Stopped in its third part, it judges that one and those after it, and ends with the same table."""
    whole = grading.grade(pool, problems_of(pool), AnswerSpec())
    whole.path.unlink()
    judged = []

    def judge(problems, *rest):
        if len(judged) == 2:
            raise KeyboardInterrupt
        judged.append([p.id for p in problems])
        return judging.judge(problems, *rest)

    monkeypatch.setattr(grading, "PART", 6)
    monkeypatch.setattr(grading, "judge", judge)
    with pytest.raises(KeyboardInterrupt):
        grading.grade(pool, problems_of(pool), AnswerSpec())
    monkeypatch.setattr(
        grading,
        "judge",
        lambda problems, *rest: judged.append([p.id for p in problems]) or judging.judge(problems, *rest),
    )

    again = grading.grade(pool, problems_of(pool), AnswerSpec())

    assert judged == [["p0", "p1"], ["p2", "p3"], ["p4", "p5"], ["p6"]]
    assert again.table.equals(whole.table)
    assert [path.name for path in again.path.parent.iterdir()] == [again.path.name]


def test_progress_counts_every_sample_once(pool, monkeypatch):
    """It rises to the number of samples, whatever the parts and however many answers are the same."""
    monkeypatch.setattr(grading, "PART", 6)
    seen = []

    grading.grade(pool, problems_of(pool), AnswerSpec(), progress=lambda done, total: seen.append((done, total)))

    assert seen == sorted(seen)
    assert seen[-1] == (21, 21)
