"""Planning publishes, two of them take down: what it writes, what it refuses, and what the trail says of it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Role, User
from core.models import TrailEntry
from core.refusals import NotAllowed, ServiceError
from programs.models import FiscalYear, Program
from publishing.export import verificar
from publishing.models import Closing, DocumentAltered, Publication, SiteWriting, TakingDown
from publishing.publication import writing
from publishing.publication.acting import ask_taking_down, publish_up_to, take_down, withdraw_taking_down
from publishing.publication.state import site_state
from publishing.publication.writing import bring_to_decision
from tests.factories import NOW, access_of, make_people, make_user
from tests.publishing.closed import close, planner
from tests.support.owner import past_rules

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def asks(reason: str = "Una cifra nombra a una persona", *, by: User | None = None) -> TakingDown:
    return ask_taking_down(access=access_of(by or planner()), reason=reason, now=NOW)


def listed(root: Path) -> list[str]:
    return [one["sha256"] for one in json.loads((root / "sitio/cierres.json").read_bytes())["closings"]]


def count(root: Path) -> int:
    """Of all files but the list of them."""
    return sum(path.is_file() for path in (root / "sitio").rglob("*")) - 1


def acts() -> list[TrailEntry]:
    return list(TrailEntry.objects.filter(subject_label="Sitio público").order_by("pk"))


def test_the_chain_up_to_a_closing_is_public_and_no_more(full_year: FiscalYear, publish: Any, root: Path) -> None:
    closings = [close(full_year, month) for month in (1, 2, 3)]
    publish(closings[1], reason="Ley de transparencia", instrument="Acuerdo 31/2016")
    assert listed(root) == [one.sha256 for one in closings[:2]] and not (root / "sitio/2016/03").exists()
    assert verificar.verify(str(root / "sitio"))[0].faults == []
    answer = Client().get("/publico/2016/02/datos/cierre.json")
    assert answer.content == closings[1].document_bytes and answer["ETag"] == f'"{closings[1].sha256}"'
    row = SiteWriting.objects.get()
    assert row.ended_at and row.files == count(root) and row.changed == row.files and row.error == ""
    (entry,) = acts()
    assert entry.action == "publicar cierres" and entry.reason == "Ley de transparencia"
    assert entry.changes["sha256"] == [None, closings[1].sha256] and entry.capacity == "Planeación"
    assert entry.changes["instrument"] == [None, "Acuerdo 31/2016"]


def test_what_comes_after_is_published_by_the_next_act_alone(published: FiscalYear, publish: Any, root: Path) -> None:
    second = close(published, 2)
    rectified = close(published, 1, reason="Una cifra se sumó mal")
    bring_to_decision()
    assert len(listed(root)) == 1 and not (root / "sitio/2016/01/v1").exists()
    publish(rectified)
    assert len(listed(root)) == 3 and (root / "sitio/2016/01/v1/datos/cierre.json").exists()
    assert acts()[-1].changes["closing"] == ["Cierre de enero 2016", "Cierre de enero 2016, versión 2"]
    with pytest.raises(ServiceError, match="ya está publicado: lo está hasta el cierre de enero 2016, versión 2"):
        publish(second)
    with pytest.raises(ServiceError, match="ya está publicado, con todos los anteriores"):
        publish(rectified)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PLANNING])
def test_nobody_else_publishes_or_takes_down(published: FiscalYear, publish: Any, role: str) -> None:
    access = access_of(make_people(Program.objects.first().department)[role])
    last = close(published, 2)
    with pytest.raises(NotAllowed, match="Solo Planeación"):
        publish_up_to(access=access, closing=last, now=NOW)
    with pytest.raises(NotAllowed, match="Solo Planeación"):
        ask_taking_down(access=access, reason="x", now=NOW)
    asks()
    for act in (take_down, withdraw_taking_down):
        with pytest.raises(NotAllowed, match="Solo Planeación"):
            act(access=access, now=NOW)
    assert site_state().shown is not None and Publication.objects.count() == 1


def test_an_altered_document_is_not_published_and_nothing_is_written(
    published: FiscalYear, publish: Any, root: Path
) -> None:
    last = close(published, 2)
    with past_rules():
        Closing.objects.filter(month=1).update(document=b'{"format": "otro"}')
    with pytest.raises(DocumentAltered, match="cierre de enero 2016"):
        publish(last)
    assert Publication.objects.count() == 1 and len(listed(root)) == 1
    # One that was altered after the act leaves the folder as it was, and the page says why.
    row = bring_to_decision()
    assert row is not None and "no es el que se guardó" in row.error and len(listed(root)) == 1
    assert Client().get("/publico/2016/01/datos/cierre.json").status_code == 200


@pytest.mark.parametrize(
    ("words", "said"),
    [({"instrument": "x" * 201}, "más de 200 letras"), ({"reason": "a\0b"}, "un carácter que no se puede guardar")],
)
def test_words_that_no_column_holds_are_refused(full_year: FiscalYear, publish: Any, words: Any, said: str) -> None:
    with pytest.raises(ServiceError, match=said):
        publish(close(full_year, 1), **words)


def test_two_people_take_it_down_and_it_is_gone_at_once(
    published: FiscalYear, committed: Any, second: User, root: Path, publish: Any
) -> None:
    asked = asks()
    assert Client().get("/publico/cierres.json").status_code == 200  # nothing happens yet
    with pytest.raises(NotAllowed, match="Usted lo pidió"):
        take_down(access=access_of(planner()), now=LATER)
    committed(lambda: take_down(access=access_of(second), now=LATER))
    assert not (root / "sitio").exists() and not list(root.glob(".retirado-*"))
    assert Client().get("/publico/cierres.json").status_code == 404
    assert SiteWriting.objects.latest("pk").publication is None
    assert [entry.action for entry in acts()] == ["publicar cierres", "pedir retirar el sitio", "retirar el sitio"]
    assert acts()[-1].actor == second and acts()[-1].reason == asked.reason
    with pytest.raises(ServiceError, match="No hay nada publicado que retirar"):
        asks()
    publish(Closing.objects.get())  # and again, as before
    assert Client().get("/publico/cierres.json").status_code == 200


def test_what_one_asked_may_be_withdrawn_and_asked_again(published: FiscalYear, publish: Any, second: User) -> None:
    asks()
    with pytest.raises(ServiceError, match="ya pidió retirar el sitio público"):
        asks(by=second)
    with pytest.raises(ServiceError, match="antes de publicar, confirme o retire esa petición"):
        publish(close(published, 2))
    withdraw_taking_down(access=access_of(second), now=LATER)
    with pytest.raises(ServiceError, match="Nadie ha pedido retirar"):
        take_down(access=access_of(second), now=LATER)
    asks()
    assert site_state().asked is not None and TakingDown.objects.count() == 2
    with pytest.raises(ServiceError, match="Escriba por qué"):
        withdraw_taking_down(access=access_of(second), now=LATER)
        asks("  ")


def test_the_server_confirms_only_where_nobody_else_can(published: FiscalYear, committed: Any, root: Path) -> None:
    asks()
    make_user("otra", Role.PLANNING)
    with pytest.raises(ServiceError, match=r"Lo puede confirmar otra persona en la página «Sitio público»: .*otra"):
        take_down(access=None, now=LATER)
    User.objects.filter(username="otra").update(is_active=False)
    committed(lambda: take_down(access=None, now=LATER))
    assert not (root / "sitio").exists() and acts()[-1].actor is None


def test_the_database_holds_that_they_are_two_and_that_it_stays_as_it_was_decided(
    published: FiscalYear, second: User
) -> None:
    asked = asks()

    def refused(act: Any, message: str) -> None:
        with pytest.raises(IntegrityError, match=message), transaction.atomic():
            act()

    own = {"confirmed_by": asked.asked_by, "confirmed_at": NOW}
    refused(lambda: TakingDown.objects.filter(pk=asked.pk).update(**own), "taking_down_two_people")
    rows = TakingDown.objects.filter(pk=asked.pk)
    rows.update(confirmed_by=second, confirmed_at=NOW)
    for change in ({"confirmed_by": planner()}, {"confirmed_at": None}):
        refused(lambda change=change: rows.update(**change), "no se modifica ni se borra")


def test_a_site_that_cannot_be_written_says_why_and_is_tried_again(
    full_year: FiscalYear, publish: Any, root: Path, settings: Any, tmp_path: Path
) -> None:
    settings.PMD_PUBLIC_ROOT, settings.OWN_PUBLIC_ROOT = tmp_path / "no-montado", False
    publish(close(full_year, 1))
    row = SiteWriting.objects.get()
    assert row.ended_at and "esa carpeta no existe: créela" in row.error
    (tmp_path / "no-montado").mkdir()
    assert bring_to_decision().error == "" and Client().get("/publico/cierres.json").status_code == 200


def test_what_nobody_foresaw_is_told_too_and_leaves_what_was_there(
    published: FiscalYear, publish: Any, root: Path, monkeypatch: Any
) -> None:
    def break_down(*args: Any, **given: Any) -> None:
        raise RuntimeError("boom")

    with monkeypatch.context() as patch:
        patch.setattr(writing, "publish", break_down)
        publish(close(published, 2))
    assert SiteWriting.objects.latest("pk").error == writing.NOBODY_KNOWS and len(listed(root)) == 1
    assert bring_to_decision().error == "" and len(listed(root)) == 2


def test_what_is_decided_while_it_is_written_is_what_is_shown_in_the_end(
    published: FiscalYear, publish: Any, root: Path, monkeypatch: Any, second: User
) -> None:
    """Somebody takes it down while the worker is in the middle of writing."""
    publish_folder, last = writing.publish, close(published, 2)

    def meanwhile(*args: Any, **given: Any) -> Any:
        monkeypatch.setattr(writing, "publish", publish_folder)
        asks()
        take_down(access=access_of(second), now=LATER)
        return publish_folder(*args, **given)

    monkeypatch.setattr(writing, "publish", meanwhile)
    publish(last)
    assert not (root / "sitio").exists() and SiteWriting.objects.latest("pk").publication is None


def test_whoever_writes_waits_for_the_one_before(published: FiscalYear, root: Path) -> None:
    with writing.writing_alone(patience=0):
        row = bring_to_decision(patience=0.1)
    assert row is not None and "El sitio se está escribiendo en este momento" in row.error
    assert bring_to_decision(patience=0.1).error == ""


def test_writing_again_changes_nothing_and_mends_what_was_altered(published: FiscalYear, root: Path) -> None:
    assert bring_to_decision().changed == 0
    (root / "sitio/2016/01/datos/programas.csv").write_text("otra cosa")
    assert bring_to_decision().changed == 1
    assert verificar.verify(str(root / "sitio"))[0].faults == []
