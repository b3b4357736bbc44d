"""Attaching files to figures: what is refused, what is kept, and that files and rows stand or fall together."""

import errno
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection

from indicators import services
from indicators.models import Evidence, Measurement, State
from indicators.services import EvidenceRefused, MonthNotOpen, NotAllowed, NotReady
from tests.factories import NOW, TODAY, make_department, make_indicator, make_program
from tests.indicators.sample_files import HTML, SVG, docx, pdf, png, upload
from tests.indicators.town import Town, acts, make_town
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.STORAGES = settings.STORAGES | {
        "evidence": {
            "BACKEND": "core.private_files.PrivateStorage",
            "OPTIONS": {"location": str(tmp_path / "evidence"), "own_root": True},
        }
    }
    yield tmp_path / "evidence"


@pytest.fixture
@shared
def town() -> Town:
    return make_town(3)


def attach(town: Town, *numbers: int, role: str = "liaison", month: int = 9, **kwargs: Any) -> Evidence:
    content, name = kwargs.pop("content", None), kwargs.pop("name", "acta.pdf")
    return services.attach_evidence(
        access=town.access(role),
        period=town.period(month),
        indicator_ids=[town.indicators[number].pk for number in numbers or (0,)],
        file=upload(content, name),
        name=name,
        now=kwargs.pop("now", NOW),
    )


def supersede(town: Town, old: Evidence, role: str = "liaison", reason: str = "", **kwargs: Any) -> Evidence:
    content = kwargs.pop("content", pdf("Otra"))
    return services.supersede_evidence(
        access=town.access(role),
        evidence_id=old.pk,
        file=upload(content),
        name="otra.pdf",
        reason=reason,
        now=kwargs.pop("now", LATER),
    )


def stored(files: Path) -> list[Path]:
    return sorted(path for path in files.rglob("*") if path.is_file())


def test_a_file_supports_several_figures_and_is_kept_under_a_random_name(town: Town, files: Path) -> None:
    evidence = attach(town, 0, 1, name="Acta de José.pdf")
    (path,) = stored(files)
    assert path.read_bytes() == pdf()
    assert path.parent.name == "2016" and path.suffix == ".pdf" and "cta" not in path.stem and len(path.stem) == 32
    assert evidence.name == "Acta de José.pdf" and evidence.content_type == "application/pdf"
    assert evidence.sha256 == hashlib.sha256(pdf()).hexdigest() and evidence.size == len(pdf())
    assert set(evidence.measurements.all()) == {town.row(0), town.row(1)}


def test_a_figure_without_a_capture_gets_an_empty_draft_that_is_no_conflict(town: Town) -> None:
    attach(town)
    row = town.row()
    assert (row.state, row.version, row.numerator, row.denominator) == (State.DRAFT, 0, None, None)
    assert not row.changed_by.exists()
    outcome = town.save(town.pair(3, 4, version=0))
    assert len(outcome.saved) == 1 and town.row().version == 1


def test_the_trail_of_the_figure_says_who_attached_what(town: Town) -> None:
    evidence = attach(town)
    (entry,) = acts(town.row())
    assert (entry.action, entry.actor.username, entry.capacity) == ("adjuntar evidencia", "liaison", "Enlace")
    assert entry.changes == {"evidence": [None, "acta.pdf"], "sha256": [None, evidence.sha256]}
    assert entry.subject_label == "PRE-01-01 septiembre 2016" and entry.scope_id == town.department.pk


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (SVG, "foto.png", "dibujo SVG"),
        (HTML, "foto.png", "página web"),
        (b"", "acta.pdf", "vacío"),
        (b"%PDF-1.4" + bytes(11 * 2**20), "acta.pdf", "10 MB"),
        (b"MZ" + bytes(200), "factura.pdf", "programa"),
        (docx(padding=101), "informe.docx", "demasiado grande por dentro"),
        (b"solo texto", "informe.docx", "no lo es"),
    ],
    ids=["svg", "html", "empty", "11 MB", "program", "bomb", "text"],
)
def test_what_is_not_evidence_is_refused_in_one_sentence(
    town: Town, files: Path, content: bytes, name: str, sentence: str
) -> None:
    with pytest.raises(EvidenceRefused, match=sentence):
        attach(town, content=content, name=name)
    assert not stored(files) and not Evidence.objects.exists() and not Measurement.objects.exists()


def test_a_name_of_300_characters_is_shortened_and_keeps_its_end(town: Town) -> None:
    evidence = attach(town, name="a" * 280 + " septiembre.pdf")
    assert len(evidence.name) <= 120 and evidence.name.endswith("septiembre.pdf")


def test_the_name_tells_what_the_file_is(town: Town) -> None:
    assert attach(town, content=png(), name="../../factura.pdf.exe").name == "factura.png"


def test_the_same_file_twice_for_one_figure_is_refused_whatever_its_name(town: Town, files: Path) -> None:
    attach(town, 0, 1)
    with pytest.raises(EvidenceRefused, match="ya es evidencia de PRE-01-01"):
        attach(town, 0, 2, name="otra.pdf")
    assert len(stored(files)) == 1 and not Measurement.objects.filter(indicator=town.indicators[2]).exists()


def test_nothing_is_attached_to_no_figure(town: Town) -> None:
    with pytest.raises(EvidenceRefused, match="al menos un indicador"):
        services.attach_evidence(
            access=town.access("liaison"), period=town.period(), indicator_ids=[], file=upload(), name="a.pdf", now=NOW
        )


@pytest.mark.parametrize("role", ["reader", "comptroller"])
def test_who_may_not_capture_attaches_nothing(town: Town, files: Path, role: str) -> None:
    with pytest.raises(NotAllowed):
        attach(town, role=role)
    assert not stored(files)


def test_two_departments_never_share_a_file(town: Town) -> None:
    other = make_program(town.year, "OBR-01", department=make_department("OBR", "Obras"))
    town.indicators.append(make_indicator(other))
    with pytest.raises(NotAllowed, match="misma dependencia"):
        attach(town, 0, 3, role="planning")
    with pytest.raises(NotAllowed):
        attach(town, 3)


def close(town: Town, month: int = 9) -> None:
    period = town.period(month)
    period.closed_on = TODAY
    period.save()


def test_a_closed_month_takes_no_files(town: Town, files: Path) -> None:
    close(town)
    with pytest.raises(MonthNotOpen, match="se cerró"):
        attach(town)
    assert not stored(files)
    assert attach(town, role="planning")


def test_a_submitted_figure_takes_no_more_files_but_from_planning(town: Town, files: Path) -> None:
    town.save(town.pair(3, 4))
    town.submit(allow_missing=True)
    with pytest.raises(NotAllowed, match="ya se envió"):
        attach(town)
    assert not stored(files)
    version = town.row().version
    attach(town, role="planning")
    assert town.row().version == version + 1  # whoever is reviewing it looks again


def test_a_draft_s_file_is_withdrawn_and_may_come_again(town: Town, files: Path) -> None:
    evidence = attach(town)
    services.withdraw_evidence(access=town.access("liaison"), evidence_id=evidence.pk, now=LATER)
    evidence.refresh_from_db()
    assert evidence.withdrawn_at == LATER and len(stored(files)) == 1
    assert acts(town.row())[-1].changes["evidence"] == ["acta.pdf", None]
    assert not services.evidence_times([town.row().pk])
    attach(town)
    with pytest.raises(EvidenceRefused, match="ya se había"):
        supersede(town, evidence)


def submitted_with_evidence(town: Town) -> Evidence:
    evidence = attach(town)
    town.save(town.pair(3, 4))
    town.submit(allow_missing=True, now=LATER)
    return evidence


def test_once_submitted_a_file_is_superseded_with_a_reason_and_never_withdrawn(town: Town, files: Path) -> None:
    old = submitted_with_evidence(town)
    with pytest.raises(EvidenceRefused, match="solo se sustituye"):
        services.withdraw_evidence(access=town.access("liaison"), evidence_id=old.pk, now=LATER)
    with pytest.raises(EvidenceRefused, match="por qué se sustituye"):
        supersede(town, old)
    version = town.row().version
    new = supersede(town, old, reason="Faltaba la firma")
    old.refresh_from_db()
    assert old.superseded_by == new and len(stored(files)) == 2
    assert set(new.measurements.all()) == set(old.measurements.all()) == {town.row()}
    assert town.row().version == version + 1 and town.row().state == State.SUBMITTED
    entry = acts(town.row())[-1]
    assert (entry.action, entry.reason) == ("sustituir evidencia", "Faltaba la firma")
    assert entry.changes["evidence"] == ["acta.pdf", "otra.pdf"]
    assert list(services.evidence_times([town.row().pk]).values()) == [LATER]


def test_the_file_of_a_validated_figure_is_superseded_by_planning_only(town: Town) -> None:
    old = submitted_with_evidence(town)
    row = town.row()
    services.validate(access=town.access("director"), seen={row.pk: row.version}, now=LATER)
    with pytest.raises(NotAllowed, match="pida a Planeación"):
        supersede(town, old, reason="Faltaba la firma")
    supersede(town, old, role="planning", reason="Oficio 12: faltaba la firma")
    assert town.row().state == State.VALIDATED


def test_a_file_is_not_superseded_by_itself(town: Town, files: Path) -> None:
    old = attach(town)
    with pytest.raises(EvidenceRefused, match="mismo archivo"):
        supersede(town, old, content=pdf())
    assert len(stored(files)) == 1


def test_a_returned_figure_s_submitted_file_stays_and_a_new_one_answers_the_observation(town: Town) -> None:
    old = submitted_with_evidence(town)
    row = town.row()
    back = LATER + timedelta(hours=1)
    services.return_for_changes(
        access=town.access("director"), seen={row.pk: row.version}, observation="Falta la lista", now=back
    )
    with pytest.raises(EvidenceRefused):
        services.withdraw_evidence(access=town.access("liaison"), evidence_id=old.pk, now=back)
    with pytest.raises(NotReady):
        town.submit(allow_missing=False, now=back)
    attach(town, content=png(), name="lista.png", now=back + timedelta(hours=1))
    assert town.submit(allow_missing=True, now=back + timedelta(hours=2)) == [town.row()]


def test_a_file_serves_another_month_of_the_same_department(town: Town, files: Path) -> None:
    evidence = attach(town)
    services.link_evidence(
        access=town.access("liaison"),
        evidence_id=evidence.pk,
        period=town.period(8),
        indicator_ids=[town.indicators[1].pk],
        now=LATER,
    )
    assert {(row.indicator.code, row.month) for row in evidence.measurements.all()} == {
        ("PRE-01-01", 9),
        ("PRE-01-02", 8),
    }
    assert len(stored(files)) == 1 and len(acts(town.row(1, 8))) == 1


def test_another_department_s_file_does_not_exist(town: Town) -> None:
    other = make_program(town.year, "OBR-01", department=make_department("OBR", "Obras"))
    town.indicators.append(make_indicator(other))
    foreign = attach(town, 3, role="planning")
    for act in (
        lambda: supersede(town, foreign),
        lambda: services.withdraw_evidence(access=town.access("liaison"), evidence_id=foreign.pk, now=NOW),
        lambda: services.link_evidence(
            access=town.access("liaison"),
            evidence_id=foreign.pk,
            period=town.period(),
            indicator_ids=[town.indicators[0].pk],
            now=NOW,
        ),
    ):
        with pytest.raises(Evidence.DoesNotExist):
            act()
    with pytest.raises(NotAllowed, match="misma dependencia"):
        services.link_evidence(
            access=town.access("planning"),
            evidence_id=foreign.pk,
            period=town.period(),
            indicator_ids=[town.indicators[0].pk],
            now=NOW,
        )


def test_no_file_stays_behind_when_the_rows_cannot_be_written(
    town: Town, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("core.trail.write", fail)
    with pytest.raises(RuntimeError):
        attach(town)
    assert not stored(files) and not Measurement.objects.exists() and not Evidence.objects.exists()


def test_no_row_stays_behind_when_the_file_cannot_be_written(
    town: Town, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(EvidenceRefused, match="No hay espacio en el disco del servidor: no se guardó nada"):
        attach(town)
    assert not stored(files) and not Measurement.objects.exists() and not Evidence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_file_stays_behind_when_the_database_refuses_the_commit(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = make_town(1)

    def refuse() -> None:
        assert len(stored(files)) == 1  # the file is there, and only the commit is missing
        raise IntegrityError("a rule that is asked at the end")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "commit", refuse)
        with pytest.raises(IntegrityError):
            attach(town)
    assert not stored(files) and not Evidence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_file_stays_when_nobody_knows_whether_the_commit_was_done(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row may still come to be: the file is an orphan that ``check_files --sweep`` takes a day later."""
    town = make_town(1)
    message = "no se sabe si quedó. Abra la página otra vez"
    # On SQLite in memory a connection that is closed takes the database with it.
    with monkeypatch.context() as patch:
        patch.setattr(connection, "commit", lost)
        patch.setattr(connection, "close", lambda: None)
        with pytest.raises(EvidenceRefused, match=message):
            attach(town)
    assert len(stored(files)) == 1 and not Evidence.objects.exists()


def lost() -> None:
    raise OperationalError("server closed the connection unexpectedly")


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_was_done_though_its_answer_was_lost_is_a_success(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = make_town(1)
    commit = connection.commit

    def swallowed() -> None:
        commit()
        lost()

    with monkeypatch.context() as patch:
        patch.setattr(connection, "commit", swallowed)
        patch.setattr(connection, "close", lambda: None)
        evidence = attach(town)
    assert Evidence.objects.get() == evidence and len(stored(files)) == 1


def test_an_indicator_that_asks_for_evidence_is_not_submitted_without_it() -> None:
    town = make_town(2, requires_evidence=True)
    town.save(town.pair(3, 4))
    with pytest.raises(NotReady) as lacking:
        town.submit(allow_missing=True)
    ((pk, problems),) = lacking.value.problems.items()
    assert pk == town.indicators[0].pk and [problem.field for problem in problems] == ["evidence"]
    assert problems[0].message.startswith("Falta la evidencia: adjunte") and not lacking.value.pending
    attach(town)
    assert town.submit(allow_missing=True) == [town.row()]


def test_a_superseded_or_withdrawn_file_is_no_evidence(files: Path) -> None:
    town = make_town(1, requires_evidence=True)
    town.save(town.pair(3, 4))
    evidence = attach(town)
    services.withdraw_evidence(access=town.access("liaison"), evidence_id=evidence.pk, now=NOW)
    with pytest.raises(NotReady):
        town.submit()
    supersede(town, attach(town))
    assert town.submit()
