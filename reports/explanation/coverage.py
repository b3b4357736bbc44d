"""Which months of a plan or group are captured, and which of them in time, programme by programme (rule 4)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.formats import percent
from indicators import calculations
from indicators.calculations import IndicatorResult
from indicators.results.year import ProgramSheet
from reports import words
from reports.explanation.parts import Step
from reports.plan.programs import considered_months, coverage, punctuality, undated_of


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """Months of a programme's considered indicators up to the cut-off; ``url`` explains the programme's."""

    code: str
    name: str
    url: str
    due: str
    captured: str
    late: str
    undated: str
    on_time: str


def coverage_rows(sheets: Iterable[ProgramSheet], address: Callable[[str], str]) -> tuple[CoverageRow, ...]:
    """Of programmes that were loaded ``with_lines``; ``address`` gives where a code's programme is explained."""
    rows = []
    for sheet in sheets:
        captured, due = coverage([sheet])
        late, undated = sheet.late, sheet.undated
        texts = (f"{number:,}" for number in (due, captured, late, undated, captured - late - undated))
        rows.append(CoverageRow(sheet.code, sheet.name, address(sheet.code), *texts))
    return tuple(rows)


def coverage_steps(sheets: Sequence[ProgramSheet], *, has_deadlines: bool) -> tuple[Step, ...]:
    """The columns added up, and the share of the due months that was captured in time; nothing without programmes.

    In a historical year nothing was in time or late, and there is no share.

    Migrated captures, where there are any, are taken from both sides of the share.
    """
    if not sheets:
        return ()
    on_time, dated_due = punctuality(sheets)
    months = [coverage([sheet]) for sheet in sheets]
    captured, late = _sum("Meses capturados", [c for c, _ in months]), [sheet.late for sheet in sheets]
    due, undated = _sum("Meses exigibles", [d for _, d in months]), undated_of(sheets)
    without = f" − {undated:,}" if undated else ""
    apart = [_sum("Migradas, sin fecha de envío", [sheet.undated for sheet in sheets])] if undated else []
    dated = [Step("Exigibles con fecha de envío", f"{due.result}{without}", f"{dated_due:,}")] if undated else []
    if not has_deadlines:
        return (captured, due, *apart, Step("Parte a tiempo", "—", words.NO_DEADLINES))
    share = calculations.month_percentage(Decimal(on_time), Decimal(dated_due))
    return (
        captured,
        due,
        _sum("Extemporáneas", late),
        *apart,
        Step("Capturas a tiempo", f"{captured.result} − {sum(late):,}{without}", f"{on_time:,}"),
        *dated,
        Step(
            "Parte a tiempo",
            f"{on_time:,} / {dated_due:,} × 100",
            percent(share, empty="no se divide entre 0: ningún mes exigible aún"),
        ),
    )


def program_steps(results: Iterable[IndicatorResult]) -> tuple[Step, ...]:
    """The months of one programme's considered indicators, indicator by indicator; nothing without any."""
    months = [considered_months([result]) for result in results if result.considered]
    if not months:
        return ()
    return (_sum("Meses capturados", [c for c, _ in months]), _sum("Meses exigibles", [d for _, d in months]))


def _sum(what: str, numbers: Sequence[int]) -> Step:
    return Step(what, " + ".join(f"{number:,}" for number in numbers), f"{sum(numbers):,}")
