"""``bestofn leaderboard``: open the board."""

from pathlib import Path
from typing import Annotated

import typer

from harness.errors import BadInput


def leaderboard(
    store: Annotated[Path | None, typer.Option(help="The results database.")] = None,
    port: Annotated[int, typer.Option(help="Where to serve it.")] = 8501,
    open_browser: Annotated[bool, typer.Option(help="Open a browser on it.")] = True,
) -> None:
    """Open the Streamlit leaderboard on a store."""
    import os
    import subprocess
    import sys

    from harness import home
    from harness import store as stores

    path = (store or home.default_store()).resolve()
    if not path.exists() and not stores.published_copy(path).exists():
        raise BadInput(f"There is no store at {str(path)!r} yet: 'bestofn run' makes one.")
    root = Path(__file__).resolve().parents[2]  # holds the packages, whether or not they are installed
    app = root / "leaderboard" / "app.py"
    command = [
        sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port),
        "--server.headless", "false" if open_browser else "true", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "BESTOFN_STORE": str(path),
        "BESTOFN_HOME": str(home.home().resolve()),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")])),
    }
    raise typer.Exit(subprocess.call(command, env=environment))
