"""What trainers read: words and byte pairs, as sentences and as running text."""

import numpy as np
import pytest

from compare.errors import InputError
from compare.llm.vectors.coders import BytePairs, WholeWords
from compare.runtime import Runtime
from compare.text.reading import Text, read_text
from compare.trainers.sources import running_ids, sentence_ids
from compare.trainers.trainer import Reading

DOCUMENTS = [
    "The king spoke. The queen heard him speak of 3.5 crowns!",
    "Nobody else came; the Königin of Zoë’s realm slept. The king spoke.",
    "A page ran. The page fell.",
]


@pytest.fixture
def text(tmp_path) -> Text:
    path = tmp_path / "text.txt"
    path.write_text("\n<|endoftext|>\n".join(DOCUMENTS * 8))
    return read_text(path, min_count=9)


def tokens_of(text: Text, **tokenizer: object) -> Reading:
    from compare.llm.tokenizer_options import TokenizerOptions

    return Reading(text, "tokens", TokenizerOptions(vocabulary_size=300, **tokenizer))


def test_words_as_sentences_are_the_vocabularys(text: Text) -> None:
    source = sentence_ids(Reading(text), Runtime())
    assert source.training is text.words.training
    assert source.vocabulary.words[0] == "the"


def test_running_words_hold_every_word_and_the_end_of_every_document(text: Text) -> None:
    source = running_ids(Reading(text, "words"), Runtime())
    coder = source.coder
    assert isinstance(coder, WholeWords)
    ids = source.training.ids
    n_ends = 1 + text.training.n_documents  # one before the text, one behind each document
    assert len(ids) == text.words.training.n_units + n_ends
    assert (ids == coder.end_id).sum() == n_ends
    assert ids[0] == ids[-1] == coder.end_id
    known = text.vocabulary
    first = ids[1 : 1 + int(np.argmax(ids[1:] == coder.end_id))]
    spoken = [known.words[i] if i < len(known) else "?" for i in first.tolist()]
    document = next(text.passages()).text
    assert spoken == [w if w in known.ids else "?" for w in _words(document)]
    assert "?" in spoken  # words too rare for a vector are there, as one unknown word
    assert ids.max() < coder.n_ids
    # as the model's own coder reads it
    assert np.array_equal(coder.tokenize(document).ids, first)


def _words(document: str) -> list[str]:
    from compare.text.words import words

    return words(document)


def test_byte_pairs_as_sentences_begin_where_sentences_do(text: Text) -> None:
    reading = tokens_of(text)
    source = sentence_ids(reading, Runtime())
    running = running_ids(reading, Runtime())
    coder = running.coder
    assert isinstance(coder, BytePairs)
    # the same tokens without the ends of documents, renumbered by count
    numbers = np.array([int(name) for name in source.vocabulary.words])
    spelled = numbers[source.training.ids]
    assert np.array_equal(spelled, running.training.ids[running.training.ids != coder.end_id])
    assert (np.diff(source.vocabulary.counts) <= 0).all()
    assert source.vocabulary.counts.sum() == len(source.training)
    n_sentences = len(text.numbered.training.starts)
    assert len(source.training.starts) == n_sentences
    borders = [*source.training.starts.tolist(), len(source.training)]
    second = coder.encoding.decode(spelled[borders[1] : borders[2]].tolist())
    assert _words(second)[0] == _words(" ".join(_sentences(text)[1]))[0]
    assert len(source.training.documents) == text.training.n_documents
    assert set(source.training.documents) <= set(source.training.starts)
    assert not (numbers == coder.end_id).any()


def _sentences(text: Text) -> list[list[str]]:
    from compare.text.words import sentences

    return [s for p in text.passages() for s in sentences(p.text)]


def test_byte_pairs_begin_and_end_each_document(text: Text) -> None:
    running = running_ids(tokens_of(text), Runtime())
    ids, end = running.training.ids, running.coder.end_id
    assert ids[0] == ids[-1] == end
    assert (ids == end).sum() == 1 + text.training.n_documents
    assert not (ids[:-1][ids[1:] == end] == end).any()  # one stands between two documents


@pytest.mark.parametrize(
    ("token", "told"), [("<NAME>", "write it '<name>'"), ("<\u00ad>", "write it '<>'")]
)
def test_special_tokens_that_no_text_holds_are_refused(text: Text, token: str, told: str) -> None:
    with pytest.raises(InputError, match="is never found, as the text is normalised") as raised:
        running_ids(tokens_of(text, special_tokens=(token,)), Runtime())
    assert told in str(raised.value)


def test_a_special_token_of_the_text_is_one_token(tmp_path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("\n<|endoftext|>\n".join(["a <name> ran. a <name> fell."] * 8))
    source = running_ids(
        tokens_of(read_text(path, min_count=1), special_tokens=("<name>",)), Runtime()
    )
    number = source.coder.encoding.encode_single_token("<name>")
    assert (source.training.ids == number).sum() == 2 * 7


def test_sources_are_kept(text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = tokens_of(text)
    first = sentence_ids(reading, Runtime())

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("compare.trainers.sources.write_tokens", fail)
    again = sentence_ids(reading, Runtime(seed=2))
    assert again.key == first.key
    assert np.array_equal(again.training.ids, first.training.ids)
