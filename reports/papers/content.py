"""The parts that papers share, as the texts that typst prints: its templates name these keys at their heads."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from accounts.access import NOBODY
from core.formats import amount, percent, points
from core.moments import day_text
from indicators import calculations, wording
from indicators.calculations import IndicatorResult
from indicators.models import Commitment, Indicator, month_name
from indicators.results.standards import thresholds_of
from indicators.results.year import ProgramSheet
from programs.models import FiscalYear, Program
from reports import words
from reports.acts.words import adjustments_notes, correction_notes, rule_notes
from reports.address.cutoff import Cut
from reports.canonical_numbers import PAPER_FORMAT
from reports.charts import PAPER, Chart, YearLine, year_line, year_line_table
from reports.papers.reading import Reading
from reports.plan.glance import Change, figure, since_year
from reports.plan.programs import considered_words, coverage, over_100
from reports.sheets.drawings import BEYOND, bars_chart, program_bars, program_line
from reports.sheets.program import result_line

Data = dict[str, Any]


def sheet_data(cut: Cut, fingerprint: str) -> Data:
    """What base.typ prints around every page."""
    return {
        "municipality": settings.PMD_MUNICIPALITY,
        "product": f"Seguimiento del Programa Anual de Trabajo {cut.year}",
        "fingerprint": fingerprint,
        "format": str(PAPER_FORMAT),
        "demo": cut.fiscal_year.demo_data,
        "rule": wording.enters_as_text(cut.fiscal_year),
        "plan": cut.fiscal_year.plan.name,
        "year": cut.year,
        "cut_off": cut.label,
        "scope": cut.scope_label,
        "scope_meaning": cut.scope_meaning,
        "live": cut.live_text or None,
    }


def program_data(reading: Reading, sheet: ProgramSheet, *, on: date) -> Data:
    """A programme's sheet: its figures, its course and its indicators. Rules 2 to 13."""
    cut, result, pairs = reading.cut, sheet.result, reading.pairs(sheet)
    zero = cut.fiscal_year.missing_as_zero
    left_out = [(row, words.left_out_reason(found, missing_as_zero=zero)) for row, found in pairs]
    return {
        "code": sheet.code,
        "name": sheet.name,
        "department": sheet.department,
        "line": _line(sheet),
        "global": percent(result.global_, result.borders, empty="sin datos"),
        "considered": considered_words(result.considered, result.total),
        "over": over_100(sheet.indicators, result) or None,
        "compliance": percent(result.compliance, result.borders, empty="sin datos"),
        "light": result.light,
        "changes": changes_data(reading, sheet),
        "coverage": coverage_words([sheet]),
        "left_out": [{"code": row.code, "reason": reason} for row, reason in left_out if reason],
        "trend": _trend(reading, sheet) if pairs else None,
        "rows": [
            indicator_data(row, found, reading.commitments.get(row.pk), on=on, acts=_act_notes(reading, row))
            for row, found in pairs
        ],
    }


def bars_data(reading: Reading, sheet: ProgramSheet) -> Data | None:
    """Each indicator against its target as a picture; None without indicators."""
    found = [(row, row.action.unit, result) for row, result in reading.pairs(sheet)]
    return _picture(bars_chart(program_bars(found, sheet.code, reading.cut))) if found else None


def _line(sheet: ProgramSheet) -> str | None:
    line = sheet.line
    return f"{line.axis} › {line.objective} › {line.strategy}" if line else None


def plan_line(program: Program) -> str:
    """«Eje › Objetivo › Estrategia» of a programme that was read with them."""
    strategy = program.strategy
    return f"{strategy.objective.axis.name} › {strategy.objective.name} › {strategy.name}"


def changes_data(reading: Reading, sheet: ProgramSheet) -> Data:
    """«↓ 1.59 desde enero–junio, ↑ 2.10 que en septiembre de 2015» of both figures; None without any."""
    cut, past = reading.cut, reading.past.get(sheet.code, ())
    since = f"desde {words.span(reading.earlier.month)}" if reading.earlier else ""
    earlier = [(reading.before(sheet.code), since), (past[cut.month - 1] if past else None, since_year(cut))]
    return {
        name.rstrip("_"): ", ".join(map(_change_text, figure(sheet.result, earlier, name).changes)) or None
        for name in ("compliance", "global_")
    }


def _change_text(change: Change) -> str:
    return f"= {change.since}" if change.kind == "same" else f"{change.mark} {change.text} {change.since}"


def change_words(now: Decimal | None, before: Decimal | None) -> str | None:
    """«+3.20» points since the earlier cut-off; None without both."""
    change = calculations.change(before, now)
    return None if change is None else points(change)


def coverage_words(sheets: Sequence[ProgramSheet]) -> str:
    """Months captured of those due (rule 4), of the indicators on which the globals rest."""
    return words.months_captured(*coverage(sheets))


def _official_keys(indicator: Indicator) -> str:
    """« (clave oficial O-PPA 1.01; de la acción, 1.1.2.1)»; an empty text without any."""
    own, above = indicator.official_key, indicator.action.official_key
    parts = list(filter(None, (own, above and f"de la acción, {above}")))
    return f" (clave oficial {'; '.join(parts)})" if parts else ""


def _act_notes(reading: Reading, indicator: Indicator) -> list[Data]:
    """What moved its figures: another target, its own borders, corrections; why, only of what every reader reads."""
    adjusted = adjustments_notes(
        indicator, indicator.action.unit, reading.adjustments.get(indicator.pk, ()), reading.cut.month
    )
    found = [("Meta", str(note)) for note in adjusted]
    found += [("Reglas", str(note)) for note in rule_notes(reading.acts, indicator, NOBODY, None)]
    for month, told in correction_notes(reading.acts, indicator.pk, NOBODY, None).items():
        found += [(month_name(month).capitalize(), text) for text in told]
    return [{"label": label, "text": text} for label, text in found]


def indicator_data(
    indicator: Indicator, result: IndicatorResult, commitment: Commitment | None, *, on: date, acts: Sequence[Data] = ()
) -> Data:
    line = result_line(indicator, result, indicator.action.unit)
    return {
        "code": indicator.code,
        "name": f"{indicator.name}{_official_keys(indicator)}",
        "formula": f"{indicator.numerator_label} / {indicator.denominator_label}",
        "numerator": line.numerator,
        "denominator": line.denominator,
        "percentage": line.percentage if line.percentage != "—" else line.reason,
        "entry": line.entry or None,
        "target": line.target,
        "expected": line.expected,
        "compliance": line.compliance,
        "light": line.light,
        "light_reason": line.reason or None,
        "coverage": line.coverage,
        "notes": [*acts, *commitment_notes(commitment, on=on)],
    }


def commitment_notes(commitment: Commitment | None, *, on: date) -> list[Data]:
    if commitment is None:
        return []
    due = day_text(commitment.committed_on) + (" (ya pasó)" if commitment.committed_on < on else "")
    found = (("Causa", commitment.cause), ("Acción", commitment.action), ("Fecha compromiso", due))
    return [{"label": label, "text": text} for label, text in found]


def _trend(reading: Reading, sheet: ProgramSheet) -> Data:
    course = reading.courses[sheet.code].results
    return line_data(program_line(sheet.code, course, reading.cut, reading.past.get(sheet.code, ())))


def line_data(data: YearLine) -> Data:
    """The drawing of the pages in the size of paper, and its table lying down: a column a month up to the cut-off."""
    chart = Chart(year_line(replace(data, sheet=PAPER)), year_line_table(data))
    table = chart.table
    lines = list(zip(*(row for row in table.rows if BEYOND not in row), strict=True))
    return _picture(chart) | {
        "head": list(lines[0]) if lines else [],
        "lines": [_course_line(*line) for line in zip(table.headings[1:], lines[1:], strict=True)],
    }


def _course_line(label: str, values: Sequence[str]) -> Data:
    """«(9 de 9)» is said once where it is that of every month, and else is not broken by a narrow column."""
    counted = {found[0] if (found := _COUNTED.search(value)) else "" for value in values}
    if len(counted) == 1 and "" not in counted:
        label, values = f"{label} {counted.pop()}", [_COUNTED.sub("", value).strip() for value in values]
    return {"label": label, "values": [_COUNTED.sub(_together, value) for value in values]}


_COUNTED = re.compile(r"\([^)]*\)")


def _together(found: re.Match[str]) -> str:
    return found[0].replace(" ", "\N{NO-BREAK SPACE}")


def _picture(chart: Chart) -> Data:
    return {"svg": str(chart.drawing), "alt": chart.table.caption}


def method(year: FiscalYear) -> Sequence[str]:
    """How the figures were made, in words: the rules of docs/calculation.md with this year's own settings."""
    borders = thresholds_of(year).borders
    green, amber, over = (amount(border) for border in borders)
    missing = (
        "Un indicador sin ninguna captura, teniendo meses exigibles, entra al promedio como 0."
        if year.missing_as_zero
        else "Un indicador sin captura, sin actividad o que no corresponde aún no entra al promedio: se dice el motivo."
    )
    return (
        "El avance de un indicador es numerador entre denominador por 100, cada lado acumulado de enero al corte "
        "(la suma de los meses, o el último valor donde el catálogo lo dice). No es el promedio de los meses.",
        "El Indicador Global de un programa es el promedio de los avances, sin redondear, de los indicadores "
        f"considerados que tienen avance. {wording.enters_as_text(year)} {missing}",
        "El cumplimiento compara el avance con la parte de la meta que se espera al corte. El de un programa es el "
        "promedio del de sus indicadores, con tope de 100 cada uno, para que uno muy alto no esconda a los demás.",
        f"Semáforo: verde desde {green} % de cumplimiento, amarillo desde {amber} %, rojo debajo; sobrecumplimiento "
        f"arriba de {over} % de la meta anual. Algunos indicadores pueden tener umbrales propios.",
        "Ejes y dependencias se resumen con el promedio de sus programas con datos, nunca con promedios de promedios.",
        "Los porcentajes se muestran con dos decimales, redondeados al final; se calculan sin redondear. La huella al "
        "pie es la SHA-256 de las cifras: otra copia con la misma huella salió de las mismas cifras.",
    )
