"""What the catalogue says: years, programmes, indicators and adjusted targets, as sheets show them to every reader."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from core.formats import four_decimals
from indicators.models import Indicator, TargetAdjustment
from programs.models import FiscalYear, Program, ProgramObjective
from reports.api.tables import Row


def year_rows(years: Iterable[FiscalYear]) -> Iterator[Row]:
    for year in years:
        borders = map(four_decimals, (year.green_from, year.amber_from, year.over_above))
        yield year.year, year.plan.name, year.locked, year.historical, year.demo_data, *borders


def program_rows(year: FiscalYear) -> Iterator[Row]:
    """In code order; two queries, and those of a locked year's names."""
    objectives: dict[int, list[str]] = defaultdict(list)
    texts = ProgramObjective.objects.filter(program__fiscal_year=year).order_by("program_id", "position")
    for program_id, text in texts.values_list("program_id", "text"):
        objectives[program_id].append(text)
    rows = Program.objects.filter(fiscal_year=year).select_related(
        "department", "strategy__objective__axis", "previous__fiscal_year"
    )
    for row in rows.order_by("code"):
        objective = row.strategy.objective
        yield (
            year.year, row.code, row.official_key, row.name, row.department.prefix, row.department.name,
            str(objective.axis_id), objective.axis.name, objective.name, row.strategy.name, row.description,
            objectives[row.pk], *_former(row.previous),
        )  # fmt: skip


def indicator_rows(year: FiscalYear) -> Iterator[Row]:
    """In code order; one query, and those of a locked year's names."""
    rows = Indicator.objects.filter(fiscal_year=year).select_related(
        "action__program__department", "previous__fiscal_year"
    )
    for row in rows.order_by("code"):
        action, program = row.action, row.action.program
        yield (
            year.year, row.code, row.official_key, program.code, program.department.prefix, action.code, action.text,
            action.unit, row.name, row.definition, row.numerator_label, row.denominator_label,
            row.get_numerator_mode_display(), row.get_denominator_mode_display(), row.considered,
            row.get_direction_display(), row.get_target_kind_display(), four_decimals(row.target),
            row.get_frequency_display(), row.get_schedule_display(), row.starts_in, row.retired_from,
            *map(four_decimals, (row.green_from, row.amber_from, row.over_above)), row.get_dimension_display(),
            four_decimals(row.baseline), row.baseline_year, row.verification, row.requires_evidence, row.source,
            row.responsible_area, *_former(row.previous),
        )  # fmt: skip


def target_rows(year: FiscalYear) -> Iterator[Row]:
    """By indicator and month; one query."""
    rows = TargetAdjustment.objects.filter(indicator__fiscal_year=year).select_related("indicator")
    for row in rows.order_by("indicator__code", "effective_month"):
        yield (
            year.year, row.indicator.code, row.effective_month, four_decimals(row.target), row.reason,
            row.authorized_by, row.instrument,
        )  # fmt: skip


def _former(row: Program | Indicator | None) -> tuple[int | None, str]:
    return (None, "") if row is None else (row.fiscal_year.year, row.code)
