"""A comparison of planted spaces, made once for all tests that read it."""

import pytest

from compare.comparison.comparison import Comparison
from compare.comparison.comparison import compared as compare_them
from compare.comparison.options import ExampleOptions
from tests.comparison.planted_spaces import PROTOCOL, asked, planted


@pytest.fixture(scope="session")
def compared() -> Comparison:
    spaces = [planted(0.2, 1, "sharp"), planted(0.25, 9, "alike"), planted(3.0, 2, "blurred")]
    repeats = {
        "sharp": [planted(0.2, 3, "x"), planted(0.2, 4, "y")],
        "blurred": [planted(3.0, 5, "x"), planted(3.0, 6, "y")],
    }
    examples = ExampleOptions(words=("w0", "w5"), analogy=("w0", "w1", "w2", "w3"))
    return compare_them(spaces, asked(), PROTOCOL, examples, seed=1, repeats=repeats)
