"""How a file writes decimals: told by the file itself, or asked once for all of it."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from indicators.models import Measurement, State
from tests.indicators.town import Town
from tests.indicators.workbook.month.book import Rows, back, errors_of, made, send
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
HEADER = "Ejercicio;Mes;Clave del indicador;Numerador;Denominador"
ASKED: Rows = [[2016, 9, "PRE-01-01", "1.234", "2.500"], [2016, 9, "PRE-01-02", "3", "4"]]


def saved() -> dict[str, tuple[Any, Any]]:
    rows = Measurement.objects.select_related("indicator")
    return {row.indicator.code: (row.numerator, row.denominator) for row in rows}


@pytest.mark.parametrize(
    ("act", "pair"), [("decimal-punto", (Decimal("1.234"), Decimal("2.5"))), ("decimal-coma", (1234, 2500))]
)
def test_it_is_asked_once_for_the_whole_file_and_then_saved_as_answered(client, act, pair):
    page = send(client, made(ASKED))
    text = text_of(page)
    assert text.count("¿Qué número es «1.234»?") == 1 and "Está en la fila 2, Numerador" in text
    assert ">Es 1.234</button>" in text and ">Es 1,234</button>" in text and "Guardar como borrador" not in text
    assert not errors_of(page)
    assert "no se guardó nada" in text_of(back(client, page)) and not saved()
    answered = back(client, page, act)
    assert "como usted dijo" in text_of(answered) and not saved()
    back(client, answered)
    assert saved() == {"PRE-01-01": pair, "PRE-01-02": (3, 4)}


def test_the_answer_can_be_changed_before_saving(client):
    answered = back(client, send(client, made(ASKED)), "decimal-punto")
    assert "Leer con coma decimal" in text_of(answered)
    back(client, back(client, answered, "decimal-coma"))
    assert saved()["PRE-01-01"] == (1234, 2500)


def test_the_question_does_not_hide_what_is_wrong_elsewhere(client):
    page = send(client, made([*ASKED, [2016, 9, "PRE-01-03", "tres", 4]]))
    assert "¿Qué número es «1.234»?" in text_of(page) and errors_of(page)[0][2] == "tres"


@pytest.mark.parametrize(
    ("other", "pair"), [("12,5", (1234, Decimal("12.5"))), ("12.5", (Decimal("1.234"), Decimal("12.5")))]
)
def test_what_tells_the_style_elsewhere_in_the_file_answers_it(client, other, pair):
    back(client, send(client, made([[2016, 9, "PRE-01-01", "1.234", other]])))
    assert saved() == {"PRE-01-01": pair}


def test_a_stored_number_is_never_ambiguous(client):
    back(client, send(client, made([[2016, 9, "PRE-01-01", 1.234, "2,5"], [2016, 9, "PRE-01-02", 2, 2.5]])))
    assert saved()["PRE-01-01"] == (Decimal("1.234"), Decimal("2.5"))


def written(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "capturas.csv"
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return path


@pytest.mark.parametrize(("decimal", "pair"), [("punto", (Decimal("1.234"), 2000)), ("coma", (1234, 2000))])
def test_the_command_names_the_option_that_answers(town, tmp_path, decimal, pair):
    path = written(tmp_path, "2016;9;PRE-01-01;1.234;2000")
    call = {"user": town.people["planning"].username}
    with pytest.raises(CommandError, match=r"--decimal punto \(«1.234» es 1.234\) o con --decimal coma \(es 1,234\)"):
        call_command("import_measurements", str(path), **call)
    assert not saved()
    call_command("import_measurements", str(path), decimal=decimal, validated=True, **call)
    assert saved() == {"PRE-01-01": pair} and town.row().state == State.VALIDATED


def test_the_command_reads_a_decimal_comma_that_cannot_be_anything_else(town: Town, tmp_path):
    path = written(tmp_path, "2016;9;PRE-01-01;2,5;1.234,50")
    call_command("import_measurements", str(path), user=town.people["planning"].username)
    assert saved() == {"PRE-01-01": (Decimal("2.5"), Decimal("1234.5"))}
