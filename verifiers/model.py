"""A language model that is read at places of its input: the four things that a family says of itself.

    look_up()   which markers there are, checked against the tokenizer
    head()      what is read: two labels, a value, the logits of two tokens, ...
    encode()    a problem and its solutions as ids and the positions that are read
    judge()     what is read there, as one number for each step or one for the solution

Everything else (batching, sharing of prefixes, limits, servers, fingerprints, cost) is here, in ``language_model`` and
in ``engine``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from harness.errors import VerifierError
from harness.records import Question, Score
from verifiers.base import NO_TEXT
from verifiers.engine.checkpoint import Weights
from verifiers.engine.encoding import Encoded
from verifiers.engine.reading import Head, Outputs, Request, Runner
from verifiers.language_model import NO_STEPS, LanguageModel


@dataclass(frozen=True, slots=True)
class Prepared:
    """Questions that were encoded.

    Attributes:
        scores: What is known without the model: solutions without text, or over the limit.
        asked: What the model is to read: question, solution, ids.
    """

    scores: list[list[Score | None]]
    asked: list[tuple[int, int, Encoded]]


class ModelVerifier(LanguageModel):
    """A language model with a head that is read."""

    def head(self) -> Head:
        """What is read at each position."""
        raise VerifierError(f"{type(self).__name__} has no head().")

    def encode(self, problem: str, solutions: Sequence[tuple[str, tuple[str, ...]]]) -> Sequence[Encoded]:
        """Solutions, each its text and its steps, as ids and reads."""
        raise VerifierError(f"{type(self).__name__} has no encode(problem, solutions).")

    def judge(self, encoded: Encoded, outputs: Outputs) -> Score:
        """The score that the outputs, [reads, numbers], stand for."""
        raise VerifierError(f"{type(self).__name__} has no judge(encoded, outputs).")

    @cached_property
    def runner(self) -> Runner:
        """The engine in this process, or the server's client."""
        return self.runner_of(self.weights, self.server, self.served_model)

    def runner_of(self, weights: Weights, server: str, served_model: str) -> Runner:
        """A runner for these weights: in this process, or the client of a server."""
        if server:
            from verifiers.engine import served

            return served.runner(replace(self.setup.endpoint, server=server, served_model=served_model), self.head())
        placement = self.placement()
        from verifiers.engine.transformers import Engine

        base, folder = weights.base(), weights.folder()
        if base is None:
            return Engine(folder, self.head(), placement, self.checkpoint.model_type)
        return Engine(base.folder(), self.head(), placement, self.checkpoint.model_type, adapter=folder)

    def prepare(self, questions: Sequence[Question]) -> Prepared:
        """Encode questions."""
        self.ready()
        scores: list[list[Score | None]] = [[None] * len(solutions) for _, solutions in questions]
        asked: list[tuple[int, int, Encoded]] = []
        for q, (problem, solutions) in enumerate(questions):
            pieces = [self.split(s) for s in solutions]
            for i, (solution, parts) in enumerate(zip(solutions, pieces, strict=True)):
                if not solution.text:
                    scores[q][i] = Score(None, note=NO_TEXT)
                elif self.process and not parts:
                    scores[q][i] = Score(None, note=NO_STEPS)
            left = [i for i, s in enumerate(scores[q]) if s is None]
            encoded = self.encode(problem, [(solutions[i].text, pieces[i]) for i in left])
            for i, one in zip(left, encoded, strict=True):
                if one.note:
                    scores[q][i] = Score(None, note=one.note)
                elif len(one.ids) > self.max_length:
                    scores[q][i] = Score(None, note=f"{len(one.ids)} tokens, limit {self.max_length}")
                else:
                    self._check(one, pieces[i])
                    asked.append((q, i, one))
        return Prepared(scores, asked)

    def score_prepared(self, prepared: Prepared) -> list[list[Score]]:
        """One Score per solution of each question; the model sees all of them at once."""
        answers = self.runner.outputs([Request(one.ids, one.reads) for _, _, one in prepared.asked])
        for (q, i, one), answer in zip(prepared.asked, answers, strict=True):
            if isinstance(answer, str):
                prepared.scores[q][i] = Score(None, note=answer)
            else:
                score = self.judge(one, answer)
                prepared.scores[q][i] = Score(score.value, score.steps, score.note, len(one.ids))
                self._asked += len(one.ids)
        return [[s for s in row if s is not None] for row in prepared.scores]

    def _check(self, encoded: Encoded, parts: Sequence[str]) -> None:
        """Exactly one read per step, and none out of place."""
        if self.process and encoded.steps != len(parts):
            raise VerifierError(f"{self.name!r} encoded {encoded.steps} steps of a solution that has {len(parts)}.")
        if not encoded.reads or encoded.reads[0] < 0 or encoded.reads[-1] >= len(encoded.ids):
            raise VerifierError(f"{self.name!r} reads at {encoded.reads} in an input of {len(encoded.ids)} tokens.")
