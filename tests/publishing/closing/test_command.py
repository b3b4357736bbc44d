"""``close_month`` from the terminal."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role
from indicators.models import Period
from programs.models import FiscalYear
from publishing.models import Closing
from tests.factories import make_user
from tests.publishing.closed import planner
from tests.reports.county import make_county
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
@shared
def county() -> FiscalYear:
    planner()
    return make_county()


def run(*args: str, **kwargs: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("close_month", *args, stdout=out, stderr=err, **kwargs)
    return out.getvalue(), err.getvalue()


CALL = ("--year", "2016", "--month", "1", "--user", "planeacion")


def test_it_prints_the_fingerprint_of_the_document_and_nothing_else(county):
    out, err = run(*CALL)
    assert (out, err) == (f"{Closing.objects.get().sha256}\n", "")


def test_a_second_one_needs_a_reason_and_is_a_rectification(county):
    run(*CALL)
    with pytest.raises(CommandError, match="escriba el motivo"):
        run(*CALL)
    run(*CALL, "--reason", "Faltó una", "--instrument", "Oficio 9")
    latest = Closing.objects.first()
    assert (latest.version, latest.reason, latest.instrument) == (2, "Faltó una", "Oficio 9")


def test_a_dry_run_says_what_lacks_and_writes_nothing(county):
    out, err = run(*CALL, "--dry-run")
    assert len(out) == 65 and not Closing.objects.exists()
    assert Period.objects.get(fiscal_year=county, month=1).closed_on is None
    assert "De 5 cifras de enero falta 1: 1 no se ha enviado." in err
    assert "OBR Obras Públicas: faltan 1, de ellas esperan revisión 0, observadas 0, sin enviar 1" in err
    assert run(*CALL)[0] == out


@pytest.mark.parametrize(
    "args, said, status",
    [
        (("--year", "2016", "--month", "1"), "Falta --user", 2),
        (("--year", "2016", "--user", "planeacion"), "Falta --month", 2),
        (("--month", "1", "--user", "planeacion"), "Falta --year", 2),
        (("--year", "2016", "--month", "13", "--user", "planeacion"), "El mes 13 no existe", 2),
        (("--year", "2016", "--month", "0", "--user", "planeacion"), "El mes 0 no existe", 2),
        (("--year", "2016", "--month", "-1", "--user", "planeacion"), "«-1» no es un mes", 2),
        (("--year", "MMXVI", "--month", "1", "--user", "planeacion"), "«MMXVI» no es un ejercicio", 2),
        (("--year", "2019", "--month", "1", "--user", "planeacion"), "Ejercicios que existen: 2016", 2),
        (("--year", "2016", "--month", "1", "--user", "nadie"), "No existe el usuario «nadie»", 2),
        (("--year", "2016", "--month", "1", "--user", "contralor"), "Solo Planeación", 1),
        (("--year", "2016", "--month", "1", "--user", "contralor", "--dry-run"), "Solo Planeación", 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_wrong_call_is_told_in_a_sentence(county, args, said, status):
    make_user("contralor", Role.COMPTROLLER)
    with pytest.raises(CommandError, match=said) as refused:
        run(*args)
    assert refused.value.returncode == status and not Closing.objects.exists()
