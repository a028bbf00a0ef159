"""docs/validation.md states what its script prints, and what the script prints agrees."""

from pathlib import Path

import numpy as np
import pytest

from tasks.reference import peers, validation

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "validation.md"


@pytest.mark.parametrize("table", [validation.math500, validation.gsm8k, validation.differing, validation.openr])
def test_the_document_has_the_table(table, home):
    """Line for line, from the pools that ship."""
    assert "\n".join(table()) in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize("table", [validation.math500, validation.gsm8k])
def test_the_estimators_agree_with_a_calculation_of_another_kind(table, home):
    """On the same verdicts every rule but the vote, which counts spellings there, is equal in every printed digit."""
    rows = [line.strip("| ").split(" | ") for line in list(table())[2:]]

    assert all(alone == ours for label, alone, ours, _ in rows if "majority" not in label)
    (vote,) = [(float(alone), float(ours)) for label, alone, ours, _ in rows if "majority" in label]
    assert vote[0] == pytest.approx(vote[1], abs=0.25)


def test_verdicts_are_kept_bit_by_bit(tmp_path, monkeypatch):
    """Also where their number is no multiple of eight."""
    drawn = np.random.default_rng(5).random((7, 9)) < 0.5
    (tmp_path / "peers.json").write_text(
        f'{{"math_verify": {{"p": {{"problems": 7, "slots": 9, "right": "{peers.packed(drawn)}"}}}}}}'
    )
    monkeypatch.setattr(peers, "FILE", tmp_path / "peers.json")

    assert (peers.verdicts("p") == drawn).all()
