"""What the commands of closings are asked: a year, a month, a version, a person. What is wrong is said in Spanish."""

from typing import Any

from django.core.management.base import CommandError

from accounts.models import User
from core.asked import read_whole
from indicators import calculations
from programs.models import FiscalYear
from publishing.models import Closing

WRONG_CALL = 2


def asked_month(value: Any) -> int:
    month = _number(value, "--month", "un mes de 1 a 12")
    if month not in calculations.MONTHS:
        raise _wrong_call(f"El mes {month} no existe: va de 1 (enero) a 12 (diciembre).")
    return month


def asked_year(value: Any) -> FiscalYear:
    year = _number(value, "--year", "un ejercicio, por ejemplo 2016")
    found = FiscalYear.objects.filter(year=year).first()
    if found is None:
        existing = ", ".join(map(str, FiscalYear.objects.order_by("year").values_list("year", flat=True)))
        raise _wrong_call(f"No existe el ejercicio {year}. Ejercicios que existen: {existing or 'ninguno'}.")
    return found


def asked_closing(year: Any, month: Any, version: Any) -> Closing:
    """Without a version, the one that counts."""
    fiscal_year, number = asked_year(year), asked_month(month)
    rows = Closing.objects.filter(fiscal_year=fiscal_year, month=number).select_related("fiscal_year")
    if version is not None:
        rows = rows.filter(version=_number(version, "--version", "una versión, por ejemplo 1"))
    found = rows.order_by("-version").first()
    if found is None:
        raise _wrong_call(f"No existe ese cierre de {fiscal_year.year}: ciérrelo primero (close_month).")
    return found


def asked_person(username: Any, what: str) -> User:
    """``what``: that they do, «cierra el mes»."""
    text = str(username or "").strip()
    if not text:
        raise _wrong_call(f"Falta --user: indique el usuario de Planeación que {what}.")
    found = User.objects.filter(username=text).first()
    if found is None:
        raise _wrong_call(f"No existe el usuario «{text}».")
    return found


def _wrong_call(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=WRONG_CALL)


def _number(value: Any, option: str, what: str) -> int:
    text = "" if value is None else str(value).strip()
    if not text:
        raise _wrong_call(f"Falta {option}: indique {what}.")
    found = read_whole(text, digits=4)
    if found is None:
        raise _wrong_call(f"«{text}» no es {what} ({option}).")
    return found
