"""The tables of an explanation as files: the same rows, with numbers that can be computed with."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from core.lights import LIGHTS
from core.spreadsheets import Column, Percent
from core.spreadsheets.writing import Value
from reports.address.cutoff import Cut
from reports.explanation.groups import GroupExplanation
from reports.explanation.indicators import IndicatorExplanation
from reports.explanation.months import MonthExplained
from reports.explanation.parts import Explanation, Step
from reports.explanation.programs import ProgramExplanation, Term
from reports.tables import Table, about

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?P<percent> %)?")
_PROGRAMS = (
    Column("Clave", 10), Column("Programa", 50), Column("Dependencia", 32), Column("Global", 14),
    Column("Indicadores", 20), Column("Cumplimiento", 14), Column("Semáforo", 14), Column("Sin datos porque", 40),
)  # fmt: skip
_PROGRAM_MONTHS = (
    Column("Clave", 10), Column("Programa", 50), Column("Exigibles", 12), Column("Capturados", 12),
    Column("Extemporáneos", 14), Column("Migrados, sin fecha de envío", 14), Column("A tiempo", 12),
)  # fmt: skip
_INDICATORS = (
    Column("Clave", 12), Column("Indicador", 50), Column("Numerador acumulado", 14),
    Column("Denominador acumulado", 14), Column("Porcentaje", 16), Column("Entra al global", 16),
    Column("Meses capturados", 24), Column("Cumplimiento", 24), Column("No se promedia porque", 40),
    Column("Nota", 40),
)  # fmt: skip
_MONTHS = (
    Column("Mes", 12), Column("¿Cuenta?", 28), Column("Numerador", 14), Column("Denominador", 14),
    Column("% del mes", 16), Column("Estado", 30), Column("Notas", 40), Column("Capturó", 40), Column("Validó", 40),
)  # fmt: skip
_STEPS = (Column("Tabla", 34), Column("Paso", 40), Column("Operación", 70), Column("Resultado", 18))


def explanation_tables(found: Explanation, cut: Cut) -> dict[str, Table]:
    """By the name that an address asks for it; the first is the one that comes unasked."""
    if isinstance(found, GroupExplanation):
        made = _of_group(found)
    elif isinstance(found, ProgramExplanation):
        made = _of_program(found)
    else:
        assert isinstance(found, IndicatorExplanation)
        made = _of_indicator(found)
    name = f"explicacion-{found.numbers['explanation']}-{found.numbers['of']}"
    notes = about(cut, ("De dónde sale", found.title), ("Valor", found.value), ("Huella SHA-256", found.fingerprint))
    return {
        slug: Table(name, title, columns, rows, notes, filters=slug) for slug, (title, columns, rows) in made.items()
    }


_Made = dict[str, tuple[str, Sequence[Column], list[list[Value]]]]


def _of_group(found: GroupExplanation) -> _Made:
    programs = [
        [
            term.code,
            term.name,
            term.department,
            _value(term.global_),
            term.considered,
            _value(term.compliance),
            LIGHTS[term.light][0],
            term.reason,
        ]
        for term in (*found.terms, *found.left_out)
    ]
    months = [
        [row.code, row.name, *map(_value, (row.due, row.captured, row.late, row.undated, row.on_time))]
        for row in found.coverage
    ]
    steps = _steps(
        ("El promedio de los globales", found.steps),
        ("El promedio de los cumplimientos", found.compliance_steps),
        ("Los meses, sumados", found.coverage_steps),
    )
    return {
        "programas": ("Programas", _PROGRAMS, programs),
        "meses": ("Meses", _PROGRAM_MONTHS, months),
        "pasos": ("Pasos", _STEPS, steps),
    }


def _of_program(found: ProgramExplanation) -> _Made:
    indicators = [_indicator(term) for term in (*found.terms, *found.left_out)]
    months = [[term.code, term.name, *_month(month)] for term in found.every for month in term.months]
    steps = _steps(
        ("El Indicador Global", found.steps),
        ("El cumplimiento del programa", found.compliance_steps),
        ("Los meses, sumados", found.coverage_steps),
        ("Promedio de cada mes", found.month_steps),
    )
    named = (Column("Clave", 12), Column("Indicador", 50), *_MONTHS)
    return {
        "indicadores": ("Indicadores", _INDICATORS, indicators),
        "meses": ("Meses", named, months),
        "pasos": ("Pasos", _STEPS, steps),
    }


def _of_indicator(found: IndicatorExplanation) -> _Made:
    steps = _steps(
        ("De los meses que cuentan al porcentaje", found.steps),
        ("De la meta a lo que debía llevar al corte", found.target_steps),
    )
    return {
        "meses": ("Meses", _MONTHS, [_month(month) for month in found.months]),
        "pasos": ("Pasos", _STEPS, steps),
    }


def _indicator(term: Term) -> list[Value]:
    numerator, _, denominator = term.pair.partition(" / ")
    return [
        term.code, term.name, _value(numerator), _value(denominator), _value(term.percentage), _value(term.advance),
        term.coverage, _value(term.compliance), term.reason, term.note,
    ]  # fmt: skip


def _month(month: MonthExplained) -> list[Value]:
    return [
        month.name.capitalize(), "sí" if month.counts else f"no: {month.why_not}",
        *map(_value, (month.numerator, month.denominator, month.percentage)), month.state, "\n".join(month.notes),
        month.captured, month.validated,
    ]  # fmt: skip


def _steps(*tables: tuple[str, Iterable[Step]]) -> list[list[Value]]:
    return [[title, step.what, step.written, _value(step.result)] for title, steps in tables for step in steps]


def _value(text: str) -> Value:
    """What a page writes, as the number that it is; words stay words, a dash is an empty cell."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None if text == "—" else text
    number = Decimal(text.removesuffix(" %").replace(",", ""))
    return Percent(number) if found["percent"] else number
