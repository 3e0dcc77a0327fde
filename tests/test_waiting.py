"""The bound on spinning threads: set, left alone, or too late; told in new processes."""

import json
import os
import subprocess
import sys

import pytest

from compare.runtime import Runtime
from compare.waiting import SPIN_COUNT, USERS_OWN, bound_waiting
from experiments.results.environment import environment

TELL = "import json, os; print(json.dumps([compare.waiting.bound_waiting(), dict(os.environ)]))"


def told(before: str = "", **given: str) -> tuple[list[object], dict[str, str]]:
    """Import compare in a new process: what it says holds, and its environment afterwards."""
    variables = {name: value for name, value in os.environ.items() if name not in USERS_OWN}
    done = subprocess.run(
        [sys.executable, "-c", f"{before}\nimport compare\n{TELL}"],
        env=variables | given,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(json.loads(done.stdout))


def test_the_bound_is_set_and_children_inherit_it() -> None:
    holds, variables = told()
    assert holds == [str(SPIN_COUNT), True, True]
    assert variables["GOMP_SPINCOUNT"] == str(SPIN_COUNT)


@pytest.mark.parametrize("name", USERS_OWN)
def test_what_the_user_has_set_holds(name: str) -> None:
    value = {"GOMP_SPINCOUNT": "7", "OMP_WAIT_POLICY": "passive"}[name]
    holds, variables = told(**{name: value})
    assert holds == ["7" if name == "GOMP_SPINCOUNT" else None, False, True]
    assert {found: variables[found] for found in USERS_OWN if found in variables} == {name: value}


def test_torch_loaded_before_is_told_once_and_children_are_still_bound() -> None:
    # an empty module stands for torch: what counts is that it is there
    before = "import sys, types; sys.modules['torch'] = types.ModuleType('torch')"
    holds, variables = told(before)
    assert holds == [str(SPIN_COUNT), True, False]
    assert variables["GOMP_SPINCOUNT"] == str(SPIN_COUNT)
    warn = (
        f"{before}\nimport warnings\nwarnings.simplefilter('always')\nimport compare\n"
        "for _ in range(2): compare.waiting.warn_where_threads_spin()"
    )
    variables = {name: value for name, value in os.environ.items() if name not in USERS_OWN}
    done = subprocess.run(
        [sys.executable, "-c", warn], env=variables, capture_output=True, text=True, check=True
    )
    assert done.stderr.count("import compare before torch") == 1


def test_importing_compare_stays_light() -> None:
    heavy = "import sys, compare; print([n for n in ('numpy', 'torch') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_run_says_how_its_threads_waited() -> None:
    waiting = environment(Runtime(), [])["waiting"]
    assert waiting == bound_waiting()._asdict()
    assert waiting["spin_count"] == os.environ.get("GOMP_SPINCOUNT")
