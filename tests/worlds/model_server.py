"""A real HTTP server for tests: vLLM's ``/pooling`` and ``/v1/completions``, OpenAI's chat, on a tiny model.

It can be told to fail: each entry of ``failures`` is the status of one answer (0 closes the connection).
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import torch

Rows = Callable[[list[int]], torch.Tensor]


class ModelServer:
    """What the server answers with, and what it was asked.

    Args:
        rows: ids -> a head's outputs, [tokens, numbers], for ``/pooling``.
        logits: ids -> logits, [tokens, vocabulary], for completions.
        tokenizer: For prompts that come as texts, and for texts it writes.
        chat: messages, sample -> text, for chat completions.
    """

    TOO_LONG = "maximum context length is exceeded"

    def __init__(
        self, rows: Rows | None = None, logits: Rows | None = None, tokenizer: Any = None, chat: Any = None
    ) -> None:
        self.rows, self.logits, self.tokenizer, self.chat = rows, logits, tokenizer, chat
        self.pooling = "ALL"
        self.step_tag = -1
        self.softmax = False
        self.sigmoid = "asked"  # of single numbers: "asked", "always", "never"
        self.ranks = True
        self.top = 20
        self.longest = 10_000
        self.failures: list[int] = []
        self.requests: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.url = ""
        self.lock = threading.Lock()

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to one call."""
        with self.lock, torch.no_grad():
            if path == "/pooling":
                return self._pool(body["input"], activated=body["use_activation"])
            if path == "/v1/completions":
                return self._complete(body)
            texts = [self.chat(body["messages"], i) for i in range(body.get("n", 1))]
            choices = [{"message": {"content": t}, "finish_reason": "stop"} for t in texts]
            return {"choices": choices, "usage": {"prompt_tokens": 10, "completion_tokens": 5 * len(texts)}}

    def _pool(self, ids: list[int], *, activated: bool) -> dict[str, Any]:
        rows = self.rows(ids)
        if rows.shape[-1] == 1 and (self.sigmoid == "always" or (self.sigmoid == "asked" and activated)):
            rows = rows.sigmoid()
        if self.softmax:
            rows = rows.softmax(-1)
        if self.pooling == "STEP":
            rows = rows[[i for i, token in enumerate(ids) if token == self.step_tag]]
        if self.pooling == "LAST":
            return {"data": [{"index": 0, "object": "pooling", "data": rows[-1].tolist()}]}
        return {"data": [{"index": 0, "object": "pooling", "data": rows.tolist()}]}

    def _shown(self, logs: torch.Tensor, token: int) -> dict[str, Any]:
        rank = {"rank": int((logs > logs[token]).sum()) + 1} if self.ranks else {}
        return {"logprob": logs[token].item(), **rank}

    def _complete(self, body: dict[str, Any]) -> dict[str, Any]:
        prompt = body["prompt"]
        ids = self.tokenizer(prompt, add_special_tokens=False)["input_ids"] if isinstance(prompt, str) else prompt
        logs = self.logits(ids).log_softmax(-1)
        choice: dict[str, Any] = {"text": "", "finish_reason": "stop"}
        if body.get("prompt_logprobs") is not None:
            shown: list[Any] = [None]
            for i, following in enumerate(ids[1:]):
                best = logs[i].topk(min(body["prompt_logprobs"] or 1, self.top)).indices.tolist()
                shown.append({str(t): self._shown(logs[i], t) for t in {*best, following}})
            choice["prompt_logprobs"] = shown
        if body.get("logprobs"):
            best = logs[-1].topk(min(body["logprobs"], self.top)).indices.tolist()
            choice["logprobs"] = {"top_logprobs": [{f"token_id:{t}": logs[-1, t].item() for t in best}]}
        choices = []
        for sample in range(body.get("n", 1)):
            text = self.chat(prompt, sample) if self.chat else ""
            for stop in body.get("stop", []):
                text = text.split(stop)[0]
            choices.append({**choice, "text": text})
        return {"choices": choices, "usage": {"prompt_tokens": len(ids), "completion_tokens": 3}}


@contextmanager
def serving(model: ModelServer) -> Iterator[ModelServer]:
    """Run a server for the time of a ``with`` block; its address is ``model.url``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with model.lock:
                model.requests.append((self.path, body, dict(self.headers)))
                failure = model.failures.pop(0) if model.failures else None
            if failure == 0:
                self.close_connection = True
                self.connection.close()
                return
            ids = body.get("input", body.get("prompt"))
            if failure is None and isinstance(ids, list) and len(ids) > model.longest:
                self._reply(400, {"error": {"message": model.TOO_LONG}})
            elif failure is not None:
                self._reply(failure, {"error": {"message": f"failing with {failure}"}})
            else:
                self._reply(200, model.answer(self.path, body))

        def _reply(self, status: int, value: dict[str, Any]) -> None:
            data = json.dumps(value).encode()
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "0")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
