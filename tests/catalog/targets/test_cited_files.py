"""The files that adjusted targets and the naming of people cite: kept with the act or not at all, read by few."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.access import NOBODY
from accounts.models import Membership, Role, User
from core.models import TrailEntry
from indicators.models import Indicator, InstrumentFile, TargetAdjustment
from tests.factories import (
    make_department,
    make_indicator,
    make_measurement,
    make_people,
    make_program,
    make_user,
    make_year,
    signed_in,
)
from tests.indicators.sample_files import SVG, pdf, upload
from tests.support.files import stored_evidence
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
TARGET, FREE = "/2016/catalogo/metas/PRE-01-01/", "/2016/catalogo/metas/PRE-01-02/"
FICHA, EXPLANATION = "/2016/indicadores/PRE-01-01/?mes=12", "/2016/explicacion/indicador/PRE-01-01/?mes=12"
NAME = "/catalogo/nombramientos/nuevo/"
ADJUST = {
    "effective_month": "10", "target": "80", "reason": "Recorte", "authorized_by": "Cabildo", "instrument": "Acta 12",
}  # fmt: skip
NOT_ACCEPTED = [(SVG, "SVG"), (b"", "vacío"), (b"MZ" + b"\0" * 200, "programa")]
READERS = [
    ("liaison", True), ("director", True), ("planning", True), ("comptroller", True), ("reader", False),
    ("otra", False), ("nadie", False),
]  # fmt: skip


@pytest.fixture
@shared
def people() -> dict[str, User]:
    """PRE-01-01 has a capture, PRE-01-02 none; «otra» directs another department, «nadie» has no role."""
    program = make_program(make_year())
    made = make_people(program.department)
    make_measurement(make_indicator(program), 1, 85, 100, by=made["liaison"])
    make_indicator(program)
    return made | {
        "otra": make_user("otra", Role.DIRECTOR, make_department("OBR", "Obras")),
        "nadie": make_user("nadie"),
    }


@pytest.fixture
def planning(people: dict[str, User]) -> Client:
    return signed_in(people["planning"])


def adjust(client: Client, month: str = "10", **changes: Any) -> Any:
    """See the effect, then confirm it with a file; ``changes`` are made to what is confirmed."""
    seen = {**ADJUST, "effective_month": month}
    mark = client.post(TARGET, {**seen, "act": "ver"}).context["mark"]
    sent = {**seen, "seen": mark, "act": "confirmar", "file": upload(name="../acta 12.pdf"), **changes}
    return client.post(TARGET, sent, follow=True)


def substitute(client: Client, people: dict[str, User], **changes: Any) -> Any:
    typed = {
        "user": people["liaison"].pk, "role": "director", "department": "PRE", "starts_on": "2016-11-20",
        "ends_on": "2016-12-05", "substitutes": people["director"].pk, "instrument": "Oficio PM/12",
        "file": upload(name="oficio.pdf"),
    }  # fmt: skip
    return client.post(NAME, typed | changes, follow=True)


def link(name: str) -> str:
    return f'<a href="/instrumentos/{InstrumentFile.objects.get().pk}/archivo/">{name}</a>'


# --- Adjusted targets --------------------------------------------------------------------------------------------


def test_an_adjusted_target_keeps_its_file_and_the_trail_says_so(planning, people):
    before = stored_evidence()
    page = text_of(adjust(planning))
    kept = InstrumentFile.objects.get()
    assert kept.adjustment == TargetAdjustment.objects.get() and kept.department.prefix == "PRE"
    assert (kept.instrument, kept.name) == ("Acta 12", "acta 12.pdf") and link("acta 12.pdf") in page
    (path,) = stored_evidence() - before
    assert "acta" not in path.name and path.read_bytes() == pdf()
    entry = TrailEntry.objects.get(action="adjuntar instrumento")
    assert (entry.capacity, entry.scope_id) == ("Planeación", kept.department_id)
    assert (entry.subject_label, entry.changes["sha256"]) == ("PRE-01-01 desde octubre", [None, kept.sha256])


def test_the_file_is_asked_for_where_the_adjustment_is_confirmed(planning):
    before = stored_evidence()
    assert 'type="file"' not in text_of(planning.get(TARGET))
    seen = planning.post(TARGET, {**ADJUST, "act": "ver", "file": upload()})
    assert 'type="file"' in text_of(seen) and 'enctype="multipart/form-data"' in text_of(seen)
    assert stored_evidence() == before and not InstrumentFile.objects.exists()


def test_without_a_file_the_instrument_is_cited_all_the_same(planning):
    assert "Acta 12" in text_of(adjust(planning, file=""))
    assert TargetAdjustment.objects.exists() and not InstrumentFile.objects.exists()


@pytest.mark.parametrize(("content", "sentence"), NOT_ACCEPTED)
def test_a_file_that_is_not_accepted_adjusts_nothing(planning, content, sentence):
    before = stored_evidence()
    page = text_of(adjust(planning, file=upload(content)))
    assert sentence in page and "Qué cambiaría" in page and 'value="Recorte"' in page
    assert not TargetAdjustment.objects.exists() and not InstrumentFile.objects.exists() and stored_evidence() == before
    assert not TrailEntry.objects.filter(action__in=("ajustar meta", "adjuntar instrumento")).exists()


@pytest.mark.parametrize("change", [{"seen": "otro"}, {"effective_month": "13"}, {"target": "0"}])
def test_an_adjustment_that_is_refused_leaves_no_file(planning, change):
    before = stored_evidence()
    page = text_of(adjust(planning, **change))
    assert not TargetAdjustment.objects.exists() and not InstrumentFile.objects.exists() and stored_evidence() == before
    assert ("Elija también otra vez el archivo" in page) == ("seen" in change)


def test_a_target_that_is_changed_directly_cites_nothing(planning):
    direct = {"target": "12", "target_kind": "absolute", "direction": "ascending", "schedule": "linear", "shares": ""}
    seen = planning.post(FREE, {**direct, "act": "ver"})
    assert 'type="file"' not in text_of(seen)
    sent = {**direct, "seen": seen.context["mark"], "act": "confirmar", "file": upload()}
    planning.post(FREE, sent)
    assert Indicator.objects.get(code="PRE-01-02").target == 12 and not InstrumentFile.objects.exists()


@pytest.mark.parametrize(("role", "reads"), READERS)
def test_who_reads_the_file_of_a_target(planning, people, role, reads):
    adjust(planning)
    client, words = signed_in(people[role]), link("acta 12.pdf")
    response = client.get(f"/instrumentos/{InstrumentFile.objects.get().pk}/archivo/")
    assert response.status_code == (200 if reads else 404)
    if reads:
        assert b"".join(response.streaming_content) == pdf()
    for page in (FICHA, EXPLANATION):
        assert (words in text_of(client.get(page))) == reads, page


def test_the_explanation_tells_of_the_target_in_force_only(planning):
    adjust(planning)
    assert "Instrumento de la meta ajustada" not in text_of(planning.get(EXPLANATION.replace("mes=12", "mes=9")))


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller", "otra", "nadie"])
def test_nobody_but_planning_adjusts_or_names_with_a_file(people, role):
    before, client = stored_evidence(), signed_in(people[role])
    named = Membership.objects.count()
    sent = {**ADJUST, "seen": "x", "act": "confirmar", "file": upload()}
    assert client.post(TARGET, sent).status_code == 404
    assert substitute(client, people).status_code == 404
    assert not InstrumentFile.objects.exists() and not TargetAdjustment.objects.exists() and stored_evidence() == before
    assert Membership.objects.count() == named


@pytest.mark.parametrize("files", [1, 3])
def test_the_queries_do_not_depend_on_the_files(planning, people, files, django_assert_num_queries):
    for number in range(files):
        adjust(planning, str(10 + number), file=upload(pdf(f"Acta {number}")))
    assert InstrumentFile.objects.count() == files
    client = signed_in(people["comptroller"])
    # One of them asks what was corrected at the figures of the page.
    for page, queries in ((FICHA, 12), (EXPLANATION, 10)):
        with django_assert_num_queries(queries):
            assert client.get(page).status_code == 200
    with django_assert_num_queries(11):
        assert planning.get(TARGET).status_code == 200


# --- Naming people -----------------------------------------------------------------------------------------------


def test_a_substitute_keeps_the_letter(planning, people):
    before = stored_evidence()
    page = text_of(substitute(planning, people))
    assert "Director (titular)" in page and link("oficio.pdf") in page
    kept = InstrumentFile.objects.get()
    assert kept.membership.substitutes == people["director"] and kept.instrument == "Oficio PM/12"
    for page in (f"/catalogo/personas/{people['liaison'].pk}/", "/catalogo/dependencias/PRE/"):
        assert link("oficio.pdf") in text_of(planning.get(page))
    assert link("oficio.pdf") in text_of(signed_in(people["liaison"]).get("/cuenta/"))
    assert len(stored_evidence() - before) == 1
    entry = TrailEntry.objects.get(action="adjuntar instrumento")
    named = TrailEntry.objects.get(action="nombrar")
    assert (entry.subject_label, entry.scope_id) == (named.subject_label, named.scope_id)


@pytest.mark.parametrize(("role", "reads"), READERS)
def test_who_reads_the_letter_of_a_substitute(planning, people, role, reads):
    substitute(planning, people)
    address = f"/instrumentos/{InstrumentFile.objects.get().pk}/archivo/"
    assert signed_in(people[role]).get(address).status_code == (200 if reads else 404)
    assert Client().get(address)["Location"].startswith("/entrar/")


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("nadie", True),
        ("planning", True),
        ("comptroller", True),
        ("liaison", False),
        ("reader", False),
        ("otra", False),
    ],
)
def test_the_letter_for_a_role_of_no_department(planning, people, role, reads):
    """The person named reads it, long before the role begins, and no department does."""
    substitute(
        planning,
        people,
        user=people["nadie"].pk,
        role="planning",
        department="",
        substitutes=people["planning"].pk,
        starts_on="2099-01-01",
        ends_on="2099-02-01",
    )
    address = f"/instrumentos/{InstrumentFile.objects.get().pk}/archivo/"
    assert signed_in(people[role]).get(address).status_code == (200 if reads else 404)


def test_whoever_has_no_account_reads_nothing(planning, people):
    adjust(planning)
    assert not InstrumentFile.objects.visible_to(NOBODY).exists()


@pytest.mark.parametrize(("content", "sentence"), NOT_ACCEPTED)
def test_a_letter_that_is_not_accepted_names_nobody(planning, people, content, sentence):
    before, named = stored_evidence(), Membership.objects.count()
    page = text_of(substitute(planning, people, file=upload(content)))
    assert sentence in page and 'value="Oficio PM/12"' in page
    assert Membership.objects.count() == named and not InstrumentFile.objects.exists() and stored_evidence() == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"starts_on": "2013-01-01", "ends_on": "2013-02-01"}, "no hay a quién suplir"),
        ({"role": "liaison", "substitutes": "", "ends_on": ""}, "ya es Enlace"),
        ({"role": "reader", "department": "", "substitutes": "", "instrument": ""}, "Escriba qué oficio es el archivo"),
    ],
)
def test_a_naming_that_is_refused_leaves_no_file(planning, people, change, sentence):
    before, named = stored_evidence(), Membership.objects.count()
    assert sentence in text_of(substitute(planning, people, **change))
    assert Membership.objects.count() == named and not InstrumentFile.objects.exists() and stored_evidence() == before


def test_a_role_without_a_substitution_keeps_its_letter_too(planning, people):
    substitute(planning, people, user=people["nadie"].pk, role="liaison", substitutes="", ends_on="")
    kept = InstrumentFile.objects.get()
    assert kept.membership.role == Role.LIAISON and kept.membership.starts_on == date(2016, 11, 20)
