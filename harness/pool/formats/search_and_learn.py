r"""Completions written by Hugging Face's search-and-learn: best-of-N, beam search and DVTS dumps with PRM step scores.

One problem a row (invented content), as in ``HuggingFaceH4/Llama-3.2-1B-Instruct-best-of-N-completions``, whose
configurations name the sampling (``...--T-0.8--top_p-1.0--n-256--max_tokens-2048--bsz-8--seed-0--agg_strategy-last``):

    {"problem": "What is 1 + 1?", "solution": "...", "answer": "2", "subject": "Prealgebra", "level": 1,
     "unique_id": "test/prealgebra/0.json",
     "completions": ["We add.\n\nIt is $\\boxed{2}$.", "It is $\\boxed{3}$."],
     "scores": [[0.9, 0.8], [0.1]], "agg_scores": [0.8, 0.1], "completion_tokens": [12, 7],
     "pred": "...", "pred_naive@2": "\\boxed{2}", "pred_weighted@2": "\\boxed{2}", "pred_maj@2": "\\boxed{2}"}

A completion's position is its slot. Carried: ``scores`` (step scores; the PRM split the text on its own separator, so
they are not aligned with steps of ours) and ``agg_scores``. The five seeds are independent replications: import one
configuration a pool. Correctness is not stored. DVTS writes -1 once instead of a list of ``completion_tokens``. Beam
search and DVTS completions are not independent draws (beams share prefixes, and beam search repeats them to fill N), so
best-of-N at N below M says little of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.pool.fields import count_of, item, level_of, number_of, same_lengths, solution_of, steps_score, text_of
from harness.pool.formats import Converted, Described, Item, attempt, each
from harness.pool.sources import Record, Reject
from harness.records import Sample, Score

SLOTS = None
SPLIT = "train"


def read(records: Iterable[Record | Reject]) -> Iterator[Item]:
    """One Entry per completion."""
    return each(records, _convert)


def _convert(row: Mapping[str, Any]) -> Iterator[Converted]:
    problem = Described(
        id=text_of(row.get("unique_id")),
        text=text_of(row["problem"]),
        gold=text_of(row.get("answer")),
        subject=text_of(row.get("subject")),
        level=level_of(row.get("level")),
    )
    yield problem
    completions, scores, aggregated = row["completions"], row.get("scores"), row.get("agg_scores")
    tokens = row.get("completion_tokens")
    tokens = tokens if isinstance(tokens, list | tuple) else None
    n = same_lengths(completions=completions, scores=scores, agg_scores=aggregated, completion_tokens=tokens)
    for i in range(n):
        yield problem, attempt(_sample, i, completions[i], item(scores, i), item(aggregated, i), item(tokens, i))


def _sample(index: int, text: Any, steps: Any, aggregated: Any, tokens: Any) -> Sample:
    scores: dict[str, Score] = {}
    if steps is not None:
        scores["scores"] = steps_score(steps)
    if aggregated is not None:
        scores["agg_scores"] = Score(number_of(aggregated))
    return Sample(index, solution_of(text), tokens=count_of(tokens), scores=scores)
