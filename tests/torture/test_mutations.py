"""Changed files of vectors and texts: each is refused in a line, or read right."""

import pytest

from tests.torture.kind import Kind
from tests.torture.mutations import shares, tallies
from tests.torture.text_kinds import TEXT_KINDS
from tests.torture.vector_kinds import VECTOR_KINDS

KINDS = (*VECTOR_KINDS, *TEXT_KINDS)
COUNTS = shares(KINDS, 10_000)


@pytest.mark.parametrize(
    ("kind", "n"), [*zip(KINDS, COUNTS, strict=True)], ids=[one.name for one in KINDS]
)
def test_a_changed_file_is_refused_or_read_right(kind: Kind, n: int) -> None:
    for found in tallies([kind], [n]):
        assert not found.failed
        assert found.tried == found.refused + found.read == n
