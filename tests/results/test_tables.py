"""Tables as files: the same bytes everywhere, words stay words."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from compare.errors import InputError
from experiments.results.json_text import to_json
from experiments.results.tables import read_csv, records, text_columns, write_csv


def test_a_table_reads_back(tmp_path: Path) -> None:
    table = pd.DataFrame({"word": ["nan", "1984", "a,b", '"'], "value": [1 / 3, np.nan, 2, 1e-9]})
    write_csv(tmp_path / "t.csv", table)
    assert (tmp_path / "t.csv").read_bytes() == (
        b'word,value\nnan,0.33333333\n1984,\n"a,b",2\n"""",1e-09\n'
    )
    assert text_columns(table) == ["word"]
    again = read_csv(tmp_path / "t.csv", text_columns(table))
    pd.testing.assert_frame_equal(again, table, check_dtype=False, rtol=1e-7)


def test_empty_and_broken_tables(tmp_path: Path) -> None:
    write_csv(tmp_path / "empty.csv", pd.DataFrame())
    assert not len(read_csv(tmp_path / "empty.csv", ()))
    with pytest.raises(InputError, match="is missing"):
        read_csv(tmp_path / "nowhere.csv", ())
    (tmp_path / "broken.csv").write_text('a,b\n1,2,3\n"4')
    with pytest.raises(InputError, match="is damaged"):
        read_csv(tmp_path / "broken.csv", ())


def test_missing_values_are_null_in_json() -> None:
    table = pd.DataFrame({"word": ["king", None], "value": [np.nan, np.float32(0.5)]})
    assert json.loads(to_json({"rows": records(table), "n": np.int64(3)})) == {
        "rows": [{"word": "king", "value": None}, {"word": None, "value": 0.5}],
        "n": 3,
    }
