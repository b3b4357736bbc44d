"""A programme's ficha: one page with its course, its indicators against their targets, and what they commit to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from indicators.calculations import ProgramResult
from indicators.results.course import load_course
from programs.models import Program
from reports.address.cutoff import Cut, month_before
from reports.fingerprint import results_fingerprint
from reports.papers.content import Data, bars_data, plan_line, program_data, sheet_data
from reports.papers.reading import read_papers
from reports.plan.glance import year_before


def ficha_data(cut: Cut, code: str, *, on: date) -> Data | None:
    """The data of ``ficha.typ``, compared with the month before; None where the year has no such programme."""
    programs = Program.objects.filter(fiscal_year=cut.fiscal_year, code=code)
    program = programs.select_related("strategy__objective__axis").first()
    if program is None:
        return None
    since = month_before(cut.month)
    reading = replace(read_papers(cut, since=since, programs=programs), past=_past(cut, program))
    sheet = reading.results.programs[0]
    data = program_data(reading, sheet, on=on) | {"line": plan_line(program), "bars": bars_data(reading, sheet)}
    return sheet_data(cut, results_fingerprint(reading.results)) | {
        "program": data,
        "description": [line.strip() for line in program.description.splitlines() if line.strip()],
    }


def _past(cut: Cut, program: Program) -> Mapping[str, Sequence[ProgramResult]]:
    """The programme that this one continues in the year before, under this one's code; 2 queries where there is one."""
    earlier = year_before(cut)
    if earlier is None or program.previous_id is None:
        return {}
    former = Program.objects.filter(fiscal_year=earlier, pk=program.previous_id)
    found = load_course(earlier, scope=cut.scope, programs=former, named=False)
    return {program.code: found[0].course} if found else {}
