"""Where the steps end, and what is asked there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.pool.labelled.solution import LabelledSolution
from verifiers.formats.layout import Encoder, Layout, load_layout
from verifiers.training.batches import IGNORED
from verifiers.training.targets import item

GO, LINE, FINE, SO, BAD = 4, 3, 5, 6, 7


def encoder(tokenizer, kind="prm", **options):
    return Encoder(tokenizer, Layout(kind, **options))


def test_ids_are_the_pieces_one_after_another(tokenizer):
    encoded = encoder(tokenizer).encode("Go", ["fine so", "bad"])

    assert encoded.ids == (GO, LINE, FINE, SO, LINE, BAD, LINE)
    assert encoded.prompt == 2
    assert encoded.ends == (4, 6)


@given(st.lists(st.sampled_from(["fine", "so bad", "bad so fine"]), min_size=1, max_size=6))
def test_what_follows_a_step_does_not_change_its_ids(tokenizer, steps):
    whole = encoder(tokenizer).encode("Go", steps)
    part = encoder(tokenizer).encode("Go", steps[:1])

    assert whole.ids[: len(part.ids)] == part.ids
    assert len(whole.ends) == len(steps)
    assert all(whole.ids[end] == LINE for end in whole.ends)


def test_a_prm_is_asked_at_the_separators_up_to_the_first_error(tokenizer):
    solution = LabelledSolution("Go", ("fine", "so", "bad", "fine"), (1, 0, -1, 1))
    found = item(solution, encoder(tokenizer).encode("Go", solution.steps), "prm")

    asked = {i: int(t) for i, t in enumerate(found.targets) if t != IGNORED}
    assert asked == {3: 2, 5: 1, 7: 0}
    assert len(found.ids) == len(found.targets) == 8  # nothing is read beyond the last question


@pytest.mark.parametrize(
    ("kind", "labels", "correct", "spoken"),
    [
        ("prm", (1, 0, -1, 1), True, (2, 6)),  # up to the first error
        ("prm", (-1, 1, 1, 1), True, (2, 2)),
        ("orm", (), True, (2, 10)),  # a right solution as a whole, a wrong one not at all
        ("orm", (1, 1, 1, 1), False, (2, 2)),
    ],
)
def test_what_is_worth_predicting(tokenizer, kind, labels, correct, spoken):
    solution = LabelledSolution("Go", ("fine", "so", "bad", "fine"), labels, correct)
    found = item(solution, encoder(tokenizer, kind).encode("Go", solution.steps), kind)

    assert found.spoken == spoken


def test_a_step_without_a_label_is_not_asked_for(tokenizer):
    solution = LabelledSolution("Go", ("fine", "fine"), (None, 1))
    found = item(solution, encoder(tokenizer).encode("Go", solution.steps), "prm")

    assert [int(t) for t in found.targets if t != IGNORED] == [2]


def test_an_orm_is_asked_at_every_token_of_the_solution(tokenizer):
    solution = LabelledSolution("Go", ("fine", "bad"), correct=False)
    found = item(solution, encoder(tokenizer, "orm").encode("Go", solution.steps), "orm")

    assert found.targets.tolist() == [IGNORED, IGNORED, 0, 0, 0, 0]


def test_a_solution_without_the_right_labels_is_left_out(tokenizer):
    steps_only = LabelledSolution("Go", ("fine",), (1,))
    answer_only = LabelledSolution("Go", ("fine",), correct=True)

    assert item(steps_only, encoder(tokenizer).encode("Go", ["fine"]), "orm") is None
    assert item(answer_only, encoder(tokenizer).encode("Go", ["fine"]), "prm") is None


def test_the_layout_is_saved_beside_the_model(tmp_path):
    layout = Layout("prm", "Q: {problem}\n\n", "\n\n", "neutral-as-negative", 512)
    layout.save(tmp_path)

    assert load_layout(tmp_path) == layout
    with pytest.raises(BadInput, match="verifier.json"):
        load_layout(tmp_path / "elsewhere")


def test_a_prompt_must_say_where_the_problem_goes(tokenizer):
    with pytest.raises(BadInput, match="{problem}"):
        encoder(tokenizer, prompt="Solve this.")
