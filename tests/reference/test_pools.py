"""The reference pools as they ship: what they hold, what they leave out, and that their sources end at them."""

from pathlib import Path

import pytest

from harness.pool import pools
from tasks.reference import build
from tasks.reference.origins import NONE_STATED, ORIGINS

ROOT = Path(__file__).resolve().parents[2]
NAMES = [origin.name for origin in ORIGINS]
FROM_WHOLE = [
    "math500-strictprm", "gsm8k-strictprm", "math500-openr", "math100-qwen-rm", "math500-boinf-qwen3-14b",
    "aime24-boinf-gpt-oss-20b", "aime25-boinf-phi-4-reasoning", "gpqa-diamond-boinf-exaone-deep-32b",
]  # fmt: skip


@pytest.mark.parametrize("origin", ORIGINS, ids=NAMES)
def test_a_reference_pool_is_what_it_says(origin):
    """Its digest holds, its manifest names licence and maker, and there is no text that may not be there."""
    pool = pools.open_pool(origin.name)
    said = pool.manifest.origin

    assert pool.verify() == pool.digest
    assert (said["repository"], said["commit"], pool.manifest.licence) == (
        origin.repository, origin.commit, origin.licence
    )  # fmt: skip
    assert said["attribution"] == origin.attribution
    assert said["full_pool"]
    assert said["grader"]
    columns = ["text", "steps"]
    texts = sum(len(t) - t[c].null_count for _, t in pool.batches(columns) for c in columns)
    assert (texts > 0) == origin.texts == any(p.problem.text for p in pool.problems.values())
    assert not origin.texts or origin.licence != NONE_STATED
    assert len(list((pool.path / "grades").glob("*.parquet"))) == 1


def test_the_sizes_are_those_that_were_promised():
    """Problems and samples of each, and all of it together under 15 MB."""
    sizes = {n: (m.n_problems, m.slots) for n in NAMES for m in [pools.open_pool(n).manifest]}

    assert sizes["math500-strictprm"] == sizes["gsm8k-strictprm"] == (500, 32)
    assert (sizes["math500-openr"], sizes["math100-qwen-rm"]) == ((500, 4), (100, 8))
    assert (sizes["rewardmath"], sizes["gsm8k-interlace"]) == ((483, 10), (200, 16))
    boinf = {name: size for name, size in sizes.items() if "-boinf-" in name}
    assert {(n.partition("-boinf-")[0], p) for n, (p, _) in boinf.items()} == {
        ("math500", 500), ("aime24", 30), ("aime25", 30), ("gpqa-diamond", 198)
    }  # fmt: skip
    assert all(80 <= slots <= 160 for _, slots in boinf.values())
    files = [p for p in (ROOT / "tasks" / "reference").rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert sum(p.stat().st_size for p in files) < 15_000_000


def test_the_notice_names_every_repository():
    """With its licence, or that it states none."""
    text = (ROOT / "NOTICE").read_text(encoding="utf-8")

    assert all(origin.repository in text for origin in ORIGINS)
    assert all(origin.licence in text for origin in ORIGINS if origin.licence != NONE_STATED)
    assert "states no licence" in text


@pytest.mark.parametrize("name", FROM_WHOLE)
def test_the_samples_end_at_the_digests_that_ship(name, real_data, tmp_path):
    """From files of the same samples: the full pool, and the one without texts."""
    if not (real_data / "whole").is_dir():
        pytest.skip(f"no whole sets at {real_data}")
    (origin,) = (origin for origin in ORIGINS if origin.name == name)
    shipped = pools.open_pool(name)

    whole = build.full(origin, real_data)
    bare = build.answers_only(origin, whole, tmp_path)

    assert whole.digest == shipped.manifest.origin["full_pool"]
    assert bare.digest == shipped.digest
