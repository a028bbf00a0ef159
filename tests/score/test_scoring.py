"""Scoring: what is done once, what is kept, and what is never mixed."""

import threading

import pyarrow.parquet as pq
import pytest

from harness.errors import BadInput, VerifierError
from harness.pool.importing import About, import_pool
from harness.records import Score
from harness.score import parts, scoring
from verifiers.base import OutcomeVerifier, ProcessVerifier
from worlds.made import entry


class Counting(OutcomeVerifier):
    """Scores by length, and remembers what it was asked."""

    name = "counting"

    def __init__(self, scale: float = 1.0):
        self.scale = scale
        self._asked = []

    def score_solutions(self, problem, solutions):
        self._asked.append((problem, tuple(solutions)))
        return [self.scale * len(s) for s in solutions]


class Costly(Counting):
    """A verifier that knows its cost and wants small chunks."""

    chunk_size = 2

    def usage(self):
        n = sum(len(s) for _, s in self._asked)
        return {"tokens": 10 * n, "flops": None, "peak_memory_bytes": 7, "device": "cpu"}


class Ahead(Costly):
    """Prepares a chunk before it scores it, and scores none before the next one is being prepared."""

    def __init__(self, chunks):
        super().__init__()
        self._chunks, self._begun, self._changed = chunks, [], threading.Condition()
        self._finished = []

    def prepare(self, questions):
        with self._changed:
            self._begun.append(threading.current_thread())
            self._changed.notify_all()
        return questions

    def score_prepared(self, begun):
        self._finished.append(threading.current_thread())
        ahead = min(len(self._finished) + 1, self._chunks)
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._begun) >= ahead, timeout=10)
        return [self.score(problem, solutions) for problem, solutions in begun]


@pytest.fixture
def pool(home):
    """Three problems with 5, 2 and 1 samples; the first has one text twice."""
    texts = {"a": ["x", "xx", "x", "xxx", "xxxx"], "b": ["y", "yy"], "c": ["z"]}
    entries = [entry(p, "1", text=t) for p, several in texts.items() for t in several]
    return import_pool("scored", entries, About(task_name="made", slots="available"))


@pytest.fixture
def problems(pool):
    return [p.problem for p in pool.problems.values()]


def test_every_sample_has_its_row_in_the_pools_order(pool, problems):
    """One row a sample, problem by problem, with its own score."""
    table = scoring.score(Counting(), pool, problems).table

    assert list(zip(table["problem_id"].to_pylist(), table["index"].to_pylist(), strict=True)) == [
        (p, i) for p, entry_ in pool.problems.items() for i in range(entry_.samples)
    ]
    assert table["value"].to_pylist() == [1, 2, 1, 3, 4, 1, 2, 1]


def test_identical_solutions_of_a_problem_are_scored_once(pool, problems):
    """The same text twice is asked once and answered twice."""
    verifier = Counting()

    scoring.score(verifier, pool, problems)

    assert [len(solutions) for _, solutions in verifier._asked] == [4, 2, 1]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_chunks_hold_every_sample_once(pool, size):
    """Whole problems together, a large one in pieces, nothing twice and nothing lost."""
    plan = parts.cut(pool, size)

    held = [(p, i) for chunk in plan for p, start, end in chunk.pieces for i in range(start, end)]
    assert held == [(p, i) for p, entry_ in pool.problems.items() for i in range(entry_.samples)]
    assert [c.number for c in plan] == list(range(len(plan)))
    assert all(piece[2] - piece[1] <= size for chunk in plan for piece in chunk.pieces)
    assert plan == parts.cut(pool, size)


def test_a_chunk_is_prepared_while_another_is_scored(pool, problems):
    """``begin`` runs ahead in a thread of its own, ``finish`` here; the scores are those of ``score``."""
    verifier = Ahead(chunks=len(parts.cut(pool, Ahead.chunk_size)))

    table = scoring.score(verifier, pool, problems).table

    assert table["value"].to_pylist() == [1, 2, 1, 3, 4, 1, 2, 1]
    assert set(verifier._finished) == {threading.main_thread()}
    assert threading.main_thread() not in verifier._begun


def test_a_second_run_asks_nothing(pool, problems):
    """Scores are kept by content: the same verifier on the same pool is not asked again."""
    first = scoring.score(Counting(), pool, problems)
    verifier = Counting()

    again = scoring.score(verifier, pool, problems)

    assert verifier._asked == []
    assert again.table == first.table
    assert not (first.path.parent / "parts").exists()


def test_only_what_is_missing_is_scored(pool, problems):
    """A run that broke off goes on with the chunks that are not there."""
    verifier = Costly()

    def breaks(chosen, opened, texts, todo):
        yield from list(scoring.here(chosen, opened, texts, todo))[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scoring.score(verifier, pool, problems, executor=breaks)
    seen = []
    continued = Costly()

    whole = scoring.score(continued, pool, problems, progress=lambda *a: seen.append(a))

    assert seen[0] == (4, 8, 0)
    assert seen[-1][0] == 8
    assert sum(len(s) for _, s in continued._asked) < 7
    assert whole.table == scoring.score(Costly(), pool, problems).table
    assert whole.cost["tokens"] > 0


def test_other_options_are_another_verifier(pool, problems):
    """A changed option never meets the old scores, not even half-finished ones."""
    plain, doubled = Counting(), Counting(scale=2.0)

    first = scoring.score(plain, pool, problems)
    second = scoring.score(doubled, pool, problems)

    assert scoring.scores_folder(plain, pool) != scoring.scores_folder(doubled, pool)
    assert second.table["value"].to_pylist() == [2 * v for v in first.table["value"].to_pylist()]


def test_the_chunks_stay_as_they_began(pool, problems):
    """A later version of a verifier that prefers other chunks continues with the old ones."""
    verifier = Costly()

    def one(chosen, opened, texts, todo):
        yield next(iter(scoring.here(chosen, opened, texts, todo)))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scoring.score(verifier, pool, problems, executor=one)
    larger = Costly()
    larger.chunk_size = 100  # not among the options: it changes no score
    larger.options = verifier.options

    table = scoring.score(larger, pool, problems).table

    assert table["value"].to_pylist() == [1, 2, 1, 3, 4, 1, 2, 1]


def test_what_a_killed_process_left_is_cleared_away(pool, problems):
    """Half-written files of a dead process neither count as scores nor stay."""
    verifier = Counting()
    parts = scoring.scores_folder(verifier, pool) / "parts"
    parts.mkdir(parents=True)
    (parts / ".part-000000.parquet.4242.part").write_bytes(b"half")
    (parts / "part-000000.cost.json").write_text('{"tokens": 999}')

    scores = scoring.score(verifier, pool, problems)

    assert scores.table.num_rows == 8
    assert "tokens" not in scores.cost
    assert not parts.exists()


def test_two_runs_at_once_end_with_one_result(pool, problems):
    """If another run finished first and cleared the parts, its scores are taken."""
    verifier = Counting()

    def overtaken(chosen, opened, texts, todo):
        finished = list(scoring.here(chosen, opened, texts, todo))
        scoring.score(Counting(), pool, problems)
        yield from finished[:0]

    assert scoring.score(verifier, pool, problems, executor=overtaken).table.num_rows == 8


def test_exactly_one_score_per_step_is_asked_for(pool, problems):
    """A process verifier that gives too few or too many numbers is told which."""

    class Short(ProcessVerifier):
        name = "short"

        def score_steps(self, problem, solutions):
            return [[0.5] * (len(s) + 1) for s in solutions]

    with pytest.raises(VerifierError, match="2 scores for a solution of 1 steps; exactly one score per step"):
        scoring.score(Short(), pool, problems)


def test_costs_are_added_up_over_chunks(pool, problems):
    """Tokens and seconds are summed, the largest memory is kept, what differs is mixed, what is unknown left out."""
    cost = scoring.score(Costly(), pool, problems).cost

    assert cost["tokens"] == 10 * 8  # chunks of two: the text that stands twice is in two of them
    assert cost["peak_memory_bytes"] == 7
    assert cost["seconds"] > 0
    assert "flops" not in cost
    assert parts.total_cost([{"device": "a"}, {"device": "b"}, {"tokens": None}]) == {"device": "mixed"}


def test_samples_without_a_score_are_counted_by_reason(pool, problems):
    """Truncation is told with a number and an example, at the end of a run."""

    class Narrow(OutcomeVerifier):
        name = "narrow"

        def score(self, problem, solutions):
            return [
                Score(1.0) if len(s.text) < 3 else Score(None, note=f"{len(s.text)} tokens, limit 2") for s in solutions
            ]

    scores = scoring.score(Narrow(), pool, problems)

    assert scoring.unscored(scores, "narrow") == [
        "2 of 8 samples have no score by narrow and count as last: 2 like '3 tokens, limit 2'."
    ]
    assert scoring.unscored(scoring.score(Counting(), pool, problems), "counting") == []


def test_a_fingerprint_that_is_no_json_is_told(pool):
    """What cannot be hashed cannot identify scores."""

    class Odd(Counting):
        def options(self):
            return {"f": object()}

    with pytest.raises(VerifierError, match="not made of JSON values"):
        scoring.fingerprint(Odd())


def test_scores_that_the_pool_carries_are_read_not_computed(small_pool):
    """A carried score is looked up by name; an unknown one names those there are."""
    assert scoring.carried(small_pool, "orm")["value"].to_pylist()[0] == 0.9
    with pytest.raises(BadInput, match="it carries: orm, prm"):
        scoring.carried(small_pool, "other")


def test_the_verifiers_description_lies_beside_its_scores(pool, problems):
    """Whoever finds the file can tell what made it."""
    scores = scoring.score(Counting(), pool, problems)

    assert '"name": "counting"' in (scores.path.parent / "verifier.json").read_text()
    assert pq.read_table(scores.path).schema.equals(parts.SCORE_SCHEMA)
