"""Changed models, configs and run folders: each is refused in a line, or read right."""

import pytest

from tests.torture.kept_kinds import KEPT_KINDS
from tests.torture.kind import Kind
from tests.torture.model_kinds import MODEL_KINDS
from tests.torture.mutations import shares, tallies
from tests.torture.run_kinds import RUN_KINDS

KINDS = (*MODEL_KINDS, *RUN_KINDS, *KEPT_KINDS)
COUNTS = shares(KINDS, 10_000)


@pytest.mark.parametrize(
    ("kind", "n"), [*zip(KINDS, COUNTS, strict=True)], ids=[one.name for one in KINDS]
)
def test_a_changed_file_is_refused_or_read_right(kind: Kind, n: int) -> None:
    for found in tallies([kind], [n]):
        assert not found.failed
        assert found.tried == found.refused + found.read == n
