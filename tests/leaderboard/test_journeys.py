"""Three visitors, each from the front page by clicks alone: a student who asks which, a reviewer, a vendor."""

import csv
import itertools
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from harness.report import store
from leaderboard.draw.static import page as static_page
from worlds import browsing
from worlds.browsing import says, settle, visit

pytestmark = browsing.MARKS
WIDE, NARROW = {"width": 1440, "height": 1200}, {"width": 400, "height": 900}


def state(page) -> dict[str, str]:
    """The address."""
    return {k: v[0] for k, v in parse_qs(urlsplit(page.url).query, keep_blank_values=True).items()}


def radio(page, name: str) -> None:
    """Press a button of a row."""
    page.get_by_role("radio", name=name, exact=True).click()
    settle(page)


def view(page, name: str) -> None:
    """Open a view from the list above the page."""
    page.get_by_test_id("stTopNavLink").filter(has_text=name).click()
    settle(page)


def heading(page) -> str:
    """What the page is about."""
    return page.locator(".bo-title h1").first.inner_text()


def test_a_student_asks_which_verifier_to_take(site, browser):
    """Task and N are two clicks; too large an N is told with what is nearest; the board is one click on; back works."""
    page = visit(browser, site.url, viewport=WIDE)
    radio(page, "Invented sums")
    radio(page, "64")
    says(page, "No pool of Invented sums is large enough for N = 64: the largest with a verifier has N = 32")
    radio(page, "8")
    says(page, "choosing among 8")
    asked = page.url
    page.locator(".bo.matrix td a").first.click()
    page.wait_for_url("**/board?**")
    settle(page)
    assert heading(page) == "Best of 8 on Invented sums"
    assert page.title() == "Best of 8 on Invented sums · bonbench"

    page.go_back()
    settle(page)
    assert page.url == asked
    says(page, "choosing among 8")
    page.go_back()
    settle(page)
    assert state(page)["n"] == "64"


def test_a_reviewer_follows_a_number_to_its_evidence(site, browser):
    """Board, run, how to cite it, a cell of the heatmap, two solutions, and a link that shows a colleague the same."""
    page = visit(browser, site.url, viewport=WIDE)
    page.locator(".bo.matrix td a").first.click()
    page.wait_for_url("**/board?**")
    settle(page)
    n, chosen = state(page)["n"], state(page)["board"]
    line = page.locator(".bo.ranks tr.line").filter(has_text="Alder-PRM-7B")
    accuracy = line.locator(".acc").inner_text()
    line.locator(".run a").click()
    page.wait_for_url("**/run?**")
    settle(page)
    assert (state(page)["n"], state(page)["board"]) == (n, chosen)
    says(page, f"at N = {n} of 32 on")
    says(page, f"{accuracy} % (95 % interval over")
    says(page, "@misc{bonbench-")

    view(page, "Problems")
    chart = page.get_by_test_id("stVegaLiteChart").first
    box = chart.bounding_box()
    before = state(page)["problem"]
    for across, down in itertools.product((0.12, 0.14, 0.16, 0.18), (0.95, 0.9, 0.85)):  # wherever a cell is
        if state(page)["problem"] == before:
            chart.click(position={"x": box["width"] * across, "y": box["height"] * down})
            settle(page)
    assert state(page)["problem"] != before
    says(page, "What A and B pick")
    colleague = visit(browser, page.url, viewport=WIDE)
    for name in ("a", "b", "problem", "sample", "sample_b", "n", "board"):
        assert state(colleague)[name] == state(page)[name]
    assert colleague.locator("[class*=st-key-step-a-]").count() == page.locator("[class*=st-key-step-a-]").count()


def test_a_vendor_looks_for_their_verifier(site, browser):
    """Its page, its boards, every rule of one of them, a comparison, and the numbers as a file."""
    page = visit(browser, site.url, viewport=WIDE, accept_downloads=True)
    page.locator(".bo.matrix th.who a").filter(has_text="Birch-PRM-1.5B").click()
    page.wait_for_url("**/verifier?**")
    settle(page)
    assert heading(page) == "Birch-PRM-1.5B"
    says(page, "1.5B")
    says(page, "Invented science")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("CSV")).first.click()
    with Path(download.value.path()).open(encoding="utf-8") as file:
        assert {row["verifier"] for row in csv.DictReader(file)} == {"Birch-PRM-1.5B"}
    page.locator(".bo.grid td.left a").filter(has_text="Invented sums").click()
    page.wait_for_url("**/board?**")
    settle(page)
    page.get_by_role("combobox", name=re.compile("Rule")).click()
    page.get_by_role("option", name="all rules and aggregations").click()
    settle(page)
    assert page.locator(".bo.rules tbody tr").count() == 6
    view(page, "Compare")
    page.get_by_role("combobox", name=re.compile("^A|Selected.*A$")).first.click()
    page.get_by_role("option", name="Birch-PRM-1.5B (product)", exact=True).click()
    settle(page)
    assert state(page)["a"] == "Birch-PRM-1.5B (product)"
    says(page, "Holm-adjusted")


def test_the_link_is_copied(site, browser):
    """The button hands out the address."""
    context = browser.new_context(viewport=WIDE, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(site.url + "compare")
    page.wait_for_selector(".bo-copy")
    settle(page)
    page.locator(".bo-copy").click()
    page.wait_for_timeout(300)

    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.locator(".bo-copy").inner_text() == "Copied"


def test_on_a_telephone_the_interval_the_axis_and_the_run_stay(site, browser):
    """At 400 pixels, and at 200 % zoom of 1440, no number that counts is hidden."""
    for viewport in (NARROW, {"width": 720, "height": 900}):
        page = visit(browser, site.url + "board", viewport=viewport)
        line = page.locator(".bo.ranks tr.line").filter(has_text="Alder-PRM-7B")
        for part in (".acc", ".iv small", ".gain small", ".run a", ".rank"):
            assert line.locator(part).first.is_visible(), part
        assert page.locator(".bo.ranks thead .iv span").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_on_a_telephone_the_drawer_closes(site, browser):
    """After a view was chosen from it."""
    page = visit(browser, site.url, viewport=NARROW)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_timeout(600)
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Compare").click()
    settle(page)

    browsing.playwright.expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible(timeout=20_000)
    assert heading(page).startswith("Two verifiers")


def test_the_one_file_board_does_not_overflow(invented_home, browser, tmp_path):
    """At 400 pixels nothing stands beyond the page, whatever is unfolded."""
    with store.reading(invented_home / "results.duckdb") as connection:
        (tmp_path / "board.html").write_text(static_page(connection, "A board with a long name, to be sure"), "utf-8")
    page = browser.new_context(viewport=NARROW).new_page()
    page.goto((tmp_path / "board.html").as_uri())
    page.wait_for_timeout(1500)
    for fold in page.locator("section:not([hidden]) details:not(.vega-embed details) > summary").all():
        if fold.is_visible():
            fold.click()

    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
