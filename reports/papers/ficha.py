"""A programme's ficha: one page with its course, its indicators against their targets, and what they commit to."""

from datetime import date

from programs.models import Program
from reports import words
from reports.address.cutoff import Cut, month_before
from reports.fingerprint import results_fingerprint
from reports.papers.content import Data, bars_data, plan_line, program_data, sheet_data
from reports.papers.reading import read_papers


def ficha_data(cut: Cut, code: str, *, on: date) -> Data | None:
    """The data of ``ficha.typ``, compared with the month before; None where the year has no such programme."""
    programs = Program.objects.filter(fiscal_year=cut.fiscal_year, code=code)
    program = programs.select_related("strategy__objective__axis").first()
    if program is None:
        return None
    since = month_before(cut.month)
    reading = read_papers(cut, since=since, programs=programs)
    sheet = reading.results.programs[0]
    data = program_data(reading, sheet, on=on) | {"line": plan_line(program), "bars": bars_data(reading, sheet)}
    return sheet_data(cut, results_fingerprint(reading.results)) | {
        "program": data,
        "earlier": words.span(since) if since else None,
        "description": [line.strip() for line in program.description.splitlines() if line.strip()],
    }
