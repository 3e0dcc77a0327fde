"""The runner from Python: a preset run, a run opened, a report written, its findings."""

from .notebook import open_run as open_run
from .notebook import open_sweep as open_sweep
from .notebook import run as run
from .notebook import sentences as sentences
from .notebook import write_report as write_report
from .results.run_folder import RunResults as RunResults
