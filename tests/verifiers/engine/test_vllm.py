"""A real vLLM server beside the engine in this process, where its command is at hand (BONBENCH_TEST_VLLM, or vllm).

vLLM brings a torch of its own, so it lies in another environment: the package of its CPU build suffices.
"""

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch
import urllib3
from transformers import Qwen2Config, Qwen2ForCausalLM, Qwen2ForSequenceClassification

from harness.records import Solution
from verifiers.engine import served
from verifiers.engine.checkpoint import Checkpoint
from verifiers.engine.http_client import Client, Endpoint
from verifiers.families.critique import GenPRM, ThinkPRM
from verifiers.families.implicit_prm import ImplicitPRM
from verifiers.families.math_shepherd import FORMAT
from verifiers.families.yes_no import YesNo
from verifiers.formats.outcome import OutcomeFormat, OutcomeModel
from verifiers.formats.step import StepVerifier
from worlds.tiny import questions, qwen_tokenizer, score_all, steps_of, tiny, values_of

COMMAND = os.environ.get("BONBENCH_TEST_VLLM") or shutil.which("vllm")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(not COMMAND, reason="no vllm command; set BONBENCH_TEST_VLLM"),
]
LONGEST = 512
SHAPE = {"hidden_size": 128, "tie_word_embeddings": False}  # its CPU kernels know heads of 32 numbers and more


@contextmanager
def vllm(folder, name: str, *options: str):
    """A server's address, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    limits = ["--max-model-len", str(LONGEST), "--dtype", "float32", "--enforce-eager"]
    command = [COMMAND, "serve", str(folder), "--served-model-name", name, "--port", str(port), *limits, *options]
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"VLLM_CPU_KVCACHE_SPACE": "1"}
    with (folder.parent / f"{name}.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=env, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                if urllib3.request("GET", f"{url}/health", retries=False).status == 200:
                    break
            except urllib3.exceptions.HTTPError:
                assert process.poll() is None, (folder.parent / f"{name}.log").read_text()[-2000:]
            time.sleep(1)
        yield url
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Two language models with one tokenizer, served: folders, tokenizer, addresses."""
    folders = [tmp_path_factory.mktemp(name) for name in ("policy", "reference")]
    tokenizer, _ = (qwen_tokenizer(folder) for folder in folders)
    policy = tiny(Qwen2ForCausalLM, Qwen2Config, folders[0], len(tokenizer), **SHAPE)
    torch.manual_seed(5)
    Qwen2ForCausalLM(policy.config).save_pretrained(folders[1])
    options = ("--max-logprobs", "1000")
    with vllm(folders[0], "policy", *options) as first, vllm(folders[1], "reference", *options) as second:
        yield folders, tokenizer, (first, second)


@pytest.fixture
def every_token(models, monkeypatch):
    """A random model's labels are nowhere near the top, so the server shows all tokens."""
    monkeypatch.setattr(served, "TOP", len(models[1]))


def test_yes_and_no_are_as_probable_there_as_here(models, every_token):
    """The share of yes, and the mass on neither, of 18 solutions."""
    (folder, _), _, (url, _) = models
    record = Checkpoint("tiny", str(folder))

    found = score_all(YesNo.of(record, server=url, served_model="policy"), questions())

    wanted = score_all(YesNo(record), questions())
    assert [v for row in values_of(found) for v in row] == pytest.approx(
        [v for row in values_of(wanted) for v in row], abs=1e-4
    )
    assert [s.note[:10] for row in found for s in row] == [s.note[:10] for row in wanted for s in row]


def test_implicit_rewards_are_the_same_from_two_servers(models):
    """Eurus: log-ratios of policy and reference, step by step."""
    (folder, other), _, (first, second) = models
    record = Checkpoint("tiny", str(folder), aggregation="min", extra={"reference": str(other), "beta": 0.05})

    class Named(ImplicitPRM):
        """The reference has another name at its server than its folder's."""

        def runner_of(self, weights, server, served_model):
            return super().runner_of(weights, server, "policy" if server == first else "reference")

    served_there = Named.of(record, server=first, reference_server=second)
    found = [s for row in steps_of(score_all(served_there, questions())) for s in row]

    wanted = [s for row in steps_of(score_all(ImplicitPRM(record), questions())) for s in row]
    for one, other_one in zip(found, wanted, strict=True):
        assert one == pytest.approx(other_one, abs=1e-4)


def test_labels_in_the_prompt_are_as_probable_there_as_here(models, every_token):
    """Two tokens compared at every marker, the last one at the prompt's end."""
    (folder, _), _, (url, _) = models
    form = replace(FORMAT, marker="\n", step="{step}", after="", pieces=True, head=("Yes", "No"), known=None)
    record = Checkpoint("tiny", str(folder), aggregation="min", extra={"format": form})
    there = StepVerifier.of(record, separator="\n", server=url, served_model="policy")

    found = [s for row in steps_of(score_all(there, questions("\n"))) for s in row]

    here = StepVerifier.of(record, separator="\n")
    for one, other in zip(found, [s for row in steps_of(score_all(here, questions("\n"))) for s in row], strict=True):
        assert one == pytest.approx(other, abs=1e-4)


@pytest.mark.parametrize("family", [ThinkPRM, GenPRM])
def test_the_most_probable_critique_gives_the_same_verdict(models, every_token, family):
    """Written there from ids, and here, cut at the same token; then read at the same place."""
    (folder, _), _, (url, _) = models
    record = Checkpoint("tiny", str(folder), aggregation="min", extra={"max_tokens": 8, "temperature": 0.0})
    asked = [("How many?", [Solution("3 + 4 = 7"), Solution("So 8.")])]

    found = score_all(family.of(record, server=url, served_model="policy"), asked)

    wanted = score_all(family(record), asked)
    for one, other in zip(found[0], wanted[0], strict=True):
        assert (one.steps or [one.value]) == pytest.approx(other.steps or [other.value], abs=1e-4)


def test_an_input_may_fill_the_context_here_but_not_there(models, every_token):
    """The server wants room for one token more: an input of exactly its limit has no score there, and has one here."""
    (folder, _), tokenizer, (url, _) = models
    form = replace(FORMAT, opening="{problem}", marker="\n", step="{step}", after="", pieces=True, bos="none")
    form = replace(form, head=("Yes", "No"), known=None)
    record = Checkpoint("tiny", str(folder), extra={"format": form})
    full, short = (Solution("7" * (LONGEST - 2 - less)) for less in (0, 1))
    assert len(tokenizer.encode("p" + full.text + "\n")) == LONGEST

    there = StepVerifier.of(record, server=url, served_model="policy").score("p", [full, short])
    here = StepVerifier(record).score("p", [full, short])

    assert [len(s.steps) for s in here] == [1, 1]
    assert there[0].note == f"{LONGEST} tokens, more than the server takes"
    assert there[1].steps == pytest.approx(here[1].steps, abs=1e-4)


def test_the_server_shows_the_prompts_own_token_beside_the_likeliest(models):
    """What the bound on labels that are not shown rests on: ranks, and one entry more where the token is unlikely."""
    _, tokenizer, (url, _) = models
    client = Client(Endpoint(url, served_model="policy"))
    ids = tokenizer.encode("How many apples has she? 3 + 4 = 7")

    body = {"prompt": ids, "max_tokens": 1, "temperature": 0.0, "prompt_logprobs": served.TOP}
    (choice,) = client.post("/v1/completions", body)["choices"]

    shown = choice["prompt_logprobs"][1:]
    for own, at in zip(ids[1:], shown, strict=True):
        rank = at[str(own)]["rank"]
        assert len(at) == served.TOP + (rank > served.TOP)
    assert any(len(at) > served.TOP for at in shown)


def test_a_reward_is_raw_without_being_told(tmp_path):
    """A classifier with one number: the switch for its sigmoid is obeyed, and found to be."""
    folder = tmp_path / "reward"
    tokenizer = qwen_tokenizer(folder)
    shape = {"hidden_size": 128, "num_labels": 1, "pad_token_id": 0}
    tiny(Qwen2ForSequenceClassification, Qwen2Config, folder, len(tokenizer), **shape)
    record = Checkpoint("tiny", str(folder), kind="ORM", extra={"format": OutcomeFormat()})

    with vllm(folder, "reward", "--runner", "pooling") as url:
        found = values_of(score_all(OutcomeModel.of(record, server=url, served_model="reward"), questions()))

    wanted = values_of(score_all(OutcomeModel(record), questions()))
    assert [v for row in found for v in row] == pytest.approx([v for row in wanted for v in row], abs=1e-4)
