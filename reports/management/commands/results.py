"""``results``: what the dashboards show, for scripts and for the terminal. Read only."""

import json
import textwrap
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.formats import percent
from core.lights import LIGHTS
from indicators import calculations
from indicators.calculations import IndicatorResult
from indicators.results.year import OFFICIAL, PRELIMINARY, ProgramSheet, YearResults, load_results
from indicators.wording import enters_as_text, entry_text, status_text
from programs.models import FiscalYear
from programs.year_words import about
from reports import words
from reports.canonical_numbers import PAPER_FORMAT, PAPER_FORMATS
from reports.fingerprint import results_document

SCOPES = (OFFICIAL, PRELIMINARY)
FORMATS = ("json", "table")
WRONG_CALL = 2
NAME_WIDTH = 44


class Command(BaseCommand):
    help = "Muestra los resultados de un ejercicio de enero al mes indicado (spec: «results»)."

    def add_arguments(self, parser: CommandParser) -> None:
        # Values are checked in handle: a wrong one is answered in Spanish, with the same exit status as argparse's 2.
        parser.add_argument("--year", help="ejercicio, por ejemplo 2016")
        parser.add_argument("--month", help="mes de corte, de 1 a 12")
        parser.add_argument("--scope", default=OFFICIAL, help="official (predeterminado) o preliminary")
        parser.add_argument("--format", default="table", help="table (predeterminado) o json")
        parser.add_argument(
            "--paper-format",
            default=str(PAPER_FORMAT),
            help="con json: el formato de números que un papel dice junto a su huella "
            f"(predeterminado: {PAPER_FORMAT}; los que no dicen ninguno: 1 o 2)",
        )

    def handle(self, **options: Any) -> None:
        month = _number(options["month"], "--month", "un mes de 1 a 12")
        if month not in calculations.MONTHS:
            raise _wrong_call(f"El mes {month} no existe: va de 1 (enero) a 12 (diciembre).")
        scope = _one_of(options["scope"], SCOPES, "El alcance")
        form = _one_of(options["format"], FORMATS, "El formato")
        known = tuple(map(str, PAPER_FORMATS))
        paper_format = int(_one_of(options["paper_format"].strip(), known, "El formato de números"))
        year = _number(options["year"], "--year", "un ejercicio, por ejemplo 2016")
        with about(year):
            results = load_results(_fiscal_year(year), month=month, scope=scope)  # type: ignore[arg-type]
            self.stdout.write(_json(results, paper_format) if form == "json" else _table(results))


def _wrong_call(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=WRONG_CALL)


def _number(value: Any, option: str, what: str) -> int:
    text = "" if value is None else str(value).strip()
    if not text:
        raise _wrong_call(f"Falta {option}: indique {what}.")
    if not (text.isascii() and text.isdigit()) or len(text) > 4:
        raise _wrong_call(f"«{text}» no es {what} ({option}).")
    return int(text)


def _one_of(value: str, known: tuple[str, ...], what: str) -> str:
    if value not in known:
        raise _wrong_call(f"{what} «{value}» no existe: use {' o '.join(known)}.")
    return value


def _fiscal_year(year: int) -> FiscalYear:
    found = FiscalYear.objects.select_related("plan").filter(year=year).first()
    if found is None:
        existing = ", ".join(map(str, FiscalYear.objects.order_by("year").values_list("year", flat=True)))
        raise _wrong_call(f"No existe el ejercicio {year}. Ejercicios que existen: {existing or 'ninguno'}.")
    return found


def _json(results: YearResults, paper_format: int) -> str:
    return json.dumps(results_document(results, paper_format=paper_format), ensure_ascii=False, indent=1)


def _table(results: YearResults) -> str:
    """One block a programme: its line and, indented, its indicators; long names go on in the next line."""
    year = results.fiscal_year
    scope = words.SCOPE_LABELS[results.scope].lower()
    lines = [
        year.plan.name,
        f"{words.span(results.month).capitalize()} {year.year}, {scope}"
        + (" · datos de demostración" if year.demo_data else ""),
        enters_as_text(year),
        "",
        _line("Programa", "Avance", "Cumplimiento", "Semáforo", "Considerados o meses"),
        "-" * 112,
    ]
    for sheet in results.programs:
        lines += _program_lines(sheet)
    if not results.programs:
        lines.append("El ejercicio no tiene programas.")
    return "\n".join(lines)


def _program_lines(sheet: ProgramSheet) -> list[str]:
    result = sheet.result
    first, *rest = textwrap.wrap(f"{sheet.code} {sheet.name}", NAME_WIDTH, break_long_words=True)
    figures = (
        percent(result.global_, result.borders, empty="sin datos"),
        percent(result.compliance, result.borders),
        LIGHTS[result.light][0],
        f"{result.considered} de {result.total}",
    )
    return [
        _line(first, *figures),
        *(f"  {line}" for line in rest),
        *chain.from_iterable(map(_indicator_lines, sheet.indicators)),
        "",
    ]


def _indicator_lines(result: IndicatorResult) -> Iterator[str]:
    yield _line(
        f"  {result.code}",
        percent(result.percentage, result.aims, empty=status_text(result)),
        percent(result.compliance, result.borders),
        LIGHTS[result.light][0],
        words.coverage(result),
    )
    if entry := entry_text(result):
        yield f"    {entry}"


def _line(name: str, value: str, compliance: str, light: str, coverage: str) -> str:
    return f"{name:<{NAME_WIDTH}}  {value:>18}  {compliance:>13}  {light:<18}  {coverage}".rstrip()
