"""Generation with a real model on disk through lm-eval's own ``hf``."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from typer.testing import CliRunner

from harness import cli, registry
from harness.backends import making
from harness.backends.asking import Backend, Settings
from harness.backends.draws import RowDraws
from harness.errors import BadInput
from harness.pool import pools
from harness.pool.generate import generate
from harness.run import evaluate
from worlds.sums import PROBLEMS, plan, rows

ROOT = Path(__file__).resolve().parents[3]


def backend(checkpoint, batch_size=4, **settings):
    args = {"pretrained": str(checkpoint)}
    return Backend("hf", args, Settings(max_tokens=16, **settings), batch_size, "cpu")


def test_the_command_makes_a_pool_that_runs(checkpoint, tmp_path):
    """From a file of problems to a measured pool; its manifest says how it was made."""
    data = tmp_path / "sums.jsonl"
    data.write_text(
        "".join(json.dumps({"unique_id": f"test/sums/{p.id}.json", "problem": p.text, "answer": p.gold, "level": 1,
                            "subject": "Sums", "solution": ""}) + "\n" for p in PROBLEMS)
    )  # fmt: skip
    result = CliRunner().invoke(
        cli.app,
        ["generate", "--task", "math500", "--data", str(data), "--model", "hf", "--model-args",
         f"pretrained={checkpoint}", "--device", "cpu", "--samples", "3", "--temperature", "0.8", "--max-tokens", "8",
         "--stop", "\\n\\n", "--prompt", "Q: {problem}\\nA:", "--seed", "5", "--name", "made"],
        catch_exceptions=False,
    )  # fmt: skip
    pool = pools.open_pool("made")
    (run,) = evaluate(None, pool, [registry.verifier("majority")])

    assert result.exit_code == 0
    assert (pool.manifest.n_problems, pool.manifest.n_samples, pool.manifest.slots) == (3, 9, 3)
    assert pool.manifest.generator == str(checkpoint)
    assert pool.manifest.sampling == {
        "temperature": 0.8, "top_p": 1.0, "max_tokens": 8, "stop": ["\n\n"], "seed": 5, "prompt": "Q: {problem}\nA:"
    }  # fmt: skip
    (how,) = pool.manifest.origin["circumstances"]
    assert how["seeds"] == "one generator for each sample"
    assert how["tokens_from"] == how["finish_from"] == "the generated ids"
    assert set(pool.manifest.origin["files"]) >= {"model.safetensors", "config.json", "tokenizer.json"}
    assert run.run.coverage["missing"] == 0


def test_a_greedy_completion_is_the_models_own(checkpoint):
    """Text, tokens and finish are what transformers gives for the same prompt, alone and unpadded."""
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    model = AutoModelForCausalLM.from_pretrained(checkpoint)
    made = backend(checkpoint, temperature=0.0)
    found = made.complete([made.prompt(p.text) for p in PROBLEMS], [0, 0, 0])

    for problem, completion in zip(PROBLEMS, found, strict=True):
        ids = tokenizer(problem.text, return_tensors="pt")["input_ids"]
        out = model.generate(ids, max_new_tokens=16, do_sample=False)[0, ids.shape[1] :].tolist()
        assert completion.text == tokenizer.decode(out, skip_special_tokens=True)
        assert completion.tokens == len(out)
        assert completion.finish == ("stop" if out[-1] == tokenizer.eos_token_id else "length")


def test_tokens_are_counted_to_the_end_of_the_stop_text(checkpoint):
    """The tokens are the fewest whose text has the stop text, though the batch ran on; the text ends before it."""
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    model = AutoModelForCausalLM.from_pretrained(checkpoint)
    ids = tokenizer(PROBLEMS[0].text, return_tensors="pt")["input_ids"]
    out = model.generate(ids, max_new_tokens=16, do_sample=False)[0, ids.shape[1] :].tolist()
    stop = tokenizer.decode(out)[5]
    needed = next(n for n in range(1, 17) if stop in tokenizer.decode(out[:n]))
    made = backend(checkpoint, temperature=0.0, stop=(stop,))
    found = made.complete([PROBLEMS[0].text, PROBLEMS[1].text], [0, 0])[0]

    assert found.text == tokenizer.decode(out).partition(stop)[0]
    assert (found.tokens, found.finish) == (needed, "stop")
    assert needed < len(out)


def test_the_samples_of_a_problem_are_independent(checkpoint):
    """Forty samples of one prompt are forty texts: nothing is taken from a cache, no two share a seed."""
    pool = generate(plan(problems=PROBLEMS[:1], samples=40, shard=16), backend(checkpoint, 8))

    assert len({row["text"] for row in rows(pool)}) == 40


def test_a_sample_depends_on_its_seed_alone(checkpoint):
    """Neither the batch nor its neighbours move a sample."""
    together = backend(checkpoint, 4).complete([p.text for p in PROBLEMS] * 2, [1, 2, 3, 4, 5, 6])
    alone = [backend(checkpoint, 1).complete([p.text], [s])[0] for p, s in zip(PROBLEMS * 2, range(1, 7), strict=True)]

    assert together == alone
    assert together[0] != together[3]


def test_an_interrupted_run_ends_with_the_same_pool(checkpoint):
    """Stopped in the second of three shards, it goes on there; the first is not made again."""

    def stop(done, total, tokens):
        if done > 7:
            raise KeyboardInterrupt

    whole = generate(plan(name="whole"), backend(checkpoint))
    with pytest.raises(KeyboardInterrupt):
        generate(plan(), backend(checkpoint), progress=stop)
    seen = []
    continued = generate(plan(), backend(checkpoint), progress=lambda done, total, tokens: seen.append((done, total)))

    assert seen[0] == (5, 12)
    assert seen[-1] == (12, 12)
    assert continued.digest == whole.digest


def test_a_prompt_that_does_not_fit_is_refused(checkpoint):
    """lm-eval would cut its beginning off."""
    long = [PROBLEMS[0], type(PROBLEMS[0])("long", "word " * 1100, "1")]

    with pytest.raises(BadInput, match="do not fit into the model's 1024"):
        generate(plan(problems=long), backend(checkpoint))


def test_the_chat_template_is_used_on_request(checkpoint):
    """The prompt is what the tokenizer's template makes of the messages."""
    made = Backend("hf", {"pretrained": str(checkpoint)}, Settings(), 1, "cpu", chat=True, system="Be brief.")

    assert made.prompt("What is 1 + 1?") == (
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nWhat is 1 + 1?<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )


def test_draws_follow_the_distribution():
    """20,000 rows of logits log(0.5, 0.3, 0.2): counts within five standard deviations of 10,000, 6,000 and 4,000."""
    scores = torch.tensor([0.5, 0.3, 0.2]).log().expand(20_000, 3)
    drawn = RowDraws({}, range(20_000))(torch.zeros(20_000, 1, dtype=torch.long), scores).argmax(-1)

    counts = np.bincount(drawn.numpy(), minlength=3)
    assert np.all(np.abs(counts - [10_000, 6_000, 4_000]) < 5 * np.sqrt(20_000 * 0.25))


@pytest.mark.parametrize(
    ("settings", "share"), [({"top_k": 2}, 0.625), ({"top_p": 0.7}, 0.625), ({"min_p": 0.5}, 0.625)]
)
def test_the_distribution_is_cut_before_the_draw(settings, share):
    """Without the last of 0.5, 0.3, 0.2 the first has 0.5 / 0.8."""
    scores = torch.tensor([0.5, 0.3, 0.2]).log().expand(4_000, 3)
    drawn = RowDraws(settings, range(4_000))(torch.zeros(4_000, 1, dtype=torch.long), scores).argmax(-1).numpy()

    assert set(drawn) == {0, 1}
    assert abs((drawn == 0).mean() - share) < 0.04


@pytest.mark.parametrize("page", ["README.md", "docs/generate.md"])
def test_the_command_of_the_page_runs_on_the_device_that_is_there(checkpoint, tmp_path, page):
    """As it is printed, with a tiny model and few samples: no device is named, and none is taken for granted."""
    text = (ROOT / page).read_text(encoding="utf-8").replace("\\\n", " ")
    words = next(line.split()[1:] for line in text.splitlines() if line.startswith("    bonbench generate"))
    model = words.index("--model-args") + 1
    words[model] = f"pretrained={checkpoint}" + (",dtype=bfloat16" if "bfloat16" in words[model] else "")
    words[words.index("--samples") + 1] = "2"
    words += ["--max-tokens", "8"]  # the tiny model has room for 1,024 tokens in all
    row = {"unique_id": "test/a/0.json", "problem": "What is 1 + 1?", "answer": "2", "level": 1, "subject": "Sums"}
    (tmp_path / "one.jsonl").write_text(json.dumps({**row, "solution": ""}))

    result = CliRunner().invoke(cli.app, [*words, "--data", str(tmp_path / "one.jsonl")], catch_exceptions=False)

    assert result.exit_code == 0
    (how,) = pools.open_pool(words[words.index("--name") + 1]).manifest.origin["circumstances"]
    assert how["device"].startswith("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.parametrize(
    ("args", "device", "expected"),
    [
        ({}, None, "cuda" if torch.cuda.is_available() else "cpu"),
        ({"pretrained": "m"}, "cuda:1", "cuda:1"),
        ({}, "mps", "mps"),
        ({"device": "cpu"}, None, None),
        ({"parallelize": True}, None, None),
        ({"device_map": "auto"}, None, None),
        ({"parallelize": False}, None, "cuda" if torch.cuda.is_available() else "cpu"),
    ],
)
def test_a_device_is_chosen_only_where_none_was_named(args, device, expected):
    """What places the model itself stays; lm-eval's own default is a GPU, which need not be there."""
    assert making.device_for(args, device) == expected


def test_a_limited_generation_says_how_much_of_the_task_it_is_of(checkpoint, tmp_path):
    """The first two of three problems: nothing is missing, and one of three is left out."""
    made = generate(replace(plan(problems=PROBLEMS[:2], samples=1), task_problems=3), backend(checkpoint))

    assert (made.manifest.n_problems, made.manifest.task_problems, made.manifest.empty) == (2, 3, 0)
