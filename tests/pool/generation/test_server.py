"""Generation through lm-eval's models behind HTTP, against a server on this machine."""

import json

import pytest

from harness.backends.asking import Backend, Settings
from harness.errors import BadInput, BonbenchError
from harness.pool.generate import generate, sample_seed
from worlds.sums import PROBLEMS, plan, rows

SECRET = "a-secret-of-ours"


def backend(server, batch_size=None, **changes):
    args = {"model": "served", "base_url": f"{server.url}/v1/completions", "auth_token": SECRET, **changes}
    return Backend("local-completions", args, Settings(temperature=0.7, max_tokens=32, stop=("\n\n",)), batch_size)


def test_every_request_has_its_samples_seed(server):
    """One request a sample, each with its prompt, its own seed and the settings; the answer lands in its slot."""
    pool = generate(plan(), backend(server))
    seeds = {(p.id, slot): sample_seed(0, p.id, slot) for p in PROBLEMS for slot in range(4)}

    bodies = [body for _, body, _ in server.requests]
    assert sorted(b["seed"] for b in bodies) == sorted(seeds.values())
    assert {b["prompt"] for b in bodies} == {f"Q: {p.text}\nA:" for p in PROBLEMS}
    assert {(b["max_tokens"], b["temperature"], *b["stop"]) for b in bodies} == {(32, 0.7, "\n\n")}
    assert [row["text"].split(".")[0] for row in rows(pool)] == [f"seed {seed}" for seed in seeds.values()]


def test_tokens_and_finish_are_the_servers(server):
    """What the server says stands in the pool, and the manifest says that it was the server."""
    server.cut = True
    pool = generate(plan(), backend(server))

    assert {row["finish"] for row in rows(pool)} == {"length"}
    assert all(row["tokens"] == len(row["text"]) for row in rows(pool))
    (how,) = pool.manifest.origin["circumstances"]
    assert (how["tokens_from"], how["finish_from"]) == ("the server", "the server")
    assert how["request"] == {"model": "served", "max_tokens": 32, "temperature": 0.7, "stop": ["\n\n"], "top_p": 1.0}


def test_requests_run_side_by_side(server):
    """Eight at once, retried one by one, give the same pool as one after another."""
    one = generate(plan(name="one"), backend(server))
    server.failures = [500, 0]
    many = generate(plan(name="many"), backend(server, 8))

    assert many.digest == one.digest


def test_a_failing_request_is_tried_again(server):
    """A failed try costs a retry, with the same seed."""
    server.failures = [503]
    pool = generate(plan(samples=1), backend(server))

    asked = [body["seed"] for _, body, _ in server.requests]
    assert len(asked) == 4
    assert asked[0] == asked[1]
    assert pool.manifest.n_samples == 3


def test_what_was_finished_before_a_failure_is_kept(server):
    """A server that is gone for good stops the run with a sentence; later the rest is asked for, and no more."""
    whole = generate(plan(name="whole"), backend(server))
    server.requests.clear()
    server.failures = [None] * 5 + [500]
    with pytest.raises(BonbenchError, match="the same command continues"):
        generate(plan(), backend(server, max_retries=1))
    before = len(server.requests)
    pool = generate(plan(), backend(server))

    assert before == 6
    assert len(server.requests) == 6 + 7
    assert pool.digest == whole.digest


def test_a_reply_without_a_text_is_an_empty_sample(server):
    """It is in its slot, with the server's reason, and lm-eval's placeholder is not taken for a solution."""
    server.empty = (2,)
    server.cut = True
    texts = rows(generate(plan(), backend(server)))

    (bare,) = [row for row in texts if not row["text"]]
    assert bare["finish"] == "length"
    assert not any("LMEVAL" in (row["text"] or "") for row in texts)


def test_chat_servers_get_messages(server):
    """System and user message, as JSON."""
    args = {"model": "served", "base_url": f"{server.url}/v1/chat/completions"}
    made = Backend("local-chat-completions", args, Settings(max_tokens=8), system="Be brief.")
    pool = generate(plan(samples=2), made)

    assert server.requests[0][1]["messages"][0] == {"role": "system", "content": "Be brief."}
    assert server.requests[0][1]["messages"][1]["content"].startswith("Q: ")
    assert len({row["text"] for row in rows(pool)}) == 6


def test_no_secret_is_written_down(server, home):
    """Keys and headers are in no file under the home, finished or not."""
    server.failures = [None] * 5 + [500]
    with pytest.raises(BonbenchError):
        generate(plan(), backend(server, max_retries=1))
    generate(plan(name="other"), backend(server))

    written = [f for f in home.rglob("*") if f.is_file()]
    assert len(written) >= 4
    assert not any(SECRET.encode() in f.read_bytes() for f in written)


def test_prompts_are_not_sent_as_tokens(server):
    """A seed and a finish reason for each need one text a request."""
    with pytest.raises(BadInput, match="sent to a server as text"):
        backend(server, tokenized_requests=True)


def test_a_plan_that_changed_is_refused(server):
    """The message says what changed; --restart begins anew."""
    server.failures = [None] * 5 + [500]
    with pytest.raises(BonbenchError):
        generate(plan(), backend(server, max_retries=1))
    with pytest.raises(BadInput, match=r"seed: 0 then, 1 now"):
        generate(plan(seed=1), backend(server))
    pool = generate(plan(seed=1), backend(server), restart=True)

    assert pool.manifest.sampling["seed"] == 1


def test_the_address_may_change_on_the_way(server):
    """Where the same model runs does not define the samples, and a shard size that is left out stays."""
    server.failures = [None] * 5 + [500]
    with pytest.raises(BonbenchError):
        generate(plan(), backend(server, max_retries=1))
    moved = backend(server, base_url=f"{server.url}/v1/completions?replica=2", max_retries=2)
    pool = generate(plan(shard=0), moved)

    assert pool.manifest.n_samples == 12
    assert len(pool.manifest.origin["circumstances"]) == 2
    assert json.dumps(pool.manifest.origin).count("replica=2") == 1
