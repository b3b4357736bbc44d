"""The words of a sample's file: what its pages and tables say of a figure."""

from collections.abc import Sequence
from typing import Any

from core.formats import amount, four_decimals
from core.models import TrailEntry
from core.moments import stamp_text
from core.spreadsheets.writing import Value
from indicators.history import HistoryLine, history_line, value_words
from indicators.models import Measurement, Origin, State, month_name
from indicators.results.scope import validated_words
from indicators.results.standards import spec_of
from indicators.wording import month_text, schedule_words, target_words
from publishing.sampling.figures import Figure, Sealed, versions
from publishing.sampling.population import Sample

SAME, DIFFERS, NOT_IN_CLOSING, NOT_CLOSED = "igual", "distinta", "no está", "sin cierre"


def title(figure: Figure) -> str:
    year = figure.row.period.fiscal_year.year
    return f"{figure.unit.code} {figure.indicator.name}, {month_name(figure.unit.month)} {year}"


def closed_words(row: Measurement, pair: tuple[str, str] | None) -> str:
    if pair is None:
        return NOT_IN_CLOSING
    return (
        SAME if pair == (four_decimals(row.validated_numerator), four_decimals(row.validated_denominator)) else DIFFERS
    )


def strata_lines(sample: Sample) -> list[dict[str, str]]:
    return [
        {
            "code": stratum.code,
            "name": sample.labels[stratum.code],
            "population": f"{stratum.population:,}",
            "drawn": f"{stratum.drawn:,}" if sample.asked.size else "—",
        }
        for stratum in sample.strata
    ]


def ficha(figure: Figure, sample: Sample) -> dict[str, Any]:
    """The indicator and its figure, in plain words and numbers."""
    row, indicator = figure.row, figure.indicator
    action, words = indicator.action, validated_words(figure.row)
    program = action.program
    spec = spec_of(indicator, month=sample.cut.month, adjustments=figure.adjustments)
    return {
        "cifra": figure.unit.name,
        "ejercicio": row.period.fiscal_year.year,
        "mes": month_name(row.month),
        "corte": sample.cut.label,
        "estrato": sample.labels[figure.unit.stratum],
        "dependencia": f"{program.department.prefix} {program.department.name}",
        "programa": f"{program.code} {program.name}",
        "acción": f"{action.code} {action.text}",
        "indicador": f"{indicator.code} {indicator.name}",
        "definición": indicator.definition,
        "fórmula": f"({indicator.numerator_label} / {indicator.denominator_label}) × 100",
        "unidad": action.unit,
        "fuente": indicator.source,
        "área responsable": indicator.responsible_area,
        "meta": target_words(indicator, spec.target, action.unit),
        "calendario de la meta": schedule_words(indicator, spec),
        "numerador": four_decimals(row.validated_numerator),
        "denominador": four_decimals(row.validated_denominator),
        "porcentaje del mes": _percentage(figure),
        "justificación": words.justification,
        "estado de hoy": str(State(row.state).label),
        "origen": str(Origin(row.origin).label),
        "envió": _who(row.submitted_by, row.submitted_at),
        "validó": _who(row.validated_by, row.validated_at),
        "extemporánea": "sí" if row.late else "no",
        "corrección en curso": "sí" if row.is_correction else "no",
    }


def _who(person: Any, at: Any) -> str:
    return ", ".join(filter(None, (str(person) if person else "", stamp_text(at))))


def line_values(figure: Figure, sample: Sample, *, files: int, closed: str, faults: Sequence[str]) -> list[Value]:
    """A row of the list to tick, without the two columns that are filled in."""
    row, program = figure.row, figure.indicator.action.program
    return [
        figure.number, figure.unit.code, month_name(row.month), sample.labels[figure.unit.stratum],
        program.department.name, f"{program.code} {program.name}", figure.indicator.name,
        row.validated_numerator, row.validated_denominator,
        _percentage(figure), files, closed, "; ".join(faults), figure.folder,
    ]  # fmt: skip


def shown(figure: Figure, sample: Sample, *, files: int, closed: str) -> dict[str, str]:
    """The same as a line of the index, as people write it."""
    row = figure.row
    return {
        "stratum": sample.labels[figure.unit.stratum],
        "numerator": amount(row.validated_numerator),
        "denominator": amount(row.validated_denominator),
        "percentage": _percentage(figure),
        "files": f"{files:,}",
        "closed": closed,
    }


def _percentage(figure: Figure) -> str:
    row, reason = figure.row, validated_words(figure.row).no_activity
    return month_text(figure.indicator, row.validated_numerator, row.validated_denominator, reason)


def facts(found: dict[str, Any]) -> list[tuple[str, str]]:
    """What a ficha says, for its page; what is empty is left out."""
    return [(name.capitalize(), str(value)) for name, value in found.items() if value]


def version_lines(figure: Figure) -> list[list[str]]:
    """Date, who, in which capacity, act, state, both sides, their words, and why: each version of the capture."""
    lines = []
    for version in versions(figure):
        line, values = history_line(version.entry, own=True), version.values
        said = [value_words(name, values.get(name)) if values.get(name) else "" for name in _SAID]
        lines.append([line.at, line.who, line.capacity, line.act, *said, line.reason])
    return lines


_SAID = ("state", "numerator", "denominator", "no_activity", "justification")


def act_lines(acts: Sequence[tuple[TrailEntry, Sealed | None]]) -> list[tuple[HistoryLine, Sealed | None]]:
    return [(history_line(entry), seal) for entry, seal in acts]


def seal_words(seal: Sealed | None) -> str:
    if seal is None:
        return "aún sin sellar"
    return "coincide" if seal.holds else "NO COINCIDE"
