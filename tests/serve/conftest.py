"""Servers of verifiers, and clients of theirs."""

from contextlib import ExitStack

import pytest

from harness.serve.client import Client
from worlds.reward_server import MINE, serving


@pytest.fixture
def served():
    """Start a server; what is yielded gives the server and a client of it."""
    with ExitStack() as stack:

        def start(spec, **options):
            server = stack.enter_context(serving(spec, **options))
            return server, Client(server.url)

        yield start


@pytest.fixture
def file(tmp_path):
    """Verifiers of somebody's own, in a file: some that score, some that misbehave."""
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    return path
