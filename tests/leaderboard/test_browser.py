"""The leaderboard in a browser: Debian's chromium, headless. Set BONBENCH_SCREENSHOTS to keep pictures of every view.

The pictures in docs/images come from here; they show the invented world of tests/worlds/invented.py, or the store that
BONBENCH_SCREENSHOT_HOME names.
"""

import csv
import os
import re
from pathlib import Path

import pytest
from PIL import Image

from harness.report import store
from worlds import browsing
from worlds.browsing import READY, Server, says, settle, visit

pytestmark = browsing.MARKS
WORTH_A_LOOK = (  # a problem that two verifiers differ on, and a solution with a slip
    "problems?board=invented-sums%2Fsums&show=a-right&b=Birch-PRM-1.5B+%28product%29"
)
VIEWS = {
    "front": "", "board": "board", "curves": "curves", "ood": "ood", "compare": "compare", "problems": WORTH_A_LOOK,
    "calibration": "calibration", "compute": "compute", "training": "training", "method": "method",
    "verifier": "verifier", "run": "run",
}  # fmt: skip
TALLEST = 2600  # pixels of a picture
HEIGHT = "document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight"


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn(site, browser, view):
    """No error on the page nor in the console, no sideways scrolling on a telephone; pictures are kept if asked for."""
    folder = os.environ.get("BONBENCH_SCREENSHOTS")
    for width in (1440, 400):
        for scheme in ("light", "dark"):
            if not folder and (width, scheme) != (400, "dark"):
                continue
            page = visit(
                browser, site.url + VIEWS[view], color_scheme=scheme, viewport={"width": width, "height": 1000}
            )
            assert page.query_selector("[data-testid=stException]") is None
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if folder:
                picture(page, Path(folder) / f"{view}-{width}-{scheme}.png", width)
            page.context.close()


def picture(page, path: Path, width: int) -> None:
    """The whole page in one picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    height = 0
    while height != (found := page.evaluate(HEIGHT)):  # charts that come into view are drawn then
        height = found
        page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
        settle(page)
    page.screenshot(path=path)
    with Image.open(path) as drawn:  # 256 colours are enough for a page, and a quarter of the bytes
        drawn.convert("RGB").quantize(256, kmeans=1, dither=Image.Dither.NONE).save(path, optimize=True)


def test_a_quintile_is_picked_and_its_link_shows_the_same(site, browser):
    """A choice changes the address; a colleague who opens the address sees what was chosen."""
    page = visit(browser, site.url + "curves", viewport={"width": 1440, "height": 1200})
    page.get_by_role("radio", name="Quintile 5, hardest").click()
    settle(page)
    link = page.url
    other = visit(browser, link, viewport={"width": 1440, "height": 1200})
    checked = other.get_by_role("radio", name="Quintile 5, hardest").get_attribute("aria-checked")

    assert "slice=5" in link
    assert checked == "true"
    assert len(other.query_selector_all("[data-testid=stVegaLiteChart]")) == 2


def test_task_and_n_stay_when_the_view_changes(site, browser):
    """The choices above every view go along."""
    page = visit(browser, site.url + "board?board=invented-sums%2Fsums&n=8", viewport={"width": 1440, "height": 1000})
    page.get_by_test_id("stTopNavLink").filter(has_text="Compare").click()
    page.wait_for_url("**/compare*")
    settle(page)

    says(page, "At N = 8")
    assert "n=8" in page.url


def test_a_csv_is_downloaded(site, browser):
    """The file holds the board in view."""
    page = visit(browser, site.url + "board?board=invented-sums%2Fsums&n=8", accept_downloads=True)
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("CSV")).first.click()
    with Path(download.value.path()).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert download.value.suggested_filename == "sums-board-N-8-best-of-n.csv"
    assert {row["n"] for row in rows} == {"8"}
    assert "Alder-PRM-7B" in {row["verifier"] for row in rows}


def test_a_chart_is_downloaded_as_svg(site, browser):
    """What is seen can go into a paper."""
    page = visit(browser, site.url + "curves", accept_downloads=True, viewport={"width": 1440, "height": 1200})
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=re.compile("SVG")).first.click()

    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("<svg")


def test_a_row_leads_to_its_run(site, browser):
    """The run id on the board opens the run's record."""
    page = visit(browser, site.url + "board", viewport={"width": 1440, "height": 1000})
    run = page.locator(".bo td.run a").first
    name = run.inner_text()
    run.click()
    page.wait_for_url("**/run?**")
    settle(page)

    says(page, name)
    says(page, "Cite this number")


def test_hostile_solutions_do_nothing(hostile, browser):
    """Neither script nor image of a solution reaches the page; a broken formula shows as its source."""
    server = Server(hostile.parent)
    try:
        for sample in range(6):
            page = visit(browser, f"{server.url}problems?sample={sample}", viewport={"width": 1200, "height": 1000})
            says(page, "What A and B pick")
            says(page, SHOWN[sample])

            assert page.title() != "owned"
            assert page.query_selector("[data-testid=stMainBlockContainer] img[src=x]") is None
            assert not page.query_selector_all("img[src*='example.invalid']")
            assert page.query_selector(".katex-error") is None
            if sample == 1:
                assert page.query_selector(".katex") is not None
            page.context.close()
    finally:
        server.stop()


SHOWN = (
    "<script>document.title='owned'</script><img src=x",
    r"\frac{1}",
    "x" * 200,
    "שלום עולם",
    "right⟨U+202E⟩to left",
    ":smile: a -> b",
)


@pytest.mark.slow
def test_twenty_sessions_read_while_a_run_is_written(own_board, browser):
    """Twenty open pages, fifteen writes: no page fails, no write is refused, all pages come to see the last one."""
    server = Server(own_board.parent)
    try:
        pages = [browser.new_context().new_page() for _ in range(20)]
        for page in pages:
            page.goto(server.url + "board?board=invented-sums%2Fsums", wait_until="commit")
        for page in pages:
            page.wait_for_selector(READY, timeout=1_200_000)
        for i in range(15):
            with store.writing(own_board) as connection:
                connection.execute("update runs set verifier = ? where family = 'AlderPRM'", [f"Alder-{i}"])
            pages[i].reload(wait_until="commit")
        for page in pages:
            page.reload(wait_until="commit")
        for page in pages:
            says(page, "Alder-14")
            assert page.query_selector("[data-testid=stException]") is None
    finally:
        server.stop()
