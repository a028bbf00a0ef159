"""The colours: readable on both grounds, and apart for colour-blind readers."""

import itertools

import numpy as np
import pytest

from leaderboard.draw import palette

GROUND = {"light": "#fdfcf9", "dark": "#151719"}
# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}


def linear(colour):
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    bright, dim = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (a, b)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def lab(rgb):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    f = np.cbrt(np.clip(xyz / [0.9505, 1.0, 1.089], 1e-6, None))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_can_be_read_on_its_ground(theme):
    """Contrast of at least 3 to 1, as WCAG asks of graphics; 4 to 1 for the hues, whose names are written in them."""
    for colour in palette.HUES:
        assert contrast(colour.of(theme), GROUND[theme]) >= 4.0
    for colour in palette.CONTROL.values():
        assert contrast(colour.of(theme), GROUND[theme]) >= 3.0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", BLINDNESS)
def test_any_two_hues_stay_apart_for_colour_blind_readers(theme, kind):
    """A CIE76 distance of at least 20 between any two, as they are seen with that blindness."""
    seen = [lab(np.clip(np.array(BLINDNESS[kind]) @ linear(c.of(theme)), 0, 1)) for c in palette.HUES]

    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) >= 20


def test_a_new_verifier_moves_no_colour():
    """Colours go by first appearance."""
    before = palette.assign(["a", "b"])
    after = palette.assign(["a", "b", "c"])

    assert all(after[name] == colour for name, colour in before.items())


def test_more_verifiers_than_hues_differ_by_dash(board):
    """Entries of one colour never share a dash, as far as dashes go."""
    from harness.report import store
    from leaderboard.read import queries

    with store.reading(board) as connection:
        entries = queries.entries(connection, queries.boards(connection)[0])
    assigned = palette.assign(["x"])
    dashes = palette.dashes(entries, {e.verifier: assigned["x"] for e in entries})
    own = [dashes[e.label] for e in entries if e.competes][: len(palette.DASHES)]

    assert len(set(own)) == len(own)
