"""What other people's code says of the reference pools: Math-Verify's verdicts, and OpenR's recorded choices.

    python -m tasks.reference.peers DATA

Reads the full pools (``whole/`` below DATA), since Math-Verify reads texts, and writes ``peers.json``, from which
``validation`` works without them: a verdict a sample as one bit, problems and slots in the order of the shipped pool.
"""

import json
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.pool import pools, sources
from tasks.reference.build import full
from tasks.reference.origins import origin

FILE = Path(__file__).with_name("peers.json")
JUDGED = ("math500-strictprm", "gsm8k-strictprm")
CHOICES = ("majority_vote", "prm_min_max", "prm_min_vote", "prm_last_max", "prm_last_vote")

Verdicts = NDArray[np.bool_]  # [problems, slots]


def packed(verdicts: Verdicts) -> str:
    """Verdicts as text: eight a byte, as hexadecimal digits.

    >>> packed(np.array([[True, False, False, False], [False, False, False, True]]))
    '81'
    """
    return np.packbits(verdicts).tobytes().hex()


def verdicts(pool: str) -> Verdicts:
    """Math-Verify's verdicts on the samples of a shipped pool, shape [problems, slots]."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))["math_verify"][pool]
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(stored["right"]), dtype=np.uint8))
    return bits[: stored["problems"] * stored["slots"]].astype(bool).reshape(stored["problems"], stored["slots"])


def choices() -> Mapping[str, str]:
    """Whether each of OpenR's rules chose a right solution, a digit a problem in the order of ``math500-openr``."""
    found: Mapping[str, str] = json.loads(FILE.read_text(encoding="utf-8"))["openr"]
    return found


def _judged(name: str, data: Path) -> dict[str, Any]:
    """Math-Verify as evaluation scripts call it: on the whole text, against the gold in a box."""
    from math_verify import parse, verify

    whole = full(origin(name), data)
    right = []
    for problem, table in whole.batches(["text"]):
        gold = parse("\\boxed{" + str(whole.problems[problem].problem.gold) + "}")
        right.append([bool(verify(gold, parse(text))) for text in table["text"].to_pylist()])
    found = np.array(right)
    return {"problems": found.shape[0], "slots": found.shape[1], "right": packed(found)}


def main(data: Path) -> None:
    """Write ``peers.json``."""
    records = sources.records(data / "whole" / "openr_math500.jsonl.gz")
    openr = {r.row["unique_id"]: r.row["result"] for r in records if isinstance(r, sources.Record)}
    order = list(pools.open_pool("math500-openr").problems)
    found = {
        "version": f"math-verify {version('math-verify')}",
        "math_verify": {name: _judged(name, data) for name in JUDGED},
        "openr": {rule: "".join(str(openr[problem][rule]) for problem in order) for rule in CHOICES},
    }
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
