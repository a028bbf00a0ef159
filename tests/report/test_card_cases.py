"""What becomes of three cards: one that was tampered with, a stranger's honest one, one of another grader."""

import copy
import json

import pytest

from harness import digest, registry
from harness.errors import BadInput
from harness.pool import pools
from harness.pool.manifest import task_of
from harness.report import cards, checking, cite, contributed, store
from harness.run import Options, evaluate
from leaderboard.draw import palette
from leaderboard.draw.tables import board as board_table
from leaderboard.read import queries, ranking
from verifiers.base import OutcomeVerifier

POOL = "math100-qwen-rm"


class Longest(OutcomeVerifier):
    """The longest solution."""

    name = "longest"

    def score_solutions(self, problem, solutions):
        return [float(len(s)) for s in solutions]


@pytest.fixture
def measured(home):
    """The cards of a carried score, of a stranger's class and of a fair choice, on a pool that ships."""
    pool = pools.open_pool(POOL)
    chosen = [registry.verifier("carried:pred_score"), Longest(), registry.verifier("random")]
    results = evaluate(task_of(pool.manifest), pool, chosen, Options((1, 4)))
    path = home / "theirs.duckdb"
    store.write(path, results)
    with store.reading(path) as connection:
        return [cards.card(connection, result.run.run_id) for result in results]


@pytest.fixture
def repository(tmp_path):
    """A repository of cards."""
    contributed.init(tmp_path / "board", "Ours")
    return tmp_path / "board"


def board_of(repository, tmp_path, *found):
    """What the check says of cards in a repository; whose word each verifier on its boards is; their tables."""
    for name, card in enumerate(found):
        (repository / "cards" / f"{name}.json").write_text(json.dumps(card))
    said = [(v.verdict, v.reason) for v in contributed.check(repository)]
    contributed.build(repository, tmp_path / "built.duckdb")
    shown, pages = {}, ""
    with store.reading(tmp_path / "built.duckdb") as connection:
        colours = palette.assign(queries.verifiers(connection))
        for board in queries.boards(connection):
            if board.pool != POOL:
                continue
            entries = queries.entries(connection, board)
            curves, values = queries.curves(connection, board)["all"], queries.values(connection, board, 4)
            lines = ranking.standings(board, ranking.chosen(entries, "headline"), curves, values, 4)
            shown[board] = {line.entry.verifier: line.entry.origin for line in lines}
            pages += board_table.html(lines, curves, colours)
    return said, shown, pages


def other_scores(card, scored):
    """The card with the numbers of other scores: it agrees with itself."""
    forged = copy.deepcopy(card)
    forged |= {part: copy.deepcopy(scored[part]) for part in ("measures", "results", "problems")}
    assert checking.first_fault(forged) == ""
    return forged


def tampered(card, _):
    """One number is better."""
    forged = copy.deepcopy(card)
    forged["results"][0]["value"] += 0.01
    return forged


def wrong_digest(card, _):
    """It claims another pool."""
    forged = copy.deepcopy(card)
    forged["run"]["pool_digest"] = "0" * 64
    return forged


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (tampered, "results/0"),
        (wrong_digest, "run/run_id|pool/digest"),
        (other_scores, "It was rerun and is not the same"),
    ],
)
def test_a_tampered_card_is_caught_and_never_ranked(measured, repository, tmp_path, forge, told):
    """A number, the scores, the pool's digest: the check says which, and no board has it."""
    forged = forge(measured[0], measured[2])
    forged["run"]["verifier"] = "carried by a forger" if forge is not other_scores else forged["run"]["verifier"]

    said, shown, page = board_of(repository, tmp_path, forged)

    assert [verdict for verdict, _ in said] == ["refused"]
    assert any(part in said[0][1] for part in told.split("|"))
    assert not [origin for lines in shown.values() for origin in lines.values() if origin.startswith("card ")]
    assert "carried by a forger" not in page
    if forge is not other_scores:
        with pytest.raises(BadInput, match=told):
            cards.add(tmp_path / "other.duckdb", [repository / "cards" / "0.json"])


def test_a_stranger_s_honest_card_is_shown_as_reported_by_others(measured, repository, tmp_path):
    """It stands beside the reference, and says whose word it is; a citation says so too."""
    said, shown, page = board_of(repository, tmp_path, measured[1])

    assert [verdict for verdict, _ in said] == ["consistent"]
    (origin,) = [lines["longest"] for lines in shown.values() if "longest" in lines]
    assert origin == "card 0.json"
    assert cite.origin(origin) == "reported by others (card 0.json)"
    assert "from a card" in page


def test_a_card_of_another_grader_stands_on_a_board_of_its_own(measured, repository, tmp_path):
    """Nothing is ranked beside what was graded otherwise."""
    older = copy.deepcopy(measured[1])
    older["run"]["grader"] = "grader-0"
    older["run"]["run_id"] = digest.of_json({name: older["run"][name] for name in checking.IDENTITY})[:12]

    _, shown, _ = board_of(repository, tmp_path, measured[1], older)

    of_pool = [board for board in shown if "longest" in shown[board]]
    assert {board.grader for board in of_pool} == {"grader-0", measured[1]["run"]["grader"]}
    (alone,) = [board for board in of_pool if board.grader == "grader-0"]
    assert set(shown[alone]) == {"longest"}
