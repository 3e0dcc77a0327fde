"""What was tried, and what failed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Row:
    """A line of the table.

    Attributes
    ----------
    what : str
    tried : int
    failed : list of str
        What went wrong, a sentence each.
    """

    what: str
    tried: int = 0
    failed: list[str] = field(default_factory=list)
    more: str = ""
    started: float = field(default_factory=time.monotonic)

    def note(self, where: str, fault: str | None) -> None:
        """Note what went wrong in one trial, if anything did."""
        if fault is not None:
            self.failed.append(f"{where}: {fault}")

    def lines(self) -> list[str]:
        """Write it for a table in Markdown, and what failed below it."""
        seconds = time.monotonic() - self.started
        first = f"| {self.what} | {self.tried:,} | {len(self.failed):,} | {self.more or '–'} |"
        return [
            f"{first} <!-- {seconds:.0f} s -->",
            *(f"<!-- {one} -->" for one in self.failed[:20]),
        ]
