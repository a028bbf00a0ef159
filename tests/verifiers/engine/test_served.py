"""Models behind an HTTP server: the same scores as in this process, and what happens when the server does not."""

import json
from dataclasses import replace

import pytest
import torch
from transformers import Qwen2Config, Qwen2ForTokenClassification

from harness.errors import BadInput, VerifierError
from harness.records import Solution
from harness.score import scoring
from verifiers.engine import http_client, served
from verifiers.engine.checkpoint import Checkpoint
from verifiers.families.implicit_prm import ImplicitPRM
from verifiers.families.math_shepherd import FORMAT
from verifiers.families.qwen_math import PRM, QwenPRM
from verifiers.families.trl_prm import TokenClassificationPRM, trl_format
from verifiers.formats.outcome import OutcomeFormat, OutcomeModel
from verifiers.formats.step import StepVerifier
from worlds.model_server import ModelServer, serving
from worlds.tiny import questions, qwen_tokenizer, score_all, steps_of, tiny, values_of


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Pauses before a repetition are short."""
    monkeypatch.setattr(http_client, "FIRST_PAUSE", 0.001)


@pytest.fixture
def pooled(classifier):
    """A server of the token classifier, and the record of a verifier that reads it."""
    folder, _, model = classifier
    record = Checkpoint("tiny", str(folder), aggregation="product", extra={"format": trl_format("\n\n")})
    with serving(ModelServer(rows=lambda ids: model(torch.tensor([ids])).logits[0])) as server:
        yield record, server


@pytest.fixture
def completing(causal):
    """A server of the language model, and the record of a verifier that reads two of its tokens."""
    folder, tokenizer, model = causal
    form = replace(FORMAT, marker="\n", step="{step}", after="", pieces=True, head=("Yes", "No"), known=None)
    record = Checkpoint("tiny", str(folder), aggregation="min", extra={"format": form})
    with serving(ModelServer(logits=lambda ids: model(torch.tensor([ids])).logits[0], tokenizer=tokenizer)) as server:
        server.top = len(tokenizer)
        yield record, server


@pytest.mark.parametrize("softmax", [False, True])
def test_pooling_of_every_token_gives_the_scores_of_this_process(pooled, softmax):
    """Rows for every token, raw or as probabilities: the read positions are ours."""
    record, server = pooled
    server.softmax = softmax
    asked = questions()

    here = steps_of(score_all(TokenClassificationPRM(record), asked))
    there = steps_of(score_all(TokenClassificationPRM.of(record, server=server.url), asked))

    for rows, others in zip(here, there, strict=True):
        for row, other in zip(rows, others, strict=True):
            assert other == pytest.approx(row, abs=1e-5)


def test_pooling_at_step_markers_gives_the_scores_of_this_process(classifier):
    """vLLM's STEP pooling returns one row a marker, as for Qwen's PRM, with the softmax taken already."""
    folder, tokenizer, model = classifier
    form = replace(PRM, head=("score",), known=None)
    record = Checkpoint("tiny", str(folder), aggregation="product", extra={"format": form})
    with serving(ModelServer(rows=lambda ids: model(torch.tensor([ids])).logits[0])) as server:
        server.pooling, server.step_tag, server.softmax = "STEP", tokenizer.convert_tokens_to_ids("<extra_0>"), True

        (found,) = score_all(QwenPRM.of(record, server=server.url), questions()[:1])

    (wanted,) = score_all(QwenPRM(record), questions()[:1])
    for one, other in zip(found, wanted, strict=True):
        assert one.steps == pytest.approx(other.steps, abs=1e-5)


def test_last_token_pooling_serves_outcome_verifiers(classifier):
    """One row for the whole input is the last token's."""
    folder, _, model = classifier
    form = OutcomeFormat(labels=2, good=(1,), means="softmax")
    record = Checkpoint("tiny", str(folder), extra={"format": form})
    with serving(ModelServer(rows=lambda ids: model(torch.tensor([ids])).logits[0])) as server:
        server.pooling = "LAST"

        found = values_of(score_all(OutcomeModel.of(record, server=server.url), questions()))

    wanted = values_of(score_all(OutcomeModel(record), questions()))
    assert [v for row in found for v in row] == pytest.approx([v for row in wanted for v in row], abs=1e-5)


def test_completions_with_prompt_logprobs_give_the_scores_of_this_process(completing, monkeypatch):
    """Two labels compared at positions in the prompt and at its end."""
    record, server = completing
    monkeypatch.setattr(served, "TOP", server.top)  # the labels of a random model are nowhere near the top
    asked = questions("\n")

    here = steps_of(score_all(StepVerifier.of(record, separator="\n"), asked))
    there = steps_of(score_all(StepVerifier.of(record, separator="\n", server=server.url), asked))

    for rows, others in zip(here, there, strict=True):
        for row, other in zip(rows, others, strict=True):
            assert other == pytest.approx(row, abs=1e-5)


def test_a_label_that_the_server_does_not_show_is_not_guessed(completing):
    """Where neither label, or one of which too much is open, is among the returned tokens, there is no score."""
    record, server = completing
    server.top = 1

    (score,) = StepVerifier.of(record, server=server.url).score("p", [Solution("a")])

    assert score.value is None
    assert not score.steps
    assert "most probable tokens" in score.note


def by_rank(order, gap: float, size: int):
    """Logits that fall by ``gap`` from one token of ``order`` to the next, all others far below."""
    logits = torch.full((size,), -60.0)
    for rank, token in enumerate(order):
        logits[token] = -gap * rank
    return logits


@pytest.mark.parametrize("ranks", [True, False])
@pytest.mark.parametrize(
    ("order", "gap", "wanted"),
    [
        (["Yes", *"abcdefghijklmnopqr", "s", "No"], 0.05, None),  # No is the 21st: near, and not shown
        (["No", *"abcdefghijklmnopqr", "s", "Yes"], 0.05, None),
        (["Yes", *"abcdefghijklmnopqrstuvwxyz"], 0.05, None),  # No is far below, but that cannot be known
        (["Yes", "a", "No", *"bcdefghijklmnopqrst"], 0.5, True),  # both are shown
        ([*"abcdefghijklmnopqrstuvwxyz"], 0.5, None),  # none is shown
        (["Yes", *"abcdefghijklmnopqrstuvwxyz"], 2.0, True),  # No is at most exp(-38) of Yes
    ],
)
def test_the_prompts_own_token_bounds_no_label(causal, ranks, order, gap, wanted):
    """A server shows the 20 likeliest tokens and the prompt's own, however unlikely: it says nothing of the others.

    Taken for the least likely of the 20, it would make every label that is not shown impossible.
    """
    folder, tokenizer, _ = causal
    ids = [tokenizer.encode(word)[0] for word in order]
    yes, no = (tokenizer.encode(word)[0] for word in ("Yes", "No"))
    row = by_rank(ids, gap, len(tokenizer))
    form = replace(FORMAT, marker="\n", step="{step}", after="", pieces=True, head=("Yes", "No"), known=None)
    record = Checkpoint("tiny", str(folder), aggregation="min", extra={"format": form})
    with serving(ModelServer(logits=lambda asked: row.expand(len(asked), -1), tokenizer=tokenizer)) as server:
        server.ranks = ranks

        (score,) = StepVerifier.of(record, separator="\n", server=server.url).score("p", [Solution("=\n=")])

    if wanted is None:
        assert not score.steps
        known = {"Yes", "No"} & set(order[:20])
        assert score.note.startswith("only some labels are among" if known else "no label is among the 20")
    else:
        assert score.steps == pytest.approx([torch.sigmoid(row[yes] - row[no]).item()] * 2, abs=1e-6)


@pytest.fixture
def rewarding(tmp_path_factory):
    """A reward model with one number, its record, and the function that a server runs."""
    folder = tmp_path_factory.mktemp("reward")
    tokenizer = qwen_tokenizer(folder)
    model = tiny(Qwen2ForTokenClassification, Qwen2Config, folder, len(tokenizer), num_labels=1)
    record = Checkpoint("tiny", str(folder), kind="ORM", extra={"format": OutcomeFormat()})
    return record, lambda ids: model(torch.tensor([ids])).logits[0]


@pytest.mark.parametrize(("sigmoid", "given"), [("asked", "auto"), ("always", "probabilities"), ("never", "raw")])
def test_a_single_number_is_raw_whatever_the_server_does_to_it(rewarding, sigmoid, given):
    """A server that can be told leaves the number alone; of others it has to be said."""
    record, rows = rewarding
    with serving(ModelServer(rows=rows)) as server:
        server.sigmoid = sigmoid
        verifier = OutcomeModel.of(record, server=server.url, server_outputs=given)

        found = values_of(score_all(verifier, questions()))

    wanted = values_of(score_all(OutcomeModel(record), questions()))
    assert [v for row in found for v in row] == pytest.approx([v for row in wanted for v in row], abs=1e-4)


def test_a_sigmoid_that_an_older_server_applies_unasked_is_not_taken_for_a_reward(rewarding):
    """It ignores the switch: its numbers lie between 0 and 1 and are the same with and without it."""
    record, rows = rewarding
    with serving(ModelServer(rows=rows)) as server:
        server.sigmoid = "always"

        with pytest.raises(VerifierError, match="Say server_outputs=probabilities if it does"):
            OutcomeModel.of(record, server=server.url).score("p", [Solution("So 7.")])


@pytest.mark.parametrize(("shift", "asked_twice"), [(30.0, False), (-30.0, False), (None, True)])
def test_a_server_is_asked_about_its_sigmoid_only_while_that_is_open(rewarding, shift, asked_twice):
    """Numbers outside [0, 1] went through none; else one request more tells whether the switch is obeyed."""
    record, rows = rewarding
    between = lambda ids: 0.3 + 0.0 * rows(ids)  # noqa: E731
    with serving(ModelServer(rows=between if shift is None else lambda ids: rows(ids) + shift)) as server:
        score_all(OutcomeModel.of(record, server=server.url), questions())

        activated = [body["use_activation"] for _, body, _ in server.requests]
    assert activated.count(True) == (1 if asked_twice else 0)


def test_implicit_rewards_come_from_two_servers(causal, tmp_path_factory):
    """The log-probability of every token of the solution, from the policy's server and the reference's."""
    folder, _, model = causal
    extra = {"reference": str(folder), "beta": 1.0}
    record = Checkpoint("tiny", str(folder), aggregation="min", extra=extra)

    def plain(ids):
        return model(torch.tensor([ids])).logits[0]

    sharper = ModelServer(logits=lambda ids: 2 * plain(ids))
    with serving(sharper) as policy, serving(ModelServer(logits=plain)) as reference:
        verifier = ImplicitPRM.of(record, server=policy.url, reference_server=reference.url)
        problem, _ = questions()[0]
        verifier.ready()
        (encoded,) = verifier.encode(problem, [("", ("Three.", "Seven."))])
        (score,) = verifier.score(problem, [Solution("Three.\n\nSeven.")])

    ids = torch.tensor([encoded.ids])
    with torch.no_grad():
        raw = model(ids).logits[0]
    gained = (2 * raw).log_softmax(-1) - raw.log_softmax(-1)
    wanted = sum(gained[p, encoded.ids[p + 1]].item() for p in encoded.reads)
    assert sum(score.steps) == pytest.approx(wanted, abs=1e-4)


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


def test_a_solution_too_long_for_the_server_has_no_score(pooled):
    """The rest are scored; the long one has a note."""
    record, server = pooled
    server.longest = 60

    scores = TokenClassificationPRM.of(record, server=server.url).score("p", [Solution("a"), Solution("word " * 80)])

    assert scores[0].steps
    assert scores[1].value is None
    assert "more than the server takes" in scores[1].note


def test_an_input_as_long_as_the_servers_limit_ends_no_run(completing, monkeypatch):
    """vLLM wants room for one token more and then speaks of ``max_tokens``; the others are scored."""
    record, server = completing
    monkeypatch.setattr(served, "TOP", server.top)
    monkeypatch.setattr(
        ModelServer, "TOO_LONG", "max_tokens must be at least 1, got 0. (parameter=max_tokens, value=0)"
    )
    server.longest = 60

    scores = StepVerifier.of(record, server=server.url).score("p", [Solution("a"), Solution("word " * 80)])

    assert scores[0].steps
    assert scores[1].note.endswith("more than the server takes")


def test_a_wrong_number_of_rows_is_an_error(pooled):
    """A server that pools otherwise than expected is told, not guessed at."""
    record, server = pooled
    server.pooling, server.step_tag = "STEP", 10**6

    with pytest.raises(VerifierError, match="--pooler-config"):
        TokenClassificationPRM.of(record, server=server.url).score("p", [Solution("a.\n\nb")])


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
