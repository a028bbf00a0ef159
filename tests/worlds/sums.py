"""A task of three sums, and a server that answers with the seed it was sent."""

from typing import Any

from harness.pool.generate import Plan
from harness.pool.pools import Pool
from harness.records import Problem, Source, Task
from worlds.model_server import ModelServer

TEXTS = ("What is 1 + 1?", "Janet has 3 apples and buys 4. How many has she?", "What is 2 + 3?")
TASK = Task("sums", 1, "Sums", "math", Source(), lambda row, position: None, prompt="Q: {problem}\nA:")
PROBLEMS = [Problem(f"p{i}", text, gold) for i, (text, gold) in enumerate(zip(TEXTS, ("2", "7", "5"), strict=True))]


class Completions(ModelServer):
    """Answers a request with its seed; ``cut`` and ``empty`` say how it ends and which answers have no text."""

    cut = False
    empty: tuple[int, ...] = ()

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """One choice."""
        text = f"seed {body['seed']}. The answer is {body['seed'] % 10}."
        choice: dict[str, Any] = {"index": 0, "finish_reason": "length" if self.cut else "stop"}
        nothing = len(self.requests) in self.empty
        if path.endswith("chat/completions"):
            choice["message"] = {"content": None if nothing else text}
        else:
            choice["text"] = None if nothing else text
        return {"choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": len(text)}}


def plan(**changes: Any) -> Plan:
    """Four samples of each of three problems, in shards of five."""
    return Plan(**{"name": "made", "task": TASK, "problems": PROBLEMS, "samples": 4, "shard": 5, **changes})


def rows(pool: Pool) -> list[dict[str, Any]]:
    """The samples of a pool."""
    wanted = ["index", "text", "tokens", "finish"]
    return [row for _, table in pool.batches(wanted) for row in table.to_pylist()]
