"""What is asked and answered, as JSON: a form of our own, and that of vLLM's ``/pooling``."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from harness.errors import BadInput
from harness.measure import step_rewards
from harness.measure.aggregation import aggregate, as_probability
from harness.records import Question, Solution
from harness.serve.client import conversation
from harness.serve.worker import Answer, Scored

INFINITE = "the verifier's score is infinite, which JSON cannot hold"
Text = Annotated[str, Field(max_length=1_000_000)]


class Given(BaseModel):
    """A solution whose steps are given, for verifiers that take a pool's own steps."""

    model_config = ConfigDict(extra="forbid")
    text: Text
    steps: list[Text] | None = None


class Asked(BaseModel):
    """A problem and solutions of it, scored together: a verifier that prefers compares these and no others."""

    model_config = ConfigDict(extra="forbid")
    problem: Text
    solutions: list[Text | Given] = Field(min_length=1)

    def question(self) -> Question:
        """As the engine takes it."""
        found = [s if isinstance(s, Given) else Given(text=s) for s in self.solutions]
        return self.problem, tuple(Solution(s.text, None if s.steps is None else tuple(s.steps)) for s in found)


class ScoreRequest(BaseModel):
    """The body of ``/score``.

    Attributes:
        questions: What is to be scored.
        aggregation: How step scores become one value; "" for the verifier's own.
        credit: A form of step reward (``step_rewards``), whose credit each step is then given; "" for none.
    """

    model_config = ConfigDict(extra="forbid")
    questions: list[Asked] = Field(min_length=1)
    aggregation: str = ""
    credit: str = ""


class PoolingRequest(BaseModel):
    """The body of vLLM's ``/pooling``: a conversation, or texts that hold one in a chat template's form.

    Other fields of vLLM's are read over: they say how a model is run, and the verifier here says that itself.
    """

    model: str | None = None
    input: Text | list[int] | list[Text] | list[list[int]] | None = None
    messages: list[dict[str, Any]] | None = None
    encoding_format: Literal["float", "base64"] = "float"

    def questions(self) -> list[Question]:
        """One question a conversation.

        Raises:
            BadInput: There is none, or it holds token ids, or no problem and solution.
        """
        if (self.input is None) == (self.messages is None):
            raise BadInput("A request has either 'input' or 'messages'; send one of them.")
        if self.encoding_format != "float":
            raise BadInput("Scores are sent as numbers only; leave out encoding_format, or say 'float'.")
        if self.messages is not None:
            return [_question(conversation(self.messages))]
        texts = [self.input] if isinstance(self.input, str) else self.input or []
        if not texts or not all(isinstance(text, str) for text in texts):
            raise BadInput(
                "Token ids were sent; a verifier makes its own. Send 'messages', or texts in a chat template's form."
            )
        return [_question(conversation(str(text))) for text in texts]


def _question(turns: Sequence[tuple[str, str]]) -> Question:
    """The last turn of the assistant as the solution of the user's turn before it."""
    solutions = [i for i, (role, _) in enumerate(turns) if role == "assistant"]
    problems = [text for role, text in turns[: solutions[-1]] if role == "user"] if solutions else []
    if not problems:
        raise BadInput(
            "No problem and solution were found: a user's message and the assistant's after it are expected, as "
            "'messages' or as text in the form of a chat template."
        )
    return problems[-1], (Solution(turns[solutions[-1]][1]),)


def values(answer: Answer, aggregation: str) -> list[float | None]:
    """One number a solution, exactly as a run has it: a product as the probability that it is.

    Args:
        answer: Of the verifier.
        aggregation: Of step scores; a verifier without steps keeps its values.

    Raises:
        UnknownName: There is no such aggregation.
        BadInput: It does not suit these scores.
    """
    if not any(s.steps for s in answer.scored):
        return [_finite(s.value) for s in answer.scored]
    flat = np.array([step for s in answer.scored for step in s.steps], dtype=np.float64)
    offsets = np.cumsum([0, *(len(s.steps) for s in answer.scored)])
    found = as_probability(aggregate(flat, offsets, aggregation), aggregation)
    return [_finite(None if math.isnan(v) else v) for v in found.tolist()]


def scores(answer: Answer, aggregation: str, credit: str) -> dict[str, Any]:
    """The answer to a question, as ``/score`` gives it."""
    if answer.failure:
        return {"error": answer.failure, "scores": None}
    found = values(answer, aggregation)
    return {"error": "", "scores": [_score(s, v, credit) for s, v in zip(answer.scored, found, strict=True)]}


def _score(scored: Scored, value: float | None, credit: str) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"score": step} for step in scored.steps]
    for step, (start, end) in zip(steps, scored.spans or (), strict=False):
        step |= {"start": start, "end": end}
    if credit and steps:
        for step, own in zip(steps, step_rewards.credit(scored.steps, credit), strict=True):
            step["credit"] = own
    note = scored.note or (INFINITE if value is None and _infinite(scored) else "")
    return {"value": value, "steps": steps, "note": note, "tokens": scored.tokens}


def pooled(answers: Sequence[Answer], model: str, ident: str, created: int) -> dict[str, Any]:
    """The answer in the shape of vLLM's ``/pooling``: rows of one number, one a step, or one for the solution."""
    data = [
        {"index": i, "object": "pooling", "data": _rows(answer), "note": _note(answer)}
        for i, answer in enumerate(answers)
    ]
    tokens = sum(s.tokens or 0 for a in answers for s in a.scored)
    usage: Mapping[str, int] = {"prompt_tokens": tokens, "total_tokens": tokens, "completion_tokens": 0}
    return {"id": f"pool-{ident}", "object": "list", "created": created, "model": model, "data": data, "usage": usage}


def _rows(answer: Answer) -> list[list[float]] | list[float] | None:
    if not answer.scored:
        return None
    (scored,) = answer.scored
    if scored.steps:
        return [[step] for step in scored.steps]
    value = _finite(scored.value)
    return None if value is None else [value]


def _note(answer: Answer) -> str:
    return answer.failure or (answer.scored[0].note or (INFINITE if _infinite(answer.scored[0]) else ""))


def _infinite(scored: Scored) -> bool:
    return scored.value is not None and math.isinf(scored.value)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
