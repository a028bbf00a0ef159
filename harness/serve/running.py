"""uvicorn, from the address to a clean end: what is under way is answered, then the workers end."""

import ipaddress
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn

from harness.errors import BadInput
from harness.records import Verifier
from harness.serve import app, worker
from harness.serve.crew import Crew, Limits
from harness.serve.metrics import Metrics

CONNECTIONS = 256  # at once; more are answered with 503


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens.

    Attributes:
        host: Its address: this machine alone, unless another is named.
        port: 0 for any that is free.
        key_env: The environment variable that holds the key; "" for none.
        without_key: Whether other machines may ask without one.
        grace: Seconds that requests under way are given at the end.
    """

    host: str = "127.0.0.1"
    port: int = 8800
    key_env: str = ""
    without_key: bool = False
    grace: float = 30.0

    def key(self) -> str:
        """The key.

        Raises:
            BadInput: The variable is not set, or other machines could ask without a key.
        """
        key = os.environ.get(self.key_env, "") if self.key_env else ""
        if self.key_env and not key:
            raise BadInput(
                f"--key-env {self.key_env} names an environment variable that is not set; put the key there."
            )
        if not key and not self.without_key and not _loopback(self.host):
            raise BadInput(
                f"--host {self.host} lets other machines ask. Name the variable that holds a key with --key-env, or "
                "say --without-key if everybody may."
            )
        return key


def _loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Uvicorn(uvicorn.Server):
    """uvicorn, which says when it listens."""

    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.ready()


class Server:
    """A verifier that is served.

    Args:
        verifier: What.
        place: Where.
        workers: Processes that score, each with its own model.
        limits: How much is asked of them at once.
        manners: What is taken of a request, without the key.

    Raises:
        BadInput: The address is taken, the key is missing, or the verifier cannot be served.
        VerifierError: It cannot be made.
    """

    def __init__(
        self, verifier: Verifier, place: Place, workers: int = 1, limits: Limits | None = None, body: int = 8 * 2**20
    ) -> None:
        made_from = worker.job(verifier)
        manners = app.Manners(place.key(), body)
        self._socket = _bound(place)
        self.metrics = Metrics()
        self.crew = Crew(made_from, workers, limits or Limits(), self.metrics)
        made = app.make(verifier, made_from.fingerprint, self.crew, manners, self.metrics)
        self._server = _Uvicorn(
            uvicorn.Config(
                made,
                log_level="warning",
                access_log=False,
                server_header=False,
                limit_concurrency=CONNECTIONS,
                timeout_graceful_shutdown=int(place.grace),
            )
        )

    @property
    def url(self) -> str:
        """Its address."""
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def run(self, ready: Callable[[str], None]) -> None:
        """Serve until it is stopped, interrupted or terminated.

        Args:
            ready: Told the address once a worker can score.
        """
        try:
            self.crew.start()
            self._server.ready = lambda: ready(self.url)
            self._server.run([self._socket])
        except KeyboardInterrupt:
            return  # as the person wished; uvicorn says so once what was under way is answered
        finally:
            self.crew.end()
            self._socket.close()

    def stop(self) -> None:
        """Have it end as if it were terminated; another thread may call this."""
        self._server.should_exit = True


def _bound(place: Place) -> socket.socket:
    """The socket, so that a taken address is told before a model is loaded."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((place.host, place.port))
    except (OSError, OverflowError) as error:
        made.close()
        raise BadInput(
            f"{place.host}, port {place.port}, cannot be listened at: {error}. Name another with --host or --port."
        ) from error
    return made
