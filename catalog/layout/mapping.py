"""What a person answers about a file's layout; ``mapa.json`` is the same, so that a command takes the screen's answers.

{
  "hojas": ["MIR"],
  "encabezado": [2, 3],
  "columnas": [{"encabezado": "UNIDAD DE MEDIDA", "es": "Unidad"}, …],
  "valores": {"Ejercicio": "2016"},
  "sin_filas_sueltas": true,
  "claves": {"programa|e-01": "OBR-05"},
  "correcciones": [{"celda": "7 · Meta", "dice": "Meta", "debe_decir": "80%"}]
}
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.layout.above import INDICATOR
from catalog.layout.corrections import Corrections
from catalog.layout.corrections import as_json as corrections_as_json
from catalog.layout.corrections import from_json as corrections_from_json
from catalog.layout.proposing import label_of, target_of
from catalog.layout.synonyms import COMPOSITES, GIVES, TARGET_WITH_UNIT
from catalog.workbook.columns import BY_FIELD
from core.spreadsheets import header_key, single_line

MAX_JSON = 2**20
MAX_CONSTANT = 5_000
_KEYS = ("hojas", "encabezado", "columnas", "valores", "sin_filas_sueltas", "claves", "correcciones")


class MappingError(Exception):
    """What is wrong with a mapping, a sentence in Spanish."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A column of the file that is read: its header, which of several of that name it is, and what it is."""

    header: str
    target: str
    occurrence: int = 1

    @property
    def key(self) -> tuple[str, int]:
        return header_key(self.header), self.occurrence


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """``sheets``: the names of those that are read; empty: every visible one that has the header.

    ``header``: the first and the last row of the header; None: it is found. ``constants``: by field, what every row
    has of what the file lacks. ``skips_strays``: rows that are no indicators (titles, totals, signatures) are left out.
    ``codes``: those that a person chose, by the key of their proposal or the official key; ``corrections``: cells that
    are read otherwise than the file has them.
    """

    columns: tuple[Mapped, ...]
    sheets: tuple[str, ...] = ()
    header: tuple[int, int] | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    skips_strays: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=dict)

    @property
    def given(self) -> frozenset[str]:
        """Our fields that the file, or a constant, says."""
        found = set(self.constants)
        for column in self.columns:
            found.update(GIVES.get(column.target, (column.target,)))
        return frozenset(found)

    @property
    def may_give(self) -> frozenset[str]:
        """Those that a cell may say besides: «12 informes» has its unit."""
        return (
            frozenset(("unit",)) if any(column.target == TARGET_WITH_UNIT for column in self.columns) else frozenset()
        )

    def without_constants(self) -> "SheetMapping":
        """What may be remembered for another file: its columns, and nothing that is of this one alone."""
        return replace(self, constants={}, sheets=(), header=None, codes={}, corrections={})

    def as_json(self) -> dict[str, Any]:
        """The plain values of ``mapa.json``."""
        return {
            "hojas": list(self.sheets),
            "encabezado": list(self.header or ()),
            "columnas": [
                {"encabezado": column.header, "es": label_of(column.target)}
                | ({"vez": column.occurrence} if column.occurrence > 1 else {})
                for column in self.columns
            ],
            "valores": {label_of(name): value for name, value in self.constants.items()},
            "sin_filas_sueltas": self.skips_strays,
            **({"claves": dict(self.codes)} if self.codes else {}),
            **({"correcciones": corrections_as_json(self.corrections)} if self.corrections else {}),
        }

    @classmethod
    def from_json(cls, given: object) -> "SheetMapping":
        """Raises MappingError for what is no mapping."""
        if not isinstance(given, dict):
            raise MappingError("El mapa de columnas debe ser un objeto de JSON con «columnas».")
        unknown = [key for key in given if key not in _KEYS]
        if unknown:
            raise MappingError(f"El mapa de columnas no lleva «{unknown[0]}»; lleva {', '.join(_KEYS)}.")
        header = _header(given.get("encabezado") or [])
        mapping = cls(
            tuple(_columns(_list(given, "columnas"))),
            tuple(_texts(_list(given, "hojas"), "hojas")),
            header,
            _constants(given.get("valores") or {}),
            bool(given.get("sin_filas_sueltas")),
            _codes(given.get("claves") or {}),
            _corrections(given.get("correcciones") or []),
        )
        check(mapping)
        return mapping


def read_mapping(text: str) -> SheetMapping:
    """The mapping of a ``mapa.json``. Raises MappingError."""
    if len(text) > MAX_JSON:
        raise MappingError("El mapa de columnas es demasiado grande.")
    try:
        return SheetMapping.from_json(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise MappingError("El mapa de columnas no es JSON.") from error


def check(mapping: SheetMapping) -> None:
    """Raise MappingError where two columns are the same thing, or one is a constant besides."""
    seen: dict[str, str] = {}
    headers: set[tuple[str, int]] = set()
    for column in mapping.columns:
        if column.key in headers:
            raise MappingError(f"La columna «{column.header}» está dos veces en el mapa de columnas.")
        headers.add(column.key)
        for name in (column.target, *GIVES.get(column.target, ())):
            if name in seen:
                raise MappingError(
                    f"«{label_of(column.target)}» sale de dos columnas, «{seen[name]}» y «{column.header}»: deje una."
                )
            seen[name] = column.header
    for name, value in mapping.constants.items():
        if value == INDICATOR and (name != "action" or "indicator" not in seen):
            raise MappingError(f"«{INDICATOR}» es solo para «Acción», en un archivo que trae los indicadores.")
        if name in seen:
            raise MappingError(f"«{label_of(name)}» sale de la columna «{seen[name]}» y no lleva además un valor fijo.")


def _list(given: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = given.get(key) or []
    if not isinstance(found, list):
        raise MappingError(f"«{key}» del mapa de columnas debe ser una lista.")
    return found


def _texts(given: Sequence[Any], key: str) -> list[str]:
    if not all(isinstance(one, str) for one in given):
        raise MappingError(f"«{key}» del mapa de columnas lleva textos.")
    return list(given)


def _header(given: Any) -> tuple[int, int] | None:
    if not given:
        return None
    rows = given if isinstance(given, list) else [given]
    whole = all(isinstance(row, int) and not isinstance(row, bool) and 1 <= row <= 1_048_576 for row in rows)
    if not whole or len(rows) > 2 or rows[0] > rows[-1]:
        raise MappingError("«encabezado» del mapa de columnas es la primera y la última fila del encabezado: [2, 3].")
    return rows[0], rows[-1]


def _columns(given: Sequence[Any]) -> list[Mapped]:
    found = []
    for one in given:
        if (
            not isinstance(one, dict)
            or not isinstance(one.get("encabezado"), str)
            or not isinstance(one.get("es"), str)
        ):
            raise MappingError("Cada una de las «columnas» lleva su «encabezado» y lo que «es».")
        target, occurrence = target_of(one["es"]), one.get("vez", 1)
        if not target:
            raise MappingError(f"«{one['es']}» no es ninguna columna del catálogo.")
        if not isinstance(occurrence, int) or isinstance(occurrence, bool) or occurrence < 1:
            raise MappingError("«vez» dice cuál de varias columnas con el mismo encabezado es: 1, 2, …")
        found.append(Mapped(single_line(one["encabezado"]), target, occurrence))
    return found


def _codes(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(code, str) for code in given.values()):
        raise MappingError('«claves» del mapa de columnas lleva la clave nuestra de cada una: {"E-01": "OBR-05"}.')
    return dict(given)


def _corrections(given: Any) -> Corrections:
    try:
        return corrections_from_json(given)
    except ValueError as error:
        raise MappingError(
            "Cada una de las «correcciones» del mapa de columnas lleva su «celda», lo que «dice» y lo que «debe_decir»."
        ) from error


def _constants(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(value, str | int) for value in given.values()):
        raise MappingError('«valores» del mapa de columnas lleva textos por columna: {"Ejercicio": "2016"}.')
    found = {}
    for label, value in given.items():
        target = target_of(label)
        if not target or target in COMPOSITES or target not in BY_FIELD:
            raise MappingError(f"«{label}» no es ninguna columna del catálogo.")
        text = str(value).strip()[:MAX_CONSTANT]
        if text:
            found[target] = text
    return found
