"""What is said of a column of the catalogue where it is declared, and what follows from it without being said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db import models

from catalog.wording import field_value
from catalog.workbook.cells import month, yes_or_no
from indicators.models import MONTH_NAMES, Indicator, month_name
from programs.models import Action, Program

CAPTURE, SHEET = "Fórmula y captura", "Ficha técnica"
"""Sections of an indicator's form; "" stands above them, beside the code."""
_OWNERS: dict[str, type[models.Model]] = {"": Indicator, "action": Action, "action.program": Program}


@dataclass(frozen=True)
class Asked:
    """How the tree's form asks for it. ``label`` "": the column's header; ``empty``: what is said where it is required.

    ``late``: it stands after the others of its section.
    """

    section: str = SHEET
    label: str = ""
    help: str = ""
    empty: str = ""
    late: bool = False


@dataclass(frozen=True)
class ColumnSpec:
    """A column: where its value goes, its header, its parser, and what a blank cell means.

    ``path``: where the value stands, from an indicator on; it also says whether the column is of the indicator, of its
    action or of its programme. What is not said of such a column has its usual answer: the form asks for it, the
    comparison of years tells it among other data, the indicator's sheet shows it below its header.

    ``wanted``: of a required column, what to write into a blank cell; "" for the others. ``parse`` of an ``amount``
    is also told how the file writes decimals.
    """

    field: str
    header: str
    parse: Callable[..., Any]
    path: str
    help: str
    wanted: str = ""
    default: Any = ""
    amount: bool = False
    wide: bool = False
    # Fields of the model that the same cell fills besides.
    also: tuple[str, ...] = ()
    # What the export writes, where it is not the value itself or the word for it.
    exported: Callable[[Indicator], Any] | None = None
    # The column after which its change is told, where that is not the one before it.
    told_after: str = ""
    # The section in which the comparison of two years tells it (``catalog.years.comparing.TITLES``).
    compared: str = "sheet"
    # None: the form has a field of its own for it, or another page asks for it.
    asked: Asked | None = Asked()
    # What the tree's line says of it, given the row; an empty text says nothing.
    fact: Callable[[Any], str] | None = None
    # Its label on the indicator's sheet, where that is not the header.
    sheet: str = ""
    # Two values that a person may write, none of them what a blank means: the template shows the first.
    examples: tuple[Any, ...] = ()

    @property
    def required(self) -> bool:
        return bool(self.wanted)

    @property
    def owner(self) -> type[models.Model] | None:
        """The model whose field it is; None for what stands above programmes."""
        return _OWNERS.get(self.path.rpartition(".")[0])

    @property
    def name(self) -> str:
        """Of the field of that model."""
        return self.path.rpartition(".")[2]

    @cached_property
    def stored(self) -> "models.Field[Any, Any] | None":
        """The field that is written as the cell says it; None for codes, lists and what stands above programmes."""
        if self.owner is None or self.name == "code":
            return None
        found = self.owner._meta.get_field(self.name)
        return found if isinstance(found, models.Field) and found.concrete else None

    @cached_property
    def of_indicator(self) -> Callable[[Indicator], Any]:
        """What the export writes into its cell."""
        if self.exported is not None:
            return self.exported
        value = attrgetter(self.path)
        if self.parse is month:
            return lambda indicator: month_name(value(indicator))
        if self.stored is not None and self.stored.choices:
            return _called(f"{self.path.removesuffix(self.name)}get_{self.name}_display")
        return value

    @property
    def listed(self) -> Sequence[str]:
        """The words that a spreadsheet offers for its cells."""
        if self.parse is yes_or_no:
            return ["sí", "no"]
        if self.parse is month:
            return list(MONTH_NAMES[1:])
        if self.exported is not None or self.stored is None:
            return []
        return [str(label) for _, label in self.stored.flatchoices]

    def said(self, row: Any) -> str:
        """Its value in words; ``row`` is of its owner."""
        return field_value(row, self.name, getattr(row, self.name))


def _called(path: str) -> Callable[[Any], Any]:
    method = attrgetter(path)
    return lambda row: method(row)()
