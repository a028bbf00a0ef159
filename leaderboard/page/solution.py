"""A solution on the page: its text as itself, its steps tinted by score. Text never goes into HTML; only numbers do."""

from collections.abc import Sequence

import streamlit as st

from leaderboard.draw import text
from leaderboard.page import choose

MAX_STEPS = 60
MAX_TYPESET = 20_000  # characters beyond which mathematics stays as written
_LOW, _HIGH = "#d55e00", "#0072b2"  # vermillion to blue, told apart by colour-blind readers
_LABELS = {1: "right", 0: "neutral", -1: "wrong"}


def show(body: str, key: str, *, typeset: bool) -> None:
    """A text as itself: unseen characters written out, folded where it is long.

    Args:
        body: The text, of any length and content.
        key: Unique on the page.
        typeset: Whether to typeset the mathematics that is harmless.
    """
    whole = text.visible(body)
    shown = text.folded(whole)
    if len(shown) < len(whole) and choose.toggle(f"Show all {len(whole):,} characters", f"all-{key}"):
        shown = whole
    formatted = text.markdown(shown) if typeset and len(shown) <= MAX_TYPESET else None
    with st.container(key=f"text-{key}"):
        if formatted is None:
            st.text(shown)
        else:
            st.markdown(formatted)
    if len(shown) < len(whole):
        st.caption(f"… {len(whole) - len(shown):,} more characters")


def steps(
    parts: Sequence[str],
    scores: Sequence[float],
    labels: Sequence[int] | None,
    key: str,
    limits: tuple[float, float],
    *,
    typeset: bool,
) -> None:
    """Steps one below the other, each on the tint of its score, with its number above it.

    Args:
        parts: The steps.
        scores: One number each.
        labels: True labels (1 right, 0 neutral, -1 wrong), where there are as many as steps.
        key: Unique on the page.
        limits: The scores that get the full low and the full high tint.
        typeset: Whether to typeset the mathematics that is harmless.
    """
    count = len(parts)
    if count > MAX_STEPS and not choose.toggle(f"Show all {count} steps", f"steps-{key}"):
        count = MAX_STEPS
    truths = labels if labels is not None and len(labels) == len(parts) else None
    st.html(f"<style>{''.join(_rule(key, i, scores[i], truths, limits) for i in range(count))}</style>")
    for i in range(count):
        with st.container(key=f"step-{key}-{i}", gap=None):
            show(parts[i], f"{key}-{i}", typeset=typeset)
    if count < len(parts):
        st.caption(f"… {len(parts) - count} more steps")


def _rule(key: str, i: int, score: float, labels: Sequence[int] | None, limits: tuple[float, float]) -> str:
    """The tint of one step and what stands above it: numbers and our own words only."""
    low, high = limits
    place = 0.5 if high <= low else min(max((score - low) / (high - low), 0.0), 1.0)
    hue, strength = (_HIGH, 2 * place - 1) if place >= 0.5 else (_LOW, 1 - 2 * place)
    truth = "" if labels is None else f" · truly {_LABELS.get(labels[i], 'not labelled')}"
    mark = "" if labels is None else {1: "✓", 0: "○", -1: "✗"}.get(labels[i], "")
    name = f".st-key-step-{key}-{i}"
    return (
        f"{name}{{--tint:{hue};--strength:{round(4 + (30 if hue == _LOW else 17) * strength)}%}}"
        f'{name}::before{{content:"{i + 1} · {score:.3f}{truth} {mark}"}}'
    )


def legend(limits: tuple[float, float]) -> None:
    """What the tints mean."""
    low, high = limits
    scale = f"background:linear-gradient(90deg,{_LOW},transparent,{_HIGH})"
    words = "step score · ✓ ○ ✗ true labels"
    st.html(
        f'<div class="bo-tints"><span>{low:.2g}</span><i style="{scale}"></i><span>{high:.2g}</span>'
        f"<span>{words}</span></div>"
    )
