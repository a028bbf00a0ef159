"""Training data by authors: of every skill, labelled by the checker, the same from the same seed."""

import pyarrow.parquet as pq
import pytest

from experiments.micromath.labelled import distinct_problems, write_authored
from tasks.micromath.families.catalogue import IN_DISTRIBUTION
from verifiers.training.labelled import read_labelled


@pytest.fixture(scope="module")
def plans():
    return distinct_problems(IN_DISTRIBUTION, "train", "authors", 200)


def test_authors_write_right_and_wrong_solutions_of_training_problems(plans, tmp_path):
    written = list(read_labelled(write_authored(plans, 2, 1, tmp_path / "authors.parquet")))

    assert len(written) == 400
    assert {solution.problem for solution in written} == {plan.text for plan in plans}
    clean = [min(solution.step_labels) >= 0 for solution in written]
    assert all(solution.correct for solution, is_clean in zip(written, clean, strict=True) if is_clean)
    assert 0.2 < sum(clean) / 400 < 0.7


def test_the_same_seed_writes_the_same(plans, tmp_path):
    first, second, other = (
        pq.read_table(write_authored(plans[:20], 2, seed, tmp_path / name)).to_pylist()
        for seed, name in ((1, "a.parquet"), (1, "b.parquet"), (2, "c.parquet"))
    )

    assert first == second != other


def test_what_is_written_stays(plans, tmp_path):
    file = write_authored(plans[:5], 2, 1, tmp_path / "authors.parquet")
    before = file.read_bytes()

    write_authored(plans[:9], 2, 1, file)
    assert file.read_bytes() == before
