"""The leaderboard in a browser: Debian's chromium, headless. Set BONBENCH_SCREENSHOTS to keep pictures of every view.

The pictures in docs/images come from here; they show the invented world of tests/worlds/invented.py, or the store that
BONBENCH_SCREENSHOT_HOME names.
"""

import csv
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from PIL import Image

from harness.report import store

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium; on Debian: apt-get install chromium"),
]
ROOT = Path(__file__).resolve().parents[2]
WORTH_A_LOOK = (  # a problem that two verifiers differ on, and a solution with a slip
    "problems?board=invented-sums%2Fsums&show=A+right%2C+B+wrong&b=Birch-PRM-1.5B+%28product%29&sample=23"
)
VIEWS = {
    "leaderboard": "", "curves": "curves", "ood": "ood", "compare": "compare", "problems": WORTH_A_LOOK,
    "calibration": "calibration", "compute": "compute", "training": "training", "method": "method",
}  # fmt: skip
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
TALLEST = 2600  # pixels of a picture
HEIGHT = "document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight"
DRAWN = """document.querySelector('[data-test-script-state=notRunning]') &&
 [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].every(c => {
  const drawn = c.querySelector('canvas, svg'); return drawn && drawn.clientHeight > 10 && drawn.clientWidth > 50 })"""
READY = "[data-testid=stMainBlockContainer] .bo-title"


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests."""
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


class Server:
    """A leaderboard as ``bonbench leaderboard`` starts it."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        code = (
            "from harness.cli import main; import sys; "
            f"sys.argv = ['bonbench', 'leaderboard', '--port', '{self.port}', '--no-open-browser', '--no-reference']; "
            "main()"
        )
        environment = {**os.environ, "BONBENCH_HOME": str(home)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.url = f"http://127.0.0.1:{self.port}/"
        for _ in range(150):
            try:
                urllib.request.urlopen(self.url + "_stcore/health", timeout=1)
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise AssertionError("the leaderboard did not start")

    def stop(self) -> None:
        os.killpg(self.process.pid, 15)
        self.process.wait(20)


@pytest.fixture(scope="module")
def site(invented_home):
    """The invented store, served."""
    server = Server(Path(os.environ.get("BONBENCH_SCREENSHOT_HOME", invented_home)))
    yield server
    server.stop()


def visit(browser, address, **options):
    """A page that has been drawn."""
    page = browser.new_context(**options).new_page()
    page.goto(address)
    page.wait_for_selector(READY, timeout=60_000)
    settle(page)
    return page


def settle(page) -> None:
    """Wait until the script has run and the charts are there."""
    page.wait_for_timeout(400)
    page.wait_for_selector("[data-testid=stStatusWidget]", state="hidden", timeout=60_000)
    page.wait_for_function("!document.querySelector('[data-stale=true]')", timeout=60_000)
    page.wait_for_function(DRAWN, timeout=60_000)
    page.wait_for_timeout(900)


def says(page, text: str) -> None:
    """Wait until the page shows a text."""
    playwright.expect(page.get_by_test_id("stMainBlockContainer")).to_contain_text(text, timeout=60_000)


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

    assert "slice=Quintile" in link
    assert checked == "true"
    assert len(other.query_selector_all("[data-testid=stVegaLiteChart]")) == 2


def test_task_and_n_stay_when_the_view_changes(site, browser):
    """The choices above every view go along."""
    page = visit(browser, site.url + "?board=invented-sums%2Fsums&n=8", viewport={"width": 1440, "height": 1000})
    page.get_by_test_id("stTopNavLink").filter(has_text="Compare").click()
    page.wait_for_url("**/compare*")
    settle(page)

    says(page, "At N = 8")
    assert "n=8" in page.url


def test_a_csv_is_downloaded(site, browser):
    """The file holds the board in view."""
    page = visit(browser, site.url + "?board=invented-sums%2Fsums&n=8", accept_downloads=True)
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("CSV")).first.click()
    with Path(download.value.path()).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert download.value.suggested_filename == "invented-sums-best-of-8.csv"
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
    page = visit(browser, site.url, viewport={"width": 1440, "height": 1000})
    run = page.locator(".bo td.run a").first
    name = run.inner_text()
    run.click()
    page.wait_for_url("**/method?run=*")
    settle(page)

    says(page, name)
    says(page, "Cite this number")


def test_hostile_solutions_do_nothing(hostile, browser):
    """Neither script nor image of a solution reaches the page; a broken formula shows as its source."""
    server = Server(hostile.parent)
    try:
        for sample in range(6):
            page = visit(browser, f"{server.url}problems?sample={sample}", viewport={"width": 1200, "height": 1000})
            says(page, "A solution under both")
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
            page.goto(server.url + "?board=invented-sums%2Fsums", wait_until="commit")
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
