"""What identifies a verifier's scores: everything that can change one, and nothing else."""

import shutil

import pytest

from verifiers.engine.checkpoint import Checkpoint, Weights, _hash_folder
from verifiers.families.trl_prm import TokenClassificationPRM, trl_format
from worlds.tiny import rewrite_config


@pytest.fixture
def copied(classifier, tmp_path):
    """A copy of a checkpoint that may be changed, and a record of it."""
    folder, *_ = classifier
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    _hash_folder.cache_clear()
    return copy, Checkpoint("tiny", str(copy), aggregation="product", extra={"format": trl_format("\n\n")})


def test_a_moved_checkpoint_is_the_same(copied, tmp_path):
    """Content identifies a local model, not its place."""
    folder, record = copied
    before = TokenClassificationPRM(record).fingerprint()

    folder.rename(tmp_path / "elsewhere")

    moved = TokenClassificationPRM.of(record, model=str(tmp_path / "elsewhere")).fingerprint()
    assert moved == before


@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_changed_checkpoint_is_another(copied, file):
    """Weights, configuration and tokenizer all move scores."""
    folder, record = copied
    before = TokenClassificationPRM(record).fingerprint()
    data = bytearray((folder / file).read_bytes())
    if file == "config.json":
        rewrite_config(folder, rms_norm_eps=1e-3)
    else:
        data[-2] ^= 1
        (folder / file).write_bytes(data)
    _hash_folder.cache_clear()

    assert TokenClassificationPRM(record).fingerprint() != before


def test_a_readme_changes_nothing(copied):
    """What no score can depend on is not hashed."""
    folder, record = copied
    before = TokenClassificationPRM(record).fingerprint()
    (folder / "README.md").write_text("hello")
    _hash_folder.cache_clear()

    assert TokenClassificationPRM(record).fingerprint() == before


@pytest.mark.parametrize(
    "options",
    [
        {"batch_tokens": 77},
        {"share": False},
        {"device": "cpu"},
        {"attention": "eager"},
        {"aggregation": "min"},
        {"concurrency": 3},
    ],
)
def test_what_changes_no_score_is_no_part_of_the_identity(copied, options):
    """Speed, place, and how step scores are put together later."""
    _, record = copied

    assert TokenClassificationPRM.of(record, **options).fingerprint() == TokenClassificationPRM(record).fingerprint()


@pytest.mark.parametrize(
    "options",
    [
        {"separator": "\n"},
        {"max_length": 100},
        {"dtype": "bfloat16"},
        {"pool_steps": True},
        {"server": "http://localhost:1"},
    ],
)
def test_what_changes_a_score_is(copied, options):
    """Splitting, limits, precision, and whether a server runs it."""
    _, record = copied

    assert TokenClassificationPRM.of(record, **options).fingerprint() != TokenClassificationPRM(record).fingerprint()


def test_another_format_is_another_verifier(copied):
    """The marker is part of what is read."""
    _, record = copied
    other = TokenClassificationPRM(record, format=trl_format("\n"))

    assert other.fingerprint() != TokenClassificationPRM(record).fingerprint()


def test_a_model_of_the_hub_is_identified_by_its_commit():
    """A pinned commit needs no look-up once the repository is known to be no adapter."""
    weights = Weights("org/name", "0" * 40)

    assert not weights.is_folder
    assert Weights("org/name", "main") != weights
