"""The differences of two documents in the words of people, for the page of a rectification."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.formats import amount, percent
from core.lights import LIGHTS, light_word
from indicators.models import Direction, Mode, Schedule, TargetKind, month_name
from publishing.document.borders import Borders
from publishing.document.differences import Difference, Kind

TITLES = {
    Kind.PRESENCE: "Lo que ya no está o es nuevo",
    Kind.FIGURE: "Cifras",
    Kind.RULE: "Metas, umbrales y reglas",
    Kind.RESULT: "Resultados",
    Kind.WORD: "Nombres y textos",
}
_FIELDS = {
    "program": "programa", "indicator": "indicador", "department": "dependencia", "name": "nombre",
    "municipality": "municipio", "plan": "plan", "number": "número", "axis": "eje", "objective": "objetivo",
    "strategy": "estrategia", "description": "descripción", "objectives": "objetivos", "previous": "continúa a",
    "official_key": "clave oficial", "action_code": "clave de la acción", "definition": "definición",
    "action_official_key": "clave oficial de la acción", "action": "acción", "source": "fuente", "unit": "unidad",
    "responsible_area": "área responsable", "numerator_label": "qué cuenta el numerador",
    "denominator_label": "qué cuenta el denominador", "considered": "considerado en el global",
    "direction": "sentido", "target_kind": "tipo de meta", "target": "meta", "frequency": "frecuencia",
    "starts_in": "empieza en", "retired_from": "retirado desde", "schedule": "programación",
    "shares": "porcentajes programados", "numerator_mode": "acumulación del numerador",
    "denominator_mode": "acumulación del denominador", "thresholds": "umbrales propios", "green_from": "verde desde",
    "amber_from": "amarillo desde", "over_above": "sobrecumplimiento arriba de",
    "missing_as_zero": "sin captura cuenta como cero", "descending_enters_as": "los descendentes entran con",
    "status": "estado", "numerator": "numerador acumulado", "denominator": "denominador acumulado",
    "percentage": "porcentaje", "advance": "avance", "expected": "lo esperado", "compliance": "cumplimiento",
    "annual_compliance": "cumplimiento anual", "light": "semáforo", "months_captured": "meses capturados",
    "months_due": "meses que corresponden", "global": "indicador global", "total": "indicadores que cuentan",
    "with_data": "programas con datos", "programs": "programas", "lights": "programas por semáforo",
}  # fmt: skip
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "direction": dict(Direction.choices),
    "target_kind": dict(TargetKind.choices),
    "numerator_mode": dict(Mode.choices),
    "denominator_mode": dict(Mode.choices),
    "schedule": dict(Schedule.choices),
    "frequency": {
        "monthly": "mensual", "bimonthly": "bimestral", "quarterly": "trimestral", "four_monthly": "cuatrimestral",
        "half_yearly": "semestral", "yearly": "anual",
    },
    "status": {
        "ok": "con datos", "no_demand": "sin demanda", "missing": "sin captura", "not_due": "no corresponde aún",
    },
    "descending_enters_as": {"compliance": "su cumplimiento", "percentage": "su porcentaje"},
}  # fmt: skip
_PERCENTAGES = {"percentage", "advance", "compliance", "annual_compliance", "global", "green_from", "amber_from",
                "over_above"}  # fmt: skip
_AMOUNTS = {"numerator", "denominator", "target", "expected"}
_MONTHS = {"starts_in", "retired_from"}
# Of a value's parts: a document has its keys by the alphabet, today's figures as they are worked out.
_ORDER = {key: place for place, key in enumerate((*LIGHTS, *_FIELDS))}
NONE = "—"


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    lines: list[Line]


def told(found: Sequence[Difference], borders: Callable[[str], Borders]) -> list[Part]:
    """``borders`` by a figure's code. By kind, in their order; kinds without differences are left out."""
    return [
        Part(TITLES[kind], [line(one, borders(one.figure)) for one in found if one.kind is kind])
        for kind in Kind
        if any(one.kind is kind for one in found)
    ]


def line(one: Difference, borders: Borders) -> Line:
    return Line(figure_text(one), value_text(one, one.before, borders), value_text(one, one.after, borders))


def figure_text(one: Difference) -> str:
    """«PRE-02-01, septiembre», «PRE-02-01: porcentaje», «Eje 1: cumplimiento», «El plan: cumplimiento»."""
    if one.month is not None:
        return f"{one.figure}, {month_name(one.month)}"
    kind = f"{_FIELDS[one.group].capitalize()} " if one.group else ""
    return f"{kind}{one.figure or 'El plan'}: {field_text(one.name)}"


def field_text(name: str) -> str:
    """«cumplimiento», «meta»: what people call a field of a document."""
    return _FIELDS.get(name, name)


def value_text(one: Difference, value: Any, borders: Borders) -> str:
    if value in (None, "", []):
        return "no está" if one.kind is Kind.PRESENCE or one.month is not None else NONE
    if one.month is not None:
        numerator, denominator, reason = value
        return f"{_amount(numerator)} / {_amount(denominator)}" + (f" ({reason})" if reason else "")
    if one.name in _PERCENTAGES and one.before is not None and one.after is not None:
        pair = Decimal(one.before), Decimal(one.after)
        # As many digits as tell one from the other.
        hidden = pair[0] != pair[1] and percent(pair[0], borders) == percent(pair[1], borders)
        return percent(Decimal(value), (*borders, *pair) if hidden else borders)
    return _value(one.name, value, borders)


def _value(name: str, value: Any, borders: Borders) -> str:
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, Mapping):
        parts = sorted(value.items(), key=lambda part: _ORDER.get(part[0], len(_ORDER)))
        return ", ".join(f"{_inner(name, key)} {_value(key, part, borders)}" for key, part in parts)
    if isinstance(value, list):
        return "; ".join(_amount(part) if name == "shares" else str(part) for part in value)
    if name in _MONTHS:
        return month_name(value)
    if isinstance(value, int):
        return str(value) if name in ("year", "number") else f"{value:,}"
    if name in _PERCENTAGES:
        return percent(Decimal(value), borders)
    if name in _AMOUNTS:
        return _amount(value)
    if name == "light":
        return light_word(value)
    return _CHOICES.get(name, {}).get(value, str(value))


def _inner(name: str, key: str) -> str:
    """What a value within another one is called: a light's count, a threshold, the year of what is continued."""
    if name == "lights":
        return f"{light_word(key)}:"
    return {"year": "", "code": ""}.get(key, f"{_FIELDS.get(key, key)}")


def _amount(value: str) -> str:
    return amount(Decimal(value))


def figures_text(found: Iterable[Difference], most: int = 8) -> str:
    """«PRE-02-01 de enero, PRE-02-02 de marzo y 3 más»."""
    named = [f"{one.figure} de {month_name(one.month)}" for one in found if one.month is not None]
    more = f" y {len(named) - most:,} más" if len(named) > most else ""
    return ", ".join(named[:most]) + more
