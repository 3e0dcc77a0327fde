"""Lists of opposites, synonyms and categories."""

from pathlib import Path

import pytest

from compare.errors import InputError
from compare.judgments.lexicon import EVERYDAY, open_lexicon


def test_the_list_that_comes_along_is_sound() -> None:
    lexicon = open_lexicon(EVERYDAY)
    assert len(lexicon.antonyms) >= 80
    assert len(lexicon.synonyms) >= 80
    assert len(set(lexicon.categories.values())) >= 15
    antonyms, synonyms = (
        {frozenset(pair) for pair in pairs} for pairs in (lexicon.antonyms, lexicon.synonyms)
    )
    assert not antonyms & synonyms
    assert len(antonyms) == len(lexicon.antonyms)
    assert len(synonyms) == len(lexicon.synonyms)
    assert all(len(pair) == 2 for pair in antonyms | synonyms)
    assert frozenset(("hot", "cold")) in antonyms


def test_a_file_is_read_in_its_three_relations(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("# comment\nHot\tcold\tantonym\nbig\tlarge\tsynonym\n\nDog\tanimal\tcategory\n")
    lexicon = open_lexicon(str(path))
    assert lexicon.name == "mine"
    assert lexicon.normal().antonyms == (("hot", "cold"),)
    assert lexicon.synonyms == (("big", "large"),)
    assert lexicon.normal().categories == {"dog": "animal"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hot\tcold\n", ":1: expected"),
        ("a\tb\tantonym\nhot cold antonym\n", ":2: expected"),
        ("hot\tcold\topposite\n", "opposite"),
        ("dog\tanimal\tcategory\ndog\tpet\tcategory\n", ":2: 'dog' is of category 'animal'"),
        ("\n# nothing\n", "lists no word"),
    ],
)
def test_other_forms_are_refused_with_their_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        open_lexicon(str(path))


def test_missing_and_unreadable_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="everyday"):
        open_lexicon("evryday")
    path = tmp_path / "latin.tsv"
    path.write_bytes(b"caf\xe9\tth\xe9\tsynonym\n")
    with pytest.raises(InputError, match="UTF-8"):
        open_lexicon(str(path))


def test_groups_with_an_odd_one_are_drawn_of_known_words() -> None:
    lexicon = open_lexicon(EVERYDAY)
    known = {word: 0 for word, kind in lexicon.categories.items() if kind in ("colour", "metal")}
    groups = lexicon.odd_groups(known, n_groups=50, seed=3)
    assert groups == lexicon.odd_groups(known, n_groups=50, seed=3)
    assert len(groups) == 50
    for together, odd in groups:
        kinds = {lexicon.categories[word] for word in together}
        assert len(set(together)) == 4
        assert len(kinds) == 1
        assert lexicon.categories[odd] not in kinds
    assert lexicon.odd_groups({"red": 0, "blue": 0}, n_groups=5) == []


def test_folding_refuses_two_categories_of_one_word(tmp_path: Path) -> None:
    path = tmp_path / "cased.tsv"
    path.write_text("Turkey\tcountry\tcategory\nturkey\tbird\tcategory\n")
    lexicon = open_lexicon(str(path))
    with pytest.raises(InputError, match="different categories"):
        lexicon.normal()
