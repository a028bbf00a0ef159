"""The page as ``bonbench leaderboard`` serves it: Streamlit's scripts and styles are compressed on their way.

They are two thirds of what a first visit loads. A host that serves ``app.py`` itself compresses them or not.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from streamlit.starlette import App

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

COMPRESSED = (".js", ".css")  # fonts are compressed already


class Compressed(GZipMiddleware):
    """Gzip for the files that gain by it."""

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].endswith(COMPRESSED):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)


app = App(Path(__file__).with_name("app.py"), middleware=[Middleware(Compressed, compresslevel=6)])
