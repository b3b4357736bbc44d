"""The rows of a grouped plan: each axis, objective, strategy or department with its figures and their pictures."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from core.formats import percent
from indicators.results.course import ProgramCourse
from reports import words
from reports.address.dimensions import Dimension
from reports.address.selection import Selection
from reports.charts import LightPart, lights_bar
from reports.plan.glance import NO_DATA, Change, by_month, change_of, standing
from reports.plan.programs import LightCount, coverage, light_counts, lights_in_columns, punctuality, undated_of
from reports.plan.roll_ups import Group
from reports.plan.trends import trend

# Which of them sorts, and its heading; the one of the name is the dimension's own, that of the change says since when.
COLUMNS = (
    ("nombre", ""), ("", "De 0 a 100"), ("cumplimiento", "Cumplimiento"), ("", ""), ("global", "Global"),
    ("", "El año"), ("programas", "Programas por semáforo"), ("meses", "Meses capturados"),
    ("a-tiempo", "Capturas a tiempo"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupRow:
    """``point`` draws its compliance on the scale, ``trend`` its year and ``bar`` its lights.

    ``change`` is None in January, and where one of the two months has no figure.
    """

    name: str
    above: str
    url: str
    with_data: str
    mean: str
    compliance: str
    change: Change | None
    point: SafeString
    trend: SafeString
    bar: SafeString
    lights: tuple[LightCount, ...]
    coverage: str
    on_time: str
    undated: str
    explanation: str


def columns_of(dimension: Dimension, since: str) -> tuple[tuple[str, str], ...]:
    """``since`` is empty where there is no month before: then there is no column of the change."""
    named = ("nombre", dimension.label)
    return (named, *((name, label or since.capitalize()) for name, label in COLUMNS[1:] if label or since))


def group_row(
    group: Group, dimension: Dimension, selection: Selection, courses: Mapping[str, ProgramCourse], since: str
) -> GroupRow:
    """The name leads to the group's programmes, whose ``courses`` go as far as the results."""
    captured, due = coverage(group.sheets)
    on_time, all_due = punctuality(group.sheets)
    cut, pk = selection.cut, dimension.pk(group.sheets[0])
    months = by_month([courses[sheet.code] for sheet in group.sheets])
    value, counts = group.roll_up.compliance, light_counts(group.sheets)
    text = percent(value, group.roll_up.borders, empty=NO_DATA)
    only = {**dict.fromkeys(selection.chosen, ""), "ver": "", "orden": "", dimension.slug: group.key}
    return GroupRow(
        name=group.name,
        above=group.above,
        url=selection.link(**only),
        with_data=words.programs_with_data(group.roll_up),
        mean=percent(group.roll_up.global_, group.roll_up.borders, empty=NO_DATA),
        compliance=text,
        change=change_of(months[-2].compliance, value, since) if since else None,
        point=standing(value, text, cut.fiscal_year),
        trend=trend(months),
        bar=lights_bar([LightPart(count.light, count.programs) for count in counts]),
        lights=lights_in_columns(counts),
        coverage=words.months_of(captured, due),
        on_time="sin plazos" if cut.fiscal_year.historical else f"{on_time:,} de {all_due:,}",
        undated=words.undated(undated_of(group.sheets)),
        explanation=reverse("reports:explain_group", args=[cut.fiscal_year.year, dimension.slug, pk]) + cut.onward,
    )
