"""Words are part of a row; a column that is not read, and spoilt accents, are told before anything is written."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from indicators import services
from indicators.models import Measurement, State
from tests.factories import NOW
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
HEAD = "Ejercicio,Mes,Clave del indicador,Numerador,Denominador,Justificación"
UPLOAD = "/2016/captura/PRE/9/subir/"


@pytest.fixture
@shared
def town() -> Town:
    town = make_town(2)
    town.save(town.pair(3, 4, justification="La de antes"))
    return town


@pytest.fixture
def sent(town: Town) -> Town:
    town.submit(allow_missing=True)
    return town


def validated(town: Town) -> Town:
    row = town.row()
    services.validate(access=town.access("director"), seen={row.pk: row.version}, now=NOW)
    return town


def send(town: Town, role: str, text: str | bytes) -> Any:
    client = town.client(role)
    data = text if isinstance(text, bytes) else text.encode("utf-8-sig")
    return client.post(UPLOAD, {"file": SimpleUploadedFile("c.csv", data)})


def book(words: str, head: str = HEAD) -> str:
    return f"{head}\n2016,9,PRE-01-01,3,4,{words}\n"


def imported(tmp_path: Path, text: str | bytes, *options: str, user: str) -> tuple[int, str]:
    path = tmp_path / "c.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("import_measurements", path, "--user", user, *options, stdout=out, stderr=err)
    except CommandError as error:
        status, said = error.returncode, str(error)
        err.write(said)
    return status, err.getvalue() + out.getvalue()


def test_new_words_for_a_draft_are_a_change(town: Town) -> None:
    page = text_of(send(town, "liaison", book("Explicación nueva")))
    assert "Explicación nueva" in page and "La de antes" in page and "Sin cambios" not in page


def test_new_words_for_a_figure_that_was_sent_are_refused_to_whoever_may_not_correct_it(sent: Town) -> None:
    page = text_of(send(sent, "liaison", book("Explicación nueva del enlace")))
    assert "Justificación" in page and "para cambiar su justificación, pida a su director que la devuelva" in page
    assert "ya estaban igual" not in page and sent.row().justification == "La de antes"


def test_the_same_words_or_none_stay_as_they_are(sent: Town) -> None:
    for words in ("La de antes", ""):
        assert "Sin cambios: 1 ya estaban igual" in text_of(send(sent, "liaison", book(words)))


def test_planning_corrects_the_words_alone(sent: Town, tmp_path: Path) -> None:
    status, told = imported(tmp_path, book("Oficio 12: se aclaró"), user=sent.people["planning"].username)
    row = sent.row()
    assert status == 0 and "1 cambian" in told
    assert (row.justification, row.numerator, row.state) == ("Oficio 12: se aclaró", 3, State.SUBMITTED)


def test_the_command_refuses_them_row_by_row_too(sent: Town, tmp_path: Path) -> None:
    status, told = imported(tmp_path, book("Otra"), user=sent.people["liaison"].username)
    assert status == 1 and "fila 2 · Justificación: La cifra ya está en enviado" in told.replace("Enviado", "enviado")
    assert sent.row().justification == "La de antes"


def test_a_validated_figure_keeps_its_words_in_a_migration(sent: Town, tmp_path: Path) -> None:
    validated(sent)
    planning = sent.people["planning"].username
    status, told = imported(tmp_path, book("Otra"), "--validated", user=planning)
    assert status == 1 and "ya está validada con la justificación «La de antes»" in told
    status, told = imported(tmp_path, book("La de antes"), "--validated", user=planning)
    assert status == 0 and "Sin cambios" in told


class TestACorrectionStandsBesideTheValidatedFigure:
    """A migration is compared with the validated pair and its words, whatever waits beside it."""

    def corrected(self, town: Town, tmp_path: Path, pair: str) -> str:
        planning = validated(town).people["planning"].username
        row = f"{HEAD}\n2016,9,PRE-01-01,{pair},Oficio 12: se aclaró\n"
        assert imported(tmp_path, row, user=planning)[0] == 0
        assert (town.row().state, town.row().validated_justification) == (State.SUBMITTED, "La de antes")
        return planning

    @pytest.mark.parametrize("pair", ["3,4", "2,4"])
    def test_the_words_of_the_validated_pair_change_nothing(self, sent: Town, tmp_path: Path, pair: str) -> None:
        planning = self.corrected(sent, tmp_path, pair)
        for words in ("La de antes", ""):
            status, told = imported(tmp_path, book(words), "--validated", user=planning)
            assert status == 0 and "Sin cambios: 1 ya estaban igual" in told

    @pytest.mark.parametrize("pair", ["3,4", "2,4"])
    @pytest.mark.parametrize("words", ["Otra", "Oficio 12: se aclaró"])
    def test_other_words_are_refused_with_those_that_are_validated(
        self, sent: Town, tmp_path: Path, pair: str, words: str
    ) -> None:
        planning = self.corrected(sent, tmp_path, pair)
        status, told = imported(tmp_path, book(words), "--validated", user=planning)
        assert status == 1 and "ya está validada con la justificación «La de antes»" in told
        assert sent.row().validated_justification == "La de antes"


@pytest.mark.parametrize("head", [HEAD.replace("Justificación", "Justificación del mes"), f"{HEAD} del mes"])
def test_a_column_that_is_not_read_is_told_on_every_door(town: Town, tmp_path: Path, head: str) -> None:
    message = "La columna «Justificación del mes» no se conoce y no se lee; ¿quiso decir «Justificación»?"
    text = f"{head}\n2016,9,PRE-01-01,5,6,Por qué\n"
    assert message in text_of(send(town, "liaison", text))
    status, printed = imported(tmp_path, text, "--dry-run", user=town.people["liaison"].username)
    assert status == 0 and message in printed
    status, printed = imported(tmp_path, text, user=town.people["liaison"].username)
    assert status == 0 and message in printed


def test_a_book_that_the_system_handed_out_is_told_nothing_about_its_own_columns(town: Town) -> None:
    client = town.client()
    data = client.get("/2016/captura/PRE/9/libro.xlsx").content
    page = text_of(client.post(UPLOAD, {"file": SimpleUploadedFile("c.xlsx", data)}))
    assert "no se conoce" not in page


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_the_accents_of_a_mac_or_of_dos_are_one_sentence(town: Town, tmp_path: Path, encoding: str) -> None:
    text = book("Atención de rezago de diciembre").encode(encoding)
    message = "codificación de una Mac o de DOS y sus acentos no se leen"
    page = text_of(send(town, "liaison", text))
    assert message in page and "CSV UTF-8" in page
    status, printed = imported(tmp_path, text, user=town.people["liaison"].username)
    assert status == 1 and message in printed and Measurement.objects.get().justification == "La de antes"


@pytest.mark.parametrize("spoilt", ["Justificaci—n", "Justificaci¢n", "Justificaci\ufffdn"])
def test_a_header_whose_accents_were_spoilt_is_one_sentence(town: Town, spoilt: str) -> None:
    page = text_of(send(town, "liaison", book("x", HEAD.replace("Justificación", spoilt))))
    assert f"Los acentos del archivo se dañaron (dice «{spoilt}»)" in page


def test_windows_text_is_read_as_ever(town: Town) -> None:
    page = text_of(send(town, "liaison", book("Atención — «señal» d’Artagnan y años").encode("cp1252")))
    assert "Atención — «señal»" in page.replace("&#x27;", "'") and "codificación" not in page
