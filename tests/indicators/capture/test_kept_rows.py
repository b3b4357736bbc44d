"""A row of a grid that is not drawn again says nothing else than one that is: it is kept by all that it shows."""

from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

import pytest

from indicators.capture.grid import Clash, EvidenceCell, GridRow, Note
from indicators.models import Commitment
from indicators.review.forms import CommitmentForm
from indicators.review.month import ReviewRow
from indicators.review.threads import ThreadItem

ROW = GridRow(
    **{
        part.name: ""
        for part in fields(GridRow)
        if part.name not in ("notes", "evidence", "prefilled", "form", "inputs", "errors", "hints", "read", "clash")
    },
    notes=[],
    evidence=EvidenceCell("1", "PRE-01-01", "", False, True),
)

# What a row of the grid is made of besides plain text, each with something that it may say instead.
OTHER: dict[str, Any] = {
    "notes": [Note("Falta", "Ana", "hoy", "1 / 2", True)],
    "evidence": EvidenceCell("1", "PRE-01-01", "2", False, True),
    "prefilled": ["denominator"],
    "inputs": {"numerator": "<input>"},
}
NEVER_KEPT: dict[str, Any] = {
    "errors": {"numerator": ["No"]}, "hints": {"numerator": ["Quizá"]}, "read": {"numerator": "2.5"},
    "clash": Clash("1", "2", "Ana", "hoy"), "lost": "3 / 4",
}  # fmt: skip


@pytest.mark.parametrize("name", [part.name for part in fields(GridRow) if part.name != "form"])
def test_a_row_is_kept_by_each_of_its_fields(name: str) -> None:
    """``form`` is what its fields were drawn from: they are among them."""
    if name in NEVER_KEPT:
        assert replace(ROW, **{name: NEVER_KEPT[name]}).kept_by() is None
    else:
        changed = replace(ROW, **{name: OTHER.get(name, "otra cosa")})
        assert changed.kept_by() not in (None, ROW.kept_by())
        hash(changed.kept_by())


REVIEWED = ReviewRow(
    shown=ROW,
    id=1,
    flags=[],
    before="",
    light_before="",
    asks_commitment=False,
    commitment=None,
    thread=[],
    files=[],
    history_url="",
)
OTHER_REVIEWED: dict[str, Any] = {
    "shown": replace(ROW, accumulated="50.00 %"), "id": 2, "flags": ["en rojo"], "asks_commitment": True,
    "commitment": Commitment(cause="Rezago", action="Contratar", committed_on=date(2016, 10, 7)),
    "thread": [ThreadItem(datetime(2016, 10, 7), "Observación", "Falta", "Ana")], "files": ["lista.pdf"],
    "selected": True, "is_open": True, "commitment_open": True,
}  # fmt: skip
NEVER_KEPT_REVIEWED: dict[str, Any] = {
    "observation": "Falta", "observation_error": "Escriba qué", "form": CommitmentForm(),
    "shown": replace(ROW, lost="3 / 4"),
}  # fmt: skip


@pytest.mark.parametrize("name", [part.name for part in fields(ReviewRow)])
def test_a_figure_under_review_is_kept_by_each_of_its_fields(name: str) -> None:
    if name in NEVER_KEPT_REVIEWED:
        assert replace(REVIEWED, **{name: NEVER_KEPT_REVIEWED[name]}).kept_by() is None
    if name == "shown" or name not in NEVER_KEPT_REVIEWED:
        changed = replace(REVIEWED, **{name: OTHER_REVIEWED.get(name, "otra cosa")})
        assert changed.kept_by() not in (None, REVIEWED.kept_by())
        hash(changed.kept_by())


def test_what_one_list_says_is_not_what_another_says() -> None:
    """The same name as an alert and as a file."""
    assert replace(REVIEWED, flags=["a"]).kept_by() != replace(REVIEWED, files=["a"]).kept_by()
