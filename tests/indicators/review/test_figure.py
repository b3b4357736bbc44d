"""The pages of one figure: its history, its commitment, its correction."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from indicators import services
from indicators.models import Commitment, CorrectionRequest, Extension, State
from tests.factories import NOW, make_department, make_measurement, make_user
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
# The pages read the clock; a commitment is for the two years to come.
SOON = f"{timezone.localdate() + timedelta(days=60):%d/%m/%Y}"
HISTORY, COMMITMENT, CORRECTION = (f"/2016/{page}/PRE-01-01/9/" for page in ("historia", "compromisos", "correcciones"))
LATER = NOW + timedelta(days=1)


@pytest.fixture
@shared
def town() -> Town:
    return make_town()


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("liaison", (200, 200, 200)),
        ("director", (200, 200, 200)),
        ("planning", (200, 200, 200)),
        ("comptroller", (200, 200, 200)),
        ("reader", (404, 404, 404)),
        ("otra", (404, 404, 404)),
    ],
)
def test_who_opens_them(town, role, statuses):
    make_measurement(town.indicators[0], 9, 3, 4)
    town.people["otra"] = make_user("otra", "director", make_department("OBR", "Obras"))
    client = town.client(role)
    assert tuple(client.get(url).status_code for url in (HISTORY, COMMITMENT, CORRECTION)) == statuses
    assert Client().get(HISTORY).status_code == 302


@pytest.mark.parametrize(
    "url", ["/2016/historia/PRE-09-09/9/", "/2016/historia/PRE-01-01/13/", "/2015/historia/PRE-01-01/9/"]
)
def test_what_does_not_exist_is_a_404(town, url):
    assert town.client("director").get(url).status_code == 404


# --- History ---------------------------------------------------------------------------------------------------


def told(town: Town, role: str = "director") -> list:
    """The lines of the history, oldest first, without the opening of the year."""
    lines = town.client(role).get(HISTORY).context["lines"]
    return [line for line in reversed(lines) if not line.act.startswith("Al abrir el ejercicio")]


def test_the_whole_life_of_a_figure_is_told_in_words(town):
    town.save(town.pair(1, 4))
    town.submit(allow_missing=True)
    row = town.row()
    services.return_for_changes(
        access=town.access("director"), seen={row.pk: row.version}, observation="Falta la lista", now=LATER
    )
    town.save(town.pair(3, 4, version=3), now=LATER)
    town.submit(now=LATER, allow_missing=True)
    row = town.row()
    services.validate(access=town.access("director"), seen={row.pk: row.version}, now=LATER)
    lines = told(town)
    assert [line.act for line in lines] == [
        "Guardó la captura",
        "Envió a validación",
        "Se expidió el acuse",
        "Devolvió con una observación",
        "Guardó la captura",
        "Envió a validación",
        "Se expidió el acuse",
        "Validó",
        "Se expidió la constancia",
    ]
    assert lines[0].changes == ("numerador: 1", "denominador: 4", "estado: borrador")
    assert lines[3].changes == ("estado: enviado → observado",) and lines[3].reason == "Falta la lista"
    assert lines[4].changes == ("numerador: 1 → 3",)
    assert (lines[7].who, lines[7].capacity) == ("director", "Director (titular)")
    assert lines[7].changes == ("estado: enviado → validado", "numerador validado: 3", "denominador validado: 4")
    assert lines[8].subject == "C-2016-PRE-09-001" and lines[8].changes == ("folio: C-2016-PRE-09-001",)


def test_a_bulk_act_is_in_the_history_of_each_figure(town):
    for indicator in town.indicators:
        make_measurement(indicator, 9, 3, 4, State.SUBMITTED, by=town.people["liaison"])
    rows = [town.row(number) for number in (0, 1)]
    services.validate(access=town.access("director"), seen={row.pk: row.version for row in rows}, now=LATER)
    assert [line.act for line in told(town)] == ["Validó", "Se expidió la constancia"]


def test_planning_reads_also_what_happened_to_the_month(town):
    services.set_period(
        access=town.access("planning"),
        period=town.period(),
        opens_on=town.period().opens_on,
        due_on=town.period().due_on,
        closed_on=NOW.date(),
        reason="Corte",
        now=NOW,
    )
    assert [(line.act, line.reason, line.changes) for line in told(town, "planning")] == [
        ("Cambió las fechas del mes", "Corte", ("cerrado el: 03/10/2016",))
    ]
    assert told(town, "liaison") == []


def test_a_figure_without_captures_says_so(town):
    assert "Nadie ha capturado esta cifra." in text_of(town.client().get(HISTORY))


def test_the_history_costs_the_same_queries_whatever_its_length(town, django_assert_num_queries):
    client = town.client("planning")
    for version, n in enumerate((1, 2, 3, 4)):
        town.save(town.pair(n, 4, version=version), role="planning")
        with django_assert_num_queries(9):
            client.get(HISTORY)


# --- Commitment ------------------------------------------------------------------------------------------------


def test_the_commitment_is_written_on_its_own_page_too(town):
    make_measurement(town.indicators[0], 9, 1, 4, State.DRAFT)
    client = town.client()
    typed = {"cause": "Faltó personal", "action": "", "committed_on": SOON}
    html = text_of(client.post(COMMITMENT, typed))
    assert "Escriba la acción." in html and "Faltó personal</textarea>" in html and not Commitment.objects.exists()
    assert "Se guardó el compromiso de PRE-01-01" in text_of(
        client.post(COMMITMENT, typed | {"action": "Contratar"}, follow=True)
    )
    assert Commitment.objects.get().action == "Contratar"
    past = client.post(COMMITMENT, typed | {"action": "x", "committed_on": "2016-01-01"})
    assert "La fecha compromiso no puede haber pasado." in text_of(past)
    for day, said in (("2098-11-30", "no va más allá de dos años"), ("9999-12-31", "una fecha entre 1950 y 2099")):
        far = client.post(COMMITMENT, typed | {"action": "x", "committed_on": day})
        assert said in text_of(far) and f'value="{day}"' in far.content.decode()
    assert Commitment.objects.get().action == "Contratar"


def test_the_comptroller_reads_a_commitment_and_writes_none(town):
    make_measurement(town.indicators[0], 9, 1, 4, State.DRAFT)
    client = town.client("comptroller")
    assert "Nadie ha escrito causa" in text_of(client.get(COMMITMENT))
    town.commit()
    html = text_of(client.get(COMMITMENT))
    assert "Contratar a una persona" in html and "<textarea" not in html and "Guardar" not in html
    assert client.post(COMMITMENT, {"cause": "x", "action": "x", "committed_on": SOON}).status_code == 403
    assert Commitment.objects.get().cause == "Faltó personal"
    assert COMMITMENT in client.get(HISTORY).content.decode()


def test_a_figure_without_capture_has_no_commitment(town):
    assert town.client().get(COMMITMENT).status_code == 404
    assert town.client().get(CORRECTION).status_code == 404


# --- Correction ------------------------------------------------------------------------------------------------


@pytest.fixture
@shared
def validated(town: Town) -> Town:
    make_measurement(town.indicators[0], 9, 3, 4)
    return town


def ask(town: Town, role: str = "liaison", **fields: str):
    data = {"act": "pedir", "reason": "Son 4 y no 3"} | fields
    return town.client(role).post(CORRECTION, data, follow=True)


def correct(town: Town, role: str = "planning", **fields: str):
    data = {
        "act": "corregir",
        "version": str(town.row().version),
        "numerator": "4",
        "denominator": "4",
        "no_activity": "",
        "justification": "",
        "reason": "Oficio 3",
    } | fields
    return town.client(role).post(CORRECTION, data, follow=True)


def test_asking_and_what_everybody_then_sees(validated):
    html = text_of(ask(validated))
    assert "Se pidió a Planeación la corrección de PRE-01-01" in html and "espera la respuesta de Planeación" in html
    assert CorrectionRequest.objects.get().reason == "Son 4 y no 3"
    seen = text_of(validated.client("planning").get(CORRECTION))
    assert "A petición de liaison: Son 4 y no 3" in seen and "Responder que no procede" in seen
    assert "Son 4 y no 3" in text_of(validated.client("comptroller").get(CORRECTION))


def test_an_empty_reason_is_told_beside_its_field(validated):
    assert "Diga qué hay que corregir y por qué." in text_of(ask(validated, reason=" "))
    assert not CorrectionRequest.objects.exists()


def test_who_may_not_ask_is_told(validated):
    assert "Solo el enlace o el director" in text_of(ask(validated, "planning"))
    assert not CorrectionRequest.objects.exists()


def test_whoever_only_reads_the_thread_sends_nothing(validated):
    for answer in (ask(validated, "comptroller"), correct(validated, "comptroller")):
        assert answer.status_code == 403
    assert not CorrectionRequest.objects.exists() and validated.row().numerator == 3


def test_planning_corrects_and_the_thread_stays(validated):
    ask(validated)
    html = text_of(correct(validated))
    assert "Se corrigió PRE-01-01" in html and "Planeación corrigió:</strong> Oficio 3" in html
    assert 'sigue siendo oficial la última cifra validada: <strong class="pair">3 / 4' in html
    row = validated.row()
    assert (row.state, row.numerator, row.validated_numerator) == (State.SUBMITTED, 4, 3)
    thread = text_of(validated.client("director").get("/2016/revision/PRE/9/"))
    assert "Son 4 y no 3" in thread and "Oficio 3" in thread


@pytest.mark.parametrize("role", ["liaison", "director"])
def test_nobody_else_corrects(validated, role):
    assert "Solo Planeación corrige" in text_of(correct(validated, role))
    assert validated.row().numerator == 3


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"reason": ""}, "Escriba por qué se corrige"),
        ({"numerator": ""}, "Falta el numerador."),
        ({"numerator": "1.2.3"}, "«1.2.3» es una fecha o una hora, no un número"),
        ({"numerator": "5"}, "El numerador supera al denominador"),
        ({"numerator": "3"}, "no hay nada que corregir"),
        ({"version": "0"}, "Otra persona cambió esta cifra"),
    ],
)
def test_a_correction_that_lacks_something_says_what_and_changes_nothing(validated, fields, told):
    assert told in text_of(correct(validated, **fields))
    assert (validated.row().numerator, validated.row().version) == (3, 1)


def test_a_correction_to_no_activity_needs_no_figures_and_takes_none(validated):
    html = text_of(correct(validated, no_activity="no_demand"))
    assert "«Sin actividad» es solo para 0/0: borre las cantidades o elija «No: hay cifras»." in html
    assert 'value="4"' in html and 'value="no_demand" selected' in html and validated.row().numerator == 3
    half = text_of(correct(validated, no_activity="no_demand", denominator=""))
    assert "«Sin actividad» es solo para 0/0" in half and "Falta el denominador." not in half
    assert "Se corrigió PRE-01-01" in text_of(
        correct(validated, no_activity="no_demand", numerator="", denominator="", justification="Nadie vino")
    )
    row = validated.row()
    assert (row.numerator, row.denominator, row.no_activity) == (0, 0, "no_demand")


def test_planning_declines_and_the_answer_is_seen(validated):
    ask(validated)
    planning = validated.client("planning")
    assert "Escriba por qué no procede" in text_of(planning.post(CORRECTION, {"act": "responder"}))
    data = {"act": "responder", "answer": "El acta dice 3"}
    assert "no procede" in text_of(planning.post(CORRECTION, data, follow=True))
    assert "ya se respondió" in text_of(planning.post(CORRECTION, data))
    assert "El acta dice 3" in text_of(validated.client().get(CORRECTION))


def test_an_act_that_the_page_does_not_have_is_refused(validated):
    assert validated.client("planning").post(CORRECTION, {"act": "borrar"}).status_code == 403


def test_an_extension_of_another_department_is_not_in_the_history(town):
    other = make_department("OBR", "Obras")
    Extension.objects.create(
        period=town.period(),
        department=other,
        until=LATER.date(),
        reason="x",
        granted_by=town.people["planning"],
        granted_at=NOW,
    )
    assert told(town, "planning") == []
