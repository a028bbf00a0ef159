"""What a browser loads on a first visit to the served leaderboard, in bytes over the wire."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

LIMIT = 2_500_000  # bytes: half of what a first visit took before the scripts were compressed
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def measure(failures: list[str]) -> None:
    """Serve the store that BONBENCH_STORE names, open the front page and the board in fresh browsers, and count."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        print("first load in bytes: not measured, as there is no chromium or no Playwright")
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "harness.cli", "leaderboard", "--store", os.environ["BONBENCH_STORE"],
        "--port", str(port), "--no-open-browser", "--no-reference",
    ]  # fmt: skip
    server = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        print("first load, a browser without a cache:")
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
            for name in ("", "board"):
                size, requests = _loaded(browser, f"http://127.0.0.1:{port}/{name}")
                print(f"  {name or 'front':58s} {size / 1e6:6.2f} MB  ({requests} requests, limit {LIMIT / 1e6} MB)")
                if size > LIMIT:
                    failures.append(f"first load of {name or 'front'}: {size / 1e6:.2f} MB, {LIMIT / 1e6} MB allowed")
            browser.close()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def _loaded(browser, address: str) -> tuple[int, int]:
    """Bytes and number of the responses until the page stands still, and of what came through the socket."""
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.on("Network.webSocketFrameReceived", lambda event: sizes.append(len(event["response"]["payloadData"])))
    page.goto(address)
    page.wait_for_selector(".bo-title", timeout=120_000)
    page.wait_for_timeout(4_000)
    page.context.close()
    return int(sum(sizes)), len(sizes)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the leaderboard did not start")
