r"""Any task of lm-eval that generates text, as ``lm-eval:NAME`` or ``lm-eval:path/to/task.yaml``.

Only the one task is loaded. Its prompt for a document, without few-shot examples, is the problem's text and its target
the right answer; the documents are those of its test split, else of its validation split.

One record is a document of that task (invented content):

    {"question": "What is 1 + 1?", "answer": "1 + 1 = 2\n#### 2"}
"""

import importlib.util
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from harness import packages
from harness.errors import BadInput, UnknownName
from harness.records import AnswerSpec, Problem, Source, Task
from tasks import _wording

_GENERATES = "generate_until"


@lru_cache(maxsize=32)
def task(name: str) -> Task:
    """The task of that name in lm-eval, or in that YAML file.

    Raises:
        UnknownName: lm-eval has none of that name.
        BadInput: It generates nothing.
        MissingExtra: lm-eval is not installed.
    """
    loaded = _load(name)
    config = loaded.config
    split = config.test_split or config.validation_split or ""
    return Task(
        name=f"lm-eval:{config.task}",
        version=int(float((config.metadata or {}).get("version", 0))),
        title=f"{config.task} (lm-eval)",
        domain="lm-eval",
        source=Source(
            dataset=config.dataset_path or "",
            config=config.dataset_name,
            split=split,
            records=lambda: _documents(loaded),
        ),
        problem=lambda row, _: _problem(loaded, row),
        licence="not stated by the source",
        url="https://github.com/EleutherAI/lm-evaluation-harness/tree/main/lm_eval/tasks",
    )


def _load(name: str) -> Any:
    """The lm-eval task object: its folder alone is indexed, not the 14,000 tasks beside it."""
    packages.need("generate", "use lm-eval's tasks")
    spec = importlib.util.find_spec("lm_eval")
    assert spec is not None
    assert spec.submodule_search_locations
    own = Path(name).expanduser()
    file = own if own.suffix == ".yaml" else _find(Path(spec.submodule_search_locations[0]) / "tasks", name)
    if not file.is_file():
        raise BadInput(f"There is no file {name!r}.")
    from lm_eval.tasks import TaskManager

    manager = TaskManager(include_path=str(file.parent), include_defaults=False)
    wanted = _NAME.search(file.read_text(encoding="utf-8"))
    called = wanted.group(1) if own.suffix == ".yaml" and wanted else name
    if called not in manager.all_tasks:
        raise UnknownName("lm-eval task", called, manager.all_tasks)
    kind = (manager.task_index[called].cfg or {}).get("output_type", _GENERATES)
    if kind != _GENERATES:
        raise BadInput(
            f"The lm-eval task {called!r} is of type {kind!r}: it compares likelihoods and generates nothing to "
            f"verify. A task of type {_GENERATES!r} is needed."
        )
    try:
        return manager.load([called])["tasks"][called]
    except (OSError, ValueError) as error:
        raise BadInput(f"The data of the lm-eval task {called!r} could not be loaded: {error}.") from error


_NAME = re.compile(r"""^task:\s*["']?([^"'\s\[]+)["']?\s*$""", re.MULTILINE)


def _find(root: Path, name: str) -> Path:
    """The file that defines a task: found by reading, which takes a second, not by parsing, which takes sixteen."""
    pattern = re.compile(rf"""^task:\s*["']?{re.escape(name)}["']?\s*$""".encode(), re.MULTILINE)
    for file in root.rglob("*.yaml"):
        if pattern.search(file.read_bytes()):
            return file
    near = [path.stem for path in root.rglob(f"*{name.partition('_')[0]}*.yaml")]
    raise UnknownName("lm-eval task", name, near, "A file of your own is named as lm-eval:path/to/task.yaml.")


def _documents(loaded: Any) -> Iterator[Mapping[str, Any]]:
    documents = loaded.test_docs() if loaded.has_test_docs() else loaded.validation_docs()
    for document in documents:
        yield dict(document)


def _problem(loaded: Any, row: Mapping[str, Any]) -> Problem:
    text = str(loaded.doc_to_text(row))
    target = loaded.doc_to_target(row)
    choices = tuple(map(str, loaded.doc_to_choice(row))) if loaded.config.doc_to_choice is not None else ()
    if isinstance(target, int) and choices:
        target = chr(ord("A") + target)
    elif isinstance(target, list):
        target = target[0]
    return Problem(
        id=_wording.text_id(text),
        text=text,
        gold=_wording.final(str(target)),
        subject=_text(row.get("subject") or row.get("type")),
        answer=AnswerSpec("choice", choices=choices) if choices else None,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
