"""A browser on the leaderboard: Debian's chromium, headless, driven by Playwright; and a server of the board."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium; on Debian: apt-get install chromium"),
]
ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DRAWN = """document.querySelector('[data-test-script-state=notRunning]') &&
 [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].every(c => {
  const drawn = c.querySelector('canvas, svg'); return drawn && drawn.clientHeight > 10 && drawn.clientWidth > 50 })"""
READY = "[data-testid=stMainBlockContainer] .bo-title"


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
