"""Examples in docstrings run, and give what they say."""

import doctest
import importlib

import pytest

from tests.test_architecture import modules

FINDER = doctest.DocTestFinder(exclude_empty=True)

WITH_EXAMPLES = [
    name
    for name, path in modules().items()
    if ">>>" in path.read_text(encoding="utf-8") and not name.endswith("__main__")
]


def test_there_are_examples() -> None:
    assert len(WITH_EXAMPLES) > 20


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_of_a_module_run(name: str) -> None:
    module = importlib.import_module(name)
    told: list[str] = []
    for one in FINDER.find(module, name):
        result = doctest.DocTestRunner(verbose=False).run(one, out=told.append)
        assert not result.failed, "".join(told)
