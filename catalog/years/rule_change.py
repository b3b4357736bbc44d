"""Which globals moved when descending indicators began to enter with their compliance (rule 6), told once.

An upgrade writes it to the log, and planning's first page shows it until somebody says that they know. Both are worked
out by the same functions as every page, from the captures that the upgrade finds.
"""

import logging
from copy import copy
from datetime import datetime
from typing import Any

from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max, QuerySet

from accounts.access import Access, Action
from catalog.acts import YearAct
from catalog.models import RuleChange
from core import trail
from core.formats import percent
from indicators.calculations import RollUp
from indicators.models import Measurement
from indicators.results.scope import OFFICIAL, captured_in
from indicators.results.year import load_results
from indicators.wording import cut_off_text, global_text
from programs.models import EntersAs, FiscalYear

logger = logging.getLogger(__name__)


def tell_after_migrating(sender: Any, using: str, **kwargs: Any) -> None:
    """After ``migrate``: work out and log what waits to be told, once every migration is done."""
    connection = connections[using]
    if RuleChange._meta.db_table not in connection.introspection.table_names():
        return
    waiting = RuleChange.objects.using(using).filter(figures__isnull=True)
    if not waiting.exists():
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return  # the tables are not yet those of this version
    for change in waiting:
        change.figures = moved_figures(using)
        change.save(update_fields=["figures"])
        for line in _log_lines(change.figures):
            logger.warning(line)


def moved_figures(using: str = "default") -> list[dict[str, Any]]:
    """Of each open year whose programmes' globals the rule moves, at its last cut-off with official figures."""
    found = (_of_year(year) for year in FiscalYear.objects.using(using).filter(locked=False).order_by("-year"))
    return [moved for moved in found if moved]


def _of_year(year: FiscalYear) -> dict[str, Any] | None:
    official = Measurement.objects.filter(captured_in(OFFICIAL), fiscal_year=year)
    month = official.aggregate(last=Max("month"))["last"]
    if month is None or year.descending_enters_as != EntersAs.COMPLIANCE:
        return None
    before = copy(year)
    before.descending_enters_as = EntersAs.PERCENTAGE
    old, new = load_results(before, month=month), load_results(year, month=month)
    programs = [
        {"code": then.code, "name": then.name, "before": global_text(then.result), "after": global_text(now.result)}
        for then, now in zip(old.programs, new.programs, strict=True)
        if then.result.global_ != now.result.global_
    ]
    if not programs:
        return None
    return {
        "year": str(year.year), "cut_off": cut_off_text(month, year.year), "total": f"{len(new.programs):,}",
        "before": _plan_text(old.plan), "after": _plan_text(new.plan), "programs": programs,
    }  # fmt: skip


def _plan_text(plan: RollUp) -> str:
    return percent(plan.global_, plan.borders, empty="sin datos")


def _log_lines(figures: list[dict[str, Any]]) -> list[str]:
    if not figures:
        return [
            "Los indicadores descendentes entran al global con su cumplimiento: ningún global de un ejercicio abierto "
            "cambia."
        ]
    lines = []
    for year in figures:
        lines.append(
            f"Los indicadores descendentes entran al global con su cumplimiento. {year['cut_off']}, oficial: el "
            f"promedio del plan pasa de {year['before']} a {year['after']}; cambian {len(year['programs'])} de "
            f"{year['total']} programas:"
        )
        lines += [f"  {row['code']} pasa de {row['before']} a {row['after']}" for row in year["programs"]]
    return lines


def unseen_changes() -> QuerySet[RuleChange]:
    """What planning is still to be shown: changes that moved some figure and that nobody of planning has read."""
    return RuleChange.objects.filter(seen_at__isnull=True, figures__isnull=False).exclude(figures=[])


@transaction.atomic
def mark_seen(*, access: Access, change: RuleChange, now: datetime) -> None:
    """NotAllowed for who is not of planning; a second click changes nothing."""
    access.require(Action.MANAGE_CATALOG, "Solo Planeación se da por enterada de un cambio de regla.")
    row = RuleChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if row.seen_at is not None:
        return
    row.seen_at, row.seen_by = now, access.user
    row.save(update_fields=["seen_at", "seen_by"])
    trail.record(
        subject=row,
        label=str(row),
        action=YearAct.SEE_RULE_CHANGE,
        actor=access.user,
        at=now,
        changes={},
        capacity=access.capacity(Action.MANAGE_CATALOG, 0),
    )
