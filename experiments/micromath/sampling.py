"""Many solutions of each problem, with their answers and step labels."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, LlamaForCausalLM

from experiments.micromath.decoding import Decoder, sample
from experiments.micromath.tokenizer import LONGEST
from harness.records import Sample
from tasks.micromath.checker import Checker, answer_of, same_answer
from tasks.micromath.plans import Plan
from tasks.micromath.writers import SEPARATOR

ROWS = 512
MOST_TOKENS = 320


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator ready to sample from."""

    decoder: Decoder
    tokenizer: Any
    temperature: float
    seed: int


def load_generator(folder: Path, temperature: float, seed: int) -> Generator:
    """The saved generator, on a GPU when there is one."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device)
    return Generator(Decoder(model, LONGEST), AutoTokenizer.from_pretrained(folder), temperature, seed)


def solutions(generator: Generator, plans: Sequence[Plan], samples: int) -> Iterator[tuple[Plan, list[Sample]]]:
    """Labelled samples of every problem; problems come in order of their length, not in the order given."""
    by_length: dict[int, list[tuple[Plan, list[int]]]] = defaultdict(list)
    for plan in plans:
        ids = generator.tokenizer(plan.text + SEPARATOR).input_ids
        by_length[len(ids)].append((plan, ids))
    at_once = max(1, ROWS // samples)
    for _, group in sorted(by_length.items()):
        for start in range(0, len(group), at_once):
            part = group[start : start + at_once]
            for (plan, _), written in zip(part, _written(generator, part, samples), strict=True):
                yield plan, labelled(plan, written, generator.tokenizer)


def labelled(plan: Plan, written: Sequence[Sequence[int]], tokenizer: Any) -> list[Sample]:
    """The samples of one problem with answer, correctness and step labels."""
    checker = Checker(plan)
    judged: dict[str, Sample] = {}
    out = []
    for index, ids in enumerate(written):
        ended = bool(ids) and ids[-1] == tokenizer.eos_token_id
        text = tokenizer.decode(ids[:-1] if ended else ids, skip_special_tokens=False).strip(SEPARATOR)
        if text not in judged:
            steps = tuple(line for line in text.split(SEPARATOR) if line.strip())
            answer = answer_of(steps)
            judged[text] = Sample(
                index=index,
                text=text,
                steps=steps,
                answer=answer,
                given_correct=same_answer(answer, plan.answer),
                step_labels=tuple(checker.labels(steps)),
            )
        out.append(replace(judged[text], index=index, finish="stop" if ended else "length", tokens=len(ids)))
    return out


def _written(generator: Generator, part: Sequence[tuple[Plan, list[int]]], samples: int) -> list[list[list[int]]]:
    """The ids of the samples, problem by problem."""
    name = f"{generator.seed}/{part[0][0].id}/{samples}"
    flat = sample(
        generator.decoder,
        [ids for _, ids in part],
        samples,
        end=generator.tokenizer.eos_token_id,
        most=MOST_TOKENS,
        temperature=generator.temperature,
        seed=int(hashlib.sha256(name.encode()).hexdigest()[:8], 16),
    )
    return [flat[i * samples : (i + 1) * samples] for i in range(len(part))]
