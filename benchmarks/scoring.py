"""The scoring engine against the loop that most scripts copy: same model, same inputs, same scores.

The loop: four whole sequences at a time in the order they come, padded to the longest, logits of every token over the
vocabulary, a softmax over two of its columns, the values at the step markers. The engine: the prompt once for all its
solutions, solutions sorted by length and batched by tokens, two rows of the head at the markers only, and on a CPU the
weights laid out for oneDNN. On a CPU the shape is 8 layers, hidden size 512, vocabulary 32,000, problems of 150 tokens
with 32 solutions each; on a GPU a random Qwen2 of 1.5 billion parameters with full pools.

    python -m benchmarks.scoring [--device cpu|cuda] [--lengths 64,128,256] [--rounds 3] [--threads 2]

Solutions have log-normal lengths (sigma 0.5) around each median, no two are equal and none shares more than the prompt:
whatever a real pool repeats comes on top.
"""

import argparse
import random
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

from verifiers.engine.packed_linear import pack_linears
from verifiers.engine.placement import Placement
from verifiers.engine.reading import Request, TokenLogits, softmax
from verifiers.engine.transformers import Engine

LABELS = (648, 387)
MARKER = 12902
STEP = 24  # tokens between two markers
PROMPT = 150
LOOP_BATCH = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """A model and a pool.

    Attributes:
        make: A random model.
        problems: How many.
        solutions: Of each problem.
        looped: Of all sequences, how many the loop is timed on.
        dtype: Of the model.
        near: How far the scores of the two may differ.
    """

    make: Any
    problems: int
    solutions: int
    looped: int
    dtype: torch.dtype
    near: float


def small() -> LlamaForCausalLM:
    """8 layers, hidden size 512, vocabulary 32,000: 58 million parameters."""
    return LlamaForCausalLM(
        LlamaConfig(
            hidden_size=512,
            num_hidden_layers=8,
            num_attention_heads=8,
            num_key_value_heads=8,
            intermediate_size=1376,
            vocab_size=32000,
        )
    )


def large() -> Qwen2ForCausalLM:
    """The shape of Qwen2.5-Math-1.5B."""
    with torch.device("cuda"):
        return Qwen2ForCausalLM(
            Qwen2Config(
                hidden_size=1536,
                num_hidden_layers=28,
                num_attention_heads=12,
                num_key_value_heads=2,
                intermediate_size=8960,
                vocab_size=151936,
                tie_word_embeddings=True,
            )
        ).bfloat16()


SHAPES = {
    "cpu": Shape(small, problems=2, solutions=32, looped=64, dtype=torch.float32, near=1e-5),
    "cuda": Shape(large, problems=16, solutions=256, looped=256, dtype=torch.bfloat16, near=0.05),
}


def made_pool(shape: Shape, median: int, seed: int = 0) -> list[Request]:
    """Problems of ``PROMPT`` random tokens, each with solutions of random tokens and a marker every ``STEP``."""
    rng = random.Random(seed)
    out = []
    for _ in range(shape.problems):
        prompt = tuple(rng.randrange(MARKER) for _ in range(PROMPT))
        for _ in range(shape.solutions):
            length = min(max(int(rng.lognormvariate(0, 0.5) * median), 16), 6 * median)
            own = [rng.randrange(MARKER) for _ in range(length)]
            ends = [*range(STEP - 1, length - 1, STEP), length - 1]
            for end in ends:
                own[end] = MARKER
            out.append(Request((*prompt, *own), tuple(PROMPT + end for end in ends)))
    rng.shuffle(out)
    return out


@torch.inference_mode()
def loop(model: Any, requests: list[Request]) -> list[list[float]]:
    """Batches of four, unsorted, padded, with all logits."""
    out = []
    for start in range(0, len(requests), LOOP_BATCH):
        batch = requests[start : start + LOOP_BATCH]
        width = max(len(r.ids) for r in batch)
        ids = torch.zeros((len(batch), width), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, request in enumerate(batch):
            ids[row, : len(request.ids)] = torch.tensor(request.ids)
            mask[row, : len(request.ids)] = 1
        ids, mask = ids.to(model.device), mask.to(model.device)
        logits = model(input_ids=ids, attention_mask=mask).logits
        scores = logits[:, :, list(LABELS)].softmax(-1)[:, :, 0]
        out += [scores[row][ids[row] == MARKER].tolist() for row in range(len(batch))]
    return out


def engine_scores(engine: Engine, requests: list[Request]) -> list[list[float]]:
    """The engine's outputs as the same probabilities."""
    return [softmax(rows)[:, 0].tolist() for rows in engine.outputs(requests)]


def timed(call: Any, device: str) -> tuple[Any, float, float]:
    """A result, its seconds, and the processor's seconds (which other programs on the machine do not stretch)."""
    if device == "cuda":
        torch.cuda.synchronize()
    start, used = time.perf_counter(), time.process_time()
    value = call()
    if device == "cuda":
        torch.cuda.synchronize()
    return value, time.perf_counter() - start, time.process_time() - used


@torch.inference_mode()
def matmul_rate(dtype: torch.dtype, device: str) -> float:
    """Floating-point operations a second of a large matrix product, on a CPU with repacked weights: the ceiling."""
    n = 8192 if device == "cuda" else 2048
    inputs = torch.randn(n, n, device=device, dtype=dtype)
    layers = torch.nn.Sequential(torch.nn.Linear(n, n, bias=False, device=device, dtype=dtype))
    if device == "cpu":
        pack_linears(layers)
    for _ in range(3):
        layers(inputs)
    times = [timed(lambda: layers(inputs), device)[1] for _ in range(10)]
    return 2 * n**3 / min(times)


def largest_difference(ours: list[list[float]], theirs: list[list[float]]) -> float:
    """Over all step scores."""
    return max(abs(a - b) for x, y in zip(ours, theirs, strict=True) for a, b in zip(x, y, strict=True))


def measure(shape: Shape, folder: Path, model: Any, median: int, device: str, rounds: int, *, packed: bool) -> None:
    """One line: the loop's and the engine's rates, their ratio, the largest difference, the share of the ceiling."""
    requests = made_pool(shape, median)
    placement = Placement(device=device, dtype=str(shape.dtype).removeprefix("torch."))
    engine = Engine(folder, TokenLogits(LABELS), placement, packed=packed)
    looped = requests[: shape.looped]
    loop(model, looped[:8])
    engine_scores(engine, requests if device == "cuda" else requests[:8])
    walls, used, ours, theirs = [], [], [], []
    before = engine.computed
    for _ in range(rounds):  # one beside the other, so that a busy machine is busy for both
        expected, slow, slow_used = timed(lambda: loop(model, looped), device)
        found, fast, fast_used = timed(lambda: engine_scores(engine, requests), device)
        theirs.append(len(looped) / slow)
        ours.append(len(requests) / fast)
        walls.append(ours[-1] / theirs[-1])
        used.append(slow_used / len(looped) * len(requests) / fast_used)
    computed = (engine.computed - before) / rounds
    difference = largest_difference(found[: shape.looped], expected)
    body = engine.parameters - len(LABELS) * model.config.hidden_size - model.get_input_embeddings().weight.numel()
    rate = 2 * body * computed * max(ours) / len(requests)
    tokens = statistics.mean(len(r.ids) - PROMPT for r in requests)
    print(
        f"{tokens:>8.0f} {len(requests):>9} {max(theirs):>10.2f} {max(ours):>10.2f} {statistics.median(walls):>9.1f}x "
        f"{statistics.median(used):>9.1f}x {difference:>10.1e} {rate / matmul_rate(shape.dtype, device):>8.0%} "
        f"{'yes' if packed else 'no':>9}",
        flush=True,
    )
    if difference > shape.near:
        raise SystemExit(f"The scores differ by {difference:.1e}: these are not the same scores.")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=SHAPES, default="cpu")
    parser.add_argument("--lengths", default="", help="median tokens of a solution; default 64,128,256 or 300 on a GPU")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(0)
    shape = SHAPES[chosen.device]
    lengths = [int(n) for n in (chosen.lengths or ("64,128,256" if chosen.device == "cpu" else "300")).split(",")]
    with tempfile.TemporaryDirectory() as place:
        model = shape.make().eval()
        model.save_pretrained(place)
        if chosen.device == "cuda":
            print(torch.cuda.get_device_name())
        print(
            f"{'tokens':>8} {'solutions':>9} {'loop /s':>10} {'engine /s':>10} {'by clock':>10} {'by CPU':>10} "
            f"{'difference':>10} {'ceiling':>8} {'repacked':>9}"
        )
        for median in lengths:
            for packed in (True, False) if chosen.device == "cpu" else (True,):
                measure(shape, Path(place), model, median, chosen.device, chosen.rounds, packed=packed)


if __name__ == "__main__":
    main()
