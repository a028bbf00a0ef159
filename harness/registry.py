"""Names -> tasks, verifiers and formats: bundled ones, installed entry points, or a path to a file.

A bundled task is a file of ``tasks/`` that defines ``TASK`` or ``TASKS``; a bundled verifier is an entry of the
``VERIFIERS`` of a file of ``verifiers/families/``; a bundled format is a file of ``harness/pool/formats/``. Other
packages add theirs through the entry-point groups ``bonbench.tasks``, ``bonbench.verifiers`` and ``bonbench.formats``;
a file of one's own is named as ``path/to/file.py:NAME``. No list is kept: adding an entry touches no other file.
"""

import importlib
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

from harness import strangers
from harness.errors import BadInput, BonbenchError, UnknownName
from harness.records import Task, TaskGroup, Verifier

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
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


def verifier(spec: str, *, code: bool = True) -> Verifier:
    """The verifier that a specification names: a name or ``path/to/file.py:NAME``, then options as ``key=value``.

        majority
        carried:qwen_prm aggregation=min
        ./my_prm.py:MyPRM model=./checkpoint batch_tokens=4096

    ``carried:NAME`` is the score NAME that the pool itself carries. A value is read as JSON where it is JSON (numbers,
    true, null, lists), else as text.

    Args:
        spec: The specification.
        code: Whether it may name a file, whose code is then run; not where a stranger wrote it.

    Raises:
        UnknownName: There is none of that name, or it has no such option.
        BadInput: It cannot be made with these options, is not a verifier, or names a file that may not be run.
    """
    name, options = _parse(spec)
    if _is_path(name):
        if not code:
            raise BadInput(
                f"The verifier is the file {name!r}, whose code would be run. Somebody else's word is not enough for "
                "that: read the file, and say --allow-code if you trust it."
            )
        maker = _from_path(name, "VERIFIER")
    elif name.startswith("carried:"):
        maker, options = verifiers()["carried"], {"score": name.removeprefix("carried:"), **options}
    elif name in verifiers():
        maker = verifiers()[name]
    else:
        raise UnknownName("verifier", name, verifiers(), "Scores of the pool itself are carried:NAME. " + _PATH_HINT)
    given = ", ".join(options) or "none"  # not their values: one may be a key
    try:
        maker = maker.load() if isinstance(maker, EntryPoint) else maker
        if not callable(maker):
            kind = type(maker).__name__
            raise BadInput(f"{name!r} is of type {kind}; a class or function that makes a verifier is expected.")
        _check_options(name, maker, options)
        made: Verifier = maker(**options)
        _check(name, made)
        made.spec = spec
    except BonbenchError:
        raise
    except BaseException as error:
        if strangers.interrupted(error):
            raise
        reason = strangers.reason(error)
        raise BadInput(f"The verifier {name!r} cannot be made with the options {given}: {reason}.") from error
    return made


def _check(name: str, made: Any) -> None:
    """Make sure that what was made has all that a verifier has.

    Raises:
        BadInput: It lacks something, or calls itself a control.
    """
    if not isinstance(made, Verifier):
        wanted = (*Verifier.__annotations__, *(n for n in vars(Verifier) if not n.startswith("_")))
        missing = ", ".join(n for n in wanted if not hasattr(made, n))
        raise BadInput(
            f"{name!r} made a {type(made).__name__}, which is no verifier: it has no {missing}. Extend "
            "verifiers.base.OutcomeVerifier or ProcessVerifier, which have all but the scoring itself."
        )
    for text in ("name", "aggregation", "carried", "control", "spec"):
        if not isinstance(getattr(made, text), str):
            raise BadInput(f"The verifier {name!r} has {text} = {getattr(made, text)!r}; a text is expected.")
    rules = made.rules
    if not isinstance(rules, list | tuple) or not rules or not all(isinstance(r, str) for r in rules):
        raise BadInput(f"The verifier {name!r} has rules = {rules!r}; a tuple of selection rules' names is expected.")
    if not made.name.strip():
        raise BadInput(f"The verifier {name!r} has no name; set one, as in name = 'mine': it stands on the board.")
    if made.control and type(made) not in verifiers().values():
        raise BadInput(f"{name!r} calls itself the control {made.control!r}; leave out 'control', which no other has.")


def _check_options(name: str, maker: Any, options: Mapping[str, Any]) -> None:
    """What a class or function does not take is an unknown name, with the nearest ones that it does take."""
    taken = inspect.signature(maker).parameters
    if not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in taken.values()):
        for option in options:
            if option not in taken:
                raise UnknownName(f"option of {name!r}", option, taken)
    missing = [n for n, p in taken.items() if p.default is p.empty and p.kind in _NAMED and n not in options]
    if missing:
        wanted = " ".join(f"{n}=..." for n in missing)
        raise BadInput(f'The verifier {name!r} needs {wanted}; write it behind the name: --verifier "{name} {wanted}".')


def source(spec: str) -> str:
    """What tells the text of the file that a specification names from another; "" where it names none."""
    name = _parse(spec)[0] if spec else ""
    return strangers.source_of_file(_file(name)[0]) if _is_path(name) else ""


def _parse(spec: str) -> tuple[str, dict[str, Any]]:
    try:
        words = shlex.split(spec)
    except ValueError as error:
        raise BadInput(f"--verifier {spec!r} cannot be read ({error}); close each quotation mark.") from error
    if not words:
        raise BadInput("A verifier was named by an empty text; name one, as in --verifier majority.")
    options: dict[str, Any] = {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if not equals or not key.isidentifier():
            raise BadInput(f"{word!r} in --verifier {spec!r} is no option; options are written key=value.")
        try:
            options[key] = json.loads(value)
        except (ValueError, RecursionError):
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
        return strangers.load(Path(name))
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


def summary(module: ModuleType) -> str:
    """The first sentence of a module's docstring."""
    return (module.__doc__ or "").strip().split("\n")[0]


def _is_path(name: str) -> bool:
    return name.partition(".py:")[1] == ".py:" or name.endswith(".py")


def _file(name: str) -> tuple[Path, str]:
    file, _, attribute = name.partition(".py:")
    return Path(name if name.endswith(".py") else file + ".py"), attribute


def _from_path(name: str, default: str) -> Any:
    path, attribute = _file(name)
    module = strangers.load(path)
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
