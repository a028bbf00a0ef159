"""Which problem of the task is this? By id, else by text."""

import re
import unicodedata
from collections.abc import Sequence

from harness.pool.formats import Described
from harness.records import Problem


class Matcher:
    """Finds the task's problem that a source describes; or, without a task, numbers the source's own problems.

    An id wins unless the text beside it is exactly another problem's: many sources count their rows from 0 and call
    that an id. Texts are compared first with white space folded, then by letters and digits alone where that is
    unambiguous, since sources respell the same LaTeX. Versions of one question (``group``) may share their text, and
    are told apart by their ids alone.
    """

    def __init__(self, problems: Sequence[Problem] | None) -> None:
        self._open = problems is None
        self.described: list[Described] = []
        self.reused = self.aliases = 0  # ids of more than one text; texts of more than one id
        self._by_id: dict[str, int] = {}
        self._by_text: dict[str, int] = {}
        self._by_letters: dict[str, int | None] = {}
        self._memo: dict[tuple[str | None, str | None], int | None] = {}
        for position, problem in enumerate(problems or []):
            self._by_id[problem.id] = position
            self._learn(problem.text, position)

    def position(self, problem: Described) -> int | None:
        """The position of the problem in the task (or in order of first sight); None where the task lacks it."""
        key = (problem.id, problem.text)  # of a group the id alone decides
        if key not in self._memo:
            self._memo[key] = self._find(problem)
        return self._memo[key]

    def owns_id(self, problem_id: str, position: int) -> bool:
        """Whether this id means the problem at this position, and not an earlier one with another text."""
        return self._by_id[problem_id] == position

    def _find(self, problem: Described) -> int | None:
        by_id = self._by_id.get(problem.id) if problem.id is not None else None
        by_text = self._find_text(problem.text) if problem.text is not None and problem.group is None else None
        found = by_id if by_text is None else by_text
        if self._open:
            alone = by_id is not None and problem.group is not None
            if by_id is not None and not alone and by_text is None and problem.text and self.described[by_id].text:
                found = None  # the same id with another text is another problem, not a misprint to guess at
                self.reused += 1
            first = None if by_text is None else self.described[by_text].id
            if by_id is None and None not in (first, problem.id):
                self.aliases += 1
            if found is None:
                found = len(self.described)
                self.described.append(problem)
                if problem.id is not None and problem.id not in self._by_id:
                    self._by_id[problem.id] = found
                if problem.text is not None:
                    self._learn(problem.text, found)
        return found

    def _find_text(self, text: str) -> int | None:
        exact = self._by_text.get(folded(text))
        if exact is not None or self._open:
            return exact
        return self._by_letters.get(letters(text))

    def _learn(self, text: str, position: int) -> None:
        self._by_text.setdefault(folded(text), position)
        key = letters(text)
        # two problems that differ only in signs must not be told apart by letters
        self._by_letters[key] = position if key not in self._by_letters and len(key) >= 20 else None


def folded(text: str) -> str:
    """The text in Unicode's canonical form with runs of white space as one space."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def letters(text: str) -> str:
    """The letters and digits of the text, in lower case."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
