"""Hostile text shows as itself: nothing is run, hidden, reordered or swallowed."""

import pytest

from leaderboard.draw import text
from leaderboard.draw.mathematics import harmless


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\x00b", "a␀b"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x7f", "␡"),
        ("\x85", "⟨U+0085⟩"),
        ("abc\u202edef", "abc⟨U+202E⟩def"),
        ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("line\u2028end", "line⟨U+2028⟩end"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("windows\r\nline", "windows\nline"),
        ("old\rline", "old␍line"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("שלום مرحبا 你好 👩‍🔬", "שלום مرحبا 你好 👩‍🔬"),
    ],
)
def test_what_cannot_be_seen_is_written_out(given, shown):
    """Control, direction and zero-width characters become visible; letters of every script stay."""
    assert text.visible(given) == shown


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script> $x$",
        "<img src=x onerror=alert(1)> $x$",
        "![](https://example.com/track.png) $x$",
        "[click](javascript:alert(1)) $x$",
        "# heading $x$",
        "**bold** _it_ `code` ~~s~~ | a | b | $x$",
        "https://example.com $x$",
        ":red[text] $x$",
        "1. list $x$\n- item",
        "<https://example.com> $x$",
        "&lt;b&gt; &#60; $x$",
    ],
)
def test_markup_is_escaped_beside_mathematics(hostile):
    """Every ASCII punctuation mark outside a formula is escaped, or Markdown is not used at all."""
    shown = text.markdown(hostile)

    if shown is not None:
        outside = shown.replace("$x$", "")
        bare = [c for i, c in enumerate(outside) if c in "<>[]!*_`#|&:" and (i == 0 or outside[i - 1] != "\\")]
        assert not bare


@pytest.mark.parametrize("replaced", [":smile:", ":material/home:", "a -> b", "a <- b", "a -- b", "a >= b", "x <= y"])
def test_what_the_page_would_replace_is_shown_without_markdown(replaced):
    """Emoji codes and arrows are replaced even where they are escaped, so such a text stays plain."""
    assert text.markdown(f"{replaced} $x$") is None


def test_text_without_mathematics_needs_no_markdown():
    """Plain text, prices and broken formulas are shown as text."""
    for plain in ("Nothing here.", "It costs $5 and $6.", r"$\frac{1}$", "$x^{$", "$$", "a $ b", r"\(x"):
        assert text.markdown(plain) is None


def test_formulas_in_every_delimiter_are_typeset():
    r"""$..$, $$..$$, \(..\) and \[..\] reach KaTeX."""
    assert text.markdown("so $a$.") == r"so $a$\."
    assert text.markdown(r"so \(a\).") == r"so $a$\."
    assert "$$\na\n$$" in text.markdown("so $$a$$")
    assert "$$\na\n$$" in text.markdown(r"so \[a\]")


def test_a_broken_formula_beside_a_good_one_stays_as_written():
    """The good one is typeset, the broken one escaped."""
    shown = text.markdown(r"good $a+b$ and broken $\frac{1}$")

    assert "$a+b$" in shown
    assert r"\$\\frac\{1\}\$" in shown


def test_long_text_is_folded_and_nothing_is_lost():
    """The fold is a beginning of the text; 200 kB are handled at once."""
    long = "é" * 200_000

    assert long.startswith(text.folded(long))
    assert len(text.folded(long)) == text.FOLD
    assert text.visible(long) == long


GOOD = [
    r"\frac{1}{2}",
    "x^2+y_1",
    r"\sqrt[3]{2}",
    r"\left(\frac{a}{b}\right)^{2}",
    r"\boxed{42}",
    r"a \le b",
    "f'(x)",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
    r"\text{if } x>0",
    "x_{1}^{2}",
    r"\sin^2\theta",
    r"2\frac12",
    r"\bigl( x \bigr)",
    r"\lim_{x\to 0}",
    "{}^2",
    r"50\%",
    r"\{1,2\}",
    r"\mathbb{R}^n",
    r"\dfrac{\pi}{3}",
    r"90^\circ",
    r"\begin{cases} x & y \\ z & w \end{cases}",
]
BAD = [
    r"\frac{1}",
    "x^",
    "x^2^3",
    "{",
    "}",
    r"\left( x",
    r"\left x \right",
    r"\href{http://x}{y}",
    r"\url{x}",
    "% comment",
    r"\includegraphics{x}",
    r"\def\a{\a\a}\a",
    r"\newcommand{\x}{y}",
    r"\begin{pmatrix} 1",
    "a & b",
    r"\unknown",
    r"\rule{1000em}{1000em}",
    r"\hspace{100em}",
    r"\color{red}x",
    r"\Huge x",
    "",
    " ",
    r"\begin{document}x\end{document}",
    r"\sqrt[3{2}",
    "a\tb",
    "x\x00",
    r"\htmlClass{a}{b}",
    r"\input{/etc/passwd}",
    r"\\[1000em] x\kern1000em",
    "{" * 100 + "x" + "}" * 100,
    "x" * 3000,
]


@pytest.mark.parametrize("formula", GOOD)
def test_ordinary_formulas_are_harmless(formula):
    """The notation of solutions reaches KaTeX."""
    assert harmless(formula)


@pytest.mark.parametrize("formula", BAD)
def test_what_is_broken_or_disturbing_is_not(formula):
    """Incomplete formulas, macros, links, rules and giant spaces stay text."""
    assert not harmless(formula)


def test_the_space_beside_an_inline_formula_stays():
    """'$7$ people' keeps its space, as does what stands between two formulas; lines still begin without one."""
    assert text.markdown("There are $7$ people, $x$ $y$.\n  $z$ end") == "There are $7$ people\\, $x$ $y$\\.  \n$z$ end"
