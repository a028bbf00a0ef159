"""Any chat model as a judge, behind any OpenAI-compatible endpoint: the share of K verdicts that say "True".

    BONBENCH_API_KEY=... bonbench run --pool P -v "judge server=https://api.example.com model=some-model samples=5"

The model reasons, and its last line is True or False alone. A sample without a verdict is left out and counted in the
score's note; a solution without any verdict has no score. The form of the question is HazyResearch/scaling-
verification's (generation/lm_judges.py).
"""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from harness.errors import BadInput
from harness.records import Question, Score
from verifiers.base import NO_TEXT, BatchedVerifier
from verifiers.engine.generation import Sampling, ServedTalker
from verifiers.engine.http_client import Client, Endpoint

SYSTEM = "You are an expert judge who decides whether a proposed solution to a problem reaches the right answer."
ASK = """{problem}

Proposed solution:

{solution}

Check the solution. Think as long as you need, then write on the last line only True if its final answer is right, or \
only False if it is not."""
VERDICT = re.compile(r"^[\W_]*(?:final\W+|verdict\W+|answer\W+)*(true|false)[\W_]*$", re.IGNORECASE)


class Judge(BatchedVerifier):
    r"""A chat model that says True or False.

    Args:
        server: Address of the endpoint, or several, separated by commas.
        model: The model's name there.
        samples: K, the verdicts on each solution.
        temperature: Of the samples; by default 0 for one and 0.7 for several.
        max_tokens: Longest answer.
        ask: The question, with ``{problem}`` and ``{solution}``; ``\n`` is a newline.
        system: The system message.
        name: As it stands on the board.
        concurrency: Requests under way at a time.
        key_env: Environment variable with the key; by default BONBENCH_API_KEY, then OPENAI_API_KEY.
        limit_name: What the endpoint calls the limit on tokens: max_tokens or max_completion_tokens.
    """

    about: Mapping[str, str] = {
        "kind": "chat model",
        "model": "server=... model=...",
        "source": "HazyResearch/scaling-verification",
    }
    chunk_size = 32

    def __init__(
        self,
        *,
        server: str = "",
        model: str = "",
        samples: int = 1,
        temperature: float | None = None,
        max_tokens: int = 2048,
        ask: str = ASK,
        system: str = SYSTEM,
        name: str = "",
        concurrency: int = 32,
        key_env: str = "",
        limit_name: str = "max_tokens",
    ) -> None:
        if not (server and model):
            raise BadInput("judge needs server=ADDRESS and model=NAME.")
        self._ask, self._system = ask.replace("\\n", "\n"), system
        if "{problem}" not in self._ask or "{solution}" not in self._ask:
            raise BadInput("The question must have the places {problem} and {solution}.")
        self.name = name or f"judge:{model.rsplit('/', 1)[-1]}" + (f"@{samples}" if samples > 1 else "")
        warm = 0.7 if samples > 1 else 0.0
        self._sampling = Sampling(samples, max_tokens, warm if temperature is None else temperature)
        self._model, self._limit_name = model, limit_name
        self._endpoint = Endpoint(server, served_model=model, concurrency=concurrency, key_env=key_env)

    def options(self) -> Mapping[str, Any]:
        """Model, wording and sampling; not the address."""
        s = self._sampling
        return {
            "model": self._model,
            "ask": self._ask,
            "system": self._system,
            "samples": s.samples,
            "temperature": s.temperature,
            "max_tokens": s.max_tokens,
        }

    def fingerprint(self) -> Mapping[str, Any]:
        """Name, version and options."""
        return {"name": self.name, "version": self.version, "options": dict(self.options())}

    @cached_property
    def talker(self) -> ServedTalker:
        """The endpoint."""
        return ServedTalker(Client(self._endpoint), "/v1/chat/completions", limit_name=self._limit_name)

    def usage(self) -> Mapping[str, Any]:
        """Tokens as the endpoint counts them."""
        found = dict(self.talker.usage())
        return {**found, "tokens": found["computed_tokens"]}

    def score_prepared(self, prepared: Sequence[Question]) -> list[list[Score]]:
        """The share of True among the verdicts, all questions at the same time."""
        asked, places = [], []
        scores: list[list[Score]] = [[Score(None, note=NO_TEXT)] * len(solutions) for _, solutions in prepared]
        for q, (problem, solutions) in enumerate(prepared):
            for i, solution in enumerate(solutions):
                if solution.text:
                    text = self._ask.replace("{problem}", problem).replace("{solution}", solution.text)
                    system = [{"role": "system", "content": self._system}] if self._system else []
                    asked.append([*system, {"role": "user", "content": text}])
                    places.append((q, i))
        for (q, i), said in zip(places, self.talker.say(asked, self._sampling), strict=True):
            scores[q][i] = Score(None, note=said) if isinstance(said, str) else _share([s.text for s in said])
        return scores


def verdict(text: str) -> bool | None:
    r"""What the last line that is not empty says, or None.

    >>> verdict("The sum is right.\n\n**True**")
    True
    >>> verdict("I cannot tell.") is None
    True
    """
    lines = [line for line in text.strip().splitlines() if line.strip()]
    found = VERDICT.match(lines[-1].strip()) if lines else None
    return None if found is None else found.group(1).lower() == "true"


def _share(texts: Sequence[str]) -> Score:
    verdicts = [verdict(text) for text in texts]
    known = [v for v in verdicts if v is not None]
    lost = len(verdicts) - len(known)
    note = f"{lost} of {len(verdicts)} answers without a verdict" if lost else ""
    return Score(sum(known) / len(known) if known else None, note=note)


VERIFIERS = {"judge": Judge}
