"""Which acts of the trail an address asks for: by person, act, department, instrument, figure, day or list."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils import timezone

from accounts.access import Access, Action, readable_trail
from accounts.acts import MembershipAct, TwoPeopleAct
from accounts.models import ApiToken, Membership, PendingAct, User
from catalog.acts import CatalogueAct, YearAct
from core.asked import read_key, read_whole
from core.dates import LIVING, Span, read_day
from core.models import TrailEntry
from core.text import fold
from core.trail import registered_acts
from indicators.acts import CalendarAct, FigureAct, FollowUpAct, TargetAct
from indicators.models import Evidence, Indicator, Measurement, Receipt, TargetAdjustment
from programs.models import DEPARTMENT_ORDER, Department

LONGEST = 100
IMPORTS, IMPORT = "importaciones", "importacion"  # the list of them, and one by any of its acts
FIELDS = (
    "lista", "texto", "quien", "acto", "dependencia", "instrumento", "indicador", "mes", "desde", "hasta", IMPORT,
)  # fmt: skip
_LETTERS = {
    "a": "[aAáÁàÀäÄâÂãÃª]",
    "e": "[eEéÉèÈëËêÊ]",
    "i": "[iIíÍìÌïÏîÎ]",
    "o": "[oOóÓòÒöÖôÔõÕº]",
    "u": "[uUúÚùÙüÜûÛ]",
}
_LETTERS |= {"n": "[nNñÑ]", "c": "[cCçÇ]"}


class ActList(NamedTuple):
    """A list of its own: the acts of some kinds, in the same words and with the same files."""

    label: str
    acts: tuple[str, ...]


LISTS: Mapping[str, ActList] = {
    "correcciones": ActList(
        "Correcciones", (FigureAct.CORRECT, FollowUpAct.ASK_CORRECTION, FollowUpAct.DECLINE_CORRECTION)
    ),
    "metas": ActList("Metas", (TargetAct.ADJUST, TargetAct.CHANGE, TargetAct.CORRECT_KIND)),
    "umbrales": ActList("Umbrales", (TargetAct.CHANGE_THRESHOLDS,)),
    "prorrogas": ActList("Prórrogas", (CalendarAct.GRANT_EXTENSION, CalendarAct.END_EXTENSION)),
    IMPORTS: ActList("Importaciones", (FigureAct.IMPORT, FigureAct.MIGRATE, CatalogueAct.UNDO_IMPORT)),
    "nombramientos": ActList("Nombramientos", (*MembershipAct, *TwoPeopleAct)),
    "reaperturas": ActList("Reaperturas", (YearAct.ASK_REOPENING, YearAct.WITHDRAW_REOPENING, YearAct.REOPEN)),
}


def pattern(words: str) -> str:
    """A regular expression that finds them with or without accents, in either case, as ``core.text.fold`` compares.

    PostgreSQL reads 200,000 subjects with it five times as fast as it takes their accents away.
    """
    return "".join(" +" if letter == " " else _LETTERS.get(letter) or _any_case(letter) for letter in fold(words))


def _any_case(letter: str) -> str:
    upper = letter.upper()
    return f"[{letter}{upper}]" if letter.isalpha() and len(upper) == 1 and upper != letter else re.escape(letter)


_LISTED = ("lista", IMPORT)


@dataclass(frozen=True, slots=True)
class Asked:
    """The acts that an address asks for, and the words that it asked with. ``departments`` are those to choose from."""

    entries: QuerySet[TrailEntry]
    typed: Mapping[str, str]
    complaints: Sequence[str]
    departments: Sequence[Department]
    span: Span = LIVING

    @property
    def query(self) -> str:
        """What the links to the other pages and to the files keep."""
        return urlencode({name: value for name, value in self.typed.items() if value})

    @property
    def without_list(self) -> str:
        return urlencode({name: value for name, value in self.typed.items() if value and name not in _LISTED})

    @property
    def without_import(self) -> str:
        return urlencode({name: value for name, value in self.typed.items() if value and name != IMPORT})

    @property
    def narrows(self) -> bool:
        return any(value for name, value in self.typed.items() if name not in _LISTED)


def asked_trail(access: Access, query: QueryDict) -> Asked:
    """Two queries at most: the departments, and the people where one is named. The acts are read by who shows them."""
    typed = {name: query.get(name, "").strip()[:LONGEST] for name in FIELDS}
    departments = list(access.departments(Action.READ_TRAIL).order_by(*DEPARTMENT_ORDER))
    entries = readable_trail(access).select_related("actor")
    complaints: list[str] = []
    entries = _containing(entries, "subject_label", typed["texto"].split())
    for name, narrow in _NARROWED.items():
        if typed[name]:
            entries, complaint = narrow(entries, typed[name])
            complaints += [complaint] if complaint else []
    entries, complaint = _of_department(entries, typed["dependencia"], departments)
    complaints += [complaint] if complaint else []
    entries, complaint = _of_figure(entries, typed["indicador"], typed["mes"])
    complaints += [complaint] if complaint else []
    return Asked(entries, typed, complaints, departments)


Narrowed = tuple[QuerySet[TrailEntry], str]


def _containing(entries: QuerySet[TrailEntry], column: str, words: Sequence[str]) -> QuerySet[TrailEntry]:
    for word in words:
        entries = entries.filter(**{f"{column}__regex": pattern(word)})
    return entries


def _in_list(entries: QuerySet[TrailEntry], slug: str) -> Narrowed:
    if slug not in LISTS:
        return entries, ""
    return entries.filter(action__in=[str(act) for act in LISTS[slug].acts]), ""


def _of_import(entries: QuerySet[TrailEntry], value: str) -> Narrowed:
    """What one import wrote: the acts of its moment, by the same person, of the same file."""
    key = read_key(value)
    one = entries.filter(pk=key).first() if key is not None else None
    if one is None:
        return entries.none(), "Esa importación no está entre los actos que usted consulta."
    return entries.filter(at=one.at, actor=one.actor_id, action=one.action, reason=one.reason), ""


def _by_person(entries: QuerySet[TrailEntry], words: str) -> Narrowed:
    """What they did, and what was done to them: account and tokens, what they are named to, what waits about them."""
    wanted = fold(words).split()
    people = User.objects.values_list("pk", "first_name", "last_name", "username", "email")
    keys = [pk for pk, *texts in people if all(word in fold(" ".join(texts)) for word in wanted)]
    if not keys:
        return entries.none(), f"Nadie se llama «{words}»: escriba su nombre, sus apellidos o su correo."
    told = (
        (User, keys),
        (Membership, Membership.objects.filter(user__in=keys).values("pk")),
        (PendingAct, PendingAct.objects.filter(person__in=keys).values("pk")),
        (ApiToken, ApiToken.objects.filter(person__in=keys).values("pk")),
    )
    done = Q(actor__in=keys)
    for model, found in told:
        done |= Q(subject_type=model._meta.label_lower, subject_id__in=found)
    return entries.filter(done), ""


def _by_act(entries: QuerySet[TrailEntry], words: str) -> Narrowed:
    wanted = fold(words).split()
    acts = [
        act.value
        for act in registered_acts()
        if all(word in fold(act.sentence) for word in wanted) or fold(act.value) == fold(words)
    ]
    if not acts:
        return entries.none(), f"Ningún acto se llama «{words}»: escriba por ejemplo «validó» o «ajustó la meta»."
    return entries.filter(action__in=acts), ""


def _by_instrument(entries: QuerySet[TrailEntry], words: str) -> Narrowed:
    """An act says its instrument in a field of its own or, of a correction and a name, within its reason."""
    wanted = pattern(words)
    cited = KeyTextTransform(1, KeyTransform("instrument", "changes"))
    ended = KeyTextTransform(1, KeyTransform("end_instrument", "changes"))
    entries = entries.alias(cited=Cast(cited, TextField()), ended=Cast(ended, TextField()))
    return entries.filter(Q(reason__regex=wanted) | Q(cited__regex=wanted) | Q(ended__regex=wanted)), ""


def _since(entries: QuerySet[TrailEntry], value: str) -> Narrowed:
    day = read_day(value)
    return (entries, _no_day(value)) if day is None else (entries.filter(at__gte=_begins(day)), "")


def _until(entries: QuerySet[TrailEntry], value: str) -> Narrowed:
    day = read_day(value)
    return (entries, _no_day(value)) if day is None else (entries.filter(at__lt=_begins(day + timedelta(days=1))), "")


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _no_day(value: str) -> str:
    return f"«{value}» no es una fecha entre {LIVING.first.year} y {LIVING.last.year}; se muestran todas."


_NARROWED: Mapping[str, Callable[[QuerySet[TrailEntry], str], Narrowed]] = {
    "lista": _in_list, "quien": _by_person, "acto": _by_act, "instrumento": _by_instrument, "desde": _since,
    "hasta": _until, IMPORT: _of_import,
}  # fmt: skip


def _of_department(entries: QuerySet[TrailEntry], prefix: str, departments: Sequence[Department]) -> Narrowed:
    if not prefix:
        return entries, ""
    found = next((one for one in departments if one.prefix == prefix), None)
    if found is None:
        return entries.none(), f"No hay una dependencia «{prefix}»: elija una de la lista."
    return entries.filter(scope_id=found.pk), ""


def _of_figure(entries: QuerySet[TrailEntry], code: str, month: str) -> Narrowed:
    """What was done to an indicator, its figures, their files and papers, and its targets; of one month or of all."""
    number = read_whole(month, digits=2)
    if month and (number is None or not 1 <= number <= 12):
        return entries.none(), f"«{month}» no es un mes: elija uno de la lista."
    if not code:
        return entries, "Para buscar por mes escriba también la clave del indicador." if month else ""
    indicators = Indicator.objects.filter(Q(code__iexact=code) | Q(official_key__iexact=code))
    if not indicators.exists():
        return entries.none(), f"Ningún indicador tiene la clave «{code}»."
    figures = Measurement.objects.filter(indicator__in=indicators.values("pk"))
    targets = TargetAdjustment.objects.filter(indicator__in=indicators.values("pk"))
    if number is not None:
        figures, targets = figures.filter(month=number), targets.filter(effective_month=number)
    own = figures.values("pk")
    told: list[tuple[Any, Any]] = [
        (Measurement, own),
        (TargetAdjustment, targets.values("pk")),
        (Receipt, Receipt.objects.filter(measurements__in=own).values("pk")),
        (Evidence, Evidence.objects.filter(measurements__in=own).values("pk")),
    ]
    if number is None:
        told.append((Indicator, indicators.values("pk")))
    done = Q(pk__in=[])
    for model, found in told:
        done |= Q(subject_type=model._meta.label_lower, subject_id__in=found)
    return entries.filter(done), ""
