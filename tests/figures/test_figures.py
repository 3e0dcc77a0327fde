"""Figures: they draw what they are given, and leave matplotlib as it was."""

import itertools
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from compare.figures.context import plot_context
from compare.figures.cosines import cosine_bins, plot_cosines
from compare.figures.dots import plot_dots
from compare.figures.matrix import plot_matrix
from compare.figures.style import FAMILIES, FLOOR, looks, save_figure, svg_of
from compare.figures.training_curves import plot_training
from compare.figures.word_map import plot_word_map
from tests.figures.colours import SIGHTS, ciede2000, contrast, lab

NAMES = ["w2v/input", "gpt/input", "gpt/output", "gpt/layer-2", "gpt/untrained"]
LOOKS = looks(
    NAMES,
    [f"${name}_$" for name in NAMES],
    ["word2vec", *["language model"] * 4],
    ["", "", "", "", "floor"],
)


def test_no_two_looks_are_alike_and_families_keep_their_colour() -> None:
    n = 15
    many = looks([f"m{i}/input" for i in range(n)], ["x"] * n, ["counts"] * n)
    assert len({(look.colour, look.hatch) for look in many.values()}) == n
    assert len({look.colour for look in many.values()}) == n
    for look in many.values():
        red, green, blue = to_rgb(look.colour)
        assert blue > red > green  # violet
    assert LOOKS["w2v/input"].colour == FAMILIES["word2vec"][1]
    assert LOOKS["gpt/untrained"].colour == FLOOR
    assert LOOKS["gpt/untrained"].hatch
    markers = {LOOKS[name].marker for name in NAMES[1:]}
    assert len(markers) == 4


TOGETHER = [
    {"word2vec": 2, "counts": 1, "language model": 3, "pretrained": 1},
    {"word2vec": 1, "counts": 1, "language model": 2, "pretrained": 1},
    {"word2vec": 1, "pretrained": 3},
    {"word2vec": 2, "language model": 2},
]
"""Families that stand in one figure, and how many of each; an untrained table beside them."""


def test_the_measure_of_colours_is_that_of_its_paper() -> None:
    """Pairs of Sharma, Wu & Dalal 2005, table 1."""
    for one, other, expected in (
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ):
        assert ciede2000(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("together", TOGETHER, ids=lambda one: " ".join(one))
def test_any_two_that_stand_together_are_told_apart(together: dict[str, int], sight: str) -> None:
    families = [name for name, n in together.items() for _ in range(n)] + ["language model"]
    names = [f"m{place}/input" for place in range(len(families))]
    roles = [*[""] * (len(names) - 1), "floor"]
    colours = [look.colour for look in looks(names, names, families, roles).values()]
    differences = [
        ciede2000(lab(one, sight), lab(other, sight))
        for one, other in itertools.combinations(colours, 2)
    ]
    assert min(differences) >= 12
    assert min(contrast(colour) for colour in colours) >= 3


def test_unknown_families_are_grey_and_told_apart() -> None:
    two = looks(["a", "b"], ["A", "B"], ["nobody's", ""])
    assert len({look.colour for look in two.values()}) == 2 or two["a"].hatch != two["b"].hatch


def test_drawing_chooses_no_backend() -> None:
    code = (
        "import matplotlib as mpl, pandas as pd\n"
        "def settings():\n"
        "    return {k: mpl.rcParams[k] for k in mpl.rcParams if k != 'backend'}\n"
        "before = settings()\n"
        "from compare.figures.cosines import cosine_bins, plot_cosines\n"
        "from compare.figures.style import looks\n"
        "frame = pd.DataFrame({'space': ['a'], 'transform': ['raw'], 'cosine': [0.1]})\n"
        "plot_cosines(cosine_bins(frame), looks(['a'], ['A'], ['word2vec']))\n"
        "import sys\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert mpl.get_backend(auto_select=False) is None\n"
        "assert settings() == before\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_curves_of_one_loss_share_an_axis() -> None:
    history = pd.DataFrame(
        {
            "model": ["a", "a", "b", "c"],
            "seen": [1e6, 2e6, 1e6, 1e6],
            "unit": ["words", "words", "words", "tokens"],
            "training_loss": [3.0, 2.0, 2.5, np.nan],
            "validation_loss": [3.1, 2.1, np.nan, 6.0],
        }
    )
    given = looks(["a", "b", "c"], ["A", "B", "C"], ["word2vec", "word2vec", "language model"])
    figure = plot_training(history, given, {"a": "pairs", "b": "pairs"})
    assert figure is not None
    titles = [axis.get_title() for axis in figure.axes]
    assert titles == ["pairs", "loss of C"]
    assert [line.get_label() for line in figure.axes[0].lines] == [
        *("A, training", "A, held-out", "B, training"),
    ]
    assert (
        plot_training(history.assign(training_loss=np.nan, validation_loss=np.nan), given, {})
        is None
    )
    assert plot_training(pd.DataFrame(), given, {}) is None


def test_dots_stand_at_their_values_with_whiskers_and_chance() -> None:
    rows = pd.DataFrame(
        {
            "panel": ["one", "two", "one", "three"],
            "space": ["w2v/input", "w2v/input", "gpt/input", "gpt/input"],
            "value": [0.5, -0.2, 0.3, np.nan],
            "low": [0.4, np.nan, 0.2, np.nan],
            "high": [0.6, np.nan, 0.4, np.nan],
            "chance": [0.1, np.nan, 0.1, np.nan],
        }
    )
    figure = plot_dots(rows, LOOKS, of="ρ")
    assert figure is not None
    one, two = figure.axes
    dots = [container.lines[0].get_xydata().tolist()[0] for container in one.containers]
    assert dots == [[0.5, 0], [0.3, 1]]
    whiskers = one.containers[0].lines[2][0].get_segments()[0]
    assert np.allclose(whiskers, [[0.4, 0], [0.6, 0]])
    assert [line.get_xdata() for line in one.lines if line.get_linestyle() == "--"] == [[0.1, 0.1]]
    assert [line for line in two.lines if line.get_linestyle() == "--"] == []
    assert [text.get_text() for text in one.get_yticklabels()] == [
        look.label for look in LOOKS.values()
    ]
    assert one.get_ylim()[0] > one.get_ylim()[1], "the first space stands on top"
    assert plot_dots(rows[3:], LOOKS) is None


def test_a_matrix_has_each_pair_once_below_the_diagonal() -> None:
    pairs = [(NAMES[0], NAMES[1], 0.9, True), (NAMES[1], NAMES[0 + 2], 0.2, False)]
    rows = pd.DataFrame(pairs, columns=["first", "second", "value", "is_bold"])
    figure = plot_matrix(rows.assign(panel="CKA"), LOOKS)
    assert figure is not None
    [axis] = figure.axes
    told = {(text.get_position(), text.get_text(), text.get_fontweight()) for text in axis.texts}
    assert told == {((0, 0), "0.90", "bold"), ((1, 1), "0.20", "normal")}
    assert plot_matrix(rows[:0].assign(panel=""), LOOKS) is None


def test_a_map_joins_the_analogy_and_keeps_dollars() -> None:
    words = ["man", "king", "woman", "$q_{"]
    plane = pd.DataFrame(
        {
            "space": "w2v/input",
            "word": words,
            "explained": 0.4,
            "x": [0.0, 1.0, 0.0, 1.0],
            "y": [0.0, 0.0, 1.0, 1.0],
        }
    )
    figure = plot_word_map(plane, LOOKS, words)
    assert figure is not None
    shown = [axis for axis in figure.axes if axis.get_visible()]
    assert len(shown) == 1
    texts = {text.get_text() for text in shown[0].texts}
    assert set(words) <= texts
    assert len(shown[0].lines) == 2  # the dotted sides
    assert plot_word_map(plane[:0], LOOKS) is None


def test_layers_are_drawn_by_model() -> None:
    layers = pd.DataFrame(
        {
            "model": ["a", "a", "b", "b"],
            "layer": [0, 1, 0, 1],
            "self_similarity": 0.5,
            "mev": 0.4,
            "intra_sentence": 0.3,
        }
    )
    given = looks(["a", "b"], ["A", "B"], ["language model"] * 2)
    figure = plot_context(layers, given)
    assert figure is not None
    assert [line.get_label() for line in figure.axes[0].lines][:2] == ["A", "B"]
    assert plot_context(layers[layers["layer"] == 0], given) is None
    assert plot_context(pd.DataFrame(), given) is None


def test_equal_figures_are_equal_bytes_and_settings_stay(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    cosines = pd.DataFrame(
        {"space": NAMES * 2, "transform": ["raw"] * 5 + ["centred"] * 5, "cosine": 0.25}
    )
    for name in ("one", "two"):
        figure = plot_cosines(cosine_bins(cosines), LOOKS)
        assert figure is not None
        assert len(figure.axes) == 2
        save_figure(figure, tmp_path / f"{name}.png")
        (tmp_path / f"{name}.svg").write_bytes(svg_of(figure))
    for kind in ("png", "svg"):
        one, two = (tmp_path / f"{name}.{kind}" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
    assert dict(mpl.rcParams) == before
    assert plot_cosines(cosine_bins(cosines[:0]), LOOKS) is None


@pytest.mark.parametrize("n_spaces", [1, 15])
def test_any_number_of_spaces_can_be_drawn(n_spaces: int, tmp_path: Path) -> None:
    names = [f"m{i}/input" for i in range(n_spaces)]
    given = looks(names, names, ["word2vec"] * n_spaces)
    rows = pd.DataFrame({"space": names, "value": 0.5, "low": 0.4, "high": 0.6})
    figure = plot_dots(rows.assign(panel="one", chance=0.1), given, of="share")
    assert figure is not None
    save_figure(figure, tmp_path / "dots.png")
    assert (tmp_path / "dots.png").stat().st_size > 1000
