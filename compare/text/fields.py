"""A field of records as texts: JSON lines, CSV and TSV tables, Parquet; read in pieces."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import IO, Any

from compare.errors import InputError, nearest_names
from compare.text.containers import Stream
from compare.text.encodings import Errors, fault_in, text_stream
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
    handle = text_stream(stream.handle, encoding, errors)
    try:
        yield from _records(stream, handle, field)
    except UnicodeError as error:
        raise fault_in(stream.name, stream.handle, handle, encoding) from error


def _records(stream: Stream, handle: IO[str], field: str) -> Iterator[str]:
    if as_utf8(stream.head).lstrip().startswith(b"{"):
        yield from _json_lines(stream.name, handle, field)
    elif stream.ending in (".csv", ".tsv"):
        yield from _table(stream.name, handle, field)
    else:
        raise InputError(
            f"{stream.name} holds no records with fields (JSON lines, .csv, .tsv, Parquet); leave "
            "field out to read it as running text"
        )


def _value(name: str, where: str, record: dict[str, Any], field: str) -> str:
    if field not in record:
        raise InputError(
            f"{name}{where}: no field {field!r}; {nearest_names(field, map(str, record))}"
        )
    value = record[field]
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{name}{where}: field {field!r} is no text but {type(value).__name__}")
    return value


def _json_lines(name: str, handle: IO[str], field: str) -> Iterator[str]:
    for number, line in enumerate(handle, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name}:{number}: expected a JSON object a line; {error}") from error
        if not isinstance(record, dict):
            raise InputError(f"{name}:{number}: expected a JSON object; found {line[:60]!r}")
        yield _value(name, f":{number}", record, field)


LARGEST_FIELD = 1 << 30


def _table(name: str, handle: IO[str], field: str) -> Iterator[str]:
    first = handle.readline()
    counts = {sign: first.count(sign) for sign in "\t;,|"}
    delimiter = max(counts, key=lambda sign: counts[sign]) if any(counts.values()) else ","
    headings = next(csv.reader([first], delimiter=delimiter), [])
    csv.field_size_limit(LARGEST_FIELD)
    rows = csv.DictReader(handle, fieldnames=headings, delimiter=delimiter)
    try:
        for row in rows:
            yield _value(name, f":{rows.line_num + 1}", row, field)
    except csv.Error as error:
        raise InputError(f"{name}:{rows.line_num + 1}: no table: {error}") from error


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
