"""What a person answers to the questions of a preview: which new names are renames, and how targets are adjusted.

Kept apart from the file: the same file with other answers is another import.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.layout.corrections import Corrections, as_json, from_json


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What an adjusted target needs beside its value; one for all targets that the file changes.

    ``effective_month``: 1 to 12, after the last closed month.
    """

    effective_month: int
    reason: str
    authorized_by: str
    instrument: str

    def as_json(self) -> dict[str, Any]:
        return {
            "effective_month": self.effective_month, "reason": self.reason, "authorized_by": self.authorized_by,
            "instrument": self.instrument,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answers:
    """``renames``: the keys of the accepted offers. ``all_renames``: whatever is offered is accepted.

    ``adjustment`` None: not answered; a file that changes the target of captured indicators cannot be imported yet.
    ``historical``: whether a past year that the file makes is; None: not answered. ``right_year``: a file of which no
    code is in its year is of that year all the same.
    ``bare_targets``: what a target is that says neither percentage nor quantity, by the folded unit of its action;
    ``every_bare_target`` answers for all units. ``starts_in``: the month from which new indicators count that do not
    say it; 0: not answered.
    ``accepts_codes``: the codes that are proposed for official keys were looked at; ``codes``: what the person wrote
    instead of one of them, by the key of its proposal.
    ``corrections``: the cells that are read otherwise than the file has them.
    ``kind_reason``: why the targets of captured indicators are of another kind; "" where nobody has said it.
    """

    renames: frozenset[str] = field(default_factory=frozenset)
    adjustment: Adjustment | None = None
    all_renames: bool = False
    historical: bool | None = None
    right_year: bool = False
    bare_targets: Mapping[str, str] = field(default_factory=dict)
    every_bare_target: str = ""
    starts_in: int = 0
    kind_reason: str = ""
    accepts_codes: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=dict)

    def kind_of_bare(self, unit: str) -> str:
        """The kind of a target without sign in this (folded) unit; "" where nobody has said it."""
        return self.every_bare_target or self.bare_targets.get(unit, "")

    def accepts(self, offer: str) -> bool:
        return self.all_renames or offer in self.renames

    def as_json(self) -> dict[str, Any]:
        return {
            "renames": sorted(self.renames), "adjustment": self.adjustment and self.adjustment.as_json(),
            **({"all_renames": True} if self.all_renames else {}),
            **({} if self.historical is None else {"historical": self.historical}),
            **({"right_year": True} if self.right_year else {}),
            **({"bare_targets": dict(self.bare_targets)} if self.bare_targets else {}),
            **({"every_bare_target": self.every_bare_target} if self.every_bare_target else {}),
            **({"starts_in": self.starts_in} if self.starts_in else {}),
            **({"kind_reason": self.kind_reason} if self.kind_reason else {}),
            **({"accepts_codes": True} if self.accepts_codes else {}),
            **({"codes": dict(self.codes)} if self.codes else {}),
            **({"corrections": as_json(self.corrections)} if self.corrections else {}),
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Answers":
        adjustment = stored.get("adjustment")
        return cls(
            frozenset(stored.get("renames", ())),
            Adjustment(**adjustment) if adjustment else None,
            bool(stored.get("all_renames")),
            stored.get("historical"),
            bool(stored.get("right_year")),
            stored.get("bare_targets", {}),
            stored.get("every_bare_target", ""),
            stored.get("starts_in", 0),
            stored.get("kind_reason", ""),
            bool(stored.get("accepts_codes")),
            stored.get("codes", {}),
            from_json(stored.get("corrections", [])),
        )
