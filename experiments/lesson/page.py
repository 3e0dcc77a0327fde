"""The lesson's page: one file, with its data, its sentences and its script."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from compare.errors import checked_seed
from compare.progress import Show, quiet
from compare.storage import write_text
from experiments.lesson.data import lesson_data
from experiments.lesson.models import OWN_TEXT, lesson_text, raw_text, train_lesson
from experiments.pages.rendering import rendered

LONGEST_SENTENCE = 4000


def write_lesson(
    path: Path,
    *,
    corpus: str | None = None,
    sentence: str | None = None,
    seed: int = 1,
    show: Show = quiet,
) -> Path:
    """Train what the lesson shows, and write its page.

    Parameters
    ----------
    path : Path
        The file.
    corpus : str, optional
        Name or path of a text; by default the lesson's own.
    sentence : str, optional
        That the page begins with.

    Raises
    ------
    InputError
        If the text cannot be read, or is too small.
    """
    text = lesson_text(corpus, show=show)
    raw = raw_text(corpus)
    models = train_lesson(text, seed=checked_seed(seed), show=show, raw=raw)
    chosen = None if sentence is None else sentence[:LONGEST_SENTENCE]
    data = lesson_data(models, sentence=chosen, seed=seed)
    write_text(path, lesson_page(data))
    return path


def lesson_page(data: dict[str, Any]) -> str:
    """Write the page of some data."""
    texts = lesson_texts(is_own=data["text"]["name"] == OWN_TEXT)
    return rendered(
        "lesson.html",
        styles=("page.css", "controls.css", "lesson.css"),
        script="lesson.js",
        data={**data, "messages": texts["says"], "steps": texts["steps"]},
        title=texts["says"]["title"],
        says=texts["says"],
    )


def lesson_texts(*, is_own: bool = True) -> dict[str, Any]:
    """Read the sentences of the lesson, each step with its lines of Python.

    Parameters
    ----------
    is_own : bool
        Of the lesson's own text; of another, nothing is said that only its own shows.
    """
    folder = resources.files("experiments.lesson")
    found = tomllib.loads((folder / "messages.toml").read_text("utf-8"))
    code = tomllib.loads((folder / "in_python.toml").read_text("utf-8"))["steps"]
    says, steps = found["says"], []
    rows = [*says["table_rows"], says["own_row"]] if is_own else says["table_rows"]
    for step, lines in zip(found["steps"], code, strict=True):
        other = {key: step.pop(f"{key}_other", step[key]) for key in ("question", "answer")}
        steps.append({**step, **({} if is_own else other), "python": lines.strip()})
    return {"says": {**says, "table_rows": rows}, "steps": steps}
