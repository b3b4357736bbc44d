"""The mayor's sheet: the plan at a glance, its programmes that are behind or fell, the indicators that stand worst
with real quantities, and what was promised and is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.urls import reverse

from core.formats import amount, percent
from core.keeping import Keeper, written
from core.moments import day_text
from indicators import calculations
from indicators.calculations import MISSING, ProgramResult
from indicators.models import Direction
from indicators.results.course import ProgramCourse
from indicators.results.year import OFFICIAL, ProgramSheet, YearResults
from indicators.wording import compliance_text
from reports import words
from reports.acts.reading import PlanActs
from reports.acts.words import PlanNotes, corrected_mark
from reports.address.cutoff import Cut
from reports.address.links import Addresses
from reports.address.made_of import made_of
from reports.charts import LightPart, lights_bar
from reports.fingerprint import results_fingerprint
from reports.papers.card_reading import INDICATORS_SHOWN, SHOWN, CardReading, Followed, read_card
from reports.papers.content import Data, commitment_notes, sheet_data
from reports.plan.comparison import ZERO_TOLERANCE
from reports.plan.glance import Change, Glance, change_of, glance_elsewhere, past_course
from reports.plan.programs import Headline, coverage, headline
from reports.sheets.program import result_line

NO_PROGRAM = "Ningún programa con datos está en amarillo o rojo."
NO_WORST = "Ningún indicador con cumplimiento está en amarillo o rojo al corte."
NO_FALL = "Ningún programa bajó de cumplimiento."
NO_PAIRS = "Ningún programa tiene cumplimiento en los dos cortes: no hay qué comparar."
NO_EARLIER = "Enero es el primer corte del año: no hay uno anterior con el cual comparar."
NO_PROMISE = "Ningún compromiso vencido: lo prometido se cumplió o su fecha no ha pasado."
ORDER = "Indicadores: por la parte de lo esperado que les falta, y por su tamaño. Cumplimiento con tope de 100."


@dataclass(frozen=True, slots=True)
class ProgramLine:
    """A programme. ``change``: of its compliance since the earlier cut-off, None where one of them has none.

    ``whence`` explains its figures.
    """

    code: str
    name: str
    url: str
    department: str
    compliance: str
    global_: str
    light: str
    change: Change | None
    whence: str
    corrected: str  # how many of its figures were corrected once validated


@dataclass(frozen=True, slots=True)
class ProgramList:
    """``none`` says why there is no row; ``more`` how many there are beyond the rows, and ``more_url`` lists them."""

    title: str
    rows: list[ProgramLine]
    none: str
    more: int
    more_url: str


@dataclass(frozen=True, slots=True)
class CardRow:
    """An indicator. ``change``: of its compliance, capped at 100, since the earlier cut-off; None if not told.

    ``before`` is its compliance then. ``whence`` and ``whence_before`` explain it at each of the two cut-offs.
    """

    code: str
    name: str
    url: str
    program: str
    department: str
    numerator: str
    numerator_label: str
    denominator: str
    denominator_label: str
    percentage: str
    entry: str  # what of a descending one enters the global, where that is not the percentage
    expected: str
    expected_label: str
    compliance: str
    light: str
    light_reason: str
    change: Change | None
    before: str
    whence: str
    whence_before: str
    commitment: list[Data]
    corrected: str


@dataclass(frozen=True, slots=True)
class IndicatorList:
    """As ``ProgramList``; ``zero`` tells of all those that allow nothing and have cases, ``zero_url`` lists them."""

    title: str
    rows: list[CardRow]
    none: str
    more: int
    more_url: str
    zero: str
    zero_url: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What was to be done by a day that has passed, for an indicator that is still behind."""

    code: str
    name: str
    url: str
    department: str
    day: str
    action: str
    compliance: str
    light: str


@dataclass(frozen=True, slots=True)
class PromiseList:
    """``rest`` says how many more there are, and how many of them are among the indicators above; ``total`` are all."""

    title: str
    rows: list[Promise]
    none: str
    rest: str
    total: int


@dataclass(frozen=True, slots=True)
class Card:
    """``earlier``: the cut-off that falls are told against, in words; empty in January.

    ``uncaptured`` says how many indicators no list can show, empty where all have some figure.
    """

    headline: Headline
    glance: Glance
    earlier: str
    programs: ProgramList
    fallen: ProgramList
    indicators: IndicatorList
    promises: PromiseList
    uncaptured: str
    fingerprint: str
    results: list[ProgramResult]  # of every programme, for what is said of their lights
    drawn: dict[str, str] = field(default_factory=dict, compare=False, repr=False)  # what its template made of it


def card(cut: Cut, since: int, *, on: date, acts: PlanActs) -> Card:
    """The sheet of a cut-off, with falls told against January to ``since`` (0: nothing to compare with).

    ``on`` is the day on which promises are overdue, ``acts`` are what moved its figures. 4 queries, and 2 more where
    there is a year before. It is made again when something of it changed.
    """
    reading = read_card(cut, since, on=on)
    past = past_course(cut)
    before = reading.before.programs if reading.before else None
    rows = tuple(sorted((row.code, written(row), written(row.action)) for row in reading.indicators.values()))
    key = made_of(
        cut,
        reading.now.programs,
        before,
        reading.course,
        past,
        asked=(since, on, reading.told, rows, tuple(acts.figures.items())),
    )
    return _cards.made(key, lambda: _card(reading, past, on, acts))


_cards: Keeper[Card] = Keeper(8)  # 0.2 MB each, with what is drawn of it


def _card(reading: CardReading, past: Sequence[ProgramCourse] | None, on: date, acts: PlanActs) -> Card:
    cut, now, before = reading.cut, reading.now, reading.before
    return Card(
        headline=headline(now),
        # What fell has lists of its own.
        glance=replace(glance_elsewhere(cut, now, reading.course, past), moved=()),
        earlier=words.span(reading.since) if reading.since else "",
        programs=_programs(reading, acts),
        fallen=_fallen(reading, acts),
        indicators=_indicators(reading, on, acts),
        promises=_promises(reading),
        uncaptured=_uncaptured(now, cut),
        fingerprint=results_fingerprint(*filter(None, (now, before))),
        results=[sheet.result for sheet in now.programs],
    )


def _since(reading: CardReading) -> str:
    return f"desde {words.span(reading.since)}" if reading.since else ""


def _programs(reading: CardReading, acts: PlanActs) -> ProgramList:
    """The furthest behind, as on Inicio."""
    line = _ProgramLines(reading, acts)
    plan = reverse("reports:dashboard", args=[reading.cut.fiscal_year.year])
    return ProgramList(
        title="Los programas más atrasados",
        rows=[
            line.of(sheet, change_of(reading.before_of(sheet.code), sheet.result.compliance, _since(reading)))
            for sheet in reading.programs[:SHOWN]
        ],
        none=_nothing_captured(reading) or NO_PROGRAM,
        more=max(len(reading.programs) - SHOWN, 0),
        more_url=f"{plan}{reading.cut.query}&orden=cumplimiento#programs",
    )


def _fallen(reading: CardReading, acts: PlanActs) -> ProgramList:
    line = _ProgramLines(reading, acts)
    return ProgramList(
        title=f"Los programas que más bajaron {_since(reading)}".strip(),
        rows=[
            line.of(found.sheet, change_of(found.was, found.sheet.result.compliance, _since(reading)))
            for found in reading.fallen[:SHOWN]
        ],
        none=_nothing_captured(reading) or _no_fall(reading),
        more=max(len(reading.fallen) - SHOWN, 0),
        more_url=f"{_compare_url(reading)}&cambio=bajo" if reading.since else "",
    )


class _ProgramLines:
    def __init__(self, reading: CardReading, acts: PlanActs) -> None:
        self.corrected = acts.by_program
        self.pages = Addresses.of("reports:program", reading.cut)
        self.explained = Addresses.of("reports:explain_program", reading.cut)

    def of(self, sheet: ProgramSheet, change: Change | None) -> ProgramLine:
        result = sheet.result
        return ProgramLine(
            code=sheet.code,
            name=sheet.name,
            url=self.pages.at(sheet.code),
            department=sheet.department,
            compliance=percent(result.compliance, result.borders),
            global_=percent(result.global_, result.borders, empty="sin datos"),
            light=result.light,
            change=change,
            whence=self.explained.at(sheet.code),
            corrected=corrected_mark(self.corrected.get(sheet.id, 0), brief=True),
        )


def _compare_url(reading: CardReading) -> str:
    cut, since = reading.cut, reading.since
    against = f"&contra={cut.year}-{since:02d}" if since else ""
    return reverse("reports:comparison", args=[cut.fiscal_year.year]) + cut.query + against


def _no_fall(reading: CardReading) -> str:
    if reading.before is None:
        return NO_EARLIER
    both = any(
        sheet.result.compliance is not None and reading.before_of(sheet.code) is not None
        for sheet in reading.now.programs
    )
    return NO_FALL if both else NO_PAIRS


def _indicators(reading: CardReading, on: date, acts: PlanActs) -> IndicatorList:
    all_of_them = f"{_compare_url(reading)}&ver=indicadores&orden=ahora"
    return IndicatorList(
        title="Los indicadores más atrasados",
        rows=_rows(reading, reading.behind, on, acts),
        none=_nothing_captured(reading) or NO_WORST,
        more=max(len(reading.behind) - INDICATORS_SHOWN, 0),
        more_url=all_of_them,
        zero=_zero_words(reading),
        zero_url=f"{_compare_url(reading)}&ver={ZERO_TOLERANCE}&orden=clave" if reading.zero else "",
    )


def _zero_words(reading: CardReading) -> str:
    """Those that allow nothing and have a case: by compliance they tie, so they are one line with the worst of them."""
    if not reading.zero:
        return ""
    worst = reading.zero[0].result
    return (
        f"{len(reading.zero):,} indicadores de tolerancia cero con incidentes; el peor, {worst.code}: "
        f"{amount(worst.numerator)} de {amount(worst.denominator)}"
    )


def _promises(reading: CardReading) -> PromiseList:
    """Of those whose indicator is listed above, its row says what was promised and that its day has passed."""
    pages = Addresses.of("reports:indicator", reading.cut)
    rows = []
    for day, found in reading.promised:
        indicator = reading.indicators[found.result.code]
        rows.append(
            Promise(
                code=indicator.code,
                name=indicator.name,
                url=pages.at(indicator.code),
                department=found.sheet.department,
                day=day_text(day),
                action=reading.commitments[indicator.pk].action,
                compliance=compliance_text(found.result),
                light=found.result.light,
            )
        )
    total, above = len(reading.overdue), reading.overdue_above
    more = total - above - len(rows)
    rest = [f"{above:,} de los indicadores de arriba"] if above else []
    rest += [f"y {more:,} más" if rest or rows else f"{more:,}"] if more else []
    title = f"Lo prometido que ya venció y sigue atrasado: {total:,}"
    return PromiseList(title, rows, NO_PROMISE, " ".join(rest), total)


def _figures(cut: Cut) -> str:
    return "validadas" if cut.scope == OFFICIAL else "enviadas ni validadas"


def _nothing_captured(reading: CardReading) -> str:
    """That nothing is known, where so it is: without figures nothing is behind, which is no good news."""
    now, cut = reading.now, reading.cut
    if not now.programs:
        return f"El ejercicio {cut.year} no tiene programas todavía."
    captured, due = coverage(now.programs)
    if captured:
        return ""
    if not due:
        return f"No hay cifras {_figures(cut)}: ningún mes se pide aún."
    return f"No hay cifras {_figures(cut)}: {captured} de {due:,} meses capturados."


def _uncaptured(now: YearResults, cut: Cut) -> str:
    asked = [row for sheet in now.programs for row in sheet.indicators if row.considered and row.retired_from is None]
    missing = sum(row.status == MISSING for row in asked)
    if not missing:
        return ""
    figure = "validada" if cut.scope == OFFICIAL else "enviada ni validada"
    return (
        f"{missing:,} de {len(asked):,} indicadores considerados no {'tiene' if missing == 1 else 'tienen'} ninguna "
        f"cifra {figure} al corte, y por eso no {'aparece' if missing == 1 else 'aparecen'} en estas listas."
    )


def _rows(reading: CardReading, found: Sequence[Followed], on: date, acts: PlanActs) -> list[CardRow]:
    """The first ``INDICATORS_SHOWN`` of a list, their numbers written."""
    names = ("reports:indicator", "reports:explain_indicator")
    pages, explained = (Addresses.of(name, reading.cut) for name in names)
    made = []
    for row in found[:INDICATORS_SHOWN]:
        indicator = reading.indicators[row.result.code]
        line = result_line(indicator, row.result, indicator.action.unit)
        descending = indicator.direction == Direction.DESCENDING
        made.append(
            CardRow(
                code=indicator.code,
                name=indicator.name,
                url=pages.at(indicator.code),
                program=f"{row.sheet.code} {row.sheet.name}",
                department=row.sheet.department,
                numerator=line.numerator,
                numerator_label=indicator.numerator_label,
                denominator=line.denominator,
                denominator_label=indicator.denominator_label,
                percentage=line.percentage,
                entry=line.entry,
                expected=line.expected,
                expected_label="máximo permitido" if descending else "esperado al corte",
                compliance=line.compliance,
                light=line.light,
                light_reason=line.reason,
                change=change_of(
                    calculations.capped(row.was), calculations.capped(row.result.compliance), _since(reading)
                ),
                before=percent(row.was, row.result.borders),
                whence=explained.at(indicator.code),
                whence_before=explained.at(indicator.code, reading.since) if reading.since else "",
                commitment=commitment_notes(reading.commitments.get(indicator.pk), on=on),
                corrected=corrected_mark(acts.by_indicator.get(indicator.code, 0), brief=True),
            )
        )
    return made


def card_data(cut: Cut, made: Card, acts: PlanNotes) -> Data:
    """The data of ``tarjeta.typ``: one page, so long texts end in «…»; the page of the sheet has them whole.

    ``acts`` are what moved its figures.
    """
    top, glance = made.headline, made.glance
    return sheet_data(cut, made.fingerprint) | {
        "scope": "oficiales" if cut.scope == OFFICIAL else "preliminares",
        "headline": {
            "compliance": _figure(glance.compliance.text, glance.compliance.changes),
            "global": _figure(glance.global_.text, glance.global_.changes),
            "coverage": _unbroken(
                f"{top.with_data:,} de {top.programs:,} programas con datos · {top.coverage} capturados · "
                f"{top.punctuality}. {glance.latest}".rstrip()
            ),
            "bar": str(lights_bar([LightPart(one.light, one.programs) for one in top.lights])),
            "lights": [{"light": one.light, "count": f"{one.programs:,}"} for one in top.lights if one.programs],
        },
        "axes": [
            {
                "name": axis.name, "point": str(axis.point), "compliance": _unbroken(axis.compliance),
                "change": _change(axis.change),
                "lights": [{"light": one.light, "count": f"{one.programs:,}"} for one in axis.lights if one.programs],
            }
            for axis in glance.axes
        ],
        "line": {"title": glance.line_title, "svg": str(glance.line.drawing), "alt": glance.line.table.caption},
        "programs": _programs_on_paper(made.programs, "en amarillo o rojo"),
        "fallen": _programs_on_paper(made.fallen, "que bajaron"),
        "indicators": {
            "title": made.indicators.title,
            "none": made.indicators.none,
            "rows": [_on_paper(row) for row in made.indicators.rows],
            "more": _more(made.indicators.more, "en amarillo o rojo"),
            "zero": made.indicators.zero or None,
        },
        "promises": {
            "title": made.promises.title,
            "none": made.promises.none,
            "rows": [
                {"code": row.code, "name": row.name, "department": row.department, "day": row.day,
                 "action": row.action, "compliance": _unbroken(row.compliance), "light": row.light}
                for row in made.promises.rows
            ],
            "more": made.promises.rest or None,
            "total": made.promises.total,
        },
        "notes": [note for note in (*_told(acts), made.uncaptured, ORDER) if note],
    }  # fmt: skip


def _told(acts: PlanNotes) -> list[str]:
    return [str(acts.thresholds or ""), *(f"{told}." for told in (acts.targets, acts.corrected) if told)]


def _figure(text: str, changes: Sequence[Change]) -> Data:
    return {"text": text, "changes": [_change(change) for change in changes]}


def _change(change: Change | None) -> Data | None:
    return (
        None
        if change is None
        else {"mark": change.mark, "kind": change.kind, "text": change.text, "since": change.since}
    )


def _more(count: int, what: str) -> str | None:
    return f"y {count:,} más {what}".rstrip() if count else None


def _programs_on_paper(made: ProgramList, what: str) -> Data:
    rows = [
        {"code": row.code, "name": row.name, "compliance": _unbroken(row.compliance), "light": row.light,
         "change": _change(row.change), "corrected": row.corrected or None}
        for row in made.rows
    ]  # fmt: skip
    return {"title": made.title, "none": made.none, "rows": rows, "more": _more(made.more, what)}


def _on_paper(row: CardRow) -> Data:
    return {
        "code": row.code,
        "name": row.name,
        "corrected": row.corrected or None,
        "department": row.department,
        "numerator": row.numerator,
        "numerator_label": row.numerator_label,
        "denominator": row.denominator,
        "denominator_label": row.denominator_label,
        "percentage": _unbroken(row.percentage),
        "expected": _unbroken(row.expected),
        "expected_label": row.expected_label,
        "compliance": _unbroken(row.compliance),
        "light": row.light,
        "light_reason": row.light_reason or None,
        "change": _change(row.change),
        # The column's head says whose date it is.
        "commitment": [
            {"label": note["label"].removesuffix(" compromiso"), "text": note["text"]} for note in row.commitment
        ],
    }


def _unbroken(text: str) -> str:
    """«75.00 %» on one line, however narrow the column."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")
