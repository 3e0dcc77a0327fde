"""Hugging Face models as language models to take word vectors from.

Decoders (GPT-2, Llama, Qwen, …) and encoders (the BERT family) by id or folder, through the same
few questions as our own GPT (``language_model.py``). Weights come from safetensors alone, never
from a pickle, and code that a model brings along is never run. Needs the extra ``[huggingface]``.

Layer numbers and norms are those of ``hidden_states`` in transformers: layer 0 is what the first
block reads (of BERT: after its embedding norm), the last one comes after the final norm where a
model has one. Special tokens stand around every row and in no word's vector.

Left out: models of encoder and decoder (T5); tokenizers without offsets.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
import torch

from compare.errors import InputError
from compare.llm.vectors.coders import TokenizedText
from compare.llm.vectors.gguf import weights_of
from compare.llm.vectors.options import Form
from compare.llm.vectors.pretrained_files import transformers_library
from compare.llm.vectors.word_pieces import WordPieces
from compare.spaces.model2vec import unknown_id
from compare.storage import content_key, folder_key
from compare.text.words import words

logger = logging.getLogger(__name__)

_CARRIER = "a "
"""Stands before a word that is tokenized as in running text; its own tokens are left out."""


_SHORT = 16
"""Rows of so many prefixes are short: the prefix is a good part of them."""

_NO_LIMIT = 1_000_000
"""Tokenizers without a limit name a huge one."""


class _EnoughError(Exception):
    """A pass has come as far as it must."""


class PretrainedLanguageModel:
    """A model of the Hugging Face library that answers as a ``LanguageModel`` does.

    Made by :func:`compare.llm.vectors.pretrained_loading.load_pretrained`.
    """

    seen: np.ndarray | None = None
    """What others have trained on is not known."""

    def __init__(
        self,
        network: Any,
        tokenizer: Any,
        *,
        name: str,
        context: int | None,
        device: str,
        missing_head: tuple[str, ...] = (),
    ) -> None:
        config = network.config
        self.network = network.to(device).eval()
        self.tokenizer, self.name, self.device = tokenizer, name, device
        self.missing_head = missing_head
        # Running text is text: what looks like a special token in it is none. (A copy, since every
        # call of the tokenizer itself sets these anew.)
        self.backend = tokenizers.Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
        self.backend.encode_special_tokens = True
        self.backend.no_truncation()
        self.backend.no_padding()
        try:
            self.n_layers = int(config.num_hidden_layers)
            self.dimension = int(config.hidden_size)
        except AttributeError as error:
            raise InputError(
                f"{name} is no single stack of layers ({error}); use a model of text alone"
            ) from error
        self.is_causal = not _looks_ahead(self.network, device)
        self.prefix, self.suffix = _special_tokens(tokenizer, is_causal=self.is_causal)
        unknown, self._has_bytes = _unknown_of(self.backend)
        # What knows every byte knows everything, whatever it names as the unknown.
        named = tokenizer.unk_token_id if unknown is None else unknown
        self.unknown_id: int | None = None if self._has_bytes else named
        self.n_rows = len(network.get_input_embeddings().weight)
        if len(tokenizer) > self.n_rows and self.unknown_id is None:
            self.unknown_id = self.prefix[0] if self.prefix else 0  # no word holds it
        longest = _longest_row(config, tokenizer)
        positions = self.positions()
        if positions is not None:  # RoBERTa leaves the first ones out
            longest = min(longest, len(positions))
        if context is not None and context > longest:
            raise InputError(
                f"{name} reads rows of at most {longest} tokens, and a context of {context} was "
                "asked for; ask for less"
            )
        self.context = context or min(longest, 512)

    @property
    def input_shape(self) -> tuple[int, int]:
        """Rows and numbers of the input table."""
        n_rows, width = self.network.get_input_embeddings().weight.shape
        return int(n_rows), int(width)

    @cached_property
    def fingerprint(self) -> str:
        """What the weights and the tokenizer are: a commit, or the sha256 of the folder's files."""
        commit = getattr(self.network.config, "_commit_hash", None)
        if commit:
            return content_key(self.network.config.name_or_path, commit)
        return folder_key(Path(self.network.config.name_or_path))

    @cached_property
    def weights(self) -> str | None:
        """How the weights were kept before they were converted ("4-bit weights …")."""
        return weights_of(Path(self.network.config.name_or_path))

    def tokenize(self, text: str) -> TokenizedText:
        """Turn running text into tokens, special ones apart."""
        encoded = self.backend.encode(text, add_special_tokens=False)
        places = np.array(encoded.offsets, dtype=np.int64).reshape(-1, 2)
        ids = np.array(encoded.ids, dtype=np.int64)
        ids[ids >= self.n_rows] = self.unknown_id or 0  # tokens that the table has no rows for
        return TokenizedText(ids, places[:, 0], places[:, 1])

    def word_pieces(self, words: Sequence[str], form: Form) -> WordPieces:
        """Tokenize each word by itself; one with an unknown piece gets none.

        Where the tokenizer marks spaces, ``space`` and ``bare`` give other pieces; WordPiece and
        SentencePiece models that add a space at the beginning give the same ones.
        """
        carrier = _CARRIER if form == "space" else ""
        texts = [carrier + word for word in words]
        encoded = self.backend.encode_batch(texts, add_special_tokens=False)
        pieces: list[list[int]] = []
        for one in encoded:
            ends = (end for _, end in one.offsets)
            own = [i for i, end in zip(one.ids, ends, strict=True) if end > len(carrier)]
            is_known = all(i < self.n_rows for i in own) and self.unknown_id not in own
            pieces.append(own if is_known and self._is_whole(one, texts[len(pieces)]) else [])
        return WordPieces.of(pieces)

    def _is_whole(self, encoded: Any, text: str) -> bool:
        """Tell whether the pieces cover a word: some tokenizers drop what they do not know."""
        if self._has_bytes:
            return True
        covered = {place for start, end in encoded.offsets for place in range(start, end)}
        return all(place in covered for place, letter in enumerate(text) if letter.isalnum())

    def tables(self) -> dict[str, np.ndarray]:
        """Give the tables; ``output`` only where the model has one that is not its input."""
        embedding = self.network.get_input_embeddings()
        tables = {"input": embedding.weight}
        head = self.network.get_output_embeddings()
        weight = None if self.missing_head else getattr(head, "weight", None)
        if weight is not None and weight.data_ptr() != embedding.weight.data_ptr():
            tables["output"] = weight
        return {name: weight.detach().float().cpu().numpy() for name, weight in tables.items()}

    def positions(self) -> np.ndarray | None:
        """Give the learned table of positions, in the numbers of the input table; or none.

        GPT-2 calls it ``wpe``, BERT ``position_embeddings``, OPT ``embed_positions``; models with
        rotary positions have none.
        """
        width = self.network.get_input_embeddings().weight.shape[1]
        for name, table in self.network.base_model.named_modules():
            is_named = "position" in name.rsplit(".", 1)[-1] or name.endswith("wpe")
            if not (is_named and isinstance(table, torch.nn.Embedding)):
                continue
            if table.embedding_dim != width:
                return None
            weights: np.ndarray = table.weight.detach().float().cpu().numpy()
            first = getattr(table, "offset", 0)  # OPT's
            if table.padding_idx is not None:  # RoBERTa's
                first = table.padding_idx + 1
            return weights[first:]
        return None

    def hidden_states(
        self, ids: torch.Tensor, lengths: torch.Tensor, upto: int | None = None
    ) -> tuple[torch.Tensor, ...]:
        """Give layers' vectors of rows; what is padded is masked, and deeper blocks do not run."""
        mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
        is_short = len(ids) > 1 and ids.shape[1] <= _SHORT * len(self.prefix)
        runs_blocks = upto != 0  # or nothing is kept to read on from
        is_behind = is_short and runs_blocks and self._all_begin_with_prefix(ids, lengths)
        if is_behind and self._is_read_on:
            states = self._read_on(ids, mask, upto)
        else:
            states = self._pass(ids, mask, upto, **({"use_cache": False} if self.is_causal else {}))
        width = states[-1].shape[-1]
        if width != self.dimension:  # a small OPT projects it
            raise InputError(
                f"the last layer of {self.name} has {width} numbers, and the others have "
                f"{self.dimension}; ask for layers 0 to {self.n_layers - 1}"
            )
        return states

    def _all_begin_with_prefix(self, ids: torch.Tensor, lengths: torch.Tensor) -> bool:
        first = torch.tensor(self.prefix)
        is_longer = bool((lengths > len(first)).all())
        return is_longer and bool((ids[:, : len(first)] == first).all())

    def _pass(
        self, ids: torch.Tensor, mask: torch.Tensor, upto: int | None, **more: Any
    ) -> tuple[torch.Tensor, ...]:
        is_whole = upto is None or upto >= self.n_layers
        blocks = None if is_whole else self._blocks
        return self._run(ids, mask, (blocks or [])[: (upto or 0) + 1], **more)

    def _run(
        self, ids: torch.Tensor, mask: torch.Tensor, blocks: Sequence[Any], **more: Any
    ) -> tuple[torch.Tensor, ...]:
        with _stopped_at_last(blocks) as states:
            # The network without its head: no scores over the vocabulary are made.
            out = self.network.base_model(
                input_ids=ids.to(self.device),
                attention_mask=mask.to(self.device),
                output_hidden_states=True,
                **more,
            )
            states += out.hidden_states
        return tuple(states)

    def _read_on(
        self, ids: torch.Tensor, mask: torch.Tensor, upto: int | None
    ) -> tuple[torch.Tensor, ...]:
        """Read rows that begin with the prefix: it sees nothing of them, and is read once."""
        n_rows, n_first = len(ids), len(self.prefix)
        kept = {"past_key_values": transformers_library().DynamicCache(), "use_cache": True}
        first = self._pass(ids[:1, :n_first], mask[:1, :n_first], upto, **kept)
        kept["past_key_values"].batch_repeat_interleave(n_rows)
        rest = self._pass(ids[:, n_first:], mask, upto, **kept)
        return tuple(
            torch.cat([before.expand(n_rows, -1, -1), behind], dim=1)
            for before, behind in zip(first, rest, strict=True)
        )

    @cached_property
    def _is_read_on(self) -> bool:
        """Try whether rows can be read on behind a prefix: not all networks keep what it takes."""
        if not (self.is_causal and self.prefix):
            return False
        some = range(self.n_rows // 2, min(self.n_rows // 2 + 3, self.n_rows))
        ids = torch.tensor([[*self.prefix, number, number] for number in some])
        mask = torch.ones_like(ids)
        mask[0, -1] = 0  # the first row is shorter
        try:
            with torch.inference_mode():
                whole = self._pass(ids, mask, None, use_cache=False)
                in_parts = self._read_on(ids, mask, None)
        except Exception as error:  # whatever a network says to a cache that it does not know
            logger.info("%s reads whole rows: %s", self.name, error)
            return False
        return all(_is_same(a, b, mask.bool()) for a, b in zip(whole, in_parts, strict=True))

    @cached_property
    def _blocks(self) -> list[Any] | None:
        """Find the network's blocks; None where it has no list of them, or none that tells layers.

        What blocks read is compared with what the network itself calls its layers: some pad rows,
        turn them, or count otherwise.
        """
        lists = (m for m in self.network.base_model.modules() if isinstance(m, torch.nn.ModuleList))
        blocks = next((list(one) for one in lists if len(one) == self.n_layers), None)
        if blocks is None:
            return None
        some = [number % self.n_rows for number in range(3, 8)]
        ids = torch.tensor([some, some[::-1], some])
        mask = torch.ones_like(ids)
        mask[0, -2:] = 0
        with torch.inference_mode():
            whole = self._run(ids, mask, ())[: self.n_layers]
            stopped = self._run(ids, mask, blocks)
        is_told = len(whole) == len(stopped) and all(
            a.shape == b.shape and _is_same(a, b, mask.bool())
            for a, b in zip(whole, stopped, strict=True)
        )
        if not is_told:
            logger.info("%s runs all of its blocks for every layer", self.name)
        return blocks if is_told else None

    def scores(self, ids: torch.Tensor) -> torch.Tensor:
        """Score the next token at every position of one row, by the network's own head."""
        if self.network.get_output_embeddings() is None or self.missing_head:
            raise InputError(
                f"{self.name} was saved without its output layer and scores no next token; use "
                "the folder or id of the whole model"
            )
        scores: torch.Tensor = self.network(input_ids=ids.to(self.device)[None]).logits[0]
        return scores

    def decode(self, ids: Sequence[int]) -> str:
        """Turn tokens back into text."""
        text: str = self.tokenizer.decode(list(ids), clean_up_tokenization_spaces=False)
        return text

    def continued(self, before: Sequence[int], ids: Sequence[int]) -> str:
        """Turn tokens into what they add: some tokenizers drop the space of a first token."""
        whole = self.decode([*before, *ids])
        return whole.removeprefix(self.decode(before))


@contextmanager
def _stopped_at_last(blocks: Sequence[Any]) -> Iterator[list[torch.Tensor]]:
    """Run some blocks, the last of which does not compute, and collect what each of them reads.

    Layer k is what block k + 1 reads. Without any, the whole network runs, and nothing is
    collected.
    """
    states: list[torch.Tensor] = []

    def look(number: int, inputs: tuple[Any, ...], named: dict[str, Any]) -> None:
        states.append(inputs[0] if inputs else named["hidden_states"])
        if number == len(blocks) - 1:
            raise _EnoughError

    hooks = [
        block.register_forward_pre_hook(
            lambda _, inputs, named, n=n: look(n, inputs, named), with_kwargs=True
        )
        for n, block in enumerate(blocks)
    ]
    try:
        yield states
    except _EnoughError:
        pass
    finally:
        for hook in hooks:
            hook.remove()


def _is_same(one: torch.Tensor, other: torch.Tensor, mask: torch.Tensor) -> bool:
    """Say whether vectors (rows, time, dim) are the same but for rounding, where the mask says."""
    a, b = one.float().cpu()[mask], other.float().cpu()[mask]
    return bool((a - b).abs().max() <= 1e-3 * a.square().mean().sqrt())


def one_token_words(model: PretrainedLanguageModel) -> list[str]:
    """List the words that are one token in running text, in the order of the tokens' ids."""
    texts = (model.decode([number]).strip() for number in range(len(model.tokenizer)))
    candidates = [text for text in dict.fromkeys(texts) if words(text) == [text]]
    is_one = model.word_pieces(candidates, "space").lengths == 1
    return [word for word, one in zip(candidates, is_one.tolist(), strict=True) if one]


@torch.inference_mode()
def _looks_ahead(network: Any, device: str) -> bool:
    """Try whether a later token moves the vectors before it: names of models do not tell."""
    rows = torch.tensor([[0, 1, 0], [0, 1, 1]], device=device)
    out = network.base_model(
        input_ids=rows, attention_mask=torch.ones_like(rows), output_hidden_states=True
    )
    first = out.hidden_states[-1][:, 0].float()
    return not torch.allclose(first[0], first[1], rtol=1e-4, atol=1e-5)


def _unknown_of(backend: tokenizers.Tokenizer) -> tuple[int | None, bool]:
    """Give the token of what is unknown by the tokenizer's own model, and whether it has bytes."""
    described = json.loads(backend.to_str())
    model = described["model"]
    parts = json.dumps([described.get("pre_tokenizer"), described.get("normalizer")])
    has_bytes = '"ByteLevel"' in parts or bool(model.get("byte_fallback"))
    return unknown_id(backend, model), has_bytes


def _special_tokens(tokenizer: Any, *, is_causal: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Tell what stands before and after a row: what the tokenizer itself puts there."""
    inner = tokenizer("a", add_special_tokens=False)["input_ids"]
    whole = tokenizer("a")["input_ids"]
    for start in range(len(whole) - len(inner) + 1):
        if whole[start : start + len(inner)] == inner:
            before, after = whole[:start], whole[start + len(inner) :]
            break
    else:
        before, after = [], []
    if is_causal:
        after = []  # an end of text behind the words tells a causal model nothing
        first = next(
            (i for i in (tokenizer.bos_token_id, tokenizer.eos_token_id) if i is not None), None
        )
        before = before or ([] if first is None else [first])
    return tuple(before), tuple(after)


def _longest_row(config: Any, tokenizer: Any) -> int:
    limits = [getattr(config, key, None) for key in ("max_position_embeddings", "n_positions")]
    known = [limit for limit in limits if isinstance(limit, int) and limit > 0]
    if tokenizer.model_max_length < _NO_LIMIT:
        known.append(int(tokenizer.model_max_length))
    return min(known, default=512)
