"""What a run found, in memory and as a folder."""

from experiments.results.run_folder import (
    RunResults,
    check_run_folder,
    load_results,
    save_results,
)
from experiments.results.tables import read_csv, records, to_json, write_csv

__all__ = [
    "RunResults",
    "check_run_folder",
    "load_results",
    "read_csv",
    "records",
    "save_results",
    "to_json",
    "write_csv",
]
