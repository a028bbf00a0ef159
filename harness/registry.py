"""Names -> tasks, verifiers and formats: bundled ones, installed entry points, or a path to a file.

A bundled task is a file of ``tasks/`` that defines ``TASK`` or ``TASKS``; a bundled verifier is an entry of the
``VERIFIERS`` of a file of ``verifiers/families/``; a bundled format is a file of ``harness/pool/formats/``. Other
packages add theirs through the entry-point groups ``bonbench.tasks``, ``bonbench.verifiers`` and ``bonbench.formats``;
a file of one's own is named as ``path/to/file.py:NAME``. No list is kept: adding an entry touches no other file.
"""

import importlib
import importlib.util
import inspect
import json
import pkgutil
import shlex
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.errors import BadInput, UnknownName
from harness.records import Task, TaskGroup, Verifier

_PATH_HINT = "A file of your own is named as path/to/file.py:NAME."


# ------------------------------------------------------------------------------------------------ tasks


@lru_cache(maxsize=1)
def tasks() -> Mapping[str, Task]:
    """Every bundled or installed task by name."""
    return {item.name: item for item in _task_objects() if isinstance(item, Task)}


@lru_cache(maxsize=1)
def groups() -> Mapping[str, TaskGroup]:
    """Every bundled or installed group of tasks by name."""
    return {item.name: item for item in _task_objects() if isinstance(item, TaskGroup)}


def task(name: str) -> Task:
    """The task of that name, or in that file.

    Raises:
        UnknownName: There is none.
        BadInput: The file does not define it.
    """
    if _is_path(name):
        found = _from_path(name, "TASK")
        if not isinstance(found, Task):
            raise BadInput(f"{name!r} is a {type(found).__name__}; a records.Task was expected.")
        return found
    if name in tasks():
        return tasks()[name]
    if name.startswith("lm-eval:"):
        lm_eval = importlib.import_module("tasks.lm_eval_task")
        made: Task = lm_eval.task(name.removeprefix("lm-eval:"))
        return made
    if name in groups():
        members = sorted({t for row in groups()[name].rows for t in row.tasks})
        raise BadInput(f"{name!r} is a group of tasks; name one of them: {', '.join(members)}.")
    raise UnknownName("task", name, tasks(), _PATH_HINT)


def notes(name: str) -> str:
    """What a bundled task's file says about it, "" for any other."""
    for module in _modules("tasks"):
        if any(item.name == name for item in _defined(module)):
            return (module.__doc__ or "").strip()
    return ""


def _defined(module: ModuleType) -> Iterator[Task | TaskGroup]:
    """The tasks and groups that a file of ``tasks/`` defines."""
    yield from getattr(module, "TASKS", ())
    if hasattr(module, "TASK"):
        yield module.TASK


def _task_objects() -> Iterator[Task | TaskGroup]:
    for module in _modules("tasks"):
        yield from _defined(module)
    for entry in _installed("bonbench.tasks"):
        loaded = entry.load()
        yield from loaded if isinstance(loaded, list | tuple) else [loaded]


# ------------------------------------------------------------------------------------------------ verifiers


@lru_cache(maxsize=1)
def verifiers() -> Mapping[str, Any]:
    """Every bundled or installed verifier by name: a class or function that makes one from its options."""
    found: dict[str, Any] = {}
    for name in ("verifiers.controls", "verifiers.carried"):
        found.update(importlib.import_module(name).VERIFIERS)
    for module in _modules("verifiers.families"):
        found.update(module.VERIFIERS)
    for entry in _installed("bonbench.verifiers"):
        found[entry.name] = entry
    return found


def controls() -> tuple[str, ...]:
    """The verifiers that every board shows beside the others."""
    names: tuple[str, ...] = importlib.import_module("verifiers.controls").CONTROLS
    return names


def verifier(spec: str) -> Verifier:
    """The verifier that a specification names: a name or ``path/to/file.py:NAME``, then options as ``key=value``.

        majority
        carried:qwen_prm aggregation=min
        ./my_prm.py:MyPRM model=./checkpoint batch_tokens=4096

    ``carried:NAME`` is the score NAME that the pool itself carries. A value is read as JSON where it is JSON (numbers,
    true, null, lists), else as text.

    Raises:
        UnknownName: There is none of that name, or it has no such option.
        BadInput: It cannot be made with these options, or is not a verifier.
    """
    name, options = _parse(spec)
    if _is_path(name):
        maker = _from_path(name, "VERIFIER")
    elif name.startswith("carried:"):
        maker, options = verifiers()["carried"], {"score": name.removeprefix("carried:"), **options}
    elif name in verifiers():
        maker = verifiers()[name]
    else:
        raise UnknownName("verifier", name, verifiers(), "Scores of the pool itself are carried:NAME. " + _PATH_HINT)
    maker = maker.load() if isinstance(maker, EntryPoint) else maker
    _check_options(name, maker, options)
    try:
        made = maker(**options)
    except TypeError as error:
        given = ", ".join(f"{k}={v}" for k, v in options.items()) or "none"
        raise BadInput(f"The verifier {name!r} cannot be made with the options {given}: {error}.") from error
    if not isinstance(made, Verifier):
        wanted = (*Verifier.__annotations__, *(n for n in vars(Verifier) if not n.startswith("_")))
        missing = ", ".join(n for n in wanted if not hasattr(made, n))
        raise BadInput(
            f"{name!r} made a {type(made).__name__}, which is no verifier: it has no {missing}. Extend "
            "verifiers.base.OutcomeVerifier or ProcessVerifier, which have all but the scoring itself."
        )
    if made.control and type(made) not in verifiers().values():
        raise BadInput(f"{name!r} calls itself the control {made.control!r}; leave out 'control', which no other has.")
    made.spec = spec
    return made


def _check_options(name: str, maker: Any, options: Mapping[str, Any]) -> None:
    """What a class or function does not take is an unknown name, with the nearest ones that it does take."""
    taken = inspect.signature(maker).parameters
    if not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in taken.values()):
        for option in options:
            if option not in taken:
                raise UnknownName(f"option of {name!r}", option, taken)


def _parse(spec: str) -> tuple[str, dict[str, Any]]:
    words = shlex.split(spec)
    if not words:
        raise BadInput("A verifier was named by an empty text; name one, as in --verifier majority.")
    options: dict[str, Any] = {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if not equals or not key.isidentifier():
            raise BadInput(f"{word!r} in --verifier {spec!r} is no option; options are written key=value.")
        try:
            options[key] = json.loads(value)
        except ValueError:
            options[key] = value
    return words[0], options


# ------------------------------------------------------------------------------------------------ formats, pools


@lru_cache(maxsize=1)
def formats() -> Mapping[str, Any]:
    """Every pool format by name (dashes for the underscores of its file)."""
    package = importlib.import_module("harness.pool.formats")
    found: dict[str, Any] = {
        info.name.replace("_", "-"): f"harness.pool.formats.{info.name}"
        for info in pkgutil.iter_modules(package.__path__)
    }
    found.update({entry.name: entry for entry in _installed("bonbench.formats")})
    return found


def pool_format(name: str) -> Any:
    """The format module of that name, or in that file.

    Raises:
        UnknownName: There is none.
    """
    if name.endswith(".py"):
        return load_file(Path(name))
    if name not in formats():
        raise UnknownName("pool format", name, formats(), "A format of your own is named as path/to/file.py.")
    found = formats()[name]
    return found.load() if isinstance(found, EntryPoint) else importlib.import_module(found)


@lru_cache(maxsize=1)
def bundled_pools() -> Mapping[str, Path]:
    """The pools that ship inside the package ``tasks``, by name."""
    return _bundled("*/pools/*/manifest.json")


@lru_cache(maxsize=1)
def bundled_standards() -> Mapping[str, Path]:
    """The standards that ship inside the package ``tasks``, by name."""
    return _bundled("*/standards/*/standard.json")


def _bundled(pattern: str) -> dict[str, Path]:
    """Folders inside the package ``tasks`` with a file of this pattern."""
    roots = [Path(p) for p in importlib.import_module("tasks").__path__]
    return {found.parent.name: found.parent for root in roots for found in sorted(root.glob(pattern))}


# ------------------------------------------------------------------------------------------------ loading


def load_file(path: Path) -> ModuleType:
    """A Python file as a module. Errors inside it are its own and come through unchanged."""
    path = path.expanduser()
    if not path.is_file():
        raise BadInput(f"There is no file {str(path)!r}.")
    spec = importlib.util.spec_from_file_location(path.stem, path.resolve())
    if spec is None or spec.loader is None:
        raise BadInput(f"{str(path)!r} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def summary(module: ModuleType) -> str:
    """The first sentence of a module's docstring."""
    return (module.__doc__ or "").strip().split("\n")[0]


def _is_path(name: str) -> bool:
    return name.partition(".py:")[1] == ".py:" or name.endswith(".py")


def _from_path(name: str, default: str) -> Any:
    file, _, attribute = name.partition(".py:")
    path = Path(name if name.endswith(".py") else file + ".py")
    module = load_file(path)
    wanted = attribute or default
    if not hasattr(module, wanted):
        public = [n for n in vars(module) if not n.startswith("_")]
        raise BadInput(f"{str(path)!r} defines no {wanted!r}; it has {', '.join(public) or 'nothing'}.")
    return getattr(module, wanted)


def _modules(package_name: str) -> Iterator[ModuleType]:
    """The modules that stand directly in a package, by name; what begins with an underscore is machinery."""
    package = importlib.import_module(package_name)
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if not found.ispkg and not found.name.startswith("_"):
            yield importlib.import_module(f"{package_name}.{found.name}")


def _installed(group: str) -> list[EntryPoint]:
    return sorted(entry_points(group=group), key=lambda e: e.name)
