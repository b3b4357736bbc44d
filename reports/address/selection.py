"""Which programmes a page of the plan shows and in which order: read from its address, written into its links.

Filters narrow what is listed and never what a figure is made of: a group's figures count all of its programmes.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from core.lights import LIGHTS
from core.text import fold
from indicators import calculations
from reports.address.cutoff import Choice, Cut, WrongAddress
from reports.address.dimensions import DIMENSIONS, Dimension, Listed

LIGHT_SLUGS = {
    "verde": calculations.GREEN,
    "amarillo": calculations.AMBER,
    "rojo": calculations.RED,
    "sin-semaforo": calculations.NO_LIGHT,
}
LIGHT, TEXT, ORDER = "semaforo", "texto", "orden"
MAX_TEXT = 100
OPTION_WIDTH = 110  # characters of a choice: longer names are told in full by the tables
FILE_WIDTH = 80  # letters of the filters in a file's name
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Control:
    """One list of the filters' form; the first choice is «all»."""

    name: str
    label: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading that sorts; ``sort`` is ``ascending``, ``descending`` or empty."""

    label: str
    url: str
    sort: str = ""
    right: bool = False


AS_NUMBER = ("de menor a mayor", "de mayor a menor")
AS_TEXT = ("de la A a la Z", "de la Z a la A")


@dataclass(frozen=True, slots=True)
class Sorting:
    """A way of sorting: its words, how a value is found (None goes last), and what both directions are called."""

    label: str
    key: Callable[[Any], Any]
    ways: tuple[str, str] = AS_NUMBER
    right: bool = False  # whether the column is one of numbers, which stand on the right


Orders = Mapping[str, Sorting]


@dataclass(frozen=True)
class Selection:
    """What was asked: ``chosen`` are the filters by their parameter, ``kept`` the page's own parameters."""

    cut: Cut
    orders: Orders
    chosen: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    descending: bool = False
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.chosen.get(TEXT, "")

    @property
    def filtered(self) -> bool:
        return bool(self.chosen)

    @property
    def query(self) -> str:
        return self.link()

    @property
    def file_words(self) -> str:
        """The filters for a file's name: «eje-3-semaforo-rojo»; empty without any."""
        told = "-".join(f"{name}-{value}" for name, value in self.chosen.items())
        return re.sub(r"[^a-z0-9]+", "-", fold(told)).strip("-")[:FILE_WIDTH].rstrip("-")

    @property
    def clear_url(self) -> str:
        return self.link(**dict.fromkeys(self.chosen, ""))

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the bar's form keeps besides the cut-off."""
        return self.besides("mes", "alcance")

    @property
    def beside_filters(self) -> list[tuple[str, str]]:
        """What the filters' form keeps besides the filters; its own list orders the rows."""
        return self.besides(ORDER, *self.chosen)

    def besides(self, *names: str) -> list[tuple[str, str]]:
        """The parameters of the address but these, for a form that asks for them."""
        return [(name, value) for name, value in self._parameters().items() if name not in names and value]

    def link(self, **changes: str) -> str:
        """``?mes=9&alcance=oficial&eje=3``: the same page with those parameters changed; an empty one is dropped."""
        parameters = {**self._parameters(), **changes}
        return "?" + urlencode({name: value for name, value in parameters.items() if value})

    def picks(self, sheet: Listed, more: str = "") -> bool:
        """Whether the programme passes every filter; the text is also looked for in ``more``."""
        for dimension in DIMENSIONS:
            wanted = self.chosen.get(dimension.slug)
            if wanted is not None and dimension.key(sheet) != wanted:
                return False
        light = self.chosen.get(LIGHT)
        if light is not None and sheet.result.light != LIGHT_SLUGS[light]:
            return False
        return not self.text or self._says(f"{sheet.code} {sheet.name} {sheet.department} {more}")

    def sorted(self, items: Iterable[Item]) -> list[Item]:
        """In the chosen order; what has no value goes last in both directions, equals keep their order."""
        found = list(items)
        key = self.orders[self.order].key
        with_value = [item for item in found if key(item) is not None]
        without = [item for item in found if key(item) is None]
        return sorted(with_value, key=key, reverse=self.descending) + without

    def heads(self, columns: Sequence[tuple[str, str]]) -> list[Head]:
        """The headings of these columns, (parameter, label); one without a parameter does not sort."""
        return [self._head(name, label) for name, label in columns]

    def controls(self, sheets: Sequence[Listed]) -> list[Control]:
        """The lists of the form, each with the groups that have programmes; objectives only of the chosen axis."""
        lists = [self._list(dimension, sheets) for dimension in DIMENSIONS]
        lights = [Choice(slug, LIGHTS[code][0], self.chosen.get(LIGHT) == slug) for slug, code in LIGHT_SLUGS.items()]
        return [*lists, Control(LIGHT, "Semáforo", [Choice("", "Todos"), *lights])]

    @property
    def order_choices(self) -> list[Choice]:
        """Every order in both directions, for who does not see the headings (a phone)."""
        choices = []
        for name, sorting in self.orders.items():
            for descending, way in enumerate(sorting.ways):
                value = self._parameter(name, descending=bool(descending))
                choices.append(Choice(value, f"{sorting.label}, {way}", value == self._order_parameter))
        return choices

    def words(self, sheets: Iterable[Listed]) -> list[tuple[str, str]]:
        """The filters and the order as a file tells them: («Eje rector», its name)."""
        told = []
        for dimension in DIMENSIONS:
            wanted = self.chosen.get(dimension.slug)
            if wanted is not None:
                name = next(dimension.name(sheet) for sheet in sheets if dimension.key(sheet) == wanted)
                told.append((dimension.label, name))
        if LIGHT in self.chosen:
            told.append(("Semáforo", LIGHTS[LIGHT_SLUGS[self.chosen[LIGHT]]][0]))
        if self.text:
            told.append(("Texto buscado", self.text))
        order = next(choice.label for choice in self.order_choices if choice.selected)
        return [*told, ("Orden", order)]

    def told(self, sheets: Iterable[Listed]) -> str:
        """The filters and the order in one line, for a print, which has no form."""
        return " · ".join(f"{label}: {value}" for label, value in self.words(sheets))

    @property
    def _order_parameter(self) -> str:
        return self._parameter(self.order, descending=self.descending)

    def _parameters(self) -> dict[str, str]:
        default = next(iter(self.orders))
        order = self._order_parameter
        return {
            "mes": str(self.cut.month),
            "alcance": self.cut.scope_slug,
            **self.kept,
            **self.chosen,
            **({} if order == default else {ORDER: order}),
        }

    @staticmethod
    def _parameter(order: str, *, descending: bool) -> str:
        return f"-{order}" if descending else order

    def _says(self, told: str) -> bool:
        folded = fold(told)
        return all(word in folded for word in fold(self.text).split())

    def _head(self, name: str, label: str) -> Head:
        if not name:
            return Head(label, "")
        sorting = self.orders[name]
        now = name == self.order
        descending = now and not self.descending
        return Head(
            label,
            self.link(**{ORDER: self._parameter(name, descending=descending)}),
            ("descending" if self.descending else "ascending") if now else "",
            sorting.right,
        )

    def _list(self, dimension: Dimension, sheets: Sequence[Listed]) -> Control:
        above, chosen = dimension.above, self.chosen.get(dimension.slug, "")
        wanted = self.chosen.get(above.slug) if above else None
        groups: dict[str, tuple[Any, str]] = {}
        for sheet in sheets:
            key = dimension.key(sheet)
            if key in groups:
                continue
            if wanted is None or key == chosen or (above is not None and above.key(sheet) == wanted):
                groups[key] = (dimension.place(sheet), dimension.name(sheet))
        options = [Choice(key, _short(name), key == chosen) for key, (_, name) in sorted(groups.items(), key=_by_place)]
        return Control(dimension.slug, dimension.label, [Choice("", dimension.all_label), *options])


def _by_place(group: tuple[str, tuple[Any, str]]) -> Any:
    return group[1][0]


def _short(name: str) -> str:
    return name if len(name) <= OPTION_WIDTH else f"{name[: OPTION_WIDTH - 1].rstrip()}…"


def read_selection(
    asked: Mapping[str, str],
    path: str,
    cut: Cut,
    sheets: Sequence[Listed],
    orders: Orders,
    kept: Mapping[str, str] | None = None,
) -> Selection:
    """The filters and the order of an address; WrongAddress for a value that nothing of this year has.

    The first of ``orders`` is the order of an address that names none.
    """
    base = Selection(cut, orders, order=next(iter(orders)), kept=kept or {})
    chosen: dict[str, str] = {}
    for dimension in DIMENSIONS:
        value = asked.get(dimension.slug, "").strip()
        if value:
            _check_group(dimension, value, path, base, sheets)
            chosen[dimension.slug] = value
    light = asked.get(LIGHT, "").strip()
    if light:
        if light not in LIGHT_SLUGS:
            known = [(LIGHTS[code][0].capitalize(), path + base.link(**{LIGHT: s})) for s, code in LIGHT_SLUGS.items()]
            raise WrongAddress(f"No existe el semáforo «{light[:40]}».", known)
        chosen[LIGHT] = light
    text = " ".join(asked.get(TEXT, "")[:MAX_TEXT].split())
    if text:
        chosen[TEXT] = text
    order, descending = _read_order(asked.get(ORDER, "").strip(), path, base)
    return Selection(cut, orders, chosen, order, descending, base.kept)


def _check_group(dimension: Dimension, value: str, path: str, base: Selection, sheets: Sequence[Listed]) -> None:
    if any(dimension.key(sheet) == value for sheet in sheets):
        return
    known = sorted({(dimension.place(sheet), dimension.key(sheet), dimension.name(sheet)) for sheet in sheets})
    raise WrongAddress(
        f"Ningún programa de {base.cut.year} es {dimension.of} «{value[:40]}».",
        [(name, path + base.link(**{dimension.slug: key})) for _, key, name in known],
    )


def _read_order(asked: str, path: str, base: Selection) -> tuple[str, bool]:
    if not asked:
        return base.order, False
    name, descending = asked.removeprefix("-"), asked.startswith("-")
    if name not in base.orders:
        known = [(sorting.label, path + base.link(**{ORDER: slug})) for slug, sorting in base.orders.items()]
        raise WrongAddress(f"No se puede ordenar por «{name[:40]}».", known)
    return name, descending
