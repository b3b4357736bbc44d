"""What planning's first page tells before all else: a rule that changed, and mail that did not leave."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, F, TextField, Value
from django.db.models.functions import Cast

from accounts.mail_waiting import MailTrouble, troubled_mail
from catalog.models import RuleChange
from catalog.years.rule_change import unseen_changes

_CHANGE = "change"


@dataclass(frozen=True, slots=True)
class PlanningNotices:
    rule_change: RuleChange | None = None
    mail: MailTrouble | None = None


def planning_notices(now: datetime) -> PlanningNotices:
    """Both with one query; None where there is nothing to tell."""
    changes = unseen_changes().annotate(
        trouble=Value(_CHANGE, CharField()), number=F("pk"), text=Cast("figures", TextField())
    )
    mails = troubled_mail(now).annotate(text=Value("", TextField()))
    columns = ("trouble", "number", "text")
    rows = list(changes.order_by().values_list(*columns).union(mails.values_list(*columns), all=True))
    told = {number: text for trouble, number, text in rows if trouble == _CHANGE}
    counts = {trouble: number for trouble, number, _ in rows if trouble != _CHANGE}
    first = min(told, default=None)
    return PlanningNotices(
        rule_change=None if first is None else RuleChange(pk=first, figures=json.loads(told[first])),
        mail=MailTrouble(**counts) or None,
    )
