"""The order of the house: a module imports only its own room and earlier ones."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ROOMS = {
    "compare": (
        "errors progress runtime options storage machine checkpoints cache downloads",
        "text",
        "spaces",
        "word2vec llm",
        "judgments uncertainty",
        "measures",
        "comparison",
        "figures",
    ),
}
"""The floor plan, from the ground up: what stands in one line does not know each other, but for
the single files of the first line, which may build on those before them."""


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
    return {room: floor for floor, line in enumerate(order) for room in line.split()}


def test_every_room_has_its_place() -> None:
    rooms = {name.split(".")[1] for name in modules() if name.startswith("compare.")}
    assert rooms == set(floors())


def test_modules_import_their_own_room_and_earlier_ones_only() -> None:
    floor = floors()
    for name, imported in inner_imports().items():
        for other in imported if name.startswith("compare.") else ():
            mine, theirs = name.split(".")[1], other.split(".")[1]
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
