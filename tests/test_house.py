"""The plan of the house holds: rooms say what is in them, imports go one way, documents name what is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("harness", "verifiers", "tasks", "leaderboard", "experiments")
FOLDERS = [p.parent for top in PACKAGES for p in sorted((ROOT / top).rglob("__init__.py"))]
LONGEST = 350


def modules() -> dict[str, Path]:
    """Every module of the packages by its dotted name."""
    found = {}
    for top in PACKAGES:
        for path in (ROOT / top).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if path.name == "__init__.py" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules that a file imports, wherever in it the import stands: also inside functions and for types alone."""
    out = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            out |= {m if (m := f"{node.module}.{a.name}") in known else node.module for a in node.names}
        elif isinstance(node, ast.Import):
            out |= {a.name for a in node.names}
    return out & known.keys()


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Groups of nodes each of which reaches the others: what is left when nodes without a way in or out are taken."""
    left = {node: set(targets) for node, targets in edges.items()}
    while True:
        aims = set().union(*left.values()) if left else set()
        gone = {node for node, targets in left.items() if not targets or node not in aims}
        if not gone:
            return [sorted(left)] if left else []
        left = {node: targets - gone for node, targets in left.items() if node not in gone}


def room(module: str, known: dict[str, Path]) -> str:
    """The folder that a module stands in, below its package; the module itself where it stands in the package."""
    parts = module.split(".")
    folder = ".".join(parts[:2])
    return folder if known[folder].name == "__init__.py" or len(parts) > 2 else module


def test_no_module_imports_its_way_back_to_itself():
    """Not even by an import inside a function."""
    known = modules()
    edges = {name: imports(path, known) - {name} for name, path in known.items()}

    assert circles(edges) == []


def test_no_room_imports_its_way_back_to_itself():
    """Folders point one way as files do."""
    known = {name: path for name, path in modules().items() if "." in name}
    edges: dict[str, set[str]] = {}
    for name, path in known.items():
        own = edges.setdefault(room(name, known), set())
        own |= {room(m, known) for m in imports(path, known)} - {room(name, known)}

    assert circles({name: targets & edges.keys() for name, targets in edges.items()}) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_folder_says_what_is_in_it(folder):
    """Its docstring names every file and folder of code in it, and lists nothing that is not there."""
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    inside = {p.stem for p in folder.glob("*.py") if not p.stem.startswith("_")}
    inside |= {p.parent.name for p in folder.glob("*/__init__.py")}

    assert not {name for name in inside if not re.search(rf"\b{name}\b", text)}
    listed = re.findall(r"^(\w+)(?:\.py)? {2,}\S", text, re.MULTILINE)
    assert not [name for name in listed if not (folder / name).is_dir() and not (folder / f"{name}.py").is_file()]


@pytest.mark.parametrize("path", sorted(p for top in (*PACKAGES, "tests") for p in (ROOT / top).rglob("*.py")), ids=str)
def test_a_file_fits_its_name(path):
    """No file of code is longer than 350 lines, no test either."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def commands() -> list[str]:
    """Every command, those of groups of commands with the group's name before."""
    from typer.main import get_command

    from harness.cli import app

    out = []
    for name, command in get_command(app).commands.items():
        inner = getattr(command, "commands", None)
        out += [f"{name} {own}" for own in inner] if inner else [name]
    return out


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command):
    """As ``bonbench COMMAND`` in the README or in docs/."""
    texts = [p.read_text(encoding="utf-8") for p in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))]

    assert any(re.search(rf"bonbench {command}\b", text) for text in texts)


def test_documents_name_files_that_exist():
    """Every path below one of our folders that a document names in backticks is there."""
    tops = "|".join((*PACKAGES, "tests", "docs", "benchmarks"))
    missing = []
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = re.sub(r"<!-- file: .*?-->\n```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
        named = re.findall(rf"`((?:{tops})/[\w./-]+)`", text)
        missing += [f"{document.name}: {name}" for name in named if not (ROOT / name).exists()]

    assert not missing
