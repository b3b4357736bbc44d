"""Opening a locked year again: one person of planning asks, with the reason, and another one confirms.

The database opens a locked year for such an act and for nothing else (``programs/locked_years.py``), once for each.
"""

from datetime import datetime

from django.db import transaction

from accounts.access import Access, Action
from catalog.acts import YearAct
from catalog.years.lifecycle import ONLY_PLANNING, waiting_reopenings
from core import trail
from indicators.services import NotAllowed, ServiceError
from programs.models import FiscalYear, YearReopening


def waiting_reopening(fiscal_year: FiscalYear) -> YearReopening | None:
    """What was asked for this year and waits for a second person."""
    return waiting_reopenings().filter(fiscal_year=fiscal_year).select_related("asked_by").first()


@transaction.atomic
def ask_reopening(
    *, access: Access, fiscal_year: FiscalYear, reason: str, now: datetime, instrument: str = ""
) -> YearReopening:
    """ServiceError without a reason, where the year is not locked and where it was asked already."""
    year = _held(access, fiscal_year)
    if not reason.strip():
        raise ServiceError("Escriba por qué se abre de nuevo el ejercicio.")
    if not year.locked:
        raise ServiceError(f"El ejercicio {year.year} ya estaba abierto.")
    earlier = waiting_reopening(year)
    if earlier is not None:
        raise ServiceError(
            f"{earlier.asked_by} ya pidió abrir de nuevo {year.year}: falta que otra persona lo confirme."
        )
    made = YearReopening.objects.create(
        fiscal_year=year,
        reason=reason.strip(),
        instrument=instrument.strip(),
        asked_by=access.user,
        asked_at=now,
    )
    _record(access, year, YearAct.ASK_REOPENING, {"pending": [None, "que otra persona lo confirme"]}, made, now)
    return made


@transaction.atomic
def withdraw_reopening(*, access: Access, fiscal_year: FiscalYear, now: datetime) -> None:
    """Whoever asked thinks better of it, or a colleague says no. ServiceError where nothing waits."""
    year = _held(access, fiscal_year)
    asked = _asked(year)
    asked.withdrawn_at = now
    asked.save(update_fields=["withdrawn_at"])
    _record(access, year, YearAct.WITHDRAW_REOPENING, {"pending": [f"lo pidió {asked.asked_by}", None]}, asked, now)


@transaction.atomic
def reopen_year(*, access: Access | None, fiscal_year: FiscalYear, now: datetime) -> FiscalYear:
    """Confirm what a colleague asked, and open the year. ``access`` None: an administrator of the server, by a command.

    NotAllowed for whoever asked it; ServiceError where nothing waits.
    """
    year = _held(access, fiscal_year)
    asked = _asked(year)
    if access is not None and asked.asked_by_id == access.user.pk:
        raise NotAllowed("Usted pidió abrirlo: lo confirma otra persona de Planeación o quien administra el sistema.")
    asked.confirmed_by, asked.confirmed_at = (access.user if access else None), now
    asked.save(update_fields=["confirmed_by", "confirmed_at"])
    year.locked = False
    year.save(update_fields=["locked"])
    asked.used_at = now
    asked.save(update_fields=["used_at"])
    how = str(access.user) if access else "un administrador del servidor, por comando"
    changes = {"locked": [True, False], "asked_by": [None, str(asked.asked_by)], "confirmed_by": [None, how]}
    _record(access, year, YearAct.REOPEN, changes, asked, now)
    return year


def _asked(year: FiscalYear) -> YearReopening:
    asked = waiting_reopening(year)
    if asked is None:
        raise ServiceError(f"Nadie ha pedido abrir de nuevo el ejercicio {year.year}, o ya se resolvió.")
    return asked


def _held(access: Access | None, fiscal_year: FiscalYear) -> FiscalYear:
    """The year, so that two people do not answer one request."""
    if access is not None:
        access.require(Action.MANAGE_CATALOG, ONLY_PLANNING)
    return FiscalYear.objects.select_for_update(of=("self",)).get(pk=fiscal_year.pk)


def _record(
    access: Access | None,
    year: FiscalYear,
    act: YearAct,
    changes: dict[str, list[object]],
    asked: YearReopening,
    now: datetime,
) -> None:
    trail.record(
        subject=year,
        label=f"Ejercicio {year.year}",
        action=act,
        actor=access.user if access else None,
        at=now,
        changes=trail.citing(changes, asked.instrument),
        capacity=access.capacity(Action.MANAGE_CATALOG, 0) if access else "",
        reason=asked.reason,
    )
