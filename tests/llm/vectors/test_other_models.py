"""Models that are built otherwise: their layers are those of transformers, or are refused."""

from pathlib import Path
from typing import Any

import pytest
import tokenizers
import torch
from safetensors.torch import load_file, save_file

from compare.errors import InputError
from compare.llm.vectors.pretrained_loading import load_pretrained
from tests.llm.vectors.test_pretrained import byte_level, word_piece

transformers = pytest.importorskip("transformers")

N_ROWS = 60
ODD: dict[str, Any] = {
    "longformer": lambda: transformers.LongformerModel(
        transformers.LongformerConfig(
            vocab_size=N_ROWS, hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
            intermediate_size=32, max_position_embeddings=40, attention_window=4,
        )
    ),
    "xlnet": lambda: transformers.XLNetModel(
        transformers.XLNetConfig(vocab_size=N_ROWS, d_model=16, n_layer=2, n_head=2, d_inner=32)
    ),
    "mamba": lambda: transformers.MambaModel(
        transformers.MambaConfig(vocab_size=N_ROWS, hidden_size=16, num_hidden_layers=2)
    ),
}  # fmt: skip


def saved(model: Any, made: tokenizers.Tokenizer, folder: Path, **marks: str) -> Path:
    model.save_pretrained(folder, safe_serialization=True)
    transformers.PreTrainedTokenizerFast(tokenizer_object=made, **marks).save_pretrained(folder)
    return folder


@pytest.mark.parametrize("kind", ODD)
def test_layers_alone_are_those_of_the_whole_pass(tmp_path: Path, kind: str) -> None:
    torch.manual_seed(0)
    folder = saved(ODD[kind](), word_piece(), tmp_path / kind, unk_token="[UNK]")
    model = load_pretrained(str(folder))
    ids = torch.tensor([[5, 6, 7, 8, 9], [9, 8, 7, 0, 0]])
    lengths = torch.tensor([5, 3])
    with torch.inference_mode():
        whole = model.hidden_states(ids, lengths)
        for layer in range(model.n_layers):
            found = model.hidden_states(ids, lengths, layer)[layer]
            for row, length in enumerate(lengths.tolist()):
                torch.testing.assert_close(
                    found[row, :length], whole[layer][row, :length], rtol=1e-3, atol=1e-4
                )


def test_a_last_layer_of_another_width_is_refused(tmp_path: Path) -> None:
    config = transformers.OPTConfig(
        vocab_size=300, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, ffn_dim=32,
        max_position_embeddings=40, word_embed_proj_dim=8, do_layer_norm_before=False,
    )  # fmt: skip
    folder = saved(transformers.OPTForCausalLM(config), byte_level(), tmp_path / "opt")
    model = load_pretrained(str(folder))
    ids, lengths = torch.tensor([[5, 6, 7]]), torch.tensor([3])
    with torch.inference_mode():
        assert model.hidden_states(ids, lengths, 1)[1].shape == (1, 3, 16)
        with pytest.raises(InputError, match=r"last layer of opt has 8 numbers.*layers 0 to 1"):
            model.hidden_states(ids, lengths, 2)


def word_level(unknown: str = "[UNK]") -> tokenizers.Tokenizer:
    known = {unknown: 0, "king": 1, "queen": 2, "café": 3}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(known, unk_token=unknown))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    return made


@pytest.mark.parametrize("marks", [{}, {"bos_token": "[UNK]", "eos_token": "[UNK]"}])
def test_unknown_words_have_no_vector_whatever_the_unknown_is_called(
    tmp_path: Path, marks: dict[str, str]
) -> None:
    config = transformers.GPT2Config(vocab_size=4, n_layer=1, n_head=2, n_embd=8, n_positions=24)
    model = load_pretrained(
        str(saved(transformers.GPT2LMHeadModel(config), word_level(), tmp_path / "words", **marks))
    )
    pieces = model.word_pieces(["king", "zebra", "café", "kings"], "bare")
    assert pieces.lengths.tolist() == [1, 0, 1, 0]


def test_words_of_which_letters_are_dropped_have_no_vector(tmp_path: Path) -> None:
    made = tokenizers.Tokenizer(tokenizers.models.BPE())
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=40, show_progress=False)
    made.train_from_iterator(["the king and the queen are dear"] * 3, trainer)
    config = transformers.GPT2Config(
        vocab_size=made.get_vocab_size(), n_layer=1, n_head=2, n_embd=8, n_positions=24
    )
    folder = saved(transformers.GPT2LMHeadModel(config), made, tmp_path / "dropped")
    pieces = load_pretrained(str(folder)).word_pieces(["king", "zebra", "café"], "bare")
    assert pieces.lengths[0] > 0
    assert pieces.lengths[1:].tolist() == [0, 0]


def tiny_llama(folder: Path, **more: Any) -> Path:
    config = transformers.LlamaConfig(
        vocab_size=300, hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=24, **more,
    )  # fmt: skip
    return saved(transformers.LlamaForCausalLM(config), byte_level(), folder)


def test_tensors_of_layers_that_the_config_lacks_are_refused(tmp_path: Path) -> None:
    folder = tiny_llama(tmp_path / "biased", attention_bias=True)
    path = folder / "config.json"
    path.write_text(path.read_text().replace('"attention_bias": true', '"attention_bias": false'))
    with pytest.raises(InputError, match="that the model has not"):
        load_pretrained(str(folder))


def test_tables_of_whole_numbers_are_refused(tmp_path: Path) -> None:
    folder = tiny_llama(tmp_path / "whole")
    path = folder / "model.safetensors"
    tensors = load_file(path)
    tensors["model.embed_tokens.weight"] = torch.ones(300, 16, dtype=torch.int8)
    save_file(tensors, path, metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"keeps model\.embed_tokens\.weight as whole numbers"):
        load_pretrained(str(folder))
