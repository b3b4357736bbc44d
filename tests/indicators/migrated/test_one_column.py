"""Years kept with one column a month and no column that says which rows are the numerators'."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from indicators import migrated
from indicators.migrated import Side
from indicators.models import Indicator, Measurement
from programs.models import FiscalYear
from tests.catalog.history.test_pages import confirmed, looked
from tests.factories import signed_in
from tests.indicators.migrated.books import Rows, book, pairs, read, told

EXPECTED = {("PRE-01-01", 1): (3, 4), ("PRE-01-01", 2): (5, 6), ("SPM-01-01", 2): (7, 8)}
HEAD = ["CLAVE", "ENE", "FEB"]
ASKS = (
    "Cada indicador tiene dos renglones y sus rótulos o sus cifras hacen pensar que el primero es el denominador: diga "
    "cuál de los dos es el numerador."
)
ALTERNATING: dict[str, Rows] = {
    "the key in both": [HEAD, ["PRE-01-01", 3, 5], ["PRE-01-01", 4, 6], ["SPM-01-01", None, 7], ["SPM-01-01", None, 8]],
    "the key once": [HEAD, ["PRE-01-01", 3, 5], [None, 4, 6], ["SPM-01-01", None, 7], [None, None, 8]],
    "a label each": [
        ["CLAVE", "VARIABLE", "ENE", "FEB"],
        ["PRE-01-01", "Solicitudes atendidas", 3, 5],
        [None, "Total de solicitudes", 4, 6],
        ["SPM-01-01", "Baches reparados", None, 7],
        [None, "Baches reportados", None, 8],
        ["TOTAL", None, 3, 12],
    ],
}
REVERSED: dict[str, Rows] = {
    "by its labels": [
        ["CLAVE", "VARIABLE", "ENE", "FEB"],
        ["PRE-01-01", "Total de solicitudes", 4, 6],
        [None, "Solicitudes atendidas", 3, 5],
        ["SPM-01-01", "Baches reportados", None, 8],
        [None, "Baches reparados", None, 7],
    ],
    "by its figures": [
        HEAD, ["PRE-01-01", 4, 6], ["PRE-01-01", 3, 5], ["SPM-01-01", None, 8], ["SPM-01-01", None, 7],
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", ALTERNATING)
def test_the_first_of_two_rows_is_proposed_as_the_numerator(name: str) -> None:
    found = read(book({"2016": ALTERNATING[name]}))
    assert (told(found), pairs(found)) == ([], EXPECTED)
    assert found.sides is not None and found.sides.proposed is Side.NUMERATOR
    other = pairs(read(book({"2016": ALTERNATING[name]}), first=Side.DENOMINATOR))
    assert other == {place: (second, first) for place, (first, second) in EXPECTED.items()}


@pytest.mark.parametrize("name", REVERSED)
def test_where_labels_or_figures_tell_otherwise_it_is_asked(name: str) -> None:
    found = read(book({"2016": REVERSED[name]}))
    assert told(found) == [ASKS] and not found.rows
    assert pairs(read(book({"2016": REVERSED[name]}), first=Side.DENOMINATOR)) == EXPECTED


def test_a_key_with_one_row_or_three_is_told() -> None:
    rows = [HEAD, *[[f"PRE-01-{number:02d}", 1, 2] for number in range(1, 9) for _ in "ab"], ["SPM-01-01", 1, 2],
            *[["SPM-01-02", 1, 2]] * 3]  # fmt: skip
    assert told(read(book({"2016": rows}))) == [
        "fila 18 · CLAVE: Tiene un solo renglón con cifras y no dos: falta el numerador o el denominador",
        "fila 19 · CLAVE: Tiene 3 renglones con cifras y no dos: nada dice cuál es el numerador",
    ]


NUMERATORS: Rows = [HEAD, ["PRE-01-01", 3, 5], ["SPM-01-01", None, 7]]
DENOMINATORS: Rows = [HEAD, ["SPM-01-01", None, 8], ["PRE-01-01", 4, 6]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Numeradores", "Denominadores"), ("NUM 2016", "DEN 2016"), ("N", "D"), ("Hoja1", "Denominadores"),
        ("Num.", "Hoja2"),
    ],
)  # fmt: skip
def test_two_sheets_that_say_their_side_are_joined_by_key(first: str, second: str) -> None:
    found = read(book({first: NUMERATORS, second: DENOMINATORS}))
    assert (told(found), pairs(found)) == ([], EXPECTED)


def test_two_files_that_say_their_side_in_their_names_or_titles() -> None:
    titled = [["DENOMINADORES 2016"], *DENOMINATORS]
    files = [("numeradores.xlsx", book({"Hoja1": NUMERATORS})), ("otro.xlsx", book({"Hoja1": titled}))]
    found = migrated.read(files, year=2016)
    assert (told(found), pairs(found)) == ([], EXPECTED)


def test_sheets_of_several_departments_are_joined() -> None:
    sheets = {"PRE NUM": NUMERATORS[:2], "PRE DEN": [HEAD, DENOMINATORS[2]], "SPM NUM": [HEAD, NUMERATORS[2]],
              "SPM DEN": DENOMINATORS[:2]}  # fmt: skip
    found = read(book(sheets))
    assert (told(found), pairs(found)) == ([], EXPECTED)


def test_two_sheets_that_say_nothing_are_asked_about() -> None:
    content = book({"A": DENOMINATORS, "B": NUMERATORS})
    found = read(content)
    assert told(found) == ["Cada mes tiene una sola columna: diga cuál es la de numeradores, hoja «A» o hoja «B»."]
    assert pairs(read(content, first=Side.DENOMINATOR)) == EXPECTED


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"A": NUMERATORS, "B": NUMERATORS, "C": NUMERATORS}, "nada dice si son numeradores o denominadores"),
        ({"Numeradores": NUMERATORS}, "La hoja «Numeradores» solo tiene numeradores: suba también la de denominadores"),
        ({"2016": NUMERATORS}, "nada dice si son numeradores o denominadores"),
    ],
)
def test_what_cannot_be_told_apart_is_one_sentence(sheets: dict[str, Rows], said: str) -> None:
    found = read(book(sheets))
    assert said in told(found)[0] and not found.rows


def test_a_cell_that_is_no_amount_is_told_in_its_own_sheet() -> None:
    wrong: Rows = [HEAD, ["PRE-01-01", 4, "x"], ["PRE-01-01", 1, 1], *DENOMINATORS[1:2], ["SPM-01-02", None, 8]]
    assert told(read(book({"Num": NUMERATORS, "Den": wrong}))) == [
        "hoja «Den», fila 3 · CLAVE: «PRE-01-01» ya está en la fila 2",
        "hoja «Den», fila 2 · FEB: «x» no es un número",
    ]


@pytest.fixture
def client(people: dict[str, User]) -> Client:
    return signed_in(people["planning"])


def registered() -> dict[tuple[str, int], tuple[int, int]]:
    rows = Measurement.objects.values_list("indicator__code", "month", "numerator", "denominator")
    return {(code, month): (int(numerator), int(denominator)) for code, month, numerator, denominator in rows}


def test_on_the_screen_the_proposal_is_shown_and_can_be_turned(client: Client) -> None:
    address, page = looked(client, book({"2016": ALTERNATING["a label each"]}))
    assert page["confirms"]
    assert [way[1:] for way in page["sides"]["ways"]] == [
        ("El primero de cada dos (propuesto)", True), ("El segundo de cada dos", False),
    ]  # fmt: skip
    assert page["sides"]["example"][1] == "fila 3: Total de solicitudes"
    assert confirmed(client, address, page) == ["Se registraron 3 cifras de 2016, como validadas y migradas."]
    assert registered() == EXPECTED


def test_on_the_screen_what_has_to_be_said_is_a_decision(client: Client) -> None:
    content = book({"2016": REVERSED["by its labels"]})
    _, page = looked(client, content)
    assert page["title"] == "Falta una decisión suya: no se ha escrito nada"
    assert page["sides"]["doubtful"] and not page["confirms"] and not page["has_errors"]
    address, page = looked(client, content, first="denominador")
    confirmed(client, address, page)
    assert registered() == EXPECTED


def test_two_files_on_the_screen(client: Client) -> None:
    files = book({"Numeradores": NUMERATORS}), book({"Denominadores": DENOMINATORS})
    confirmed(client, *looked(client, *files))
    assert registered() == EXPECTED


def test_months_outside_an_indicator_are_left_out_at_once(client: Client, year: FiscalYear) -> None:
    Indicator.objects.filter(code="PRE-01-01").update(starts_in=2)
    content = book({"Num": NUMERATORS, "Den": DENOMINATORS})
    _, page = looked(client, content)
    assert page["has_errors"] and page["outside"]["places"] == ["PRE-01-01, enero"]
    address, page = looked(client, content, leave_outside="on")
    assert not page["has_errors"]
    confirmed(client, address, page)
    assert registered() == {place: pair for place, pair in EXPECTED.items() if place != ("PRE-01-01", 1)}


def test_the_command_has_the_same_answers(tmp_path: Path, people: dict[str, User]) -> None:
    path = tmp_path / "2016.xlsx"
    path.write_bytes(book({"2016": REVERSED["by its figures"]}))
    Indicator.objects.filter(code="PRE-01-01").update(starts_in=2)

    def call(*options: str) -> Any:
        call_command("import_measurements", str(path), "--validated", "--year", "2016", "--user", "planning", *options)

    with pytest.raises(CommandError, match="--first numerador"):
        call()
    with pytest.raises(CommandError, match="--leave-outside"):
        call("--first", "denominador")
    call("--first", "denominador", "--leave-outside")
    assert set(registered()) == {("PRE-01-01", 2), ("SPM-01-01", 2)}
