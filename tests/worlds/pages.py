"""What stands on a page of the leaderboard that is run headless."""


def html(page) -> str:
    return "".join(element.value for element in page.get("html"))


def words(page) -> str:
    kinds = ("markdown", "caption", "text", "info", "code", "subheader")
    return html(page) + "".join(str(element.value) for kind in kinds for element in page.get(kind))
