"""The workbook of people to fill in, and the people that there are in the same columns."""

from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

from django.utils import timezone

from accounts.access import Access
from accounts.enrolment import DEPARTMENT, EMAIL, ENDS_ON, NAME, ROLE, STARTS_ON
from accounts.models import Membership, Role
from catalog.people.book.columns import EXPORTED, SHEET
from catalog.people.book.reading import PeopleFile
from catalog.people.finding import manageable
from catalog.workbook.errors import RowError
from core.spreadsheets import Column, Sheet, write_csv, write_workbook
from core.spreadsheets.error_book import write_error_book
from programs.models import DEPARTMENT_ORDER, Department

INSTRUCTIONS = "Instrucciones"
LISTED_ROWS = 500
_HOW = (
    "Llene la hoja «Personas»: una fila por persona y función. Quien tiene dos funciones lleva dos filas con el mismo "
    "correo y el mismo nombre.",
    "Los encabezados con asterisco son obligatorios. El orden de las columnas no importa, y otras columnas no se leen.",
    "Antes de guardar verá quién es nuevo, qué nombramiento se agrega y todos los errores a la vez.",
    "Nada de lo que ya está se quita ni se cambia: los últimos días y las correcciones se hacen en la página de cada "
    "persona, y también las suplencias.",
    "Si hay funciones de Planeación, titular o Contraloría, todo espera a que lo confirme una segunda persona.",
    "Al guardar se le envía a cada persona nueva el enlace para elegir su contraseña; sirve una semana.",
)


def _columns(departments: Sequence[str]) -> list[Column]:
    choices = {DEPARTMENT: tuple(departments), ROLE: tuple(str(role.label) for role in Role)}
    return [
        Column(one.shown, width=one.width, choices=choices.get(one.field, ()), comment=one.help, free=True)
        for one in EXPORTED
    ]


def _department_names() -> list[str]:
    there = Department.objects.there(timezone.localdate())
    return list(there.order_by(*DEPARTMENT_ORDER).values_list("name", flat=True))


def write_template(file: BinaryIO) -> None:
    """The empty workbook, with the lists of departments and roles, and how it is filled in."""
    names = _department_names()
    example = {
        NAME: "Luz María Mora Díaz", EMAIL: "luz.mora@durango.gob.mx",
        DEPARTMENT: names[0] if names else "Presidencia Municipal", ROLE: str(Role.LIAISON.label),
        STARTS_ON: "01/10/2016", ENDS_ON: "",
    }  # fmt: skip
    told = [("Cómo se usa" if number == 0 else "", text, "") for number, text in enumerate(_HOW)]
    told += [("", "", ""), *((one.shown, one.help, example[one.field]) for one in EXPORTED)]
    explained = [Column("Columna", width=18), Column("Qué se escribe", width=100), Column("Ejemplo", width=30)]
    sheets = [
        Sheet(SHEET, _columns(names), [], list_rows=LISTED_ROWS),
        Sheet(INSTRUCTIONS, explained, told, filtered=False),
    ]
    write_workbook(sheets, file)


def _rows(access: Access, today: date) -> list[list[str | date | None]]:
    """A row for each membership that is not over, and one for who holds none; stand-ins have their own pages."""
    people = list(manageable(access).filter(is_active=True, is_superuser=False).exclude(email="").order_by("pk"))
    held: dict[int, list[Membership]] = {}
    found = Membership.objects.not_over(today).filter(substitutes=None).select_related("department")
    for row in found.order_by("starts_on", "id"):
        held.setdefault(row.user_id, []).append(row)
    made: list[list[str | date | None]] = []
    for user in sorted(people, key=lambda one: (one.first_name, one.last_name, one.username)):
        own = held.get(user.pk, [])
        made += [
            [str(user), user.email, row.department.name if row.department else "", str(row.get_role_display()),
             row.starts_on, row.ends_on]
            for row in own
        ]  # fmt: skip
        if not own:
            made.append([str(user), user.email, "", "", None, None])
    return made


def write_people(file: BinaryIO, *, access: Access, today: date, csv: bool = False) -> None:
    """The people who are active, in the columns that the import reads: importing it again changes nothing."""
    columns = _columns(_department_names())
    rows = _rows(access, today)
    if csv:
        write_csv(columns, rows, file)
    else:
        write_workbook([Sheet(SHEET, columns, rows, list_rows=LISTED_ROWS)], file)


def write_errors(read: PeopleFile, errors: Sequence[RowError], file: BinaryIO) -> None:
    """The person's own workbook with one more column; what is wrong with the whole file stands in its first row."""
    sentences: dict[int, list[str]] = {}
    for error in errors:
        said = f"{error.column}: {error.message}" if error.column else error.message
        sentences.setdefault(error.row or 0, []).append(said)
    write_error_book(read.table, read.data, sentences, file, name=SHEET)
