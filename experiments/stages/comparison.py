"""The comparison as a stage: the same spaces, judgments and rules are not compared twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from compare.cache import Stage, versions
from compare.comparison.comparison import TABLES, Comparison, compared
from compare.comparison.options import ExampleOptions, ProtocolOptions
from compare.comparison.protocol import share_vocabulary
from compare.comparison.quantities import QUANTITIES
from compare.judgments.judgments import Judgments
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.storage import read_json, write_json
from compare.text.company_counts import CompanyCounts
from experiments.results.tables import read_csv, text_columns, write_csv

_VERSION = 14


def compared_spaces(
    spaces: Sequence[EmbeddingSpace],
    judgments: Judgments,
    protocol: ProtocolOptions,
    examples: ExampleOptions,
    runtime: Runtime,
    *,
    repeats: Mapping[str, Sequence[EmbeddingSpace]] | None = None,
    company: Sequence[CompanyCounts] = (),
) -> Comparison:
    """Compare spaces, or take the comparison from the cache; see :func:`compare_spaces`."""
    repeats = repeats or {}
    made_of = (
        "comparison",
        _VERSION,
        [_digest(space) for space in spaces],
        {name: [_digest(space) for space in again] for name, again in repeats.items()},
        _plain(judgments),
        [[counts.name, counts.digest] for counts in company],
        [
            [one.key, one.method, one.candidates, one.is_main, one.is_tested, one.version]
            for one in QUANTITIES
        ],
        protocol.model_dump(),
        examples.model_dump(),
        runtime.seed,
        versions("numpy", "scipy", "scikit-learn", "torch"),
    )

    def build(folder: Path) -> None:
        found = compared(
            spaces,
            judgments,
            protocol,
            examples,
            seed=runtime.seed,
            repeats=repeats,
            company=company,
            threads=runtime.threads,
            progress=runtime.show("comparing the spaces"),
        )
        tables = {name: getattr(found, name) for name in TABLES}
        for name, table in tables.items():
            write_csv(folder / f"{name}.csv", table)
        texts = {name: text_columns(table) for name, table in tables.items()}
        write_json(folder / "text.json", texts)

    about = ", ".join(space.name for space in spaces)
    folder = Stage("comparison", made_of, about=about).open(build)
    texts = read_json(folder / "text.json")
    tables = {n: read_csv(folder / f"{n}.csv", text) for n, text in texts.items()}
    shared, _ = share_vocabulary(spaces, protocol)
    return Comparison(**tables, spaces={space.name: space for space in shared})


def _digest(space: EmbeddingSpace) -> list[Any]:
    """Name the content of a space, and what reports say of it."""
    content = hashlib.sha256(space.vectors.tobytes())
    content.update("\n".join(space.words).encode())
    for more in (space.counts, space.n_pieces):
        content.update(b"-" if more is None else more.tobytes())
    facts = ("label", "family", "role", "model", "n_words_unseen")
    told = [space.provenance.get(key) for key in facts]
    return [space.name, *told, space.vectors.shape, content.hexdigest()]


def _plain(judgments: Judgments) -> list[Any]:
    """Lay judgments out as plain values."""
    analogies = [
        [one.name, [[relation.name, relation.questions] for relation in one.relations]]
        for one in judgments.analogies
    ]
    similarity = [
        [one.name, one.pairs, one.ratings.tolist(), dict(one.labels), dict(one.groups)]
        for one in judgments.similarity
    ]
    lexicons = [
        [one.name, one.antonyms, one.synonyms, dict(one.categories)] for one in judgments.lexicons
    ]
    return [analogies, similarity, lexicons]
