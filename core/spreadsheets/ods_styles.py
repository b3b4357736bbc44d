"""The number formats of a LibreOffice workbook (ODS), said as XLSX says them: ``cells`` knows one language of formats.

What a person sees of a number is in its style: 1.10 and not 1.1, «mar-01» and not the first of March.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ODF = "urn:oasis:names:tc:opendocument:xmlns:"
STYLE, NUMBER, TABLE = f"{ODF}style:1.0 ", f"{ODF}datastyle:1.0 ", f"{ODF}table:1.0 "
GENERAL = "General"

_DATA_STYLES = frozenset(
    NUMBER + name
    for name in (
        "number-style", "currency-style", "percentage-style", "date-style", "time-style", "boolean-style", "text-style"
    )
)  # fmt: skip
_NAME, _PARENT, _DATA, _FAMILY = (
    STYLE + "name",
    STYLE + "parent-style-name",
    STYLE + "data-style-name",
    STYLE + "family",
)
_POSITIVE = frozenset(("value()>0", "value()>=0"))
_LONG = NUMBER + "style"
_NO_DAY = "h"
"""A part of a format that no day has."""


@dataclass(slots=True)
class _DataStyle:
    kind: str
    parts: list[str] = field(default_factory=list)
    decimals: str = GENERAL
    positive: str = ""

    @property
    def format(self) -> str:
        if self.kind == "date-style":
            return "".join(self.parts)
        return (
            f"{self.decimals if self.decimals != GENERAL else '0'}%"
            if self.kind == "percentage-style"
            else self.decimals
        )


class Styles:
    """The styles of one part of the package; ``common``: those that it builds on."""

    def __init__(self, common: "Styles | None" = None) -> None:
        self._common = common
        self._data: dict[str, _DataStyle] = {}
        self._cells: dict[str, tuple[str, str]] = {}
        self._formats: dict[str, str] = {}
        self._current: _DataStyle | None = None
        self._table_style = self._text_of = ""
        self.hidden_tables: set[str] = set()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element of the styles begins."""
        if name in _DATA_STYLES:
            self._current = _DataStyle(name.removeprefix(NUMBER))
            self._data[attributes.get(_NAME, "")] = self._current
        elif name == STYLE + "style":
            self._begin_style(attributes)
        elif name == STYLE + "table-properties":
            if attributes.get(TABLE + "display") == "false":
                self.hidden_tables.add(self._table_style)
        elif self._current is not None:
            self._part(self._current, name, attributes)

    def text(self, text: str) -> None:
        """What stands in a ``number:text``."""
        if self._text_of and self._current is not None:
            plain = text.strip("-/. ") == ""
            self._current.parts.append(text if plain else '"' + text.replace('"', "") + '"')

    def end(self, name: str) -> None:
        self._text_of = ""
        if name in _DATA_STYLES:
            self._current = None

    def _begin_style(self, attributes: Mapping[str, str]) -> None:
        own, family = attributes.get(_NAME, ""), attributes.get(_FAMILY)
        self._table_style = own if family == "table" else ""
        if family == "table-cell":
            self._cells[own] = attributes.get(_PARENT, ""), attributes.get(_DATA, "")

    def _part(self, style: _DataStyle, name: str, attributes: Mapping[str, str]) -> None:
        long = attributes.get(_LONG) == "long"
        match name.removeprefix(NUMBER):
            case "number":
                style.decimals = _decimals(attributes)
            case "day":
                style.parts.append("dd" if long else "d")
            case "month" if attributes.get(NUMBER + "textual") == "true":
                style.parts.append("mmmm" if long else "mmm")
            case "month":
                style.parts.append("mm" if long else "m")
            case "year":
                style.parts.append("yyyy" if long else "yy")
            case "text":
                self._text_of = name
            case _ if name == STYLE + "map":
                if attributes.get(STYLE + "condition", "").replace(" ", "") in _POSITIVE:
                    style.positive = attributes.get(STYLE + "apply-style-name", "")
            case _:
                style.parts.append(_NO_DAY)

    def format_of(self, cell_style: str) -> str:
        """The format of a cell of that style; General where it has none of its own."""
        if cell_style not in self._formats:
            self._formats[cell_style] = self._worked_out(cell_style)
        return self._formats[cell_style]

    def _worked_out(self, cell_style: str) -> str:
        seen: set[str] = set()
        while cell_style in self._cells and cell_style not in seen:
            seen.add(cell_style)
            parent, data = self._cells[cell_style]
            if data:
                found = self._data_style(data)
                return found.format if found is not None else GENERAL
            cell_style = parent
        return self._common.format_of(cell_style) if self._common is not None and cell_style else GENERAL

    def _data_style(self, name: str) -> _DataStyle | None:
        found = self._data.get(name) or (self._common._data.get(name) if self._common is not None else None)
        if found is not None and found.positive:
            # «1,234;-1,234» is two styles: what counts is that of the numbers that are not negative.
            return self._data.get(found.positive) or found
        return found


def _decimals(attributes: Mapping[str, str]) -> str:
    """«0.00» where the format fixes the decimals and shows the whole number."""
    places = attributes.get(NUMBER + "decimal-places", "")
    fewest = attributes.get(NUMBER + "min-decimal-places", places)
    whole = attributes.get(NUMBER + "min-integer-digits", "1") == "1" and NUMBER + "display-factor" not in attributes
    if not (places.isascii() and places.isdigit() and len(places) < 3 and places == fewest and whole):
        return GENERAL
    return "0." + "0" * int(places) if int(places) else "0"
