"""A field of records as texts: JSON lines, CSV and TSV tables, Parquet; read in pieces."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import IO, Any

from compare.errors import InputError, nearest_names
from compare.text.containers import Stream
from compare.text.encoding_faults import fault_in
from compare.text.encodings import Errors, text_stream
from compare.text.file_kinds import as_utf8


def field_texts(stream: Stream, field: str, encoding: str, errors: Errors) -> Iterator[str]:
    """Yield the text in a field of each record; each is a document.

    Raises
    ------
    InputError
        If the file has no such field, it is no text, or the file is none of records.
    """
    if stream.head.startswith(b"PAR1"):
        yield from _parquet(stream, field)
        return
    is_table = stream.ending in (".csv", ".tsv")
    handle = text_stream(stream.handle, encoding, errors, newline="" if is_table else None)
    try:
        for where, text in _records(stream, handle, field):
            yield _whole(text, where, errors)
    except UnicodeError as error:
        raise fault_in(stream.name, stream.handle, handle, encoding) from error


def _records(stream: Stream, handle: IO[str], field: str) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each record."""
    if as_utf8(stream.head).lstrip().startswith(b"{"):
        yield from _json_lines(stream.name, handle, field)
    elif stream.ending in (".csv", ".tsv"):
        yield from _table(stream.name, handle, field, is_tabbed=stream.ending == ".tsv")
    else:
        raise InputError(
            f"{stream.name} holds no records with fields (JSON lines, .csv, .tsv, Parquet); leave "
            "field out to read it as running text"
        )


def _whole(text: str, where: str, errors: Errors) -> str:
    """Refuse halves of characters, as cut emoji are in JSON; or replace them."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        if errors == "replace":
            return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        raise InputError(
            f"{where}: half of a character (\\u{ord(text[error.start]):04x}), as a cut emoji "
            "leaves it; errors = replace (--errors replace) reads it as U+FFFD"
        ) from error
    return text


def _json_lines(name: str, handle: IO[str], field: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(handle, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name}:{number}: expected a JSON object a line; {error}") from error
        if not isinstance(record, dict):
            raise InputError(f"{name}:{number}: expected a JSON object; found {line[:60]!r}")
        yield f"{name}:{number}", _value(f"{name}:{number}", record, field)


def _value(where: str, record: dict[str, Any], field: str) -> str:
    if field not in record:
        raise InputError(f"{where}: no field {field!r}; {nearest_names(field, map(str, record))}")
    value = record[field]
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{where}: field {field!r} is no text but {type(value).__name__}")
    return value


LARGEST_FIELD = 1 << 30
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")
"""What Excel writes before a table."""


def _table(name: str, handle: IO[str], field: str, *, is_tabbed: bool) -> Iterator[tuple[str, str]]:
    """Read a table whose every row has as many fields as its heading.

    In a table with tabs quotes are signs like others, unless they enclose a field.
    """
    first = handle.readline()
    given = _SEPARATOR_LINE.fullmatch(first)
    if given:
        first = handle.readline()
    counts = {sign: first.count(sign) for sign in "\t;,|"}
    commonest = max(counts, key=lambda sign: counts[sign]) if any(counts.values()) else ","
    delimiter = given[1] if given else commonest
    csv.field_size_limit(LARGEST_FIELD)
    lines = chain([first], handle)
    rows = (
        csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if is_tabbed and delimiter == "\t"
        else csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    )
    above = 1 if given else 0
    try:
        headings = [_unquoted(one) for one in next(rows, [])]
        if headings.count(field) != 1:
            problem = "no field" if field not in headings else "two fields"
            hint = nearest_names(field, headings) if field not in headings else "name one anew"
            raise InputError(f"{name}:{above + 1}: {problem} {field!r}; {hint}")
        place = headings.index(field)
        for row in rows:
            where = f"{name}:{above + rows.line_num}"
            if not row:
                continue
            if len(row) != len(headings):
                raise InputError(
                    f"{where}: {len(row)} field{'s' * (len(row) != 1)}, and the heading has "
                    f"{len(headings)}; a text that holds a {_NAMES.get(delimiter, delimiter)} "
                    "stands in quotes, a quote in it is doubled"
                )
            yield where, _unquoted(row[place]) if is_tabbed else row[place]
    except csv.Error as error:
        raise InputError(
            f"{name}:{above + rows.line_num}: no table ({error}); a text in quotes ends with one, "
            "and a quote in it is doubled"
        ) from error


_NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}


def _unquoted(text: str) -> str:
    """Take the quotes off a field that stands in some, its own quotes doubled."""
    inner = text[1:-1]
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in inner.replace('""', ""):
        return inner.replace('""', '"')
    return text


def _parquet(stream: Stream, field: str) -> Iterator[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(stream.handle)
        names = table.schema_arrow.names
        if field not in names:
            raise InputError(f"{stream.name}: no field {field!r}; {nearest_names(field, names)}")
        kind = table.schema_arrow.field(field).type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise InputError(f"{stream.name}: field {field!r} is no text but {kind}")
        for batch in table.iter_batches(columns=[field], batch_size=1000):
            yield from (value or "" for value in batch.column(0).to_pylist())
    except (pa.ArrowException, OSError, UnicodeError, io.UnsupportedOperation) as error:
        raise InputError(f"cannot read {stream.name} as Parquet: {error}; is it whole?") from error
