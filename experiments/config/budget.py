"""Budgets that match: what all models of a run are to be given alike."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from compare.options import Options

Match = Literal["none", "words", "tokens", "flops", "seconds", "parameters"]


class BudgetOptions(Options):
    """What models are given alike: epochs (or dimensions) follow from it before training."""

    match: Match = Field(
        default="none",
        description="'words' of text seen, units seen as each model counts them ('tokens'), "
        "training 'flops', training 'seconds' (the rate is measured first), or 'parameters' (the "
        "dimension follows); 'none': every model as its own options say",
    )
    of: str | float = Field(
        default="", description="the model whose budget all others are given, or a number"
    )
    is_fixed: bool = Field(
        default=False,
        description="epochs and dimensions stand already as an earlier run has matched them: "
        "nothing is measured again",
    )

    @model_validator(mode="after")
    def _is_of_something(self) -> BudgetOptions:
        if self.match != "none" and self.of in ("", 0):
            raise ValueError("budget.of names the model whose budget the others get, or a number")
        if not isinstance(self.of, str) and self.of < 0:
            raise ValueError(f"budget.of must be above 0; found {self.of:g}")
        return self
