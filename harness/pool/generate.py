"""Fill a pool with a language model: every problem of a task, M samples each, shard by shard.

Shards are Parquet files under ``BONBENCH_HOME/generating/NAME``. Each is written at once, when all its samples are
there, and never again: an interrupted run goes on with the first that is missing. When all are there they become a
pool, and the folder goes.

Every sample has a seed of its own, that depends on nothing but the run's seed, its problem and its slot, so the same
run gives the same pool, interrupted or not. lm-eval's cache would not do: it knows a request by its text, and so has
one text for all samples of a problem.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from harness import digest, files, home, plain
from harness.backends.asking import Backend, Completion
from harness.errors import BadInput
from harness.pool import pools
from harness.pool.formats import Described, Entry
from harness.pool.importing import About, import_pool, taken
from harness.pool.intake import MOST_SLOTS
from harness.pool.pools import Pool
from harness.progress import Progress
from harness.records import Problem, Sample, Task
from harness.version import libraries

SHARD = 256
_ELSEWHERE = ("settings", "task", "task_version", "problems", "files")  # of a plan, in a manifest
_AGAIN = "Remove it and give the same command again: its samples are made anew, with the same seeds."
PLACE = "{problem}"
SEEDS = "(first 31 bits of SHA-256('SEED|PROBLEM ID') + slot) mod 2^31"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be generated.

    Attributes:
        name: Of the pool.
        task: The task.
        problems: Its problems, or some of them.
        task_problems: How many it has; None for as many as these.
        samples: M, of each problem.
        prompt: The template; ``{problem}`` is replaced by the problem's text. "" for the task's own.
        seed: Of the whole run.
        shard: Samples in a shard; 0 for 256, or what an interrupted run had.
        licence: Of the samples.
    """

    name: str
    task: Task
    problems: Sequence[Problem]
    samples: int
    prompt: str = ""
    seed: int = 0
    shard: int = 0
    licence: str = ""
    task_problems: int | None = None

    @property
    def template(self) -> str:
        """The prompt's template."""
        return self.prompt or self.task.prompt


def generate(
    plan: Plan, backend: Backend, *, progress: Progress | None = None, replace_pool: bool = False, restart: bool = False
) -> Pool:
    """Generate a pool, or the rest of one.

    Args:
        plan: What.
        backend: With which model, and how it samples.
        progress: Called with (samples done, samples in all, tokens now).
        replace_pool: Whether a pool of this name may be overwritten.
        restart: Whether what an interrupted run of another plan left may be thrown away.

    Raises:
        BadInput: The plan cannot be carried out, or an interrupted run of this name had another one.
        BonbenchError: The backend failed; what was finished is kept.
    """
    _check(plan, backend)
    target = home.pools_folder() / pools.check_name(plan.name)
    folder = home.home() / "generating" / plan.name
    if target.exists() and not replace_pool:
        if _became(folder, plan.name):
            shutil.rmtree(folder)
        raise taken(plan.name)
    plan, identity = _continued(plan, backend, folder, restart=restart)
    prompts = [backend.prompt(plan.template.replace(PLACE, p.text)) for p in plan.problems]
    backend.check(prompts)
    shards = _Shards(plan, backend, prompts, folder)
    shards.fill(progress)
    pool = import_pool(plan.name, shards.entries(), _about(plan, identity, shards, replace_pool=replace_pool))
    shutil.rmtree(folder)
    return pool


def sample_seed(seed: int, problem_id: str, slot: int) -> int:
    """The seed of one sample, 0 <= seed < 2^31: different for all slots of a problem.

    >>> sample_seed(0, "a", 1) - sample_seed(0, "a", 0)
    1
    """
    first = int.from_bytes(hashlib.sha256(f"{seed}|{problem_id}".encode()).digest()[:4], "big") >> 1
    return (first + slot) % 2**31


class _Shards:
    """The samples of a plan in the order of their slots, in pieces: a pool that is half done has every problem."""

    def __init__(self, plan: Plan, backend: Backend, prompts: Sequence[Any], folder: Path) -> None:
        self.plan, self.backend, self.prompts, self.folder = plan, backend, prompts, folder
        self.total = plan.samples * len(plan.problems)
        self.count = -(-self.total // plan.shard)

    def fill(self, progress: Progress | None) -> None:
        """Generate the shards that are missing."""
        missing = [i for i in range(self.count) if not self._path(i).exists()]
        done = self.total - sum(len(self._members(i)) for i in missing)
        if progress:
            progress(done, self.total, 0)
        for number in missing:
            members = self._members(number)
            began, clock, before = datetime.now(UTC), time.monotonic(), done

            def tick(more: int, least: int = before, most: int = before + len(members)) -> None:
                nonlocal done
                done = min(done + more, most)
                if progress:
                    progress(max(done, least), self.total, 0)

            seeds = [sample_seed(self.plan.seed, self.plan.problems[p].id, slot) for p, slot in members]
            found = self.backend.complete([self.prompts[p] for p, _ in members], seeds, tick)
            self._write(number, members, found, began, time.monotonic() - clock)
            done = before + len(members)
            if progress:
                progress(done, self.total, sum(c.tokens or 0 for c in found))

    def entries(self) -> Iterator[Entry]:
        """Every sample, on its way into the pool."""
        for number in range(self.count):
            path = self._path(number)
            for line, row in enumerate(files.read_table(path, _AGAIN)[0].to_pylist(), start=1):
                sample = Sample(row["slot"], row["text"], finish=row["finish"], tokens=row["tokens"])
                yield Entry(Described(id=row["problem_id"]), sample, path.name, line)

    def made(self) -> dict[str, Any]:
        """When the shards were made, how long that took, and how: a continued run may have been under others."""
        told = [files.read_table(self._path(i), _AGAIN)[1] for i in range(self.count)]
        ways = {json.dumps(t["circumstances"], sort_keys=True): t["circumstances"] for t in told}
        return {
            "started": min(t["began"] for t in told),
            "finished": max(t["ended"] for t in told),
            "seconds": round(sum(t["seconds"] for t in told), 3),
            "circumstances": list(ways.values()),
        }

    def _members(self, number: int) -> list[tuple[int, int]]:
        """(problem, slot) of a shard's samples, problem by problem so that like prompts stand together."""
        n = len(self.plan.problems)
        at = range(number * self.plan.shard, min((number + 1) * self.plan.shard, self.total))
        return sorted((i % n, i // n) for i in at)

    def _path(self, number: int) -> Path:
        return self.folder / f"shard-{number:06d}.parquet"

    def _write(
        self,
        number: int,
        members: Sequence[tuple[int, int]],
        found: Sequence[Completion],
        began: datetime,
        seconds: float,
    ) -> None:
        made = {
            "began": began.isoformat(timespec="seconds"),
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": seconds,
            "circumstances": {**self.backend.circumstances(), "libraries": libraries()},
        }
        table = pa.table(
            {
                "problem_id": pa.array([self.plan.problems[p].id for p, _ in members], pa.string()),
                "slot": pa.array([slot for _, slot in members], pa.int32()),
                "text": pa.array([c.text for c in found], pa.string()),
                "tokens": pa.array([c.tokens for c in found], pa.int32()),
                "finish": pa.array([c.finish for c in found], pa.string()),
            }
        )
        files.write_table(table, self._path(number), made)


def _check(plan: Plan, backend: Backend) -> None:
    if PLACE not in plan.template:
        raise BadInput(f"The prompt {plan.template[:60]!r} does not say where the problem goes: write {PLACE} there.")
    if not 1 <= plan.samples <= MOST_SLOTS or plan.shard < 0:
        raise BadInput(
            f"--samples {plan.samples:,} and --shard-size {plan.shard:,} do not go: --samples takes whole numbers from "
            f"1 to {MOST_SLOTS:,}, --shard-size from 1."
        )
    if backend.settings.temperature == 0 and plan.samples > 1:
        raise BadInput(
            f"At temperature 0 all {plan.samples} samples of a problem would be the same text: pass --samples 1, or a "
            "temperature."
        )


def _continued(plan: Plan, backend: Backend, folder: Path, *, restart: bool) -> tuple[Plan, Mapping[str, Any]]:
    """The plan with its shard size, and what defines the samples; both are those of the interrupted run, if any."""
    file = folder / "plan.json"
    if restart:
        shutil.rmtree(folder, ignore_errors=True)
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
    sized = replace(plan, shard=plan.shard or (before["shard"] if before else SHARD))
    now = json.loads(json.dumps(_identity(sized, backend)))
    if before is None:
        shutil.rmtree(folder, ignore_errors=True)  # a plan is written first and may be removed first: no shard counts
        files.write_json(now, file)
    elif before != now:
        other = [key for key in now if before.get(key) != now[key]]
        shown = "; ".join(f"{key}: {_short(before.get(key))} then, {_short(now[key])} now" for key in other)
        raise BadInput(
            f"An interrupted generation of {plan.name!r} was begun otherwise ({shown}). Continue it as it was begun, "
            "choose another --name, or pass --restart to throw away what it made."
        )
    return sized, now


def _became(folder: Path, name: str) -> bool:
    """Whether a kill kept the shards of a pool that is there already from being removed."""
    file = folder / "plan.json"
    if not file.exists():
        return folder.exists()
    plan, origin = json.loads(file.read_text(encoding="utf-8")), pools.open_pool(name).manifest.origin
    return all(plan[key] == origin.get(key) for key in plan if key not in _ELSEWHERE)


def _identity(plan: Plan, backend: Backend) -> dict[str, Any]:
    """Everything that determines the samples."""
    return {
        **plain.masked_values(backend.identity()),
        "task": plan.task.name,
        "task_version": plan.task.version,
        "problems": digest.of_json([[p.id, p.text] for p in plan.problems]),
        "n_problems": len(plan.problems),
        "samples": plan.samples,
        "prompt": plan.template,
        "seed": plan.seed,
        "seed_of_a_sample": SEEDS,
        "shard": plan.shard,
    }


def _about(plan: Plan, identity: Mapping[str, Any], shards: _Shards, *, replace_pool: bool) -> About:
    args = identity["model_args"]
    model = args.get("pretrained") or args.get("model") or identity["backend"]
    revision = args.get("revision")
    settings = {k: v for k, v in identity["settings"].items() if v not in (None, {})}
    own = {k: v for k, v in identity.items() if k not in _ELSEWHERE}
    return About(
        task_name=plan.task.name,
        task=plan.task,
        problems=plan.problems,
        slots=plan.samples,
        generator=f"{model}@{revision}" if revision else str(model),
        sampling={**settings, "seed": plan.seed, "prompt": plan.template},
        origin={"format": "generated", **own, "files": identity["files"], **shards.made()},
        licence=plan.licence,
        task_problems=plan.task_problems,
        replace=replace_pool,
    )


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else text[:97] + "..."
