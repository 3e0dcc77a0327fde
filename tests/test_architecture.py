"""The order of the house: a module imports only its own room and earlier ones."""

import ast
import re
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ROOMS = {
    "compare": (
        "waiting errors shown progress at_once runtime options owners storage model_files locks "
        "machine processors snapshots checkpoints records uses own_results stage_seconds cache "
        "compiling kept wheels downloads known",
        "text",
        "spaces",
        "word2vec llm",
        "judgments uncertainty",
        "measures",
        "comparison",
        "trainers",
        "figures",
    ),
    "experiments": (
        "config results pages workers",
        "report lesson",
        "explorer",
        "stages",
        "pipeline",
        "collection sweep",
        "notebook",
        "cli",
        "__main__",
    ),
}
"""The floor plan, from the ground up: what stands in one line does not know each other, but for
the single files of the first line of ``compare``, which may build on those before them."""


def imports_of(path: Path) -> set[str]:
    """List the modules of this project that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {name for name in found if name.split(".")[0] in ("compare", "experiments")}


def modules() -> dict[str, Path]:
    """Map dotted names to files, packages' own __init__ left out."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for package in ("compare", "experiments")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    }


def inner_imports() -> dict[str, set[str]]:
    """Map each module to the modules of this project that it imports."""
    known = modules()
    return {name: imports_of(path) & set(known) - {name} for name, path in known.items()}


def floors() -> dict[str, int]:
    """Map each room to its floor; the single files of the ground each stand on their own."""
    ground, *above = ROOMS["compare"]
    order = [*ground.split(), *above]
    found = {f"compare.{room}": n for n, line in enumerate(order) for room in line.split()}
    above = ROOMS["experiments"]
    return found | {
        f"experiments.{room}": len(order) + n
        for n, line in enumerate(above)
        for room in line.split()
    }


def room_of(module: str) -> str:
    """Name the room of a module: ``compare.text``."""
    return ".".join(module.split(".")[:2])


def test_every_room_has_its_place() -> None:
    assert {room_of(name) for name in modules()} == set(floors())


def test_modules_import_their_own_room_and_earlier_ones_only() -> None:
    floor = floors()
    for name, imported in inner_imports().items():
        for other in imported:
            mine, theirs = room_of(name), room_of(other)
            assert mine == theirs or floor[theirs] < floor[mine], f"{name} imports {other}"


def test_no_circle() -> None:
    TopologicalSorter(inner_imports()).prepare()  # raises where there is one


def test_compare_never_imports_experiments() -> None:
    for path in (ROOT / "compare").rglob("*.py"):
        assert not {name for name in imports_of(path) if name.startswith("experiments")}, path


def test_matplotlib_is_imported_by_the_figures_alone() -> None:
    room = ROOT / "compare" / "figures"
    assert any("matplotlib" in path.read_text(encoding="utf-8") for path in room.glob("*.py"))
    for package in ("compare", "experiments"):
        for path in (ROOT / package).rglob("*.py"):
            if path.parent != room:
                assert "matplotlib" not in path.read_text(encoding="utf-8"), path


PACKAGE_OF = {"markdown_it": "markdown-it-py", "sklearn": "scikit-learn"}
"""What is imported under another name than it is installed by."""

OPTIONAL = {"distributed", "gguf", "llvmlite", "numba", "transformers"}


def test_declared_dependencies_are_imported_and_imported_ones_declared() -> None:
    imported = set()
    for package in ("compare", "experiments"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    imported |= {name.name.split(".")[0] for name in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    imported.add(node.module.split(".")[0])
    own = {"compare", "experiments", "__future__"}
    needed = {name for name in imported if name not in sys.stdlib_module_names | own | OPTIONAL}
    needed = {PACKAGE_OF.get(name, name.replace("_", "-")) for name in needed}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[<>=!~ \\[]", one)[0] for one in project["dependencies"]}
    assert needed == declared
