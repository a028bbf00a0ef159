"""A folder that is the leaderboard: database, samples, application, and what a host needs to run it.

    app.py  requirements.txt  README.md  Dockerfile  .streamlit/config.toml
    results.published.duckdb       the store, its paths pointing into this folder
    pools/DIGEST/                  manifest, problems and samples of each pool, its grades and scores
    leaderboard/  harness/         the application's own source: the modules it imports, and no other

``streamlit run app.py`` runs it wherever the packages of requirements.txt are installed; bonbench itself, PyTorch and
the rest of the engine are not needed. docs/leaderboard.md has the steps for Streamlit Community Cloud and a Hugging
Face Space.
"""

import ast
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from harness import files, home
from harness.errors import BadInput, BadPool, Damaged
from harness.pool.grading import GRADE_SCHEMA
from harness.pool.manifest import TABLES, read_manifest
from harness.pool.pools import Pool
from harness.report import cite, lookup, opening, placing, store
from harness.score.parts import SCORE_SCHEMA

PACKAGES = ("streamlit", "altair", "duckdb", "numpy", "pyarrow", "scipy", "vl-convert-python")
LARGE = 100_000_000  # bytes of a file beyond which git hosts want large-file storage
_PACKAGE_FILES = ("*.py", "*.css", "*.js", "*.txt", "*.toml", "*.md", "*.svg")
_APP = '''"""The published leaderboard: ``streamlit run app.py``."""

import os
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
if (HERE / "{ready}" / "{marker}").exists():
    import streamlit

    streamlit.error(
        "This board was being replaced when that was stopped: give the same 'bonbench publish' with --replace again."
    )
    streamlit.stop()
os.environ["BONBENCH_HOME"] = str(HERE)
os.environ["BONBENCH_STORE"] = str(HERE / "results.duckdb")
os.environ["BONBENCH_TITLE"] = {title}
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))
runpy.run_path(str(HERE / "leaderboard" / "app.py"), run_name="__main__")
'''
_DOCKERFILE = """FROM python:3.11-slim
RUN useradd --create-home --uid 1000 user
WORKDIR /home/user/app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY --chown=user . .
USER user
EXPOSE 8501
CMD ["streamlit", "run", "app.py", "--server.port=8501", "--server.address=0.0.0.0"]
"""
_README = """---
title: {quoted}
colorFrom: gray
colorTo: blue
sdk: docker
app_port: 8501
pinned: false
---

# {title}

How often does a verifier pick a right solution out of N? {runs} runs on {pools} pools, measured with
bonbench {version}.

Run it here: `pip install -r requirements.txt && streamlit run app.py`.
{samples}
"""


@dataclass(frozen=True, slots=True)
class Published:
    """What was written.

    Attributes:
        folder: Where.
        files: Their number.
        size: Their bytes.
        large: Files of more than ``LARGE`` bytes.
        missing: What the store names but is not at hand, as sentences.
    """

    folder: Path
    files: int
    size: int
    large: tuple[Path, ...]
    missing: tuple[str, ...]


def publish(
    store_path: Path, target: Path, title: str = "Best-of-N leaderboard", *, samples: bool = True, replace: bool = False
) -> Published:
    """Write the folder. It appears under its name only when it is complete.

    Args:
        store_path: The store.
        target: The folder to write.
        title: Of the board.
        samples: Whether the problems and samples go with it; without them there is no problem explorer.
        replace: Whether a folder that was published before may be overwritten.

    Raises:
        StoreError: There is no store, or it cannot be read.
        BadInput: The folder exists and is not to be replaced, or is not one that this function wrote.
    """
    with store.reading(store_path) as connection:
        pools = lookup.rows(connection, "select pool_digest, name, path, grades_path from pools")
        runs = lookup.rows(connection, "select run_id, verifier, pool_digest, scores_path from runs")
    if not runs:
        raise BadInput(f"The store {str(store_path)!r} holds no run: there is nothing to publish.")
    with placing.folder(target, replace=replace) as work:
        missing = tuple(_data(opening.readable(store_path), work, pools, runs, samples=samples))
        _application(work)
        _host_files(work, title, len(runs), len(pools), samples=samples)
        sizes = {p.relative_to(work): p.stat().st_size for p in work.rglob("*") if p.is_file()}
    large = tuple(p for p, size in sizes.items() if size > LARGE)
    return Published(target, len(sizes), sum(sizes.values()), large, missing)


def _data(
    database: Path, work: Path, pools: list[dict[str, Any]], runs: list[dict[str, Any]], *, samples: bool
) -> Iterator[str]:
    """Copy the store and what it names; yields what is not at hand."""
    copy = opening.published_copy(work / "results.duckdb")
    shutil.copyfile(database, copy)
    connection = opening.connect(copy)
    try:
        for pool in pools:
            folder = Path("pools") / _hex(pool["pool_digest"])[:16]
            held = samples and bool(pool["path"])  # of a pool that a card told of there is a manifest alone
            fault = _copy_pool(pool, work / folder) if held else "not asked for"
            if held and fault:
                yield f"the samples of the pool {pool['name']!r} ({fault})"
            connection.execute(
                "update pools set path = ?, grades_path = ? where pool_digest = ?",
                ["" if fault else str(folder), "" if fault else str(folder / "grades.parquet"), pool["pool_digest"]],
            )
        for run in runs:
            place: str | None = None
            if samples and run["scores_path"]:
                place = str(Path("pools") / _hex(run["pool_digest"])[:16] / f"scores-{_hex(run['run_id'])}.parquet")
                there = (work / place).parent.exists()
                fault = (
                    _copy_rows(home.home() / run["scores_path"], work / place, SCORE_SCHEMA.names)
                    if there
                    else "no samples"
                )
                if fault:
                    place = None
                    yield f"the scores of {run['verifier']!r}, run {run['run_id']} ({fault})"
            connection.execute("update runs set scores_path = ? where run_id = ?", [place, run["run_id"]])
        connection.execute("checkpoint")
    finally:
        connection.close()


def _hex(name: str) -> str:
    """An id or digest that becomes the name of a file; a stranger's store may hold anything."""
    if not re.fullmatch(r"[0-9a-f]{4,64}", name):
        raise BadInput(f"The store names {name[:80]!r} where the digits of a hash were expected: it is not published.")
    return name


def _copy_pool(pool: dict[str, Any], folder: Path) -> str:
    """Copy a pool and its grades; why not, where it is not there or not what its digest says."""
    source = home.home() / pool["path"]
    try:
        found = Pool(source, read_manifest(source))
        if found.verify() != pool["pool_digest"]:
            return "another pool is there now"
    except BadPool as error:
        return str(error)
    folder.mkdir(parents=True)
    fault = _copy_rows(home.home() / pool["grades_path"], folder / "grades.parquet", GRADE_SCHEMA.names)
    if fault:
        folder.rmdir()
        return fault
    for name in ("manifest.json", *TABLES):
        shutil.copyfile(source / name, folder / name)
    return ""


def _copy_rows(source: Path, target: Path, columns: Sequence[str]) -> str:
    """Copy a table of grades or scores as it was written; why not, else. A stranger's store may name any file."""
    try:
        table, note = files.read_table(source, "")
    except Damaged as error:
        return error.why
    if table.column_names != list(columns):
        return "it is another kind of file"
    files.write_table(table, target, note)
    return ""


def _application(work: Path) -> None:
    """The leaderboard and the modules of the harness that it imports."""
    root = Path(__file__).resolve().parents[2]
    board = root / "leaderboard"
    for pattern in _PACKAGE_FILES:
        for path in board.rglob(pattern):
            _copy(path, work / path.relative_to(root))
    for path in imported(board, root):
        _copy(path, work / path.relative_to(root))
    method = next((p for p in (board / "method.md", root / "docs" / "method.md") if p.exists()), None)
    if method is not None:
        _copy(method, work / "leaderboard" / "method.md")
    _copy(board / ".streamlit" / "config.toml", work / ".streamlit" / "config.toml")
    if (root / "LICENSE").exists():
        _copy(root / "LICENSE", work / "LICENSE")


def imported(package: Path, root: Path) -> list[Path]:
    """The files of ``harness`` and ``bonbench`` that a package imports, directly or not, wherever the imports stand.

    A folder whose ``__init__`` looks for its own modules (``pkgutil``) is taken whole; what the command ``bonbench``
    imports is left behind, since a published board has no command.

    Args:
        package: The package's folder.
        root: The folder that holds it and them.
    """
    todo, seen = list(package.rglob("*.py")), set[Path]()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.is_relative_to(root / "bonbench"):
            continue
        names = list(_imports(ast.parse(path.read_text(encoding="utf-8"))))
        if path.name == "__init__.py" and "pkgutil" in names:
            todo += path.parent.glob("*.py")
        for name in names:
            parts = name.split(".")
            places = [root.joinpath(*parts).with_suffix(".py"), root.joinpath(*parts, "__init__.py")]
            todo += [p for p in places if parts[0] in ("harness", "bonbench") and p.exists()]
    return sorted(p for p in seen if not p.is_relative_to(package))


def _imports(node: ast.AST) -> Iterator[str]:
    """Names that are imported when the code runs; what stands under ``if TYPE_CHECKING`` does not."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module:
            yield child.module
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        yield from _imports(child)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _host_files(work: Path, title: str, runs: int, pools: int, *, samples: bool) -> None:
    from harness.version import VERSION

    note = "" if samples else "\nThe samples are not part of this board: it has no problem explorer.\n"
    title = " ".join(title.split())
    files = {
        "app.py": _APP.format(ready=placing.READY, marker=placing.MARKER, title=repr(title)),
        "Dockerfile": _DOCKERFILE,
        "requirements.txt": "".join(f"{line}\n" for line in requirements()),
        "README.md": _README.format(
            title=cite.in_markdown(title),
            quoted=json.dumps(title, ensure_ascii=False),
            runs=runs,
            pools=pools,
            version=VERSION,
            samples=note,
        ),
    }
    for name, text in files.items():
        (work / name).write_text(text, encoding="utf-8")


def requirements() -> list[str]:
    """The packages that the application needs, at the versions that are installed here."""
    out = []
    for name in PACKAGES:
        try:
            out.append(f"{name}=={version(name)}")
        except PackageNotFoundError:  # the drawing of SVG and PNG files is optional
            continue
    return out
