"""The texts by whose counts neighbours are judged: which are counted, and which part of them."""

from pathlib import Path

import pytest

from compare.errors import InputError
from compare.progress import quiet
from compare.text import company_texts
from compare.text.company_texts import HELD_OUT, OWN_TEXT, company_of_texts
from compare.text.reading import Text, read_text

DOCUMENTS = [f"The king number {n} spoke. The queen slept." for n in range(60)]


@pytest.fixture
def text() -> Text:
    return read_text(DOCUMENTS, progress=False)


def test_what_is_held_out_is_counted_apart_where_it_is_enough(
    text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = (OWN_TEXT, HELD_OUT, OWN_TEXT)
    [own] = company_of_texts(asked, text, fold_case=True, show=quiet)
    monkeypatch.setattr(company_texts, "FEWEST_HELD_OUT", 20)
    again, held_out = company_of_texts(asked, text, fold_case=True, show=quiet)
    assert again.digest == own.digest
    assert held_out.name == f"{own.name}, held out"
    assert (own.n_words, held_out.n_words) == (
        len(text.numbered.training),
        len(text.numbered.validation),
    )
    assert own.n_words + held_out.n_words == 8 * len(DOCUMENTS)


def test_without_a_text_other_texts_alone_are_counted(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("\n<|endoftext|>\n".join(DOCUMENTS))
    path = str(tmp_path / "other.txt")
    [other] = company_of_texts((OWN_TEXT, HELD_OUT, path), None, fold_case=False, show=quiet)
    assert other.name == "other.txt"
    assert "king" in other.words
    with pytest.raises(InputError, match="no such"):
        company_of_texts((str(tmp_path / "none.txt"),), None, fold_case=True, show=quiet)


def test_texts_of_one_name_are_refused_and_the_same_text_is_counted_once(tmp_path: Path) -> None:
    for folder, more in (("a", ""), ("b", " The end.")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "story.txt").write_text("\n<|endoftext|>\n".join(DOCUMENTS) + more)
    (tmp_path / "copy.txt").write_text((tmp_path / "a" / "story.txt").read_text())
    paths = [str(tmp_path / name) for name in ("a/story.txt", "copy.txt", "b/story.txt")]
    assert len(company_of_texts(paths[:2], None, fold_case=True, show=quiet)) == 1
    with pytest.raises(InputError, match=r"two are called 'story\.txt': rename a file"):
        company_of_texts(paths, None, fold_case=True, show=quiet)
