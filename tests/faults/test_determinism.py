"""However a piece of work is done, every export of it has the same bytes."""

import importlib.util
import shutil
import sys

import pytest

from worlds import killing, sameness
from worlds.faults import Server

CARDS = 7  # three verifiers and four controls
OLD = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL"  # what NumPy called X86_V4 before 2.4
AVX2 = {  # what libraries are told so that they use nothing newer than AVX2
    "NPY_DISABLE_CPU_FEATURES": f"X86_V4 AVX512_ICL AVX512_SPR {OLD}",
    "NUMBA_CPU_NAME": "haswell",
    "NUMBA_CPU_FEATURES": "+avx,+avx2,+fma,+sse4.2",
    "OPENBLAS_CORETYPE": "Haswell",
    "ARROW_USER_SIMD_LEVEL": "AVX2",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX512DQ,-AVX512CD",
}
FIRST = {  # nothing newer than what every x86-64 processor has
    "NPY_DISABLE_CPU_FEATURES": f"X86_V3 AVX2 FMA3 {AVX2['NPY_DISABLE_CPU_FEATURES']}",
    "NUMBA_CPU_NAME": "x86-64",
    "NUMBA_CPU_FEATURES": "+sse2",
    "OPENBLAS_CORETYPE": "Prescott",
    "ARROW_USER_SIMD_LEVEL": "NONE",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-AVX",
}


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """Does the work in a folder of its own, and gives back every export; the page, which takes longest, where asked."""
    base = tmp_path_factory.mktemp("sameness") / "here"
    base.mkdir()
    plain = Server(base)

    def do(*more, shuffled=None, killed=(), environment=None, page=False):
        server = Server(base, **environment) if environment else plain
        shutil.rmtree(base)
        sameness.begin(base, shuffled=shuffled)
        exports = [*sameness.exports(), sameness.PAGE] if page else sameness.exports()
        try:
            for words in (sameness.IMPORT, (*sameness.RUN, *more), *exports):
                if words[0] == "run":
                    for kill in killed:
                        assert server(words, kill=kill)[0] == killing.KILLED
                assert server(words)[0] == 0, server.said()
        finally:
            if server is not plain:
                server.close()
        found = sameness.written(base)
        assert len(found) == len(sameness.KINDS) - 1 + CARDS + 1 + page
        return found

    yield do
    plain.close()


@pytest.fixture(scope="module")
def once(work):
    """Done once."""
    return work(page=True)


def different(found, expected):
    """Which exports differ."""
    return [name for name, content in found.items() if content != expected.get(name)]


def test_two_runs_export_the_same_bytes(work, once):
    """In another home."""
    assert different(work(page=True), once) == []


def test_the_number_of_workers_moves_no_byte(work, once):
    """Chunks of three finish in any order."""
    assert different(work("--workers", "3"), once) == []


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")
def test_ray_moves_no_byte(work, once):
    """Two actors."""
    assert different(work("--executor", "ray", "--workers", "2"), once) == []


def test_a_resumed_run_exports_the_same_bytes(work, once):
    """Killed while it grades, while it scores and while it stores."""
    assert different(work(killed=(12, 30, 50)), once) == []


def test_shuffled_samples_with_their_slots_export_the_same_bytes(work, once):
    """The order of a file says nothing where each sample says its slot."""
    assert different(work(shuffled=1), once) == []


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_the_hash_seed_of_python_moves_no_byte(work, once, seed):
    """Sets of texts are in no order that is ever seen."""
    assert different(work(environment={"PYTHONHASHSEED": seed}), once) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="what the C library uses can be told on Linux alone")
@pytest.mark.parametrize("processor", [AVX2, FIRST], ids=["AVX2", "x86-64"])
def test_another_processor_moves_no_byte(work, once, tmp_path, processor):
    """Libraries are told to use nothing newer than AVX2, or than SSE2, as far as they can be told."""
    environment = {**processor, "NUMBA_CACHE_DIR": str(tmp_path)}

    assert different(work(environment=environment), once) == []
