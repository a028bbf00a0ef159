"""What stands on a page of the leaderboard that is run headless."""

from pathlib import Path

_OWN = f"<script>{(Path(__file__).parents[2] / 'leaderboard/page/page.js').read_text(encoding='utf-8')}</script>"


def html(page) -> str:
    """All HTML but the page's own script."""
    return "".join(element.value for element in page.get("html") if element.value != _OWN)


def words(page) -> str:
    kinds = ("markdown", "caption", "text", "info", "code", "subheader")
    return html(page) + "".join(str(element.value) for kind in kinds for element in page.get(kind))
