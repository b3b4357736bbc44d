"""The plan or a department at a glance: compliance first, what changed, where it stands, how its year went.

Every picture stands beside the figures that it draws, and each figure leads to its explanation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from django.urls import reverse
from django.utils.safestring import SafeString

from core.formats import percent, points, quantity
from core.keeping import Keeper
from indicators import calculations
from indicators.calculations import ProgramResult, RollUp
from indicators.models import month_name
from indicators.results.course import Course, ProgramCourse, load_course
from indicators.results.standards import thresholds_of
from indicators.results.year import OFFICIAL, ProgramSheet, YearResults
from programs.models import Department, FiscalYear
from reports.address.cutoff import Cut
from reports.address.dimensions import AXIS, DEPARTMENT, Dimension
from reports.address.links import Addresses
from reports.address.made_of import made_of
from reports.address.selection import LIGHT, LIGHT_SLUGS, Selection, read_selection
from reports.charts import (
    Chart,
    LightPart,
    YearLine,
    YearPoint,
    lights_bar,
    scale,
    year_line,
    year_line_table,
)
from reports.plan.programs import PROGRAM_ORDERS, LightCount, light_counts, lights_in_columns
from reports.plan.roll_ups import groups_of
from reports.plan.trends import trend

MOVED_SHOWN = 3
_LEAST = Decimal("0.005")  # what moved by less is no 0.00: it moved
_SLUGS = {light: slug for slug, light in LIGHT_SLUGS.items()}
NO_DATA = "sin datos"


@dataclass(frozen=True, slots=True)
class Change:
    """Since another moment. ``mark`` and ``kind`` («up», «down», «same») say the way, ``since`` the other moment.

    ``text`` are points without a sign, because the mark has it.
    """

    mark: str
    kind: str
    text: str
    since: str

    @property
    def words(self) -> str:
        """For who does not see the mark."""
        if self.kind == "same":
            return f"sin cambio {self.since}"
        return f"{'subió' if self.kind == 'up' else 'bajó'} {self.text} puntos {self.since}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A percentage with its changes since the month before and since a year ago, where there are."""

    text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class AxisRow:
    """A rector axis. ``url`` lists its programmes, ``explanation`` says where its figures come from."""

    name: str
    url: str
    explanation: str
    compliance: str
    global_: str
    change: Change | None
    point: SafeString
    bar: SafeString
    lights: tuple[LightCount, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A programme that fell or rose since the month before: its points of compliance and its year."""

    code: str
    name: str
    url: str
    change: Change
    trend: SafeString


@dataclass(frozen=True, slots=True)
class MovedList:
    """The first of those that moved the same way, and how many more there are."""

    title: str
    rows: tuple[Moved, ...]
    more: int


@dataclass(frozen=True, slots=True)
class LightLink:
    light: str
    programs: int
    url: str


@dataclass(frozen=True, slots=True)
class Glance:
    """``moved`` is empty in the year's first month; ``line_title`` names both years, or the one that there is.

    ``whence`` is the address of where its figures come from, at its cut-off; ``key`` tells it from another one.
    ``latest`` says how much of the cut-off's own month is known; empty where nothing of it is asked for.
    """

    key: str
    whence: str
    compliance: Figure
    global_: Figure
    lights: tuple[LightLink, ...]
    latest: str
    bar: SafeString
    axes: tuple[AxisRow, ...]
    since: str
    line_title: str
    line: Chart
    moved: tuple[MovedList, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a glance is of: the whole plan, or a department. ``past`` is the year before, empty where there is none.

    ``key`` tells it from another one on the same page.
    """

    key: str
    of: str
    whence: str
    sheets: Sequence[ProgramSheet]
    course: Sequence[ProgramCourse]
    past: Sequence[ProgramCourse]


def year_before(cut: Cut) -> FiscalYear | None:
    """The year before that of the page, None where the system does not have it."""
    return next((year for year in cut.years if year.year == cut.fiscal_year.year - 1), None)


def past_course(cut: Cut) -> Sequence[ProgramCourse] | None:
    """The whole of the year before, None where there is none; 2 queries."""
    earlier = year_before(cut)
    return load_course(earlier, scope=cut.scope, named=False) if earlier else None


def glance(
    cut: Cut,
    results: YearResults,
    course: Sequence[ProgramCourse],
    past: Sequence[ProgramCourse] | None,
    selection: Selection,
    *,
    page: str = "",
) -> Glance:
    """Of the whole plan, whatever is filtered.

    ``course`` goes as far as the results, ``past`` is ``past_course``; ``page`` is that of the plan where it is not
    this one.
    """
    whence = reverse("reports:explain_plan", args=[cut.fiscal_year.year])
    axes = _axes(cut, results.programs, course, selection, page)
    scene = Scene("year", "del plan", whence, results.programs, course, past or ())
    return _glance(cut, scene, selection, page, axes)


def glance_of_department(
    cut: Cut,
    department: Department,
    sheets: Sequence[ProgramSheet],
    course: Sequence[ProgramCourse],
    past: Sequence[ProgramCourse],
) -> Glance:
    """The same of a department's programmes alone, without axes, for another page than the plan's."""
    page = reverse("reports:dashboard", args=[cut.fiscal_year.year])
    whence = reverse("reports:explain_group", args=[cut.fiscal_year.year, DEPARTMENT.slug, department.pk])
    scene = Scene(f"year-{department.pk}", "de la dependencia", whence, sheets, course, past)
    return _glance(cut, scene, only_department(cut, department), page)


def only_department(cut: Cut, department: Department) -> Selection:
    """What the plan's pages list of it, as their addresses say it."""
    return Selection(cut, PROGRAM_ORDERS, {DEPARTMENT.slug: department.prefix}, next(iter(PROGRAM_ORDERS)))


def _glance(cut: Cut, scene: Scene, selection: Selection, page: str, axes: Sequence[AxisRow] = ()) -> Glance:
    now, past = by_month(scene.course), by_month(scene.past) if scene.past else ()
    month = cut.month
    before, year_ago = _at(now, month - 1), _at(past, month)
    plan = now[month - 1]
    counts = light_counts(scene.sheets)
    return Glance(
        key=scene.key,
        whence=f"{scene.whence}{cut.onward}",
        compliance=figure(plan, [(before, since_month(month)), (year_ago, since_year(cut))], "compliance"),
        global_=figure(plan, [(before, since_month(month)), (year_ago, since_year(cut))], "global_"),
        lights=tuple(_light_link(count, selection, page) for count in counts if count.programs),
        latest=_latest(cut, scene.sheets),
        bar=lights_bar([LightPart(one.light, one.programs, _light_url(one.light, selection, page)) for one in counts]),
        axes=tuple(axes),
        since=since_month(month) if before else "",
        line_title=f"El año, y {cut.fiscal_year.year - 1} en gris" if _has_data(past) else "El año, mes a mes",
        line=_line(cut, scene, now, past),
        moved=tuple(_moved(cut, scene.course)) if month > 1 else (),
    )


def glance_elsewhere(
    cut: Cut,
    results: YearResults,
    course: Sequence[ProgramCourse],
    past: Sequence[ProgramCourse] | None,
) -> Glance:
    """For another page than the plan's: its links lead there."""
    page = reverse("reports:dashboard", args=[cut.fiscal_year.year])

    def made() -> Glance:
        selection = read_selection({}, page, cut, results.programs, PROGRAM_ORDERS, {})
        return glance(cut, results, course, past, selection, page=page)

    return _glances.made(made_of(cut, results.programs, course, past), made)


_glances: Keeper[Glance] = Keeper(8)


def by_month(course: Sequence[ProgramCourse]) -> tuple[RollUp, ...]:
    """The plan at each cut-off that the course reaches (rule 14: means over programmes)."""
    return _rolled_up(tuple(program.course for program in course))


# Worked out again only where one of the programmes changed: a course is the same object while its rows are equal.
@lru_cache(maxsize=128)
def _rolled_up(courses: tuple[Course, ...]) -> tuple[RollUp, ...]:
    if not courses:
        return (calculations.roll_up(()),) * 12
    return tuple(calculations.roll_up(made) for made in zip(*courses, strict=True))


def _at(months: Sequence[RollUp], month: int) -> RollUp | None:
    return months[month - 1] if 0 < month <= len(months) else None


def _has_data(months: Sequence[RollUp]) -> bool:
    return any(month.with_data for month in months)


def since_month(month: int) -> str:
    return f"desde {month_name(month - 1)}" if month > 1 else ""


def since_year(cut: Cut) -> str:
    return f"que en {month_name(cut.month)} de {cut.fiscal_year.year - 1}"


def figure(
    now: RollUp | ProgramResult, earlier: Sequence[tuple[RollUp | ProgramResult | None, str]], name: str
) -> Figure:
    """``name`` of it ("compliance", "global_"), with its changes since each of the earlier ones that there are."""
    value = getattr(now, name)
    changes = (change_of(getattr(other, name), value, since) for other, since in earlier if other is not None)
    return Figure(percent(value, now.borders, empty=NO_DATA), tuple(found for found in changes if found is not None))


def change_of(before: Decimal | None, after: Decimal | None, since: str) -> Change | None:
    """None unless there is a figure at both moments."""
    moved = calculations.change(before, after)
    if moved is None:
        return None
    if not moved:
        return Change("=", "same", points(moved), since)
    text = quantity(abs(moved)) if abs(moved) < _LEAST else points(abs(moved)).lstrip("+")
    return Change("↑", "up", text, since) if moved > 0 else Change("↓", "down", text, since)


def _latest(cut: Cut, sheets: Sequence[ProgramSheet]) -> str:
    """«De noviembre están validadas 952 de 1,280 cifras; las demás pueden mover el resultado.»: real, or only late."""
    known = sum(sheet.figures.captured_last for sheet in sheets)
    due = sum(sheet.figures.due_last for sheet in sheets)
    if not due:
        return ""
    told = "validadas" if cut.scope == OFFICIAL else "enviadas o validadas"
    month = month_name(cut.month)
    if known == due:
        return f"De {month} están {told} todas las cifras: {due:,}."
    rest = "" if cut.fiscal_year.locked else "; las demás pueden mover el resultado"
    return f"De {month} están {told} {known:,} de {due:,} cifras{rest}."


def _light_url(light: str, selection: Selection, page: str) -> str:
    query = selection.link(**{LIGHT: _SLUGS[light], "ver": ""})
    return f"{page}{query}#programs"


def _light_link(count: LightCount, selection: Selection, page: str) -> LightLink:
    return LightLink(count.light, count.programs, _light_url(count.light, selection, page))


def _axes(
    cut: Cut, sheets: Sequence[ProgramSheet], course: Sequence[ProgramCourse], selection: Selection, page: str
) -> list[AxisRow]:
    """In the plan's order; none where there is one only, which is the plan itself."""
    groups = groups_of(AXIS, sheets, sheets)
    if len(groups) < 2:
        return []
    earlier = {program.code: program.course[-2] for program in course} if cut.month > 1 else {}
    rows = []
    for group in groups:
        value = group.roll_up.compliance
        was = calculations.roll_up(earlier[sheet.code] for sheet in group.sheets) if earlier else None
        counts = light_counts(group.sheets)
        text = percent(value, group.roll_up.borders, empty=NO_DATA)
        rows.append(
            AxisRow(
                name=group.name,
                url=f"{page}{_only(AXIS, group.key, selection)}#programs",
                explanation=reverse(
                    "reports:explain_group", args=[cut.fiscal_year.year, AXIS.slug, AXIS.pk(group.sheets[0])]
                )
                + cut.onward,
                compliance=text,
                global_=percent(group.roll_up.global_, group.roll_up.borders, empty=NO_DATA),
                change=change_of(was.compliance, value, since_month(cut.month)) if was else None,
                point=standing(value, text, cut.fiscal_year),
                bar=lights_bar([LightPart(count.light, count.programs) for count in counts]),
                lights=lights_in_columns(counts),
            )
        )
    return rows


def _only(dimension: Dimension, key: str, selection: Selection) -> str:
    return selection.link(**{**dict.fromkeys(selection.chosen, ""), "ver": "", "orden": "", dimension.slug: key})


def standing(value: Decimal | None, text: str, year: FiscalYear) -> SafeString:
    """Where a compliance stands between the year's thresholds; ``text`` is the same in words."""
    borders = _borders(year)
    light = calculations.program_light(value, thresholds_of(year))
    return scale.point(value, borders, light, f"{text}, {_border_words(borders)}")


def _borders(year: FiscalYear) -> tuple[Decimal, ...]:
    return (year.amber_from, year.green_from)


def _border_words(borders: Sequence[Decimal]) -> str:
    amber, green = (percent(border)[:-2].rstrip("0").rstrip(".") for border in borders)
    return f"amarillo desde {amber} y verde desde {green}"


def _line(cut: Cut, scene: Scene, now: Sequence[RollUp], past: Sequence[RollUp]) -> Chart:
    year, before = cut.fiscal_year.year, cut.fiscal_year.year - 1
    made = tuple(
        YearPoint(
            label=month_name(month),
            now=(known := _at(now, month)) and known.compliance,
            now_text=percent(known.compliance, known.borders, empty=NO_DATA) if known else "",
            before=(old := _at(past, month)) and old.compliance,
            before_text=percent(old.compliance, old.borders, empty=NO_DATA) if old else "",
            url=f"{scene.whence}{replace(cut, month=month).onward}#compliance" if known else "",
        )
        for month in calculations.MONTHS
    )
    data = YearLine(
        key=scene.key,
        title=f"Cumplimiento {scene.of}, enero a cada mes de {year}",
        description=_line_words(cut, now, past),
        points=made,
        years=(str(year), str(before)),
        borders=_borders(cut.fiscal_year),
    )
    return Chart(year_line(data), year_line_table(data))


def _line_words(cut: Cut, now: Sequence[RollUp], past: Sequence[RollUp]) -> str:
    """«De 60.10 % en enero a 77.78 % en noviembre; en 2015, 75.60 % en noviembre.»"""
    known = [(month, found) for month, found in enumerate(now, start=1) if found.compliance is not None]
    if not known:
        return "Sin datos hasta el corte."
    first, last = (
        f"{percent(found.compliance, found.borders)} en {month_name(month)}" for month, found in (known[0], known[-1])
    )
    sentence = f"De {first} a {last}" if len(known) > 1 else last.capitalize()
    old = _at(past, cut.month)
    if old is not None and old.compliance is not None:
        before = percent(old.compliance, old.borders)
        sentence += f"; en {cut.fiscal_year.year - 1}, {before} en {month_name(cut.month)}"
    return f"{sentence}."


def _moved(cut: Cut, course: Sequence[ProgramCourse]) -> list[MovedList]:
    """Those that fell most and those that rose most, by compliance; nothing of one that has no figure at both."""
    since = since_month(cut.month)
    page = Addresses.of("reports:program", cut)
    found: dict[str, list[tuple[Decimal, ProgramCourse]]] = {"down": [], "up": []}
    for program in course:
        moved = calculations.change(program.course[-2].compliance, program.course[-1].compliance)
        if moved:
            found["up" if moved > 0 else "down"].append((moved, program))
    titles: Mapping[str, str] = {"down": f"Lo que más bajó {since}", "up": f"Lo que más subió {since}"}
    lists = []
    for kind, title in titles.items():
        ordered = sorted(found[kind], key=lambda one: (-abs(one[0]), one[1].code))
        rows = tuple(_moved_row(program, moved, since, page) for moved, program in ordered[:MOVED_SHOWN])
        lists.append(MovedList(title, rows, len(ordered) - len(rows)))
    return lists


def _moved_row(program: ProgramCourse, moved: Decimal, since: str, page: Addresses) -> Moved:
    way = change_of(Decimal(0), moved, since)
    assert way is not None
    return Moved(program.code, program.name, page.at(program.code), way, trend(program.course))
