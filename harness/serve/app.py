"""The endpoints, and what is refused before anybody is asked: no key, too long a body, too much waiting."""

import asyncio
import hmac
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException

from harness import plain
from harness.errors import BonbenchError, VerifierError
from harness.measure import step_rewards
from harness.measure.aggregation import aggregation
from harness.records import Question, Verifier
from harness.serve import client, forms, metrics
from harness.serve.crew import Crew, Full
from harness.serve.worker import Answer

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
OPEN = frozenset({"/health", "/client.py"})  # paths that need no key: they tell nothing that was asked or scored
BUSY_SECONDS = "1"  # after which a client that was refused may ask again
SHOWN = 5  # faults of a body that are told


@dataclass(frozen=True, slots=True)
class Manners:
    """What a server takes.

    Attributes:
        key: What every request must bear; "" for none.
        body: Most bytes of a body.
        body_seconds: Time for a body to arrive.
    """

    key: str = ""
    body: int = 8 * 2**20
    body_seconds: float = 30.0


class _Refused(Exception):
    """A request that is not answered."""

    def __init__(self, status: HTTPStatus, said: str, reason: str, **headers: str) -> None:
        super().__init__(said)
        self.status, self.reason, self.headers = status, reason, headers


class Guard:
    """Lets a request in once it bears the key and its body is whole and small enough; counts every answer."""

    def __init__(self, app: Any, manners: Manners, counted: metrics.Metrics) -> None:
        self._app, self._manners, self._metrics = app, manners, counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counted(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                known = scope.get("route")
                path = known.path if known is not None else "other"
                self._metrics.add("requests_total", path=path, status=str(message["status"]))
            await send(message)

        try:
            self._check_key(scope)
            body = await asyncio.wait_for(self._body(scope, receive), self._manners.body_seconds)
        except TimeoutError:
            said = f"The body did not arrive within {self._manners.body_seconds:g} s."
            await self._refuse(_Refused(HTTPStatus.REQUEST_TIMEOUT, said, "slow body"), scope, receive, counted)
            return
        except _Refused as refused:
            await self._refuse(refused, scope, receive, counted)
            return
        given = False

        async def whole() -> Any:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, whole, counted)

    async def _refuse(self, refused: _Refused, scope: Scope, receive: Receive, send: Send) -> None:
        self._metrics.add("refused_total", reason=refused.reason)
        await _error(refused.status, str(refused), {**refused.headers, "Connection": "close"})(scope, receive, send)

    def _check_key(self, scope: Scope) -> None:
        if not self._manners.key or scope["path"] in OPEN:
            return
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not hmac.compare_digest(given, f"Bearer {self._manners.key}".encode()):
            said = "This server asks for a key: send it as 'Authorization: Bearer KEY'."
            raise _Refused(HTTPStatus.UNAUTHORIZED, said, "no key", **{"WWW-Authenticate": "Bearer"})

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        long = _Refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body is longer than {self._manners.body:,} bytes; send fewer solutions at a time.",
            "long body",
        )
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        if stated.isdigit() and int(stated) > self._manners.body:
            raise long
        parts, size = [], 0
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._manners.body:
                raise long
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                return b"".join(parts)


def make(verifier: Verifier, fingerprint: str, crew: Crew, manners: Manners, counted: metrics.Metrics) -> FastAPI:
    """The application.

    Args:
        verifier: What is served, as far as it is told: its name and its aggregation.
        fingerprint: Its identity.
        crew: What scores; it is ended with the application.
        manners: What is taken.
        counted: Where is counted.
    """

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(crew.end)

    app = FastAPI(title=f"bonbench serve: {verifier.name}", lifespan=life, docs_url=None, redoc_url=None)
    app.add_middleware(Guard, manners=manners, counted=counted)
    about = {"verifier": verifier.name, "fingerprint": fingerprint, "aggregation": verifier.aggregation}

    async def answers(questions: Sequence[Question]) -> list[Answer]:
        started = time.monotonic()
        try:
            asked = crew.ask(questions)
        except Full:
            counted.add("refused_total", reason="full")
            said = "Too many solutions wait already; ask again later, or fewer at a time."
            raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE, said, "full", **{"Retry-After": BUSY_SECONDS}) from None
        found = await asyncio.gather(*map(asyncio.wrap_future, asked))
        counted.answered(time.monotonic() - started)
        return found

    @app.post("/score")
    async def score(body: forms.ScoreRequest) -> Response:
        """Scores of solutions: values, and steps with the characters that they stand at."""
        how = body.aggregation or verifier.aggregation
        if how:
            aggregation(how)  # a name that is not known is told before anything is scored
        if body.credit:
            step_rewards.credit((), body.credit)
        found = await answers([asked.question() for asked in body.questions])
        rows = [forms.scores(answer, how, body.credit) for answer in found]
        return JSONResponse({**about, "aggregation": how, "answers": rows})

    @app.post("/pooling")
    async def pooling(body: forms.PoolingRequest) -> Response:
        """The same in the shape of vLLM's endpoint."""
        if body.model not in (None, "", verifier.name):
            said = f"The model {body.model!r} is not served here; {verifier.name!r} is."
            return _error(HTTPStatus.NOT_FOUND, said)
        found = await answers(body.questions())
        return JSONResponse(forms.pooled(found, verifier.name, uuid.uuid4().hex, int(time.time())))

    @app.get("/v1/models")
    async def models() -> Response:
        """What is served, as OpenAI's and vLLM's clients ask."""
        return JSONResponse(
            {"object": "list", "data": [{"id": verifier.name, "object": "model", "owned_by": "bonbench"}]}
        )

    @app.get("/health")
    async def health() -> Response:
        """Whether questions can be scored now."""
        status = HTTPStatus.OK if crew.ready else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse({"status": "ok" if crew.ready else "no worker", "workers": crew.ready}, status)

    @app.get("/metrics")
    async def numbers() -> Response:
        """Counters, for Prometheus."""
        now = {"waiting_solutions": float(crew.waiting), "workers_ready": float(crew.ready)}
        return PlainTextResponse(counted.text(now), media_type=metrics.TYPE)

    @app.get("/client.py")
    async def client_file() -> Response:
        """The client, to be put beside a trainer."""
        return FileResponse(Path(client.__file__), media_type="text/x-python")

    app.add_exception_handler(_Refused, _refused)
    app.add_exception_handler(BonbenchError, _sentence)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _unknown)
    return app


def _error(status: HTTPStatus, said: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error in the form of OpenAI's and vLLM's, without what was sent."""
    return JSONResponse({"error": {"message": plain.masked(said), "code": status.value}}, status, dict(headers or {}))


async def _refused(request: Request, error: Any) -> Response:
    return _error(error.status, str(error), error.headers)


async def _sentence(request: Request, error: Exception) -> Response:
    broken = isinstance(error, VerifierError)
    return _error(HTTPStatus.SERVICE_UNAVAILABLE if broken else HTTPStatus.BAD_REQUEST, str(error))


async def _unknown(request: Request, error: Any) -> Response:
    """Paths and methods that are none, and bodies that are no JSON."""
    return _error(HTTPStatus(error.status_code), str(error.detail), error.headers)


async def _invalid(request: Request, error: Any) -> Response:
    faults = [f"{'.'.join(map(str, fault['loc'][1:])) or 'body'}: {fault['msg']}" for fault in error.errors()[:SHOWN]]
    return _error(HTTPStatus.BAD_REQUEST, f"The request is not of the form that is expected: {'; '.join(faults)}.")
