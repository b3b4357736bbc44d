"""What ``make run`` opens with: Durango's PAT 2016, people and captures, made once; and how run_demo refuses."""

import errno
import os
import socket
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.models import F
from django.test import RequestFactory

from accounts.demo import DEMO_PASSWORD, DEMO_USERS
from accounts.models import Membership, User
from catalog.demo import durango
from catalog.management.commands import run_demo
from core import trail
from core.models import TrailEntry
from indicators.models import Correction, Indicator, Measurement, Observation, Origin, Period, State
from indicators.results import year as results
from programs.models import FiscalYear, Program
from tests.factories import make_year

SOURCE = Path(__file__).resolve().parents[3] / "data" / "pat-durango-2016.xlsx"


@pytest.fixture
def demo(db):
    durango.make(SOURCE)


def test_the_catalogue_and_twelve_open_months(demo):
    year = FiscalYear.objects.get()
    assert (year.year, year.demo_data, year.locked) == (2016, True, False)
    assert list(Program.objects.values_list("code", flat=True)) == [f"PRE-0{number}" for number in range(1, 6)]
    assert Indicator.objects.count() == 11
    assert Period.objects.filter(closed_on__isnull=True).count() == 12


def test_every_demonstration_user_has_their_role_and_signs_in_in_demonstration_mode_only(demo, settings):
    request = RequestFactory().post("/entrar/")
    for person in DEMO_USERS:
        user = User.objects.get(username=person.username)
        membership = Membership.objects.get(user=user)
        assert user.is_demo and user.is_superuser is person.is_superuser
        assert membership.role == person.role
        assert (membership.department.prefix if membership.department else None) == person.department_prefix
        for mode in (True, False):
            settings.PMD_DEMO = mode
            signed_in = authenticate(request, username=person.username, password=DEMO_PASSWORD)
            assert (signed_in == user) is mode


def test_every_act_of_its_trail_has_its_sentence(demo):
    recorded = set(TrailEntry.objects.values_list("action", flat=True).distinct())
    assert {"importar", "nombrar", "guardar", "enviar", "devolver", "validar", "corregir"} <= recorded
    assert recorded <= {act.value for act in trail.registered_acts()}


def test_captures_are_varied_and_marked(demo):
    rows = Measurement.objects.all()
    assert set(rows.values_list("origin", flat=True)) == {Origin.DEMO}
    assert set(rows.values_list("state", flat=True)) == set(State.values)
    assert rows.filter(month__lte=8, state=State.VALIDATED).count() >= 80
    assert rows.filter(month__lte=8).count() < 8 * 11  # something is missing
    assert rows.filter(denominator=0, numerator=0).count() == 3
    assert rows.filter(denominator=0, numerator__gt=0).exists()
    assert rows.filter(denominator__gt=0, numerator__gt=F("denominator")).count() == 2
    assert rows.filter(late=True).exists()
    assert rows.filter(validated_numerator__isnull=False, state=State.SUBMITTED).count() == 1
    (corrected,) = Correction.objects.made()  # so that the pages which say what moved a figure say it
    assert (corrected.measurement.indicator.code, corrected.measurement.month) == ("PRE-02-04", 5)
    assert corrected.numerator == corrected.former_numerator + 2 and corrected.reason.startswith("Oficio")
    assert rows.filter(month=9, state=State.SUBMITTED).exists()
    assert set(rows.filter(month=10).values_list("state", flat=True)) == {"draft", "returned", "submitted"}
    assert not rows.filter(month__gt=10).exists()
    assert Observation.objects.filter(resolved_at__isnull=True).count() == 2
    for row in rows:
        row.full_clean()


def test_the_dashboard_has_a_global_of_every_programme(demo):
    year = FiscalYear.objects.get()
    sheets = results.load_results(year, month=9).programs
    assert all(sheet.result.global_ is not None for sheet in sheets)
    assert len({sheet.result.light for sheet in sheets}) > 1


def test_all_of_it_is_in_the_trail(demo):
    acts = set(TrailEntry.objects.values_list("action", flat=True))
    assert {
        "importar",
        "abrir ejercicio",
        "dar de alta",
        "nombrar",
        "guardar",
        "enviar",
        "validar",
        "devolver",
        "corregir",
    } <= acts


@pytest.mark.django_db
def test_a_workbook_that_cannot_be_imported_leaves_nothing(tmp_path):
    broken = tmp_path / "roto.xlsx"
    broken.write_bytes(b"%PDF-1.7")
    with pytest.raises(Exception):  # noqa: B017 - whatever the import says; what counts is what is left
        durango.make(broken)
    assert not User.objects.exists()


class Served(Exception):
    """run_demo reached the point at which it becomes the server."""


@pytest.fixture
def run(db, settings, monkeypatch):
    """Call run_demo, which stops where it would become gunicorn; returns what it printed."""
    settings.PMD_DEMO = True
    settings.DEBUG = True  # nothing to collect
    executed: list[list[str]] = []

    def execv(path: str, command: list[str]) -> None:
        executed.append(command)
        raise Served

    monkeypatch.setattr(os, "execv", execv)

    def call(port: str) -> tuple[str, list[str]]:
        out = StringIO()
        with pytest.raises(Served):
            call_command("run_demo", "--port", port, stdout=out)
        return out.getvalue(), executed[-1]

    return call


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind((run_demo.HOST, 0))
        return str(probe.getsockname()[1])


def test_a_second_start_keeps_the_data_and_makes_nothing(run):
    port = free_port()
    printed, command = run(port)
    assert "Preparando" in printed and f"http://127.0.0.1:{port}/" in printed and DEMO_PASSWORD in printed
    assert all(person.username in printed for person in DEMO_USERS)
    assert f"127.0.0.1:{port}" in command
    before = list(TrailEntry.objects.values_list("pk", "at"))
    Measurement.objects.filter(month=10, state=State.DRAFT).update(justification="De un visitante")
    printed, _ = run(port)
    assert "Preparando" not in printed
    assert list(TrailEntry.objects.values_list("pk", "at")) == before
    assert Measurement.objects.filter(justification="De un visitante").exists()


def test_a_database_of_somebody_else_gets_no_demonstration(run):
    make_year(2020)
    printed, _ = run(free_port())
    assert "no tiene usuarios de demostración" in printed
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError("database or disk is full"), "libere 1 GB"),
        (OSError(errno.ENOSPC, "No space left on device"), "libere 1 GB"),
        (OSError(errno.EROFS, "Read-only file system"), "no se puede escribir"),
        (OperationalError("attempt to write a readonly database"), "no se puede escribir"),
        (OperationalError("unable to open database file"), "no se puede escribir"),
        (OperationalError("disk I/O error"), "carpeta de Windows o de la red"),
    ],
)
@pytest.mark.django_db
def test_a_folder_in_which_it_cannot_work_is_told(error, sentence, settings, monkeypatch):
    settings.PMD_DEMO = True

    def broken(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(durango, "make", broken)
    with pytest.raises(CommandError, match=sentence):
        call_command("run_demo", "--port", free_port(), stdout=StringIO())


@pytest.mark.parametrize("port", ["abc", "0", "-1", "65536", "80.5", "", "８０００", "9" * 30])
def test_a_port_that_is_none_is_told(port, settings):
    settings.PMD_DEMO = True
    with pytest.raises(CommandError, match="debe ser un número"):
        call_command("run_demo", f"--port={port}")


def test_a_taken_port_is_told(settings):
    settings.PMD_DEMO = True
    with socket.socket() as other:
        other.bind((run_demo.HOST, 0))
        other.listen()
        with pytest.raises(CommandError, match="está ocupado"):
            call_command("run_demo", "--port", str(other.getsockname()[1]))


def test_outside_demonstration_mode_it_does_not_start(settings):
    settings.PMD_DEMO = False
    with pytest.raises(CommandError, match="PMD_DEMO"):
        call_command("run_demo")


def test_static_files_are_collected_again_only_when_they_changed(settings, tmp_path, monkeypatch):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], tmp_path / "root"
    monkeypatch.setattr(run_demo, "get_finders", lambda: [FileSystemFinder()])
    collected: list[str] = []

    def collect(name: str, **options: object) -> None:
        collected.append(name)
        Path(settings.STATIC_ROOT).mkdir(exist_ok=True)

    monkeypatch.setattr(run_demo, "call_command", collect)
    run_demo.collect_static()
    run_demo.collect_static()
    assert len(collected) == 1
    (source / "b.css").write_text("b {}")
    run_demo.collect_static()
    assert len(collected) == 2
