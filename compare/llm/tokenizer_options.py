"""Which byte-pair encoding a text is read by."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from compare.options import Options
from compare.text.passages import END_OF_TEXT

PIECE_PATTERN = "|".join(
    (
        r"'(?:[sdmt]|ll|ve|re)",
        r" ?\p{L}[\p{L}\p{M}\u200c\u200d]*",
        r" ?\p{N}+",
        r" ?[^\s\p{L}\p{N}]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)
"""How text is cut before merging: as GPT-2 does (Radford et al. 2019), where a word takes its space
along; but marks and joiners stay with their letters, as in later vocabularies: GPT-2's own pattern
cuts हिन्दी into six."""

LONGEST_PIECE = 256
"""Characters of a piece in training: the cost of merging grows with the square of its length."""

_LONGEST_SPECIAL = 200

TRAINED = "trained"


_EVERY_KIND = "Two words, naïve – 42 %!\n\n\t日本 don't  _x\u00a0€\r\n"
"""Letters, digits, marks and spaces of several kinds, which a pattern must cover."""


_WORD_AT_AN_END = r"^[\p{L}\p{M}\p{N}'’·.,:\u200c\u200d]|[\p{L}\p{M}\p{N}'’·.,:\u200c\u200d]$"
"""Letters, digits, marks, and what may stand inside a word."""


class TokenizerOptions(Options):
    """Which byte-pair encoding the language model reads."""

    encoding: str = Field(
        default=TRAINED,
        description="'trained' on the corpus, or the name of a tiktoken encoding ('gpt2', …)",
    )
    vocabulary_size: int = Field(
        default=8192,
        ge=258,
        le=1_000_000,
        description="tokens of a trained encoding: 256 bytes, merges, and special tokens",
    )
    pattern: str = Field(
        default=PIECE_PATTERN,
        min_length=1,
        max_length=2000,
        description="regular expression by which a trained encoding cuts text into pieces, whose "
        "borders no merge crosses; default: GPT-2's, with marks kept by their letters",
    )
    special_tokens: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="strings of the text that a trained encoding keeps whole, one token each, "
        "beside <|endoftext|> between documents: written as they stand in the normalised text (so "
        "in small letters, unless case is kept), and beginning and ending with a sign that is in "
        "no word, as in <name>, so that none cuts a word",
    )

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        if pattern == PIECE_PATTERN:
            return pattern
        import regex

        try:
            regex.compile(pattern)
        except (regex.error, RecursionError) as error:
            raise ValueError(f"pattern is no regular expression: {error}") from None
        # What no piece covers would be lost from the text without a word.
        if "".join(match[0] for match in regex.finditer(pattern, _EVERY_KIND)) != _EVERY_KIND:
            raise ValueError("pattern leaves characters out; let it end in '|[\\s\\S]'")
        return pattern

    @field_validator("special_tokens")
    @classmethod
    def _are_special(cls, tokens: tuple[str, ...]) -> tuple[str, ...]:
        if any(len(token) > _LONGEST_SPECIAL for token in tokens):
            raise ValueError(f"special_tokens have {_LONGEST_SPECIAL} characters at the most")
        if not all(tokens) or len(set(tokens)) != len(tokens) or END_OF_TEXT in tokens:
            raise ValueError(
                f"special_tokens must be different, not empty, and not {END_OF_TEXT} (which is "
                "always one)"
            )
        import regex

        cutting = [token for token in tokens if regex.search(_WORD_AT_AN_END, token)]
        if cutting:
            raise ValueError(
                f"special token {cutting[0]!r} could cut a word in two; let it begin and end with "
                f"a sign, as in '<{cutting[0].strip('<>') or 'name'}>'"
            )
        return tokens

    @model_validator(mode="after")
    def _of_a_trained_encoding(self) -> TokenizerOptions:
        usual = TokenizerOptions.model_fields["vocabulary_size"].default
        own = (self.pattern, self.special_tokens, self.vocabulary_size)
        if self.encoding != TRAINED and own != (PIECE_PATTERN, (), usual):
            raise ValueError(
                f"vocabulary_size, pattern and special_tokens are those of a {TRAINED!r} "
                f"encoding; {self.encoding!r} has its own: leave them out (vocabulary_size: or set "
                f"it to {usual}, the default)"
            )
        if self.vocabulary_size < 257 + len(self.special_tokens):
            raise ValueError(
                f"vocabulary_size ({self.vocabulary_size}) must have room for 256 bytes and "
                f"{1 + len(self.special_tokens)} special tokens"
            )
        return self
