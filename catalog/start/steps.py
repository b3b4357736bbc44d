"""The steps from an empty product to the first reminder: each is done when what it makes is there, never by a mark.

A fixed number of queries, whatever the municipality's size.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from accounts.models import Mail, Membership, PendingAct, Role, User
from catalog.models import StartPutAway
from indicators.cover.reading import Cover
from indicators.deadlines import own_days_off
from indicators.models import DayOff, Measurement, Origin, Period, Reminder
from indicators.working_days import due_date, opening_date
from programs.models import FiscalYear

HISTORY_LINKS = 4


class Standing(Enum):
    """The value is the code of the state's colour, ``words`` what a person reads beside its shape."""

    DONE = "validated"
    NEXT = "submitted"
    LATER = "none"

    @property
    def words(self) -> str:
        return {"DONE": "hecho", "NEXT": "sigue", "LATER": "después"}[self.name]

    @property
    def shape(self) -> str:
        return {"DONE": "●", "NEXT": "▲", "LATER": "○"}[self.name]


@dataclass(frozen=True, slots=True)
class Link:
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """``why`` it is done; ``facts``: what is there and what lacks; ``links``: where, the usual way first."""

    key: str
    title: str
    why: str
    facts: tuple[str, ...]
    links: tuple[Link, ...]
    done: bool
    standing: Standing = Standing.LATER


@dataclass(frozen=True, slots=True)
class Start:
    """``put_away``: who set the page aside, None while it is offered; ``empty``: there is no catalogue at all."""

    steps: tuple[Step, ...]
    put_away: StartPutAway | None
    empty: bool

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)


def read_start(*, on: date) -> Start:
    """All steps as they stand that day; at most 16 queries."""
    years = list(FiscalYear.objects.annotate(asked=Count("indicators")).order_by("-year"))
    year = _year_of_work(years)
    periods = (
        list(Period.objects.filter(fiscal_year=year).select_related("fiscal_year").order_by("month")) if year else []
    )
    cover = Cover(periods, on=on)
    steps = [
        _catalogue(years),
        _people(cover, on),
        _calendar(year, periods),
        _history(years, year),
        _reminder(year),
    ]
    return Start(
        steps=tuple(_placed(steps)),
        put_away=StartPutAway.objects.select_related("by").first(),
        empty=not any(one.asked for one in years),  # type: ignore[attr-defined]
    )


def _placed(steps: list[Step]) -> list[Step]:
    """The first that is not done comes next."""
    following = next((step.key for step in steps if not step.done), "")
    stands = {True: Standing.DONE, False: Standing.LATER}
    return [replace(step, standing=Standing.NEXT if step.key == following else stands[step.done]) for step in steps]


def _year_of_work(years: list[FiscalYear]) -> FiscalYear | None:
    """The latest year that people capture in: one with a catalogue before one without."""
    working = [year for year in years if not (year.locked or year.historical)]
    with_catalogue = [year for year in working if year.asked]  # type: ignore[attr-defined]
    return (with_catalogue or working or [None])[0]


def _catalogue(years: list[FiscalYear]) -> Step:
    there = [year for year in years if year.asked]  # type: ignore[attr-defined]
    facts = [f"{year.year}: {_many(year.asked, 'indicador', 'indicadores')}." for year in there]  # type: ignore[attr-defined]
    return Step(
        key="catalogo",
        title="El catálogo",
        why="Sin programas, acciones e indicadores no hay nada que pedir; con ellos se crean el ejercicio, sus doce "
        "meses y las dependencias.",
        facts=tuple(facts),
        links=(
            Link("Importar el catálogo de un libro de Excel", reverse("catalog:import")),
            Link("Empezar por el documento oficial (PDF)", reverse("catalog:draft")),
        ),
        done=bool(there),
    )


def _people(cover: Cover, on: date) -> Step:
    asked = len(cover.departments)
    lacking = len({one.department.pk for one in cover.missing() if one.first <= on})
    officers = _confirmers(on).count()
    acts = list(PendingAct.objects.waiting().values_list("pk", "kind", "data"))
    asked_for = [pk for pk, kind, data in acts if kind == PendingAct.Kind.APPOINTMENT and data["role"] == Role.PLANNING]
    waiting, alone = len(acts), officers < 2
    never = User.objects.filter(is_active=True, last_login__isnull=True, is_demo=False).count()
    facts = []
    if asked:
        of = "1 dependencia" if asked == 1 else f"{asked} dependencias"
        facts.append(f"Tienen enlace y titular {asked - lacking} de {of}.")
    if alone and asked_for:
        facts.append(
            "Ya se pidió nombrar a la segunda persona de Planeación: esa única vez la confirma quien administra el "
            f"servidor (manage.py confirm_act {asked_for[0]} --reason «…»)."
        )
    elif alone:
        facts.append(
            "En Planeación hay una sola persona, y a titulares, Planeación y Contraloría los confirma una segunda: "
            "nómbrela primero. A ella la confirma, esa única vez, quien administra el servidor (manage.py confirm_act)."
        )
    if waiting:
        facts.append(f"{_many(waiting, 'acto espera', 'actos esperan')} a una segunda persona.")
    if never:
        facts.append(f"{_many(never, 'persona todavía no ha entrado', 'personas todavía no han entrado')}.")
    links = [
        Link("Traer a las personas de un libro de Excel", reverse("catalog:people_import")),
        Link("Dar de alta a una persona", reverse("catalog:person_new")),
    ]
    if alone and not asked_for:
        links.insert(
            0, Link("Nombrar a la segunda persona de Planeación", reverse("catalog:person_new") + "?funcion=planning")
        )
    if asked and lacking:
        links.append(Link("Ver a qué dependencias les falta alguien", reverse("catalog:departments") + "?faltan"))
    if waiting:
        links.append(Link("Ver lo que espera confirmación", reverse("catalog:waiting")))
    return Step(
        key="personas",
        title="Las personas",
        why="Cada dependencia necesita un enlace que capture y un titular que valide: nadie valida lo que capturó.",
        facts=tuple(facts),
        links=tuple(links),
        done=bool(asked) and not lacking,
    )


def _confirmers(on: date) -> "QuerySet[User]":
    """Who may confirm what another one asked: planning and those who administer the system."""
    planning = Membership.objects.in_force(on).filter(role=Role.PLANNING).values("user_id")
    return User.objects.filter(Q(is_superuser=True) | Q(pk__in=planning), is_active=True)


def _calendar(year: FiscalYear | None, periods: list[Period]) -> Step:
    own = list(DayOff.objects.filter(ends_on__year__gte=year.year).values_list("name", flat=True)) if year else []
    days_off = own_days_off()
    changed = [
        period
        for period in periods
        if year
        and (
            period.closed_on is not None
            or period.opens_on != opening_date(year.year, period.month)
            or period.due_on != due_date(year.year, period.month, days_off)
        )
    ]
    facts = [] if year else ["Sus meses nacen con el catálogo: primero impórtelo."]
    if periods:
        facts.append(
            f"Los doce meses ya tienen fechas: enero vence el {periods[0].due_on:%d/%m/%Y} y diciembre, el "
            f"{periods[-1].due_on:%d/%m/%Y}."
        )
    if own:
        facts.append(f"{_many(len(own), 'periodo inhábil propio', 'periodos inhábiles propios')}.")
    links = []
    if year:
        links = [
            Link("Agregar los días en que no se trabaja", reverse("indicators:days_off_new", args=[year.year])),
            Link("Ver el calendario", reverse("indicators:calendar", args=[year.year])),
        ]
    return Step(
        key="calendario",
        title="El calendario",
        why="Los vencimientos cuentan días hábiles, y las vacaciones del ayuntamiento los mueven; los meses que no se "
        "van a pedir se cierran.",
        facts=tuple(facts),
        links=tuple(links),
        done=bool(own or changed),
    )


def _history(years: list[FiscalYear], year: FiscalYear | None) -> Step:
    moved = Measurement.objects.filter(Q(origin=Origin.MIGRATION) | Q(fiscal_year__historical=True))
    earlier = [one for one in years if year and one.year < year.year and one.asked]  # type: ignore[attr-defined]
    there = list(moved.order_by("-fiscal_year__year").values_list("fiscal_year__year", flat=True).distinct()[:10])
    facts = [f"Hay cifras traídas de {', '.join(map(str, sorted(there)))}."] if there else []
    if earlier and not there:
        facts.append(f"Catálogo de años anteriores: {', '.join(str(one.year) for one in reversed(earlier))}.")
    # The months of this year that were kept elsewhere come by the same way as those of the years before.
    fillable = [one for one in years if one.asked and not one.locked][:HISTORY_LINKS]  # type: ignore[attr-defined]
    links = [Link(f"Traer las cifras de {one.year}", reverse("catalog:history", args=[one.year])) for one in fillable]
    links.append(Link("Abrir un ejercicio anterior, como histórico", reverse("catalog:year_new")))
    return Step(
        key="historia",
        title="La historia",
        why="Con las cifras que ya se llevaban en hojas se compara desde el primer mes. Puede esperar a que se tengan.",
        facts=tuple(facts),
        links=tuple(links),
        done=bool(there or any(one.locked or one.historical for one in earlier)),
    )


def _reminder(year: FiscalYear | None) -> Step:
    sent = Reminder.objects.told().count()
    failed = Mail.objects.filter(state=Mail.State.FAILED).count()
    facts = []
    if sent:
        facts.append(f"{_many(sent, 'recordatorio enviado', 'recordatorios enviados')}.")
    if failed:
        facts.append(f"{_many(failed, 'correo no salió', 'correos no salieron')}: véalos en «Correos».")
    links = [Link("Ver quién falta y recordarle", reverse("indicators:board", args=[year.year]))] if year else []
    links.append(Link("Ver los correos", reverse("catalog:mail")))
    return Step(
        key="recordatorio",
        title="El primer recordatorio",
        why="Así se sabe que el correo sale del servidor y que a cada enlace le llega lo que le toca.",
        facts=tuple(facts),
        links=tuple(links),
        done=bool(sent),
    )


def _many(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
