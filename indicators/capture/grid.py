"""Rows of the capture and review pages as text that is ready to print: templates neither compute nor format.

``grid_row`` gives one ``GridRow`` for each indicator; the template ``indicators/capture/_rows.html`` draws them and
needs nothing else, so that a row can be sent alone.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

from core import formats
from core.addresses import address
from core.moments import day_text, moment_text
from indicators import calculations
from indicators.calculations import IndicatorResult, ProgramResult
from indicators.capture.forms import Errors, RowFields, both_fields, field_input, hidden_inputs
from indicators.capture.month import MonthSheet, ProgramGroup, SheetRow
from indicators.capture.readiness import is_pending, submission_problems
from indicators.models import COMPLETE_STATES, Measurement, NoActivity, State, month_name
from indicators.wording import (
    UNCAPTURED,
    compliance_text,
    considered_text,
    entry_text,
    light_reason,
    measurement_text,
    pair_text,
    result_text,
    validated_text,
)
from programs.models import Program

BRIEF = 46  # letters: what almost always stands beside the box that marks a row
ORDER = ("numerator", "denominator", "no_activity", "justification", "reason")


@dataclass(frozen=True, slots=True)
class Note:
    """An observation of the thread."""

    text: str
    author: str
    when: str
    pair: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class EvidenceCell:
    """The files of a figure in short: ``count`` is empty without any, ``missing`` says that one is asked for.

    ``fault`` is told where one of them is lost in the store or was altered there.
    """

    indicator_id: str
    code: str
    count: str
    missing: bool
    can_attach: bool
    fault: str = ""


@dataclass(slots=True)
class Clash:
    """What the person typed and what somebody else saved meanwhile."""

    typed: str
    saved: str
    who: str
    when: str
    both: str = ""  # what two people wrote in different fields, together
    both_fields: str = ""
    focus: bool = False


@dataclass(slots=True)
class GridRow:
    """One indicator's row as text. ``inputs`` is empty where the person cannot write; ``blocked`` says why."""

    id: str
    version: str
    measurement_id: str
    anchor: str
    code: str
    name: str
    numerator_label: str
    denominator_label: str
    previous_month: str
    previous: str
    numerator: str
    denominator: str
    no_activity: str
    no_activity_code: str
    justification: str
    month_text: str
    accumulated: str
    has_percentage: bool
    coverage: str
    is_incomplete: bool
    light: str
    light_reason: str
    now_text: str
    entry: str  # what of a descending indicator enters the global, where that is not the percentage
    state: str
    state_code: str
    saved_by: str
    settled_by: str  # who submitted or validated it and when; empty for a draft
    late: bool
    blocked: str
    notes: list[Note]
    correction: str
    corrected: str  # «corregido el 12/10/2016: antes 3 / 4», empty where it never was after its validation
    is_own: bool
    evidence: EvidenceCell
    prefilled: list[str] = field(default_factory=list)
    form: RowFields | None = None
    inputs: dict[str, str] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)
    hints: Errors = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)  # by side, how a comma in it was read
    clash: Clash | None = None
    choice_name: str = ""
    both_name: str = ""
    lost: str = ""
    details_open: bool = False
    offers_no_activity: bool = False
    unsaved: bool = False  # the inputs show what was typed, which is not what is saved
    selected: bool = False
    observation: str = ""
    history_url: str = ""
    correction_url: str = ""  # of a validated figure: to ask for its correction, or to make it

    @property
    def formula(self) -> str:
        return f"{self.numerator_label} / {self.denominator_label}"

    @property
    def is_brief(self) -> bool:
        """Whether code and name fit into one line of the grid on a small laptop."""
        return len(self.code) + len(self.name) < BRIEF

    @property
    def says(self) -> bool:
        """Whether anything is told beside its fields."""
        return bool(self.errors or self.hints or self.read)

    def kept_by(self) -> Hashable:
        """What its drawing is kept by; nothing where somebody has something to correct in it."""
        if self.says or self.clash or self.lost:
            return None
        return (*_PLAIN(self), *self.notes, *self.inputs.items(), *self.prefilled)


_NOT_PLAIN = {"notes", "prefilled", "form", "inputs", "errors", "hints", "read", "clash", "lost"}
_PLAIN = attrgetter(*(part.name for part in fields(GridRow) if part.name not in _NOT_PLAIN))


@dataclass(frozen=True, slots=True)
class GridGroup:
    """A programme's band: its global now and, if this month's drafts change it, as it would be.

    ``compliance`` gives the light, with what is saved.
    """

    code: str
    name: str
    global_: str
    projected: str
    considered: str
    compliance: str
    light: str
    rows: list[GridRow]


def groups_of(sheet: MonthSheet, rows: Mapping[int, GridRow]) -> list[GridGroup]:
    """The programmes of the sheet with those of their rows that are given; empty ones are left out."""
    made = []
    for group in sheet.groups:
        members = [rows[row.id] for row in group.rows if row.id in rows]
        if members:
            made.append(_group(group.program, group, members))
    return made


def group_of_one(group: ProgramGroup, row: GridRow) -> GridGroup:
    """A programme's band with one row of it, for a row that is sent alone."""
    return _group(group.program, group, [row])


def _group(program: Program, group: ProgramGroup, members: list[GridRow]) -> GridGroup:
    now, then = _global_text(group.today), _global_text(group.projected)
    shown = group.projected
    return GridGroup(
        code=program.code,
        name=program.name,
        global_=now,
        projected=then if then != now else "",
        considered=considered_text(shown),
        compliance=compliance_text(shown, "sin datos"),
        light=shown.light,
        rows=members,
    )


def _global_text(result: ProgramResult) -> str:
    return formats.percent(result.global_, result.borders, empty="sin datos")


def grid_row(row: SheetRow) -> GridRow:
    """The row as everybody reads it, without inputs."""
    indicator, measurement, shown = row.indicator, row.measurement, row.projected
    accumulated, now = result_text(shown), result_text(row.today)
    state = measurement.state if measurement else ""
    previous_month = indicator_previous_month(row)
    return GridRow(
        id=str(row.id),
        version=str(row.version),
        measurement_id=str(measurement.pk) if measurement else "",
        anchor=f"fila-{indicator.code}",
        code=indicator.code,
        name=indicator.name,
        numerator_label=indicator.numerator_label,
        denominator_label=indicator.denominator_label,
        previous_month=previous_month,
        previous=pair_text(row.previous.numerator, row.previous.denominator) if row.previous else "",
        numerator=formats.amount(measurement.numerator, empty="") if measurement else "",
        denominator=formats.amount(measurement.denominator, empty="") if measurement else "",
        no_activity=NoActivity(measurement.no_activity).label if measurement and measurement.no_activity else "",
        no_activity_code=measurement.no_activity if measurement else "",
        justification=measurement.justification if measurement else "",
        month_text=measurement_text(measurement, shown.aims),
        accumulated=accumulated,
        has_percentage=shown.percentage is not None,
        coverage=coverage_text(shown),
        is_incomplete=shown.months_captured < shown.months_due,
        light=shown.light,
        light_reason=light_reason(shown),
        entry=entry_text(shown),
        now_text=now if now != accumulated else "",
        state=State(state).label if state else UNCAPTURED,
        state_code=state or "missing",
        saved_by=f"{measurement.updated_by}, {moment_text(measurement.updated_at)}" if measurement else "",
        settled_by=_settled_by(measurement),
        late=bool(measurement and measurement.late),
        blocked=row.blocked,
        notes=[_note(observation) for observation in row.observations],
        correction=_correction_text(measurement),
        corrected=_corrected_text(row),
        is_own=row.is_own,
        evidence=evidence_cell(row),
        history_url=_figure_url("history", measurement),
        correction_url=_figure_url("correction", measurement) if state == State.VALIDATED else "",
    )


def _settled_by(measurement: Measurement | None) -> str:
    """Whose act the state is, and when; a figure that came in without saying so says nothing."""
    if measurement is None or measurement.state not in COMPLETE_STATES:
        return ""
    if measurement.state == State.SUBMITTED:
        who, at = measurement.submitted_by, measurement.submitted_at
    else:
        who, at = measurement.validated_by, measurement.validated_at
    return ", ".join(part for part in (str(who or ""), moment_text(at)) if part)


def _figure_url(page: str, measurement: Measurement | None) -> str:
    if measurement is None:
        return ""
    year = measurement.period.fiscal_year.year
    return address(f"indicators:{page}", year, measurement.indicator.code, measurement.month)


def evidence_cell(row: SheetRow) -> EvidenceCell:
    return EvidenceCell(
        indicator_id=str(row.id),
        code=row.indicator.code,
        count=str(row.evidence) if row.evidence else "",
        missing=row.indicator.requires_evidence and not row.evidence,
        can_attach=not row.blocked,
        fault="un archivo se perdió o se alteró" if row.evidence_faults else "",
    )


def indicator_previous_month(row: SheetRow) -> str:
    """The name of the month that was due before this one; empty where there is none in the year."""
    month = row.previous.month if row.previous else 0
    return month_name(month) if month else ""


def coverage_text(result: IndicatorResult) -> str:
    """Rule 4: «incompleto: 1 de 4 meses»."""
    months = "mes" if result.months_due == 1 else "meses"
    message = f"{result.months_captured} de {result.months_due} {months}"
    return f"incompleto: {message}" if result.months_captured < result.months_due else message


def flags_of(row: SheetRow) -> list[str]:
    """What a reviewer looks at first; a figure without flags has nothing unusual about it.

    Being late is shown beside it but is no flag: it says nothing of the figure, and a late month is late as a whole.
    """
    measurement = row.measurement
    if measurement is None or measurement.numerator is None or measurement.denominator is None:
        return []
    flags = [question.flag for question in row.asked]
    if calculations.needs_reason(measurement.numerator, measurement.denominator):
        flags.insert(0, "sin actividad (0/0)")
    if measurement.is_correction:
        flags.append("corrección de una cifra validada")
    return flags


def _correction_text(measurement: Measurement | None) -> str:
    if measurement is None or not measurement.is_correction:
        return ""
    return validated_text(measurement)


def _corrected_text(row: SheetRow) -> str:
    if row.corrected is None:
        return ""
    at, numerator, denominator = row.corrected
    return f"corregido el {day_text(at)}: antes {pair_text(numerator, denominator)}"


def _note(observation: Any) -> Note:
    return Note(
        text=observation.text,
        author=str(observation.author),
        when=moment_text(observation.created_at),
        pair=pair_text(observation.numerator, observation.denominator),
        is_open=observation.resolved_at is None,
    )


def add_inputs(
    shown: GridRow,
    row: SheetRow,
    form: RowFields,
    errors: Errors,
    typed: Mapping[str, Any],
    read: Mapping[str, str] | None = None,
) -> None:
    """Turn a row into one that can be filled in, with what the person typed and what it lacks beside each field.

    ``read`` says of a side how its comma was read.
    """
    shown.form, shown.errors = form, errors
    shown.read = dict(read or {})
    shown.unsaved = bool(typed)
    shown.prefilled = [] if typed else _prefilled_sides(row)
    if typed.get("choice"):
        shown.clash = _clash(row, typed)
    # Beside a refused row they would speak of the saved figures, which are not those in its cells.
    if row.measurement is not None and not row.is_settled and not is_pending(row.measurement) and not errors:
        for problem in submission_problems(row.measurement, background=row.background):
            shown.hints.setdefault(problem.field, []).append(problem.message)
    names = ["numerator", "denominator", "no_activity", "justification", *(["reason"] if row.is_settled else [])]
    shown.inputs = {name: _input(shown, form, name) for name in names} | {"hidden": hidden_inputs(form)}
    shown.choice_name, shown.both_name = form.add_prefix("choice"), form.add_prefix("both")
    shown.details_open = _shows_details(shown, row, typed)
    saved = row.measurement
    shown.offers_no_activity = saved is None or not saved.is_complete


def _input(shown: GridRow, form: RowFields, name: str) -> str:
    described = [f"{shown.anchor}-{name}-error"] if name in shown.errors else []
    described += [f"{shown.anchor}-{name}-aviso"] if name in shown.hints else []
    described += [f"{shown.anchor}-prellenado"] if name in shown.prefilled else []
    described += [f"{shown.anchor}-{name}-leido"] if name in shown.read else []
    described += _asked(shown, name)
    return field_input(
        form, name, code=shown.code, described_by=described, invalid=name in shown.errors, read=shown.read.get(name, "")
    )


def _asked(shown: GridRow, name: str) -> list[str]:
    """What that side counts, as the catalogue names it; after whatever is to be corrected."""
    return [f"{shown.anchor}-{name}-que"] if name in ("numerator", "denominator") else []


def _prefilled_sides(row: SheetRow) -> list[str]:
    return [side for side, value in zip(("numerator", "denominator"), row.prefill, strict=True) if value is not None]


def _shows_details(shown: GridRow, row: SheetRow, typed: Mapping[str, Any]) -> bool:
    """Justification and reason are folded away until there is something in them or they are asked for."""
    below = ("no_activity", "justification", "reason")
    asked = any(name in shown.errors or name in shown.hints for name in below)
    written = any(typed.get(name) for name in below)
    return asked or written or bool(shown.justification or shown.no_activity)


def _clash(row: SheetRow, typed: Mapping[str, Any]) -> Clash:
    saved = row.measurement
    both = str(typed.get("both", ""))
    together = both_fields(both)
    return Clash(
        both=typed_text(together) if together else "",
        both_fields=both if together else "",
        typed=typed_text(typed),
        saved=saved_text(saved) if saved else "nada",
        who=str(saved.updated_by) if saved else "",
        when=moment_text(saved.updated_at) if saved else "",
    )


def typed_text(typed: Mapping[str, Any]) -> str:
    """«4 / 6 · se atendió el rezago»: a row as it was typed, in one line."""
    pair = f"{typed.get('numerator') or 'vacío'} / {typed.get('denominator') or 'vacío'}"
    chosen = typed.get("no_activity")
    reason = NoActivity(chosen).label if chosen in NoActivity.values else ""
    return " · ".join(part for part in (pair, reason, typed.get("justification", ""), typed.get("reason", "")) if part)


def saved_text(row: Measurement) -> str:
    pair = f"{formats.amount(row.numerator, empty='vacío')} / {formats.amount(row.denominator, empty='vacío')}"
    reason = NoActivity(row.no_activity).label if row.no_activity else ""
    return " · ".join(part for part in (pair, reason, row.justification) if part)


def focus_first_error(rows: Iterable[GridRow]) -> None:
    """The cursor starts in the first field that is wrong, or in the first choice between two figures."""
    for shown in rows:
        if shown.clash is not None:
            shown.clash.focus = True
            return
        name = next((name for name in ORDER if name in shown.errors and name in shown.inputs), "")
        if name and shown.form is not None:
            described = [f"{shown.anchor}-{name}-error", *_asked(shown, name)]
            shown.inputs[name] = field_input(
                shown.form, name, code=shown.code, described_by=described, invalid=True, focus=True
            )
            return


HERE = "#contenido"

_STATE_WORDS = (
    (State.DRAFT, "borrador", "borradores"),
    (State.RETURNED, "observado", "observados"),
    (State.SUBMITTED, "enviado", "enviados"),
    (State.VALIDATED, "validado", "validados"),
)


MISSING = "missing"  # no state of a figure: what has none, or half a pair


def progress_texts(
    captured: int, due: int, states: Mapping[str, int], first: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """How far the month is: «7 de 11», and how many are in each state.

    ``first`` has the address of the first row of each state and of the first that is missing. The answer of one row
    does not know them: the page on which it is shown keeps those it had, and finds the next such row itself.
    """
    found = first or {}
    counts = [
        {"code": code, "text": f"{states[code]} {word if states[code] == 1 else many}", "href": found.get(code, HERE)}
        for code, word, many in _STATE_WORDS
        if states.get(code)
    ]
    missing = found.get(MISSING, HERE) if captured < due else ""
    return {"captured": str(captured), "due": str(due), "counts": counts, "missing": missing}


def first_rows(rows: Sequence[SheetRow], size: int) -> dict[str, str]:
    """Where the first row of each state is, and the first that is missing: in which part, and its anchor."""
    found: dict[str, str] = {}
    for place, row in enumerate(rows):
        part = f"?parte={place // size + 1}" if len(rows) > size else ""
        codes = [row.measurement.state] if row.measurement else []
        for code in (*codes, *([] if row.is_captured else [MISSING])):
            found.setdefault(code, f"{part}#fila-{row.indicator.code}")
    return found


def part_of(codes: Sequence[str], code: str, size: int) -> int:
    """In which part of the month that row is, from 1; the first for a code that is not there."""
    return codes.index(code) // size + 1 if code in codes else 1


def split_pages(rows: Sequence[SheetRow], size: int) -> list[Sequence[SheetRow]]:
    """The rows in parts that one form can carry; always at least one part."""
    return [rows[start : start + size] for start in range(0, len(rows), size)] or [rows]
