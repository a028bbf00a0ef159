"""Requests to model servers: many at a time, repeated with growing pauses, and keys from the environment only.

A busy or restarting server (429, 500, 502, 503, 504, a broken connection) is asked again, after the time it names or
after a pause that doubles; any other refusal is final. What a server is sent is the request; a key goes into a header
and nowhere else: not into options, fingerprints, errors or files.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import count
from typing import Any

from harness.errors import BadInput, VerifierError

BUSY = (429, 500, 502, 503, 504)
RETRIES = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0  # seconds
TIMEOUT = 600.0  # seconds for one answer
KEYS = ("BONBENCH_API_KEY", "OPENAI_API_KEY")


class Refused(VerifierError):
    """A server answered that it will not do this request; asking again would not help.

    Args:
        status: The HTTP status.
        message: What the server said.
    """

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(f"The server refused a request ({status}): {message}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Servers of one model, and how they are asked.

    Attributes:
        server: Their addresses, separated by commas; "" where the model runs in this process.
        api: What is asked: ``pooling``, ``completions``; "" for what the verifier's head needs.
        served_model: What the model is called there; "" for its own name.
        server_outputs: What ``/pooling`` returns: ``raw``, ``probabilities``, or ``auto``, told from the numbers.
        concurrency: Requests under way at each server.
        key_env: The environment variable with the key; "" to look in the usual ones.
    """

    server: str = ""
    api: str = ""
    served_model: str = ""
    server_outputs: str = "auto"
    concurrency: int = 32
    key_env: str = ""

    def __post_init__(self) -> None:
        for url in self.urls:
            if not url.startswith(("http://", "https://")):
                raise BadInput(f"server={url!r} is no address; write http://host:port or https://host.")
            if "@" in url.split("//", 1)[1].split("/", 1)[0]:
                raise BadInput("A server's address must not hold a password; put the key into BONBENCH_API_KEY.")
        if self.key_env and self.key_env not in os.environ:
            raise BadInput(f"key_env={self.key_env} names an environment variable that is not set.")

    @property
    def urls(self) -> tuple[str, ...]:
        """Their addresses, without the path of a call."""
        return tuple(u.strip().rstrip("/").removesuffix("/v1") for u in self.server.split(",") if u.strip())


class Client:
    """Sends requests to an endpoint's servers in turn.

    Args:
        endpoint: The servers.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        import urllib3

        self.endpoint, self._urls = endpoint, endpoint.urls
        self._turn = count()
        retry = urllib3.Retry(
            total=RETRIES,
            backoff_factor=FIRST_PAUSE,
            backoff_max=LONGEST_PAUSE,
            backoff_jitter=FIRST_PAUSE / 2,
            status_forcelist=BUSY,
            allowed_methods=None,  # every call is a question: asking twice changes nothing
            respect_retry_after_header=True,
            raise_on_status=False,
            redirect=False,  # a key must not follow a redirect
        )
        workers = max(1, endpoint.concurrency) * len(self._urls)
        self._pool = urllib3.PoolManager(
            num_pools=len(self._urls),
            maxsize=workers,
            retries=retry,
            timeout=urllib3.Timeout(connect=30, read=TIMEOUT),
        )
        self._workers = workers

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON answer to one request.

        Raises:
            Refused: The server will not do it.
            VerifierError: No server answered, or not with JSON.
        """
        import urllib3

        url = self._urls[next(self._turn) % len(self._urls)] + path
        headers = {"Content-Type": "application/json", **self._key()}
        data = json.dumps({"model": self.endpoint.served_model, **body}).encode()
        try:
            answer = self._pool.request("POST", url, body=data, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise VerifierError(
                f"{url} did not answer after {RETRIES} repetitions ({type(error).__name__}). What is "
                "scored is kept; start the server and run the same command again."
            ) from error
        if answer.status in BUSY:
            raise VerifierError(
                f"{url} was still busy or failing ({answer.status}) after {RETRIES} repetitions. What is "
                "scored is kept; run the same command again, perhaps with a smaller concurrency."
            )
        try:
            value = json.loads(answer.data)
        except ValueError:
            value = answer.data[:200].decode("utf-8", "replace")
        if answer.status != 200:
            raise Refused(answer.status, _message(value))
        if not isinstance(value, dict):
            raise VerifierError(f"{url} answered {str(value)[:100]!r}, not JSON: is it the server of a model?")
        return value

    def map(self, call: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        """``call`` on every item, as many at a time as the endpoint allows; the first failure stops the rest."""
        out: list[Any] = [None] * len(items)
        with ThreadPoolExecutor(max_workers=min(self._workers, max(len(items), 1))) as pool:
            futures: dict[Future[Any], int] = {pool.submit(call, item): i for i, item in enumerate(items)}
            try:
                for future in _as_done(futures):
                    out[futures[future]] = future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return out

    def _key(self) -> dict[str, str]:
        names = (self.endpoint.key_env,) if self.endpoint.key_env else KEYS
        key = next((os.environ[n] for n in names if os.environ.get(n)), "")
        return {"Authorization": f"Bearer {key}"} if key else {}


def _as_done(futures: dict[Future[Any], int]) -> Iterator[Future[Any]]:
    left = set(futures)
    while left:
        done, left = wait(left, return_when=FIRST_COMPLETED)
        yield from done


def _message(value: Any) -> str:
    """What a server says of an error, in the forms of OpenAI and vLLM."""
    if isinstance(value, dict):
        error = value.get("error", value)
        if isinstance(error, dict):
            return str(error.get("message") or error.get("detail") or error)[:300]
        return str(value.get("message") or value.get("detail") or error)[:300]
    return str(value)[:300]
