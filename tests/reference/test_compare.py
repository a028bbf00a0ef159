"""docs/compare.md, word for word: a checkpoint of one's own among those of a reference pool, and handed in."""

import hashlib
import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness import registry
from harness.cli import app
from harness.pool import fetch
from harness.pool.fetch import Wanted
from harness.report import lookup, standard, store
from tasks.reference import build, origins
from tasks.reference.origins import Origin
from worlds.upstream import Upstream

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "compare.md"
PROBLEMS = {"What is 2 + 3?": "5", "What is 4 + 4?": "8", "What is 9 - 2?": "7"}
SCORES = {"math_shepherd": 0.9, "qwen_prm": 0.6}


def candidates(number, question, gold):
    """A problem's file in the upstream's layout: two right candidates and two wrong ones."""
    texts = [f"We count.\n\nIt is $\\\\boxed{{{int(gold) + off}}}$." for off in (0, 1, 0, 2)]
    return {
        "problem_id": f"gsm8k_{number:03d}", "n": len(texts), "temperature": 0.8,
        "candidates": [
            {
                "problem": {"id": f"gsm8k_{number:03d}", "question": question},
                "raw_text": f"system\nYou help.\nuser\n{question}\nassistant\n{text}",
                "steps": [{"index": i, "text": step} for i, step in enumerate(text.split("\n\n"))],
                "is_correct": i % 2 == 0, "num_tokens": 9, "model_name": "some-model",
            }
            for i, text in enumerate(texts)
        ],
    }  # fmt: skip


@pytest.fixture
def upstream(tmp_path, home, monkeypatch):
    """The repository behind ``gsm8k-strictprm``, small: its own layout, its files pinned, its pool as if it shipped."""
    origin = Origin(
        "gsm8k-strictprm", "owner/bench", "c0", ("pools", "scores"), "strict-prm-bench", "CC-BY-4.0", "somebody",
        "some-model", "Small", task="gsm8k", data="gsm8k/test.jsonl",
    )  # fmt: skip
    data, given = tmp_path / "data", tmp_path / "given"
    (data / "gsm8k").mkdir(parents=True)
    rows = [{"question": q, "answer": f"#### {gold}"} for q, gold in PROBLEMS.items()]
    (data / "gsm8k" / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    files = {f"pools/gsm8k_{i:03d}.json": candidates(i, *each) for i, each in enumerate(PROBLEMS.items())}
    texts = {name: json.dumps(value) for name, value in files.items()}
    for verifier, base in SCORES.items():
        lines = [
            {"prm_name": verifier, "problem_id": f"gsm8k_{i:03d}", "candidate_index": slot,
             "step_scores": [base, base - 0.1 * slot]}
            for i in range(len(PROBLEMS)) for slot in range(4)
        ]  # fmt: skip
        texts[f"scores/{verifier}_gsm8k.jsonl"] = "".join(json.dumps(line) + "\n" for line in lines)
    pinned, server = [], Upstream()
    for name, text in texts.items():
        content = text.encode()
        pinned.append(Wanted(name, hashlib.sha256(content).hexdigest(), len(content)))
        server.files[f"/owner/bench/c0/{name}"] = content
        (given / "owner+bench" / name).parent.mkdir(parents=True, exist_ok=True)
        (given / "owner+bench" / name).write_bytes(content)
    monkeypatch.setenv("BONBENCH_DATA", str(data))
    build.build(origin, None, given, tmp_path / "shipped")
    monkeypatch.setattr(origins, "ORIGINS", (origin,))
    monkeypatch.setattr(origins, "wanted", lambda _: pinned)
    bundled = {**registry.bundled_pools(), origin.name: tmp_path / "shipped" / origin.name}
    monkeypatch.setattr(registry, "bundled_pools", lambda: bundled)
    monkeypatch.setattr(fetch, "GITHUB", server.url)
    yield server
    server.close()


@pytest.fixture
def checkpoint(tmp_path, monkeypatch):
    """``./my-prm`` in the working folder: a token classifier with two labels."""
    pytest.importorskip("torch")
    from transformers import Qwen2Config, Qwen2ForTokenClassification

    from worlds.tiny import qwen_tokenizer, tiny

    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    tokenizer = qwen_tokenizer(work / "my-prm")
    tiny(Qwen2ForTokenClassification, Qwen2Config, work / "my-prm", len(tokenizer), num_labels=2)
    return work


def test_the_way_to_a_comparison_is_as_it_is_printed(upstream, checkpoint, home):
    """Fetched, scored, ranked, handed in: each command of the document ends well, and leaves what it says."""
    text = DOCUMENT.read_text(encoding="utf-8")
    blocks = re.findall(r"<!-- run -->\n```sh\n(.*?)```", text, re.DOTALL)
    said = {}
    for command in (line for block in blocks for line in block.splitlines()):
        program, *arguments = shlex.split(command)
        assert program == "bonbench"
        done = CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        said[" ".join(arguments[:2])] = done.output

    assert len(upstream.asked) == 5
    with store.reading(home / "results.duckdb") as connection:
        runs = lookup.runs(connection)
    (own,) = {run["verifier"] for run in runs} - {*SCORES, "majority", "pass@N", "random", "length"}
    assert own.startswith("hf-prm")
    table = said["run --pool"].splitlines()
    assert {re.match(r"(\S+)\s+(\S+)", line)[2] for line in table if re.match(r"\d", line)} >= {own, *SCORES}
    cards = sorted((checkpoint / "my-board" / "cards").glob("*.json"))
    assert len(cards) == len(runs)
    assert f"{len(cards)} cards: {len(cards) - 1} reproduced, 0 refused" in said["board check"]
    page = (checkpoint / "site" / "page" / "index.html").read_text(encoding="utf-8")
    assert own in page
    assert "Process reward models on GSM8K" in page
    with store.reading(checkpoint / "site" / "streamlit" / "results.duckdb") as connection:
        assert {run["origin"].split()[0] for run in lookup.runs(connection)} == {"card", standard.CURRENT}
    (card,) = (path for path in cards if json.loads(path.read_text())["run"]["verifier"] == own)
    done = CliRunner().invoke(app, ["reproduce", str(card)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
