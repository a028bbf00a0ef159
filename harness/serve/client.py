r"""A client of ``bonbench serve`` as one file on Python's standard library (3.10 or later), to be copied.

    TRL        GRPOTrainer(reward_funcs=bonbench_client.trl_reward("http://127.0.0.1:8800"), ...)
    verl       custom_reward_function.path=bonbench_client.py custom_reward_function.name=compute_score
               (compute_scores with reward_model.reward_manager=batch)
    OpenRLHF   --remote_rm_url bonbench_client.py

verl and OpenRLHF call functions of this file, which read where to ask from the environment:

    BONBENCH_REWARD_URL          the server, http://127.0.0.1:8800 by default
    BONBENCH_REWARD_KEY          its key, if it asks for one
    BONBENCH_REWARD_TEMPLATE     what the trainer puts around a problem, as "{problem}\n\nPut the answer in \boxed{}."
    BONBENCH_REWARD_AGGREGATION  of step scores: product, min, last, mean, ...; the verifier's own by default

A verifier is asked about the bare problem, as ``bonbench run`` asks it: a chat, or the text of a chat template, is
unwrapped to what the user said, and the template's words around the problem are taken off. A solution that the verifier
could not judge has the score None, never 0.
"""

import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

URL = "http://127.0.0.1:8800"
BUSY = (429, 500, 502, 503, 504)
RETRIES, FIRST_PAUSE, LONGEST_PAUSE = 8, 0.5, 30.0  # seconds
AT_ONCE = 512  # solutions of a request, if one problem has no more
PROBLEM_COLUMNS = ("problem", "question")  # of a data set, where the bare problem may stand
TURNS = (  # how chat templates mark who speaks, most telling first; two groups: whoever opens it, what was said
    r"<\|im_start\|>\s*(\w+)\s*\n(.*?)(?:<\|im_end\|>|(?=<\|im_start\|>)|\Z)",
    r"<\|start_header_id\|>(\w+)<\|end_header_id\|>(.*?)(?:<\|eot_id\|>|(?=<\|start_header_id\|>)|\Z)",
    r"<start_of_turn>(\w+)\n(.*?)(?:<end_of_turn>|(?=<start_of_turn>)|\Z)",
    r"<[|｜](User|Assistant)[|｜]>(.*?)(?:<[|｜]end▁of▁sentence[|｜]>|(?=<[|｜](?:User|Assistant)[|｜]>)|\Z)",
    r"<\|(system|user|assistant)\|>(.*?)(?:<\|end\|>|</s>|<\|endoftext\|>|(?=<\|(?:system|user|assistant)\|>)|\Z)",
    r"(?:\A|\n)(System|User|Human|Assistant): ?(.*?)(?=\n(?:User|Human|Assistant):|\Z)",
)
INSTRUCTION = r"\[INST\](.*?)\[/INST\](.*?)(?=(?:</s>|<s>|\s)*\[INST\]|</s>|\Z)"
SPEAKERS = {"human": "user", "model": "assistant", "gpt": "assistant"}


class RewardError(RuntimeError):
    """The server did not answer, or refused."""


class MissingScore(RewardError):
    """The verifier had no score for a solution, and the trainer has no place for that."""


# ---------------------------------------------------------------------------------------------- prompts to problems


def content(message: Any) -> str:
    """What a message says, its text parts put together."""
    said = message.get("content") if isinstance(message, Mapping) else message
    if isinstance(said, (list, tuple)):
        said = "".join(part.get("text", "") if isinstance(part, Mapping) else str(part) for part in said)
    return "" if said is None else str(said)


def conversation(prompt: str | Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    r"""Who said what, in order: from messages, or from a text in a chat template's form; [] for any other text.

    >>> conversation("<|im_start|>user\nWhat is 1 + 1?<|im_end|>\n<|im_start|>assistant\n2")
    [('user', 'What is 1 + 1?'), ('assistant', '2')]
    """
    if not isinstance(prompt, str):
        return [(str(message.get("role", "")), content(message)) for message in prompt]
    if "[/INST]" in prompt:
        turns: list[tuple[str, str]] = []
        for asked, said in re.findall(INSTRUCTION, prompt, re.DOTALL):
            turns.append(("user", re.sub(r"<<SYS>>.*?<</SYS>>", "", asked, flags=re.DOTALL).strip()))
            if said.strip():
                turns.append(("assistant", said.strip()))
        return turns
    for pattern in TURNS:
        found = re.findall(pattern, prompt, re.DOTALL)
        if any(SPEAKERS.get(who.lower(), who.lower()) == "user" for who, _ in found):
            return [(SPEAKERS.get(who.lower(), who.lower()), said.strip()) for who, said in found]
    return []


def bare_problem(prompt: str | Sequence[Mapping[str, Any]], template: str = "{problem}") -> str:
    r"""The problem that a prompt asks about: what the user said last, without the template's words around it.

    >>> bare_problem([{"role": "user", "content": "What is 1 + 1?\nThink."}], "{problem}\nThink.")
    'What is 1 + 1?'
    """
    said = [text for who, text in conversation(prompt) if who == "user"]
    text = said[-1] if said else content(prompt) if isinstance(prompt, str) else ""
    if not said and not isinstance(prompt, str):
        raise ValueError("The prompt's messages hold none of a user's; the problem is what the user says.")
    before, _, after = (part.strip() for part in template.partition("{problem}"))
    text = text.strip()
    if before and text.startswith(before):
        text = text[len(before) :]
    if after and text.endswith(after):
        text = text[: -len(after)]
    return text.strip()


def solution_of(completion: str | Sequence[Mapping[str, Any]]) -> str:
    """A completion as text: itself, or what the assistant says in its messages."""
    if isinstance(completion, str):
        return completion
    return "\n\n".join(content(m) for m in completion if m.get("role") in (None, "assistant"))


# ---------------------------------------------------------------------------------------------- the server


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A key must not follow a redirect."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Nowhere."""


class Client:
    """Asks a server.

    Args:
        url: Its address; by default BONBENCH_REWARD_URL, else this machine.
        key: Its key; by default BONBENCH_REWARD_KEY. It is sent as a header and stands nowhere else.
        aggregation: Of step scores; "" for the verifier's own.
        credit: A form of step reward whose credit each step is given; "" for none.
        template: What the trainer put around a problem.
        timeout: Seconds for one answer.
    """

    def __init__(
        self,
        url: str = "",
        key: str = "",
        aggregation: str = "",
        credit: str = "",
        template: str = "",
        timeout: float = 600.0,
    ) -> None:
        found = os.environ.get
        self.url = (url or found("BONBENCH_REWARD_URL") or URL).rstrip("/")
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(f"{self.url!r} is no address of a server; write http://host:port.")
        self._key = key or found("BONBENCH_REWARD_KEY") or ""
        self.aggregation = aggregation or found("BONBENCH_REWARD_AGGREGATION") or ""
        self.credit = credit
        self.template = template or found("BONBENCH_REWARD_TEMPLATE") or "{problem}"
        self.timeout = timeout
        self._opener = urllib.request.build_opener(_NoRedirect)

    def scores(self, problems: Sequence[str], solutions: Sequence[str]) -> list[dict[str, Any]]:
        """One score a solution: ``value`` (None where there is none), ``steps``, ``note``, ``tokens``.

        Args:
            problems: The bare problem of each solution. Solutions of equal problems are asked about together.
            solutions: Their texts.

        Raises:
            RewardError: The server does not answer, or the verifier failed on a problem.
        """
        places: dict[str, list[int]] = {}
        for i, (problem, _) in enumerate(zip(problems, solutions, strict=True)):
            places.setdefault(problem, []).append(i)
        out: list[dict[str, Any]] = [{} for _ in solutions]
        for part in _parts(places.items()):
            asked = [{"problem": problem, "solutions": [solutions[i] for i in own]} for problem, own in part]
            body = {"questions": asked, "aggregation": self.aggregation, "credit": self.credit}
            answers = self.post("/score", body)["answers"]
            for (_, own), answer in zip(part, answers, strict=True):
                if answer["scores"] is None:
                    raise RewardError(f"The verifier failed: {answer['error']}.")
                for i, score in zip(own, answer["scores"], strict=True):
                    out[i] = score
        return out

    def rewards(self, problems: Sequence[str], solutions: Sequence[str]) -> list[float | None]:
        """The values alone."""
        return [score["value"] for score in self.scores(problems, solutions)]

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON answer to a request, asked again where the server is busy or away.

        Raises:
            RewardError: It refuses, or does not answer after all repetitions.
        """
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)  # noqa: S310 checked above
        why = ""
        for attempt in range(RETRIES + 1):
            if attempt:
                time.sleep(min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE))
            try:
                with self._opener.open(request, timeout=self.timeout) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError as error:
                why = f"{error.code}: {_said(error)}"
                if error.code not in BUSY:
                    raise RewardError(f"{self.url}{path} refused ({why})") from None
            except (OSError, ValueError) as error:
                why = f"{type(error).__name__}: {error}"
        raise RewardError(f"{self.url}{path} did not answer after {RETRIES} repetitions ({why}). Is it running?")


def _parts(questions: Iterable[tuple[str, list[int]]]) -> Iterable[list[tuple[str, list[int]]]]:
    """Questions in requests of at most ``AT_ONCE`` solutions; a question is never split."""
    part: list[tuple[str, list[int]]] = []
    size = 0
    for question in questions:
        if part and size + len(question[1]) > AT_ONCE:
            yield part
            part, size = [], 0
        part.append(question)
        size += len(question[1])
    if part:
        yield part


def _said(error: urllib.error.HTTPError) -> str:
    """What a server says of an error."""
    try:
        return str(json.loads(error.read())["error"]["message"])[:500]
    except (ValueError, KeyError, TypeError, OSError):
        return str(error.reason)


# ---------------------------------------------------------------------------------------------- trainers


def trl_reward(url: str = "", **options: Any) -> Callable[..., list[float | None]]:
    """A reward function for TRL's ``GRPOTrainer`` and ``RLOOTrainer``.

    Args:
        url: The server.
        options: Of ``Client``.

    Returns:
        ``f(prompts, completions, **columns) -> list[float | None]``. The problem is the column ``problem`` or
        ``question`` of the data set where it has one, else it is unwrapped from the prompt. TRL leaves a completion
        whose score is None out of its group.
    """
    client = Client(url, **options)

    def bonbench(prompts: Sequence[Any], completions: Sequence[Any], **columns: Any) -> list[float | None]:
        given = next((columns[name] for name in PROBLEM_COLUMNS if name in columns), None)
        problems = given or [bare_problem(prompt, client.template) for prompt in prompts]
        found = client.scores(list(problems), [solution_of(c) for c in completions])
        if "log_metric" in columns:
            columns["log_metric"]("solution/steps", sum(len(score["steps"]) for score in found) / len(found))
            columns["log_metric"]("solution/unscored", sum(score["value"] is None for score in found) / len(found))
        return [score["value"] for score in found]

    return bonbench


def compute_score(
    data_source: Any, solution_str: str, ground_truth: Any = None, extra_info: Any = None, **more: Any
) -> float | None:
    """The reward function of verl: the score of one solution, or None.

    The problem stands in ``extra_info``: ``problem`` or ``question``, or else the ``prompt`` that was sent.

    Raises:
        ValueError: ``extra_info`` holds no problem.
    """
    return compute_scores([data_source], [solution_str], [ground_truth], [extra_info])[0]


def compute_scores(
    data_sources: Sequence[Any],
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any] = (),
    extra_infos: Sequence[Any] = (),
    **more: Any,
) -> list[float | None]:
    """The same for verl's batch manager, which asks about many solutions in one call.

    Raises:
        ValueError: One of ``extra_infos`` holds no problem.
    """
    client = Client()
    return client.rewards([_problem_of(info, client.template) for info in extra_infos], list(solution_strs))


def _problem_of(info: Any, template: str) -> str:
    for name in (*PROBLEM_COLUMNS, "prompt"):
        if isinstance(info, Mapping) and info.get(name):
            return bare_problem(info[name], template)
    raise ValueError(
        "extra_info holds no 'problem', 'question' or 'prompt'; put the problem there when the data is made."
    )


def reward_func(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any] = (), **more: Any
) -> dict[str, Any]:
    """OpenRLHF's reward function: ``rewards`` for the advantage, ``scores`` for dynamic filtering, ``extra_logs``.

    Args:
        queries: Prompts with their responses, as text.
        prompts: The prompts alone.
        labels: Right answers; a verifier does not see them.
        more: Whatever else OpenRLHF hands over.

    Returns:
        Tensors where PyTorch is there, as OpenRLHF expects; else lists.

    Raises:
        MissingScore: A solution has no score, which a tensor cannot hold. It is not counted as 0.
    """
    client = Client()
    problems = [bare_problem(prompt, client.template) for prompt in prompts]
    found = client.scores(problems, [_response(q, p) for q, p in zip(queries, prompts, strict=True)])
    missing = [score["note"] for score in found if score["value"] is None]
    if missing:
        raise MissingScore(f"{len(missing)} of {len(found)} solutions have no score; the first: {missing[0]!r}.")
    values: Any = [score["value"] for score in found]
    try:
        import torch
    except ImportError:
        pass  # whoever calls this without PyTorch takes lists
    else:
        values = torch.tensor(values, dtype=torch.float)
    return {"rewards": values, "scores": values, "extra_logs": {"bonbench": values}}


def _response(query: str, prompt: str) -> str:
    """What follows the prompt in a query, without the marks that end a turn."""
    text = query[len(prompt) :] if query.startswith(prompt) else (conversation(query) or [("", query)])[-1][1]
    return re.sub(
        r"(?:<\|im_end\|>|<\|eot_id\|>|<end_of_turn>|<\|endoftext\|>|</s>|<｜end▁of▁sentence｜>|\s)+\Z", "", text
    )
