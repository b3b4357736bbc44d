"""What a list of people says: headers, names, addresses, departments, roles and days, and all that is wrong at once."""

import json
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from accounts.models import Role, User
from catalog.people.book.days import NoDay, read_day_cell
from catalog.people.book.reading import read_people
from catalog.people.book.writing import write_template
from core.spreadsheets.cells import EMPTY, date_cell, number_cell, text_cell
from tests.catalog.people.lists import HEADER, answer, book, send, told
from tests.factories import make_department
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db
LUZ = ("Luz Mora", "luz@durango.example", "Presidencia Municipal", "Enlace")


def read(*rows: Any, **how: Any) -> Any:
    make_department(number=1)
    make_department("OBR", "Dirección Municipal de Obras Públicas", 12)
    return read_people(book(*rows, **how), name="personas.xlsx")


def one(*row: Any, **how: Any) -> Any:
    found = read(row, **how)
    assert not found.errors, found.errors
    return found.wanted[0]


class TestHeaders:
    @pytest.mark.parametrize(
        "header",
        [
            ("NOMBRE COMPLETO", "CORREO ELECTRÓNICO", "ÁREA", "PUESTO", "FECHA DE INICIO", "VIGENCIA"),
            ("Servidor público:", "E-mail", "Unidad administrativa", "Cargo / Rol", "A partir de", "Hasta"),
            ("nombre*", "correo*", "dependencia", "rol*", "desde", "hasta"),
            ("Nombre", "Correo", "Dependencia", "Rol", "Vigencia desde", "Vigencia hasta"),
            ("Nombre", "Correo", "Dependencia", "Rol", "Fecha de inicio", "Fecha de término"),
            ("Nombre", "Correo", "Dependencia", "Rol", "Inicio", "Término"),
        ],
    )
    def test_they_are_known_by_what_payrolls_call_them(self, header: Any) -> None:
        found = one("Luz Mora", "luz@durango.example", "PRE", "Enlace", "01/10/2016", "31/12/2016", header=header)
        assert (found.name, found.email, found.role) == ("Luz Mora", "luz@durango.example", "liaison")
        assert (found.starts_on, found.ends_on) == (date(2016, 10, 1), date(2016, 12, 31))

    def test_the_header_need_not_stand_in_the_first_row(self) -> None:
        found = read(LUZ, above=[("Municipio de Durango",), (), ("Directorio 2016",)])
        assert [row.row for row in found.wanted] == [5]

    def test_a_column_for_roles_comes_before_one_for_posts(self) -> None:
        header = ("No.", "Nombre", "Correo", "Área", "Puesto", "Rol", "Teléfono")
        row = (1, "Luz Mora", "luz@durango.example", "PRE", "Directora", "Enlace", "618 123")
        found = read(row, header=header)
        assert found.wanted[0].role == "liaison"
        assert found.notes == ("Las columnas «No.», «Puesto», «Teléfono» no se leen.",)

    def test_family_names_may_have_their_own_columns(self) -> None:
        header = ("Nombre(s)", "Apellido paterno", "Apellido materno", "Correo", "Dependencia", "Rol")
        found = one("Ana María", "Del Río", "Soto", "ana@durango.example", "PRE", "Enlace", header=header)
        assert (found.first_name, found.last_name) == ("Ana María", "Del Río Soto")

    def test_what_is_missing_is_named(self) -> None:
        found = read(("Luz", "PRE"), header=("Nombre", "Dependencia"))
        assert found.errors[0].message.startswith(
            "Faltan las columnas «Correo» y «Rol». Se encontró: «Nombre», «Depend"
        )


class TestCells:
    @pytest.mark.parametrize(
        "written",
        ["Dirección Municipal de Obras Públicas", "direccion  municipal de obras publicas", "OBR", "obr", 12, "12",
         "OBR · Dirección Municipal de Obras Públicas", "12. Dirección Municipal de Obras Públicas",
         "Dirección Municipal de Obras Públicas (OBR)"],
    )  # fmt: skip
    def test_a_department_by_name_prefix_or_number(self, written: Any) -> None:
        found = one("Luz Mora", "luz@durango.example", written, "Enlace")
        assert found.department_id == make_department("OBR").pk

    @pytest.mark.parametrize(
        ("written", "role"),
        [("enlace", "liaison"), ("ENLACE", "liaison"), ("Directora", "director"), ("Titular", "director"),
         ("Director (titular)", "director"), ("Planeacion", "planning"), ("Consulta", "reader"),
         ("Contraloría", "comptroller"), ("", ""), ("-", "")],
    )  # fmt: skip
    def test_a_role_by_what_it_is_called(self, written: str, role: str) -> None:
        make_department(number=1)
        where = "PRE" if role in ("liaison", "director") else ""
        assert one("Luz Mora", "luz@durango.example", where, written).role == role

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            (("Luz Mora", "", "PRE", "Enlace"), "Correo: falta el correo: ahí llega la invitación"),
            (("Luz Mora", "luz@", "PRE", "Enlace"), "Correo: «luz@» no es un correo completo, como"),
            (("Luz Mora", "a@x.mx; b@x.mx", "PRE", "Enlace"), "son varios correos: deje uno"),
            (("", "luz@x.mx", "PRE", "Enlace"), "Nombre: falta el nombre de la persona"),
            (("618", "luz@x.mx", "PRE", "Enlace"), "Nombre: «618» no es el nombre de una persona"),
            (("Luz Mora", "luz@x.mx", "", "Enlace"), "Dependencia: falta la dependencia: Enlace es de una"),
            (("Luz Mora", "luz@x.mx", "Obras Publicas Municipales", "Enlace"), "no es una dependencia del catálogo"),
            (("Luz Mora", "luz@x.mx", "Presidensia Municipal", "Enlace"), "¿quiso decir «Presidencia Municipal»?"),
            (("Luz Mora", "luz@x.mx", "PRE", ""), "Rol: falta el rol que la persona tiene en «PRE»"),
            (("Luz Mora", "luz@x.mx", "PRE", "Jefa de área"), "Rol: «Jefa de área» no es un rol: Enlace, Director"),
            ((*LUZ, "ayer"), "Desde: «ayer» no es una fecha; escríbala como 01/10/2016"),
            ((*LUZ, "31/02/2016"), "Desde: «31/02/2016» no es una fecha"),
            ((*LUZ, "01/01/1900"), "Desde: «01/01/1900» está fuera de 1950 a 2099"),
            ((*LUZ, "01/01/2016", "pronto"), "Hasta: «pronto» no es una fecha"),
        ],
    )
    def test_what_is_wrong_is_said(self, row: Any, told: str) -> None:
        errors = read(row).errors
        assert len(errors) == 1 and told in str(errors[0]) and str(errors[0]).startswith("fila 2 · "), errors

    def test_all_at_once(self) -> None:
        found = read(("", "luz@", "NADA", "Enlace", "ayer"), LUZ, ("Ana", "", "", "Consulta"))
        assert [(error.row, error.column) for error in found.errors] == [
            (2, "Correo"), (2, "Nombre"), (2, "Dependencia"), (2, "Desde"), (4, "Correo"),
        ]  # fmt: skip
        assert [row.row for row in found.wanted] == [3]

    def test_planning_has_no_department_whatever_the_list_says(self) -> None:
        found = read(("Paz Ruiz", "paz@durango.example", "Presidencia Municipal", "Planeación"))
        assert (
            found.wanted[0].department_id is None
            and "la que dice el archivo no se toma en cuenta (fila 2)" in (found.notes[0])
        )

    def test_blank_rows_are_nobody(self) -> None:
        found = read(LUZ, (None, None), (" ", ""), ("Ana Ríos", "ana@durango.example", "", ""))
        assert [row.row for row in found.wanted] == [2, 5]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date_cell(date(2016, 10, 1)), date(2016, 10, 1)),
        (text_cell("01/10/2016"), date(2016, 10, 1)),
        (text_cell("1-10-16"), date(2016, 10, 1)),
        (text_cell("2016-10-01"), date(2016, 10, 1)),
        (text_cell("1 de octubre de 2016"), date(2016, 10, 1)),
        (text_cell("1-oct-2016"), date(2016, 10, 1)),
        (text_cell("1ro de Septiembre del 2016"), date(2016, 9, 1)),
        (text_cell("15 set 2016"), date(2016, 9, 15)),
        (number_cell(42644, "General"), date(2016, 10, 1)),
        (EMPTY, None),
    ],
)
def test_days_as_people_write_them(cell: Any, day: date | None) -> None:
    assert read_day_cell(cell) == day


@pytest.mark.parametrize("text", ["indefinido", "A la fecha", "-"])
def test_an_open_end_is_none_only_as_a_last_day(text: str) -> None:
    assert read_day_cell(text_cell(text), open_end=True) is None
    with pytest.raises(NoDay):
        read_day_cell(text_cell(text))


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("data", "name", "said"),
        [
            (b"", "p.xlsx", "El archivo está vacío"),
            (b"%PDF-1.7 x", "p.xlsx", "El archivo es un PDF"),
            (b"PK\x03\x04roto", "p.xlsx", "El archivo está dañado"),
            (b"\x00\x01\x02", "p.bin", "no es una hoja de cálculo"),
            (b"a;b\n1;2\n", "p.csv", "Faltan las columnas «Nombre»"),
            (b"x" * (5 * 2**20 + 1), "p.csv", "pesa más de 5 MB"),
        ],
    )
    def test_end_in_one_sentence(self, data: bytes, name: str, said: str, planning: Client) -> None:
        page = send(planning, data, name)
        words = words_of(page)
        assert page.status_code == 200 and said in words, words
        assert User.objects.count() == len(Role)

    def test_more_rows_than_a_town_hall_has_people(self, planning: Client) -> None:
        rows = [(f"P {n}", f"p{n}@x.mx", "", "Consulta") for n in range(2001)]
        assert "más de 2,000 filas" in words_of(send(planning, book(*rows)))


class TestWhichSheet:
    def test_is_asked_where_several_have_something(self, planning: Client) -> None:
        data = book(LUZ, sheet="Hoja1", others=["Hoja2"])
        asked = send(planning, data)
        assert asked.context["sheets"] == ["Hoja1", "Hoja2"]
        page = answer(planning, asked, "responder", sheet="Hoja1")
        assert page.context["preview"]["changes"] and told(page) == []


class TestPosts:
    def test_a_post_that_is_no_role_is_asked_about_once(self, planning: Client) -> None:
        data = book(
            ("Luz Mora", "luz@durango.example", "PRE", "Jefa de área"),
            ("Ana Ríos", "ana@durango.example", "PRE", "JEFA DE ÁREA"),
            ("Eva Sol", "eva@durango.example", "", "Secretaria"),
        )
        page = send(planning, data)
        asked = page.context["preview"]["asked"]
        assert [question["text"] for question in asked] == ["Jefa de área", "Secretaria"]
        assert told(page) == []
        page = answer(planning, page, "responder", **{"rol-0": "liaison", "rol-1": "ninguna"})
        preview = page.context["preview"]
        assert not preview["has_errors"], told(page)
        assert [line["role"].split(",")[0] for line in preview["lines"]] == [
            "Enlace de Presidencia Municipal", "Enlace de Presidencia Municipal", "",
        ]  # fmt: skip
        answer(planning, page)
        assert User.objects.get(email="eva@durango.example").memberships.count() == 0
        assert User.objects.get(email="luz@durango.example").memberships.get().role == Role.LIAISON

    def test_an_answer_that_is_no_role_is_none(self, planning: Client) -> None:
        page = send(planning, book(("Luz Mora", "luz@durango.example", "PRE", "Jefa de área")))
        page = answer(planning, page, "responder", **{"rol-0": "superuser"})
        assert page.context["preview"]["asked"]


class TestTemplate:
    def test_offers_departments_and_roles(self, planning: Client) -> None:
        for number in range(2, 40):
            make_department(f"D{chr(65 + number // 20)}{chr(65 + number % 20)}", f"Dependencia número {number}", number)
        got = planning.get("/catalogo/personas/plantilla.xlsx")
        opened = openpyxl.load_workbook(BytesIO(got.content))
        assert opened.sheetnames == ["Personas", "Instrucciones", "Listas"] and opened["Listas"].sheet_state == "hidden"
        sheet = opened["Personas"]
        assert [cell.value for cell in sheet[1]] == ["Nombre*", "Correo*", "Dependencia", "Rol*", "Desde", "Hasta"]
        rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
        assert rules["C2:C501"] == "Listas!$A$1:$A$39" and "Enlace" in rules["D2:D501"]
        assert [row[0].value for row in opened["Listas"].iter_rows()][:2] == [
            "Presidencia Municipal",
            "Dependencia número 2",
        ]

    def test_filled_in_it_is_read(self) -> None:
        make_department(number=1)
        file = BytesIO()
        write_template(file)
        opened = openpyxl.load_workbook(file)
        for column, value in enumerate(LUZ, start=1):
            opened["Personas"].cell(2, column, value)
        filled = BytesIO()
        opened.save(filled)
        found = read_people(filled.getvalue(), name="plantilla.xlsx")
        assert found.errors == () and found.wanted[0].email == LUZ[1]


def test_a_csv_is_read_too() -> None:
    make_department()
    text = "\ufeff" + ",".join(HEADER) + "\nLuz Mora,luz@durango.example,PRE,Enlace,01/10/2016,\n"
    found = read_people(text.encode(), name="p.csv")
    assert found.errors == () and found.wanted[0].starts_on == date(2016, 10, 1)


def test_what_waits_for_two_is_kept_as_it_was_read() -> None:
    found = one("Luz Mora", "luz@durango.example", "PRE", "Enlace", "01/10/2016")
    assert type(found).from_json(json.loads(json.dumps(found.as_json()))) == found
