"""What was tried, and what failed."""

from __future__ import annotations

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
    more : str
        Why nothing was tried.
    seconds : float
        That it took.
    """

    what: str
    tried: int = 0
    failed: list[str] = field(default_factory=list)
    more: str = ""
    seconds: float = 0.0

    def lines(self) -> list[str]:
        """Write it for a table in Markdown, and what failed below it."""
        tried, failed = f"{self.tried:,}", f"{len(self.failed):,}"
        return [
            f"| {self.what} | {self.more or tried} | {failed} | {self.seconds:,.0f} s |",
            *(f"<!-- {one} -->" for one in self.failed[:20]),
        ]
