"""What trainers read: words and byte pairs, as sentences and as running text."""

import numpy as np
import pytest

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
    assert len(ids) == text.words.training.n_units + text.training.n_documents
    assert (ids == coder.end_id).sum() == text.training.n_documents
    assert ids[-1] == coder.end_id
    known = text.vocabulary
    first = ids[: int(np.argmax(ids == coder.end_id))]
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


def test_sources_are_kept(text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = tokens_of(text)
    first = sentence_ids(reading, Runtime())

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("compare.trainers.sources.write_tokens", fail)
    again = sentence_ids(reading, Runtime(seed=2))
    assert again.key == first.key
    assert np.array_equal(again.training.ids, first.training.ids)
