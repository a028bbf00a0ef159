"""Code that somebody else wrote: loaded from its file, told apart by its source, and blamed by file and line.

A file of one's own may import what stands beside it, as a script may. Both are compiled from their text each time they
are loaded: Python's own compiled files are told apart by the second and the size, which a flipped sign keeps.
"""

import ast
import dis
import hashlib
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any, NoReturn

from harness.errors import BadInput, VerifierError

ROOT = Path(__file__).resolve().parent.parent
OWN = ("bonbench", "harness", "verifiers", "tasks", "leaderboard", "experiments")
ANSWERS = ("score_solutions", "score_steps", "prefer", "score_prepared", "score")  # what a verifier answers with
SHORT = 40  # characters of a value that is shown
LONGEST = 300  # characters of somebody else's message
_SITES = ("site-packages", "dist-packages")
_sources: dict[str, str] = {}  # of modules that were loaded from a file, by their names


class Fault(VerifierError):
    """A verifier answered with something else than was asked for."""


def fault(verifier: Any, did: str, wanted: str) -> NoReturn:
    """Say what a verifier did, what was expected, and where its code stands.

    Raises:
        Fault: Always.
    """
    at = defined(verifier)
    raise Fault(f"The verifier {name_of(verifier)!r} {did}; {wanted}{f' ({at})' if at else ''}.")


def name_of(verifier: Any) -> str:
    """What a verifier is called in a sentence."""
    name = getattr(verifier, "name", "")
    return name if isinstance(name, str) and name else type(verifier).__name__


def defined(verifier: Any) -> str:
    """File and line of the method that a verifier of somebody else's answers with; "" for one of ours."""
    for name in ANSWERS:
        method = getattr(verifier, name, None)
        code = getattr(inspect.unwrap(method) if callable(method) else None, "__code__", None)
        if isinstance(code, CodeType) and _foreign(code.co_filename):
            return f"{code.co_filename}, line {code.co_firstlineno}"
    return ""


def reason(error: BaseException) -> str:
    """An error in somebody else's code as part of a sentence: its kind, what it says, and file and line of the code."""
    if isinstance(error, Fault):
        return str(error).removesuffix(".")
    at = _line(error)
    said = _said(error.msg if isinstance(error, SyntaxError) else error)
    return f"{type(error).__name__}{': ' if said else ''}{said}{f' ({at})' if at else ''}"


def shown(value: object) -> str:
    """Somebody else's value in a sentence: its type, and what it is where that is short."""
    try:
        text = "".join(c if c.isprintable() else "?" for c in repr(value))
    except Exception:  # noqa: BLE001 an int of too many digits, an object whose text is somebody else's code
        text = ""
    if text.startswith("<"):  # and has an address, which is another one each time
        text = ""
    kind = type(value).__name__
    if value is None:
        return "None"
    return f"{text} (of type {kind})" if 0 < len(text) <= SHORT else f"a value of type {kind}"


def interrupted(error: BaseException) -> bool:
    """Whether a person pressed Ctrl-C: the code that was running did not raise this itself."""
    if not isinstance(error, KeyboardInterrupt):
        return False
    last = _innermost(error)
    return last is None or last.tb_frame.f_code.co_code[last.tb_lasti] != dis.opmap["RAISE_VARARGS"]


def ours(error: BaseException) -> bool:
    """Whether our own code raised it, as opposed to somebody else's."""
    last = _innermost(error)
    return last is None or not _foreign(last.tb_frame.f_code.co_filename)


def _said(error: object) -> str:
    try:
        text = " ".join(str(error).split())
    except Exception as own:  # noqa: BLE001 even the message may be somebody else's code
        text = f"its message cannot be read, {type(own).__name__}"
    text = "".join(c if c.isprintable() else "?" for c in text).rstrip(".")
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def _frames(error: BaseException) -> Iterator[TracebackType]:
    frame = error.__traceback__
    while frame is not None:
        yield frame
        frame = frame.tb_next


def _innermost(error: BaseException) -> TracebackType | None:
    return next(reversed(list(_frames(error))), None)


def _line(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}, line {error.lineno}"
    at = [f for f in _frames(error) if _foreign(f.tb_frame.f_code.co_filename)]
    return f"{at[-1].tb_frame.f_code.co_filename}, line {at[-1].tb_lineno}" if at else ""


@lru_cache(maxsize=1024)
def _foreign(file: str) -> bool:
    """Whether a file of code is neither ours, nor Python's, nor an installed library's."""
    path = Path(file)
    if file.startswith("<") or any(path.is_relative_to(ROOT / own) for own in OWN):
        return False
    return not any(s in path.parts for s in _SITES) and not path.is_relative_to(Path(ast.__file__).parent)


# ------------------------------------------------------------------------------------------------ identity


def is_ours(kind: type) -> bool:
    """Whether a class is one of this package's."""
    return kind.__module__.partition(".")[0] in OWN


def source(kind: type) -> str:
    """What tells one text of a class from another; "" for a class of a live session, which has no text.

    It is a hash of its file, of what that imports from beside it, and of the files of the classes that it builds on. A
    class of ours is told apart by its own text.
    """
    if is_ours(kind):
        return hashlib.sha256(inspect.getsource(kind).encode()).hexdigest()[:16]
    found = [_source_of(kind.__module__)]
    for each in kind.__mro__[1:]:
        file = getattr(sys.modules.get(each.__module__), "__file__", None)
        if each.__module__ != kind.__module__ and file and _foreign(file):
            found.append(_source_of(each.__module__))
    whole = list(dict.fromkeys(found))
    if len(whole) == 1 or "" in whole:
        return "" if "" in whole else whole[0]
    return _digest({str(i): s.encode() for i, s in enumerate(whole)})


def source_of_file(path: Path) -> str:
    """The same of a file that was loaded; "" for one that was not."""
    return _sources.get(_module_name(path), "")


def _source_of(module: str) -> str:
    file = getattr(sys.modules.get(module), "__file__", None)
    return _sources[module] if module in _sources else _of_file(file) if file else ""


@lru_cache(maxsize=256)  # as it was when this process first met it, which is what runs
def _of_file(file: str) -> str:
    try:
        return _of(Path(file), beside(Path(file)))
    except OSError:
        return ""


def _of(path: Path, known: Mapping[str, Path]) -> str:
    return _digest({"": path.read_bytes(), **{name: file.read_bytes() for name, file in known.items()}})


def _digest(texts: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name, text in sorted(texts.items()):
        total.update(f"{name}:{len(text)}\n".encode() + text)
    return total.hexdigest()[:16]


def beside(path: Path) -> dict[str, Path]:
    """The modules that a file imports from its own folder or package, and those that they import, by dotted name."""
    folder = root = path.parent
    while (root / "__init__.py").exists():
        root = root.parent
    own = path.relative_to(root).parts[0]
    found: dict[str, Path] = {}
    waiting = [path]
    while waiting:
        file = waiting.pop()
        package = file.parent.relative_to(root).parts if file.is_relative_to(root) else ()
        for name in _imported(file, package):
            top = name.partition(".")[0]
            if name in found or top in OWN or top in sys.stdlib_module_names or (root.name in _SITES and top != own):
                continue
            stems = [place.joinpath(*name.split(".")) for place in dict.fromkeys((folder, root))]
            places = [f for s in stems for f in (s / "__init__.py", s.with_name(s.name + ".py")) if f.is_file()]
            if places and places[0] != path:
                found[name] = places[0]
                waiting.append(places[0])
    return found


def _imported(file: Path, package: tuple[str, ...]) -> Iterator[str]:
    """The dotted names that a file imports, wherever in it the import stands, and the packages that they are in."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):  # it will not run either
        return
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            whole = ".".join((*above, *([node.module] if node.module else ())))
            names = [f"{whole}.{a.name}".lstrip(".") for a in node.names]
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[:i]) for i in range(1, len(parts) + 1))


# ------------------------------------------------------------------------------------------------ loading


class _Source(SourceFileLoader):
    """Compiles the text that is there."""

    def get_code(self, fullname: str) -> CodeType:
        """The code of the file's text, whatever Python has compiled before."""
        file = self.get_filename(fullname)
        return self.source_to_code(self.get_data(file), file)


class _Beside(MetaPathFinder):
    """Finds what stands beside the files that were loaded."""

    known: dict[str, Path] = {}

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Where a module of that name stands, or None for one that another finder may know."""
        file = self.known.get(name)
        if file is not None:
            inside = [str(file.parent)] if file.name == "__init__.py" else None
            loader = _Source(name, str(file))
            return spec_from_file_location(name, file, loader=loader, submodule_search_locations=inside)
        if any(other.startswith(name + ".") for other in self.known):  # a folder without an __init__.py
            return ModuleSpec(name, None, is_package=True)
        return None


_finder = _Beside()


def load(path: Path) -> ModuleType:
    """A Python file as a module, as its text is now; what it imports from beside it is loaded anew with it.

    Raises:
        BadInput: It is not there, or its own code fails.
    """
    path = path.expanduser()
    if not path.is_file():
        raise BadInput(f"There is no file {str(path)!r}.")
    name = _module_name(path)
    loader = _Source(name, str(path.resolve()))
    module = module_from_spec(ModuleSpec(name, loader, origin=loader.path))
    module.__file__ = loader.path
    try:
        known = beside(path.resolve())
        _forget(known)
        _sources[name] = _of(path.resolve(), known)
        sys.modules[name] = module
        loader.exec_module(module)
    except BaseException as error:
        sys.modules.pop(name, None)
        if interrupted(error) or isinstance(error, BadInput):
            raise
        raise BadInput(f"{str(path)!r} cannot be imported: {reason(error)}. Mend it and try again.") from error
    return module


def _forget(known: Mapping[str, Path]) -> None:
    """Have the modules beside a file loaded anew when it asks for them.

    Raises:
        BadInput: A module of somebody else has the same name as one of them.
    """
    for name, file in known.items():
        there = getattr(sys.modules.get(name), "__file__", None)
        if there and _finder.known.get(name) != Path(there) and Path(there).resolve() != file:
            raise BadInput(
                f"{str(file)!r} has the name of the module {name!r} in {there!r}, which is in use; give it another."
            )
    for name in {".".join(n.split(".")[:i]) for n in known for i in range(1, n.count(".") + 2)}:
        if name in known or name in _finder.known or getattr(sys.modules.get(name), "__file__", None) is None:
            sys.modules.pop(name, None)
    _finder.known.update(known)
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def _module_name(path: Path) -> str:
    return f"{path.stem}_{hashlib.sha256(str(path.expanduser().resolve()).encode()).hexdigest()[:8]}"
