r"""Verifiers that write a critique first: ThinkPRM and GenPRM. Nothing that they write is executed.

ThinkPRM reviews the whole solution after "Let's verify step by step:", then is asked "Is the solution correct?"; the
score is the share of " yes" among " yes" and " no", averaged over the samples. Its authors tokenise each verdict
together with the question, so the space belongs to the verdict's token (mukhal/ThinkPRM, prm/thinkprm_api.py, through
SGLang's choices; arXiv 2504.16828). GenPRM reviews one paragraph after another in one dialogue; the score of a
paragraph is the share of Yes after "**Judgement**: $\boxed{", averaged over the samples, and the dialogue goes on with
the first (RyanLiu112/GenPRM, src/prm_evaluation; arXiv 2504.00891). Its code phase is left out: the model's code would
have to be run.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from typing import Any

from harness.errors import VerifierError
from harness.records import Question, Score, Solution
from verifiers.base import NO_TEXT
from verifiers.engine.checkpoint import Checkpoint, entries
from verifiers.engine.encoding import cleaner, encode_texts, render_chat, special_tokens
from verifiers.engine.generation import Said, Sampling, ServedTalker, Talker
from verifiers.engine.reading import Request, TokenLogProbs
from verifiers.families.yes_no import spellings, verdict
from verifiers.language_model import NO_STEPS, LanguageModel
from verifiers.options import Setup

THINK_ASK = """You are given a math problem and a proposed step-by-step solution:

[Math Problem]

{problem}

[Solution]

{solution}

Review and critique each step in the proposed solution to determine whether each step is correct. If the solution is \
incomplete, only verify the provided steps."""
THINK_BEGIN = "\nLet's verify step by step:"
THINK_DECIDE = "\nIs the solution correct?"
GEN_SYSTEM = "You are a math teacher. Your task is to review and critique the paragraphs in solution step by step."
GEN_ANALYZE = "<analyze>\nLet's analyze the Paragraph {i} step by step: "
GEN_ANALYZED = "</analyze>\n"
GEN_JUDGE = "<output>\n**Judgement**: $\\boxed{"
GEN_END = "}$\n</output>\n"


class CritiqueVerifier(LanguageModel):
    """A language model that writes a critique and then answers yes or no.

    Args:
        checkpoint: The published record.
        setup: As for every model.
        samples: Critiques of each solution (or paragraph).
        temperature: Of the critiques; by default the authors'.
        max_tokens: Longest critique.
    """

    chunk_size = 32
    version = 2  # 1 sent a server its prompts as texts, which got a second BOS token there

    def __init__(
        self,
        checkpoint: Checkpoint,
        setup: Setup | None = None,
        *,
        samples: int = 1,
        temperature: float | None = None,
        max_tokens: int = 0,
    ) -> None:
        super().__init__(checkpoint, setup)
        self.sampling = Sampling(
            samples=samples,
            max_tokens=max_tokens or int(checkpoint.extra["max_tokens"]),
            temperature=float(checkpoint.extra["temperature"] if temperature is None else temperature),
            top_p=float(checkpoint.extra.get("top_p", 1.0)),
            top_k=int(checkpoint.extra.get("top_k", 0)),
        )
        self._sides: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())

    def settings(self) -> Mapping[str, Any]:
        """Sampling."""
        return {name: value for name, value in asdict(self.sampling).items() if name != "stop"}

    def sides(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The tokens that say yes, and those that say no, where the verdict is read."""
        raise VerifierError(f"{type(self).__name__} has no sides().")

    def look_up(self) -> None:
        """Find the tokens of the verdicts."""
        self._sides = self.sides()
        if not all(self._sides) or set(self._sides[0]) & set(self._sides[1]):
            raise VerifierError("The verdicts yes and no are not tokens of their own in this tokenizer.")
        self._clean = cleaner(special_tokens(self.tokenizer))

    @cached_property
    def runner(self) -> Talker:
        """A model that writes and is read: here, or behind a server."""
        self.ready()
        head = TokenLogProbs((*self._sides[0], *self._sides[1]))
        if self.server:
            from verifiers.engine.http_client import Client
            from verifiers.engine.served import Completions

            client = Client(replace(self.setup.endpoint, served_model=self.served_model))
            return ServedTalker(client, "/v1/completions", Completions(client, head))
        placement = self.placement()
        from verifiers.engine.transformers_generation import LocalTalker

        return LocalTalker(self.weights.folder(), self.tokenizer, head, placement)

    def prepare(self, questions: Sequence[Question]) -> Sequence[Question]:
        """Nothing is encoded ahead: what is read follows what the model writes."""
        self.ready()
        return questions

    def too_long(self, prompt: Sequence[int]) -> str:
        """Why a prompt cannot be asked, "" if it can: it is over the limit, and is not cut."""
        return f"{len(prompt)} tokens, limit {self.max_length}" if len(prompt) > self.max_length else ""

    def decide(self, texts: Sequence[str]) -> list[float | str]:
        """The share of yes as what follows each text."""
        asked = [Request(ids, (len(ids) - 1,)) for ids in encode_texts(self.tokenizer, texts)]
        split = len(self._sides[0])
        answers = self.runner.outputs(asked)
        self._asked += sum(len(r.ids) for r in asked)
        return [a if isinstance(a, str) else verdict(a[0, :split], a[0, split:])[0] for a in answers]


class ThinkPRM(CritiqueVerifier):
    """One critique of the whole solution, then yes or no."""

    family = "think-prm"
    process = False

    def sides(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The one token that each verdict is behind the question's last."""
        stem, *asked = encode_texts(self.tokenizer, [THINK_DECIDE, f"{THINK_DECIDE} yes", f"{THINK_DECIDE} no"])
        yes, no = (ids[-1:] if ids[:-1] == stem else () for ids in asked)
        return yes, no

    def score_prepared(self, prepared: Sequence[Question]) -> list[list[Score]]:
        """The mean share of yes over the critiques."""
        prompts, asked, places = [], [], []
        scores: list[list[Score]] = [[Score(None, note=NO_TEXT)] * len(solutions) for _, solutions in prepared]
        for q, (problem, solutions) in enumerate(prepared):
            for i, solution in enumerate(solutions):
                if not solution.text:
                    continue
                prompt = self._prompt(problem, solution)
                (ids,) = encode_texts(self.tokenizer, [prompt])
                if note := self.too_long(ids):
                    scores[q][i] = Score(None, note=note)
                else:
                    prompts.append(prompt)
                    asked.append(ids)
                    places.append((q, i))
        stop = (THINK_DECIDE.strip(), "</think>", *filter(None, [self.tokenizer.eos_token]))
        said = self.runner.say(asked, replace(self.sampling, stop=stop))
        texts = [p + one.text + THINK_DECIDE for p, s in zip(prompts, said, strict=True) for one in _texts(s)]
        decided = iter(self.decide(texts))
        for (q, i), one in zip(places, said, strict=True):
            values = [next(decided) for _ in _texts(one)]
            scores[q][i] = _mean(values, one)
        return scores

    def _prompt(self, problem: str, solution: Solution) -> str:
        written = self._clean(solution.text).replace("## Step", "Step").strip()
        steps = [s.strip() for s in re.split(r"Step \d+:", written) if s.strip()]
        ask = THINK_ASK.replace("{problem}", self._clean(problem)).replace("{solution}", "\n".join(steps))
        return render_chat(self.tokenizer, [{"role": "user", "content": ask}], generate=True) + THINK_BEGIN


class GenPRM(CritiqueVerifier):
    """A critique of each paragraph, then Yes or No."""

    family = "gen-prm"

    def sides(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Every spelling that is one token."""
        return spellings(self.tokenizer, "Yes"), spellings(self.tokenizer, "No")

    def score_prepared(self, prepared: Sequence[Question]) -> list[list[Score]]:
        """For each paragraph the mean share of Yes over its critiques."""
        scores: list[list[Score]] = []
        states: list[_Review] = []
        for q, (problem, solutions) in enumerate(prepared):
            scores.append([Score(None, note=NO_TEXT)] * len(solutions))
            for i, solution in enumerate(solutions):
                if solution.text:
                    steps = tuple(self._clean(s) for s in self.split(solution))
                    states.append(_Review(q, i, self._clean(problem), steps))
        while active := [s for s in states if len(s.values) < len(s.steps) and not s.note]:
            self._round(active)
        for s in states:
            note = s.note or ("" if s.steps else NO_STEPS)
            scores[s.question][s.solution] = (
                Score(None, note=note) if note else Score(steps=tuple(s.values), note=s.cut)
            )
        return scores

    def _round(self, active: "Sequence[_Review]") -> None:
        """The next paragraph of every solution that has one."""
        prompts = [self._prompt(s) for s in active]
        encoded = encode_texts(self.tokenizer, prompts)
        for state, ids in zip(active, encoded, strict=True):
            state.note = self.too_long(ids)
        prompts = [p for s, p in zip(active, prompts, strict=True) if not s.note]
        encoded = [ids for s, ids in zip(active, encoded, strict=True) if not s.note]
        active = [s for s in active if not s.note]
        said = self.runner.say(encoded, replace(self.sampling, stop=(GEN_ANALYZED.strip(),)))
        tails = [[one.text.rstrip("\n") + "\n" + GEN_ANALYZED + GEN_JUDGE for one in _texts(s)] for s in said]
        texts = [prompt + tail for prompt, several in zip(prompts, tails, strict=True) for tail in several]
        decided = iter(self.decide(texts))
        for state, one, several in zip(active, said, tails, strict=True):
            values = [next(decided) for _ in several]
            score = _mean(values, one)
            if score.value is None:
                state.note = score.note
                continue
            state.values.append(score.value)
            state.cut = state.cut or score.note
            first = values[0] if isinstance(values[0], float) else score.value
            begun = GEN_ANALYZE.replace("{i}", str(len(state.values)))
            state.reviews.append(begun + several[0] + ("Yes" if first >= 0.5 else "No") + GEN_END)

    def _prompt(self, state: "_Review") -> str:
        turns: list[dict[str, str]] = [{"role": "system", "content": GEN_SYSTEM}]
        for i in range(len(state.values) + 1):
            step = state.steps[i]
            turns.append({"role": "user", "content": step if i else f"Question: {state.problem}\n\n{step}"})
            if i < len(state.reviews):
                turns.append({"role": "assistant", "content": state.reviews[i]})
        text = render_chat(self.tokenizer, turns)
        end = self.tokenizer.eos_token or ""
        for closing in (end + "\n", end):  # the last turn stays open for the review
            if end and text.endswith(closing):
                text = text.removesuffix(closing)
                break
        return text + GEN_ANALYZE.replace("{i}", str(len(state.values) + 1))


class _Review:
    """How far the review of a solution has come."""

    def __init__(self, question: int, solution: int, problem: str, steps: tuple[str, ...]) -> None:
        self.question, self.solution, self.problem, self.steps = question, solution, problem, steps
        self.values: list[float] = []
        self.reviews: list[str] = []
        self.note = self.cut = ""


def _texts(said: list[Said] | str) -> list[Said]:
    return [] if isinstance(said, str) else said


def _mean(values: Sequence[float | str], said: list[Said] | str) -> Score:
    """The mean of the shares that could be read; why there is none; how many critiques the limit cut."""
    if isinstance(said, str):
        return Score(None, note=said)
    known = [v for v in values if isinstance(v, float)]
    if not known:
        return Score(None, note=next((v for v in values if isinstance(v, str)), "no critique"))
    cut = sum(not one.finished for one in said)
    return Score(sum(known) / len(known), note=f"{cut} of {len(said)} critiques were cut at the limit" if cut else "")


def _think(size: str) -> Checkpoint:
    return Checkpoint(
        name=f"think-prm-{size.lower()}",
        model=f"launch/ThinkPRM-{size}",
        size=size,
        context=8192,
        licence="Apache-2.0",
        source="arXiv 2504.16828",
        kind="generative",
        extra={"max_tokens": 4096, "temperature": 0.7},
    )


def _gen(size: str) -> Checkpoint:
    return Checkpoint(
        name=f"gen-prm-{size.lower()}",
        model=f"GenPRM/GenPRM-{size}",
        size=size,
        context=8192,
        licence="MIT",
        source="arXiv 2504.00891",
        aggregation="min",
        kind="generative PRM",
        extra={"max_tokens": 2048, "temperature": 0.6, "top_p": 0.95, "top_k": 20},
    )


VERIFIERS = {
    **entries(ThinkPRM.of, tuple(_think(size) for size in ("1.5B", "7B", "14B"))),
    **entries(GenPRM.of, tuple(_gen(size) for size in ("1.5B", "7B", "32B"))),
}
