"""Where a text that comes in one piece is split into steps."""

import pytest

from harness.pool.steps import split


@pytest.mark.parametrize(
    "between",
    [
        "\n\n",
        "\r\n\r\n",
        "\n \n",
        "\n\t \n",
        "\n\n\n",
        "\n \n \n",
        "\r\n \r\n",
        "  \n\n  ",
        "\n\r\n",
        "\n\u00a0\n",
        "\n\n\r\n\n",
    ],
)
def test_an_empty_line_ends_a_step_however_it_is_written(between):
    """With line ends of either kind, and with white space on it."""
    assert split(f"We add.{between}It is 2.", "\n\n") == ("We add.", "It is 2.")


@pytest.mark.parametrize(
    "text",
    ["a\nb", "a\r\nb", "a \n b", "a\rb", "a\r\rb", "a \\n\\n b", "a\n.\nb", "a\\r\\n\\r\\nb", "a\n-\n-\nb", "a    b"],
)
def test_what_is_no_empty_line_ends_none(text):
    """One line break, a carriage return alone (as a mistaken \right leaves it), a line with anything on it."""
    assert split(text, "\n\n") == (text,)


@pytest.mark.parametrize(
    ("text", "separator", "steps"),
    [
        ("a\r\nb\n c", "\n", ("a", "b", "c")),
        ("a ки\r\nb ки\n", "ки\n", ("a", "b")),
        ("a ки b", "ки\n", ("a ки b",)),
        ("a\n\nStep 2: b\r\n\r\nStep 3: c", "\n\nStep", ("a", "2: b", "3: c")),
        ("a<extra_0>b<extra_0>", "<extra_0>", ("a", "b")),
        ("a.b", ".", ("a", "b")),
        ("", "\n\n", ()),
    ],
)
def test_other_separators_are_found_as_they_are(text, separator, steps):
    """Only their line breaks have two spellings."""
    assert split(text, separator) == steps


def test_a_long_run_of_white_space_is_read_once():
    """Two million spaces, and as many line ends, come back at all."""
    assert split("a" + " " * 2_000_000 + "b", "\n\n")[0].startswith("a ")
    assert split("a" + "\n " * 1_000_000 + "b", "\n\n") == ("a", "b")
