"""What planning's first page tells before all else: a rule that changed, mail that did not leave, the first steps."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Exists, F, OuterRef, TextField, Value
from django.db.models.functions import Cast

from accounts.mail_waiting import MailTrouble, troubled_mail
from catalog.models import RuleChange, StartPutAway
from catalog.years.rule_change import unseen_changes
from indicators.models import Indicator
from programs.models import FiscalYear

_CHANGE, _ASIDE, _YEAR = "change", "put away", "year with a catalogue"


@dataclass(frozen=True, slots=True)
class PlanningNotices:
    rule_change: RuleChange | None = None
    mail: MailTrouble | None = None
    first_steps: bool = False  # whether they are offered
    catalogue: bool = True  # whether there is any


NO_NOTICES = PlanningNotices()


def planning_notices(now: datetime) -> PlanningNotices:
    """All with one query; None where there is nothing to tell."""
    changes = unseen_changes().annotate(
        trouble=Value(_CHANGE, CharField()), number=F("pk"), text=Cast("figures", TextField())
    )
    mails = troubled_mail(now).annotate(text=Value("", TextField()))
    columns = ("trouble", "number", "text")
    empty = Value("", TextField())
    aside = StartPutAway.objects.annotate(trouble=Value(_ASIDE, CharField()), number=F("pk"), text=empty)
    years = FiscalYear.objects.filter(Exists(Indicator.objects.filter(fiscal_year=OuterRef("pk")).order_by()))
    years = years.annotate(trouble=Value(_YEAR, CharField()), number=F("year"), text=empty)
    others = (mails, aside.order_by(), years.order_by())
    rows = list(
        changes.order_by().values_list(*columns).union(*(found.values_list(*columns) for found in others), all=True)
    )
    told = {number: text for trouble, number, text in rows if trouble == _CHANGE}
    counts = {trouble: number for trouble, number, _ in rows if trouble not in (_CHANGE, _ASIDE, _YEAR)}
    there = {trouble for trouble, _, _ in rows}
    first = min(told, default=None)
    return PlanningNotices(
        rule_change=None if first is None else RuleChange(pk=first, figures=json.loads(told[first])),
        mail=MailTrouble(**counts) or None,
        first_steps=_ASIDE not in there,
        catalogue=_YEAR in there,
    )
