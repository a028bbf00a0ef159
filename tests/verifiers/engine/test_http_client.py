"""What happens when a server is busy, refuses, or is several; and where the key goes."""

import json

import pytest
import torch

from harness.errors import BadInput, VerifierError
from harness.records import Solution
from harness.score import scoring
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.trl_prm import TokenClassificationPRM, trl_format
from worlds.model_server import ModelServer, serving
from worlds.tiny import questions, score_all


def test_a_busy_server_is_asked_again(pooled):
    """429, 503 and a broken connection are repeated until an answer comes."""
    record, server = pooled
    server.failures = [429, 503, 0, 500]

    (score,) = TokenClassificationPRM.of(record, server=server.url, concurrency=1).score("p", [Solution("a")])

    assert len(score.steps) == 1
    assert len(server.requests) == 5


def test_a_server_that_stays_busy_is_given_up_with_what_to_do(pooled):
    """After the last repetition the error says that what is scored is kept."""
    record, server = pooled
    server.failures = [503] * 50

    with pytest.raises(VerifierError, match=r"still busy or failing \(503\).*run the same command again"):
        TokenClassificationPRM.of(record, server=server.url).score("p", [Solution("a")])


def test_a_refusal_is_final_and_says_why(pooled):
    """A wrong key or model is not asked twice."""
    record, server = pooled
    server.failures = [401]

    with pytest.raises(VerifierError, match=r"refused a request \(401\): failing with 401"):
        TokenClassificationPRM.of(record, server=server.url).score("p", [Solution("a")])
    assert len(server.requests) == 1


def test_a_run_that_broke_off_goes_on_where_it_was(pooled, small_pool):
    """Chunks that were scored before the server failed are not asked for again."""
    record, server = pooled
    problems = [entry.problem for entry in small_pool.problems.values()]

    class Slow(TokenClassificationPRM):
        chunk_size = 1

    server.failures = []
    first = Slow.of(record, server=server.url, concurrency=1)
    seen = []

    def stop(done, total, tokens):
        seen.append(done)
        if done >= 1:
            server.failures = [403]

    with pytest.raises(VerifierError):
        scoring.score(first, small_pool, problems, stop)
    asked = len(server.requests)

    server.failures = []
    whole = scoring.score(Slow.of(record, server=server.url), small_pool, problems)
    again = len(server.requests) - asked
    assert again == small_pool.manifest.n_samples - max(seen)
    assert whole.table["steps"].null_count == 0
    assert max(seen) == 1


def test_the_key_goes_into_a_header_and_nowhere_else(pooled, monkeypatch, small_pool):
    """The key comes from the environment; no fingerprint, file, option or error holds it."""
    record, server = pooled
    monkeypatch.setenv("BONBENCH_API_KEY", "sk-secret-1")
    verifier = TokenClassificationPRM.of(record, server=server.url)
    problems = [entry.problem for entry in small_pool.problems.values()]

    scoring.score(verifier, small_pool, problems)

    assert server.requests[0][2]["Authorization"] == "Bearer sk-secret-1"
    assert "sk-secret" not in json.dumps(verifier.fingerprint())
    folder = scoring.scores_folder(verifier, small_pool)
    written = b"".join(f.read_bytes() for f in folder.rglob("*") if f.is_file())
    assert b"sk-secret" not in written
    server.failures = [401]
    with pytest.raises(VerifierError) as caught:
        verifier.score("other", [Solution("text")])
    assert "sk-secret" not in str(caught.value)


def test_a_named_key_variable_must_be_set(classifier):
    """``key_env`` names a variable; a missing one is told before anything is asked."""
    folder, *_ = classifier
    record = Checkpoint("tiny", str(folder), extra={"format": trl_format("\n\n")})

    with pytest.raises(BadInput, match="MY_KEY"):
        TokenClassificationPRM.of(record, server="http://127.0.0.1:1", key_env="MY_KEY").score("p", [Solution("a")])
    with pytest.raises(BadInput, match="must not hold a password"):
        TokenClassificationPRM.of(record, server="http://user:pw@host").score("p", [Solution("a")])


def test_several_servers_share_the_work(pooled, classifier):
    """Addresses separated by commas are asked in turn."""
    record, server = pooled
    _, _, model = classifier
    with serving(ModelServer(rows=lambda ids: model(torch.tensor([ids])).logits[0])) as second:
        score_all(TokenClassificationPRM.of(record, server=f"{server.url},{second.url}/v1"), questions())

        assert len(server.requests) > 2
        assert len(second.requests) > 2


def test_the_address_is_no_part_of_the_identity(pooled):
    """Where a model is served changes no score; which model does."""
    record, _ = pooled
    here = TokenClassificationPRM.of(record, server="http://a:1")

    assert here.fingerprint() == TokenClassificationPRM.of(record, server="http://b:2", concurrency=3).fingerprint()
    assert here.fingerprint() != TokenClassificationPRM.of(record, server="http://a:1", served_model="x").fingerprint()
