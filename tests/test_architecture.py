"""The order of the house: a module imports only earlier stages of the flow."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ORDER = [
    [
        "errors",
        "progress",
        "normalization",
        "words",
        "precision",
        "snapshots",
        "planted_world",
        "wikipedia",
        "llm.positions",
    ],
    ["planted", "memory", "downloads"],
    ["storage"],
    ["corpus", "vocabulary", "tokens", "llm.byte_pairs", "llm.rank_file"],
    [
        "word_encoder",
        "word2vec.options",
        "word2vec.sampling",
        "word2vec.blocks",
        "word2vec.row_steps",
    ],
    ["word2vec.pairs"],
    ["word2vec.held_out", "llm.tokenizer", "llm.windows", "llm.loss"],
    ["llm.options", "llm.distributed", "llm.compilation", "llm.checked_ids"],
    ["word2vec.skipgram", "llm.gpt", "llm.schedule", "llm.word_vectors"],
    ["llm.held_out", "llm.footprint", "llm.encoded_text"],
    ["llm.trainer"],
    ["word2vec.gensim_skipgram", "word2vec.ppmi", "llm.training", "llm.language_model"],
    ["llm.alignment", "llm.pretrained"],
    ["llm.context_rows"],
    ["llm.contextual"],
    ["llm.alone", "llm.occurrences"],
    ["space"],
    ["formats", "judgments", "lexicon", "uncertainty"],
    ["protocol", "public_judgments", "static_vectors"],
    ["measures.largest"],
    ["measures.inner_products"],
    ["measures.distinct", "measures.csls", "measures.likeness", "measures.frequency_bands"],
    ["measures.analogy_questions", "measures.neighbours"],
    ["measures.analogy_methods", "measures.analogy_learning"],
    ["measures.analogy_ranks"],
    ["measures.rank_biased_overlap", "measures.hubness", "measures.mutual_neighbours"],
    ["measures.cka", "measures.rsa", "measures.svcca", "measures.procrustes"],
    ["measures.isotropy", "measures.effective_dimensions", "measures.rogue_dimensions"],
    ["measures.frequency_bias", "measures.antonyms", "measures.categorization"],
    ["measures.contextuality", "measures.odd_one_out", "measures.probing", "measures.sense_probe"],
    ["measures.analogies", "measures.geometry", "measures.similarity"],
    ["measures.vocabulary_cut", "measures.vector_checks"],
]


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


def modules_of(package: str) -> dict[str, Path]:
    """Map dotted names below a package to files, packages' own __init__ left out."""
    folder = ROOT / package
    return {
        ".".join(path.relative_to(folder).with_suffix("").parts): path
        for path in folder.rglob("*.py")
        if path.name != "__init__.py"
    }


def test_every_module_has_its_place_in_the_flow() -> None:
    assert sorted(modules_of("compare")) == sorted(name for stage in ORDER for name in stage)


def test_modules_import_earlier_stages_only() -> None:
    stage_of = {name: number for number, stage in enumerate(ORDER) for name in stage}
    for name, path in modules_of("compare").items():
        for imported in imports_of(path):
            inner = imported.removeprefix("compare.")
            if inner in stage_of and inner != name:
                assert stage_of[inner] < stage_of[name], f"{name} imports {inner}"


def test_the_wings_do_not_know_each_other() -> None:
    for name, path in modules_of("compare").items():
        for wing, other in (("word2vec", "llm"), ("llm", "word2vec")):
            if name.startswith(wing):
                assert not {i for i in imports_of(path) if i.startswith(f"compare.{other}")}


def test_compare_never_imports_experiments() -> None:
    for path in (ROOT / "compare").rglob("*.py"):
        assert not {name for name in imports_of(path) if name.startswith("experiments")}, path


def test_matplotlib_is_imported_by_the_figures_alone() -> None:
    for package in ("compare", "experiments"):
        for path in (ROOT / package).rglob("*.py"):
            if path.name != "figures.py":
                assert "matplotlib" not in path.read_text(encoding="utf-8"), path
