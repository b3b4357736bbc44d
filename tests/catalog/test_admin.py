"""The admin as planning uses it: who may enter, every page of every list, the trail, and what is refused."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, User
from core.models import TrailEntry
from indicators.models import Indicator, Measurement, Observation, Period, TargetAdjustment
from programs.models import Action, Axis, Department, FiscalYear, Objective, Plan, Program, ProgramObjective, Strategy
from tests.factories import (
    NOW,
    make_department,
    make_indicator,
    make_measurement,
    make_people,
    make_program,
    make_user,
    make_year,
)

pytestmark = pytest.mark.django_db

CATALOGUE = (Plan, Axis, Objective, Strategy, Department, FiscalYear, Program, Action, Indicator)
WRITABLE = (*CATALOGUE, TargetAdjustment, User, Membership)
READ_ONLY = (Measurement, Observation, TrailEntry)


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def planning(client: Client) -> Client:
    client.force_login(make_user("planeacion", Role.PLANNING))
    return client


@pytest.fixture
def superuser(client: Client) -> Client:
    client.force_login(make_user("raiz", is_superuser=True))
    return client


def make_catalogue(programs: int = 2, year: int = 2016) -> FiscalYear:
    fiscal_year = make_year(year)
    for number in range(1, programs + 1):
        program = make_program(fiscal_year, f"PRE-{number:02d}", number=f"1.{number}")
        ProgramObjective.objects.create(program=program, position=1, text="Atender")
        indicator = make_indicator(program)
        row = make_measurement(indicator, 1, 1, 2)
        Observation.objects.create(measurement=row, text="Revise", author=row.updated_by, created_at=NOW)
        TargetAdjustment.objects.create(
            indicator=indicator, effective_month=6, target=90, reason="Recorte", authorized_by="Cabildo",
            instrument="Acta 3", created_at=NOW, created_by=row.updated_by,
        )  # fmt: skip
        if not Membership.objects.filter(role=Role.LIAISON).count() > programs:
            make_user(f"enlace{number}", Role.LIAISON, program.department)
    return fiscal_year


def formdata(response: Any) -> dict[str, Any]:
    """What a browser would send back from this page as it stands."""
    data: dict[str, Any] = {}
    context = response.context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for name, field in form.fields.items():
            value = form[name].value()
            if isinstance(value, bool):
                data |= {form.add_prefix(name): "on"} if value else {}
                continue
            widget = field.widget
            given = widget.format_value(value) if hasattr(widget, "format_value") else value
            if isinstance(given, list | tuple):
                given = given[0] if given else ""
            if given is not None:
                data[form.add_prefix(name)] = given
    return data


def save(client: Client, model: Any, pk: Any = None, **changes: Any) -> Any:
    """Open the page, change these fields, save."""
    page = address(model, "change", pk) if pk else address(model, "add")
    data = formdata(client.get(page)) | changes
    return client.post(page, {name: value for name, value in data.items() if value is not None})


def errors_of(response: Any) -> str:
    assert response.status_code == 200
    return str(response.context["errors"]) + str(response.context["adminform"].form.errors)


# Who may enter


@pytest.mark.parametrize("role", list(Role))
def test_only_planning_and_superusers_enter(client: Client, role: str) -> None:
    client.force_login(make_people(make_department())[role])
    expected = 200 if role == Role.PLANNING else 302
    assert client.get(reverse("admin:index")).status_code == expected
    assert client.get(address(Indicator, "import")).status_code == expected
    if role != Role.PLANNING:
        assert client.get(reverse("admin:login")).status_code == 403


def test_a_superuser_enters_and_nobody_without_signing_in(client: Client) -> None:
    response = client.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith("/entrar/")
    client.force_login(make_user("raiz", is_superuser=True))
    assert client.get(reverse("admin:index")).status_code == 200


def test_staff_without_a_role_stays_outside(client: Client) -> None:
    client.force_login(make_user("empleado", is_staff=True))
    assert client.get(reverse("admin:index")).status_code == 302


# Every page


@pytest.mark.parametrize("model", [*WRITABLE, Period, *READ_ONLY], ids=lambda model: model.__name__)
def test_the_pages_of_each_list_open(superuser: Client, model: Any) -> None:
    make_catalogue()
    assert superuser.get(address(model, "changelist")).status_code == 200
    assert superuser.get(address(model, "changelist"), {"q": "atender gestión"}).status_code == 200
    obj = model._base_manager.first()
    assert superuser.get(address(model, "change", obj.pk)).status_code == 200
    assert superuser.get(address(model, "history", obj.pk)).status_code == 200
    assert superuser.get(address(model, "add")).status_code == (200 if model in WRITABLE else 403)


@pytest.mark.parametrize("model", [*WRITABLE, Period, *READ_ONLY], ids=lambda model: model.__name__)
def test_the_queries_of_a_list_do_not_grow(superuser: Client, model: Any, django_assert_max_num_queries: Any) -> None:
    make_catalogue(2)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(20) as queries:
            superuser.get(address(model, "changelist"))
        counts.append(len(queries))
        for program in range(3, 9):
            if not Program.objects.filter(code=f"PRE-{program:02d}").exists():
                _add_program(program)
    assert counts[0] == counts[1]


def _add_program(number: int) -> None:
    program = make_program(FiscalYear.objects.get(year=2016), f"PRE-{number:02d}")
    indicator = make_indicator(program)
    row = make_measurement(indicator, 2, 1, 2)
    Observation.objects.create(measurement=row, text="Revise", author=row.updated_by, created_at=NOW)
    TargetAdjustment.objects.create(
        indicator=indicator, effective_month=6, target=90, reason="Recorte", authorized_by="Cabildo",
        instrument="Acta 3", created_at=NOW, created_by=row.updated_by,
    )  # fmt: skip
    make_user(f"enlace{number}", Role.LIAISON, program.department)


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_what_is_read_only_refuses_every_write(superuser: Client, model: Any) -> None:
    year = make_catalogue()
    save(superuser, FiscalYear, year.pk, missing_as_zero="on")
    obj = model._base_manager.first()
    assert superuser.post(address(model, "change", obj.pk), {"action": "x"}).status_code == 403
    assert superuser.post(address(model, "delete", obj.pk), {"post": "yes"}).status_code == 403
    assert superuser.post(address(model, "add"), {"action": "x"}).status_code == 403
    assert model._base_manager.filter(pk=obj.pk).exists()


def test_pages_have_no_inline_script_or_style(superuser: Client) -> None:
    year = make_catalogue()
    pages = [address(model, "changelist") for model in (*WRITABLE, Period, *READ_ONLY)]
    pages += [address(model, "add") for model in WRITABLE]
    pages += [address(Program, "change", year.programs.first().pk), address(Indicator, "import")]
    pages += [address(Indicator, "export"), reverse("admin:index")]
    for page in pages:
        text = superuser.get(page).content.decode()
        assert " style=" not in text and "<style" not in text, page
        assert "onclick=" not in text and "onchange=" not in text and "javascript:" not in text, page
        for script in text.split("<script")[1:]:
            tag, _, body = script.partition(">")
            assert "src=" in tag or 'type="application/json"' in tag or not body.split("</script")[0].strip(), page


def test_a_year_is_never_written_with_a_comma(superuser: Client) -> None:
    year = make_catalogue()
    FiscalYear.objects.update(locked=True)
    Indicator.objects.update(baseline_year=2015)
    pages = [address(FiscalYear, "change", year.pk), address(Indicator, "change", Indicator.objects.first().pk)]
    for page in [*pages, address(Plan, "changelist"), address(FiscalYear, "changelist")]:
        text = superuser.get(page).content.decode()
        assert "2,01" not in text, page


def test_search_finds_without_accents(planning: Client) -> None:
    make_catalogue()
    Strategy.objects.update(name="Gestión pública")
    Program.objects.filter(code="PRE-01").first().save()
    program = Program.objects.get(code="PRE-01")
    program.name = "Gestión Municipal"
    program.save()
    for model, query in ((Program, "gestion"), (Strategy, "GESTION publica"), (Department, "presidencia")):
        response = planning.get(address(model, "changelist"), {"q": query})
        assert response.context["cl"].result_count == 1
    for model, field in ((Indicator, "action"), (Program, "strategy")):
        names = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
        response = planning.get(reverse("admin:autocomplete"), {"term": "a", **names})
        assert response.status_code == 200


# Writing, with the trail


def test_a_change_goes_to_the_trail_with_its_reason(planning: Client) -> None:
    make_catalogue()
    indicator = Indicator.objects.get(code="PRE-01-01")
    response = save(planning, Indicator, indicator.pk, name="Otro nombre", motivo="Así lo dice el PAT")
    assert response.status_code == 302
    entry = TrailEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.reason, entry.actor.username) == ("cambiar", "Así lo dice el PAT", "planeacion")
    assert entry.changes == {"name": ["Solicitudes atendidas PRE-01-01", "Otro nombre"]}
    assert entry.scope_id == indicator.action.program.department_id
    history = planning.get(address(Indicator, "history", indicator.pk)).content.decode()
    assert "Así lo dice el PAT" in history


def test_a_fiscal_year_opens_with_its_twelve_months(planning: Client) -> None:
    make_catalogue()
    plan = Plan.objects.get()
    assert save(planning, FiscalYear, plan=plan.pk, year=2017).status_code == 302
    assert Period.objects.filter(fiscal_year__year=2017).count() == 12
    assert "no cae dentro" in errors_of(save(planning, FiscalYear, plan=plan.pk, year=2030))


def test_a_programme_is_added_with_its_objectives_and_actions(planning: Client) -> None:
    year = make_catalogue()
    strategy, department = Strategy.objects.get(), Department.objects.get()
    response = save(
        planning, Program, fiscal_year=year.pk, department=department.pk, strategy=strategy.pk, code="PRE-09",
        name="Nuevo",
        **{"objectives-TOTAL_FORMS": 1, "objectives-0-position": 1, "objectives-0-text": "Servir",
           "actions-TOTAL_FORMS": 1, "actions-0-code": "PRE-09-01", "actions-0-text": "Hacer",
           "actions-0-unit": "Obras"},
    )  # fmt: skip
    assert response.status_code == 302, errors_of(response)
    action = Action.objects.get(code="PRE-09-01")
    assert (action.fiscal_year, action.program.code, action.search) == (year, "PRE-09", "pre-09-01 hacer")
    kinds = set(TrailEntry.objects.filter(action="agregar").values_list("subject_type", flat=True))
    assert kinds == {"programs.program", "programs.programobjective", "programs.action"}


def test_an_inline_duplicate_is_a_sentence(planning: Client) -> None:
    make_catalogue()
    program = Program.objects.get(code="PRE-01")
    extra = {"actions-TOTAL_FORMS": 2, "actions-1-code": "PRE-01-01", "actions-1-text": "x", "actions-1-unit": "y",
             "actions-1-program": program.pk}  # fmt: skip
    response = save(planning, Program, program.pk, **extra)
    assert "Ya existe una acción con esta clave" in errors_of(response)
    response = save(planning, Program, program.pk, **extra | {"actions-1-code": "PRE-02-09"})
    assert "La clave empieza con la de su programa: PRE-01." in errors_of(response)


def test_an_indicator_is_added_in_the_year_of_its_action(planning: Client) -> None:
    year = make_catalogue()
    action = Action.objects.get(code="PRE-01-01")
    values: dict[str, Any] = {"action": action.pk, "code": "PRE-01-01-B", "name": "Otro", "numerator_label": "n",
                              "denominator_label": "d", "target": "1,250.5", "target_kind": "absolute",
                              "schedule": "explicit", "shares": "0;0;10;10;25;40;50;62.5;75;75;90;100"}  # fmt: skip
    response = save(planning, Indicator, **values)
    assert response.status_code == 302, errors_of(response)
    made = Indicator.objects.get(code="PRE-01-01-B")
    assert (made.fiscal_year, str(made.target), made.shares[7]) == (year, "1250.5000", "62.5")
    assert "Ya existe un indicador con esta clave" in errors_of(save(planning, Indicator, **values))
    values |= {"code": "PRE-01-01-C", "schedule": "linear"}
    assert "Los doce porcentajes van solo" in errors_of(save(planning, Indicator, **values))


def test_captures_freeze_the_formula_in_the_form_too(planning: Client) -> None:
    make_catalogue()
    indicator = Indicator.objects.get(code="PRE-01-01")
    text = errors_of(save(planning, Indicator, indicator.pk, numerator_label="Otra cosa", target="80"))
    assert "cambiaría lo que ya se midió" in text and "meta ajustada" in text
    assert "la clave no cambia" in errors_of(save(planning, Indicator, indicator.pk, code="PRE-01-01-B"))


def test_codes_stay_below_each_other(planning: Client) -> None:
    make_catalogue()
    program, action = Program.objects.get(code="PRE-01"), Action.objects.get(code="PRE-01-01")
    Indicator.objects.get(code="PRE-01-01").adjustments.all().delete()
    Observation.objects.all().delete()
    Measurement.changed_by.through.objects.all().delete()
    Measurement.objects.all().delete()
    below = "cámbiela en el árbol del catálogo"
    assert below in errors_of(save(planning, Program, program.pk, code="PRE-07"))
    assert below in errors_of(save(planning, Action, action.pk, code="PRE-01-07"))
    assert "su programa: PRE-01." in errors_of(save(planning, Action, action.pk, code="PRE-02-07"))
    indicator = Indicator.objects.get(code="PRE-01-01")
    assert "su acción: PRE-01-01." in errors_of(save(planning, Indicator, indicator.pk, code="PRE-02-01-B"))


def test_a_retirement_is_seen_there_and_made_elsewhere(planning: Client) -> None:
    make_catalogue()
    Indicator.objects.filter(code="PRE-01-01").update(retired_from=7)
    indicator = Indicator.objects.get(code="PRE-01-01")
    assert "retirado desde julio" in planning.get(address(Indicator, "change", indicator.pk)).content.decode()
    codes = [
        row.code for row in planning.get(f"{address(Indicator, 'changelist')}?retiro=si").context["cl"].result_list
    ]
    assert codes == ["PRE-01-01"]
    codes = [
        row.code for row in planning.get(f"{address(Indicator, 'changelist')}?retiro=no").context["cl"].result_list
    ]
    assert codes == ["PRE-02-01"]
    assert save(planning, Indicator, indicator.pk, retired_from="3", name="Otro").status_code == 302
    indicator.refresh_from_db()
    assert (indicator.retired_from, indicator.name) == (7, "Otro")


def test_rows_of_other_years_and_plans_do_not_mix(planning: Client) -> None:
    make_catalogue()
    other = make_program(make_year(2020), "PRE-01")
    program = Program.objects.get(fiscal_year__year=2016, code="PRE-01")
    assert "es de otro plan" in errors_of(save(planning, Program, program.pk, strategy=other.strategy_id))
    action = Action.objects.get(code="PRE-01-01")
    assert "es de otro ejercicio" in errors_of(save(planning, Action, action.pk, program=other.pk))
    objective = Objective.objects.filter(axis__plan__start_year=2016).get()
    assert "Es de otro plan" in errors_of(
        save(planning, Objective, objective.pk, axis=other.strategy.objective.axis_id)
    )


def test_what_only_the_database_refuses_comes_back_as_a_sentence(
    planning: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog.admin_forms import ProgramForm

    make_catalogue()
    other = make_program(make_year(2020), "PRE-01")
    program = Program.objects.get(fiscal_year__year=2016, code="PRE-01")
    monkeypatch.setattr(ProgramForm, "clean", lambda self: super(ProgramForm, self).clean())
    text = errors_of(save(planning, Program, program.pk, strategy=other.strategy_id))
    assert "La estrategia y el ejercicio son de planes distintos." in text


def test_a_target_is_adjusted_and_a_month_closed_through_their_services(planning: Client) -> None:
    year = make_catalogue()
    indicator = Indicator.objects.get(code="PRE-01-01")
    values = {"indicator": indicator.pk, "effective_month": 9, "target": "85", "reason": "Recorte",
              "authorized_by": "Cabildo", "instrument": "Acta 9"}  # fmt: skip
    assert save(planning, TargetAdjustment, **values).status_code == 302
    assert TrailEntry.objects.filter(action="ajustar meta").count() == 1
    period = Period.objects.get(fiscal_year=year, month=12)
    assert "motivo" in errors_of(save(planning, Period, period.pk, closed_on="2017-01-20"))
    assert save(planning, Period, period.pk, closed_on="2017-01-20", motivo="Fin de año").status_code == 302
    assert TrailEntry.objects.get(action="cambiar mes").reason == "Fin de año"
    text = errors_of(save(planning, TargetAdjustment, **values | {"effective_month": 11}))
    assert "no se ajusta hacia atrás" in text


def test_a_target_is_not_adjusted_over_a_validated_month(planning: Client) -> None:
    make_catalogue()
    indicator = Indicator.objects.get(code="PRE-01-01")
    values = {"indicator": indicator.pk, "effective_month": 9, "target": "85", "reason": "Recorte",
              "authorized_by": "Cabildo", "instrument": "Acta 9"}  # fmt: skip
    make_measurement(indicator, 9, 1, 2)
    text = errors_of(save(planning, TargetAdjustment, **values))
    assert "ya tiene cifra validada de septiembre; puede ser desde octubre" in text
    assert not indicator.adjustments.filter(effective_month=9).exists()


def test_a_locked_year_is_only_looked_at(planning: Client) -> None:
    year = make_catalogue()
    FiscalYear.objects.update(locked=True)
    for obj in (year, year.programs.first(), Action.objects.first(), Indicator.objects.first(), Period.objects.first()):
        page = address(type(obj), "change", obj.pk)
        assert planning.get(page).status_code == 200
        assert planning.post(page, {"name": "x"}).status_code == 403, obj
    action = Action.objects.first()
    values = {"action": action.pk, "code": "PRE-01-01-B", "name": "x", "numerator_label": "n", "denominator_label": "d",
              "target": "1"}  # fmt: skip
    assert "está cerrado" in errors_of(save(planning, Indicator, **values))


def test_only_a_superuser_opens_a_locked_year_and_says_why(superuser: Client) -> None:
    year = make_catalogue()
    FiscalYear.objects.update(locked=True)
    assert "lleva su motivo" in errors_of(save(superuser, FiscalYear, year.pk, locked=None))
    assert save(superuser, FiscalYear, year.pk, locked=None, motivo="Oficio 12").status_code == 302
    assert not FiscalYear.objects.get(pk=year.pk).locked


def test_what_has_captures_is_not_deleted(planning: Client) -> None:
    make_catalogue()
    indicator = Indicator.objects.get(code="PRE-01-01")
    assert planning.post(address(Indicator, "delete", indicator.pk), {"post": "yes"}).status_code in (200, 403)
    assert Indicator.objects.filter(pk=indicator.pk).exists()
    page = planning.post(
        address(Indicator, "changelist"), {"action": "delete_selected", "_selected_action": [indicator.pk]}
    )
    assert page.status_code in (200, 302)
    assert Indicator.objects.filter(pk=indicator.pk).exists()


def test_what_nothing_depends_on_is_deleted_with_its_trail(planning: Client) -> None:
    make_catalogue()
    program = make_program(FiscalYear.objects.get(), "PRE-09")
    ProgramObjective.objects.create(program=program, position=1, text="Servir")
    assert planning.post(address(Program, "delete", program.pk), {"post": "yes"}).status_code == 302
    entries = TrailEntry.objects.filter(action="eliminar")
    assert {entry.subject_type for entry in entries} == {"programs.program", "programs.programobjective"}


# People


def test_planning_adds_people_but_never_touches_a_superuser(planning: Client) -> None:
    boss = make_user("raiz", is_superuser=True, password="una-clave-muy-larga-9")
    page = address(User, "change", boss.pk)
    assert planning.get(page).status_code == 200
    assert planning.post(page, {"username": "otra"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[boss.pk])
    new = {"password1": "otra-clave-muy-larga-9", "password2": "otra-clave-muy-larga-9"}
    assert planning.post(password, new).status_code == 403
    boss.refresh_from_db()
    assert boss.username == "raiz" and boss.check_password("una-clave-muy-larga-9")
    values = {"username": "nueva", "first_name": "Ana", "email": "ana@durango.example", "is_superuser": "on", **new}
    response = save(planning, User, **values)
    assert response.status_code == 302, errors_of(response)
    made = User.objects.get(username="nueva")
    assert not made.is_superuser and not made.is_staff and not made.has_usable_password()
    assert save(planning, User, made.pk, is_superuser="on", last_name="Ruiz").status_code == 302
    made.refresh_from_db()
    assert not made.is_superuser and made.last_name == "Ruiz"
    trail = str([entry.changes for entry in TrailEntry.objects.all()])
    assert "nueva" in trail and "pbkdf2" not in trail and "password" not in trail


def test_a_new_person_is_invited_to_choose_their_password(
    planning: Client, mailoutbox: list, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        save(planning, User, username="nueva", first_name="Ana", email="ana@durango.example")
    (invitation,) = mailoutbox
    assert invitation.to == ["ana@durango.example"]
    link = next(line for line in invitation.body.splitlines() if line.startswith("http"))
    assert Client().get(link, follow=True).status_code == 200


def test_nobody_in_planning_chooses_another_s_password(planning: Client) -> None:
    person, demo = make_user("ana", password="la-de-ana-2016"), make_user("demo", is_demo=True)
    new = {"password1": "otra-clave-muy-larga-9", "password2": "otra-clave-muy-larga-9", "usable_password": "true"}
    url = reverse("admin:auth_user_password_change", args=[person.pk])
    assert planning.post(url, new).status_code == 403
    person.refresh_from_db()
    assert person.check_password("la-de-ana-2016")
    superuser = Client()
    superuser.force_login(make_user("raiz", is_superuser=True))
    assert superuser.post(reverse("admin:auth_user_password_change", args=[demo.pk]), new).status_code == 403
    assert superuser.post(url, new).status_code == 302
    assert TrailEntry.objects.get(action="cambiar contraseña").subject_id == person.pk


def test_the_former_address_hears_of_a_new_one(
    planning: Client, mailoutbox: list, django_capture_on_commit_callbacks: Any
) -> None:
    person = make_user("ana")
    with django_capture_on_commit_callbacks(execute=True):
        assert save(planning, User, person.pk, email="otra@durango.example").status_code == 302
    assert [message.to for message in mailoutbox] == [["ana@durango.example"]]
    assert "otra@durango.example" in mailoutbox[0].body


def test_people_and_memberships_are_never_deleted(superuser: Client) -> None:
    make_catalogue()
    for model in (User, Membership, FiscalYear):
        obj = model._base_manager.first()
        assert superuser.post(address(model, "delete", obj.pk), {"post": "yes"}).status_code == 403


def test_a_membership_is_made_and_ended_with_its_trail(planning: Client) -> None:
    person, department = make_user("ana"), make_department()
    values = {"user": person.pk, "role": Role.DIRECTOR, "department": department.pk, "starts_on": "2016-01-01"}
    assert save(planning, Membership, **values).status_code == 302
    made = Membership.objects.get(user=person)
    assert save(planning, Membership, made.pk, ends_on="2016-06-30", motivo="Renuncia").status_code == 302
    entry = TrailEntry.objects.first()
    assert entry is not None and entry.changes == {"ends_on": [None, "2016-06-30"]}
    assert entry.scope_id == department.pk
    wrong = save(planning, Membership, **values | {"department": "", "starts_on": "2016-02-01"})
    assert "pertenece a una dependencia" in errors_of(wrong)


def test_nobody_of_planning_takes_their_own_access_away(planning: Client) -> None:
    officer = User.objects.get(username="planeacion")
    make_user("otra", Role.PLANNING)
    own = officer.memberships.get()
    ended = planning.post(address(Membership, "change", own.pk), {"ends_on": "2016-12-31", "starts_on": "2014-01-01"})
    assert ended.status_code == 403
    assert save(planning, User, officer.pk, is_active=None, first_name="Ana").status_code == 302
    own.refresh_from_db()
    officer.refresh_from_db()
    assert own.ends_on is None and officer.is_active and officer.first_name == "Ana"


def test_every_list_of_the_admin_is_in_spanish() -> None:
    for model in admin.site._registry:
        if model._meta.app_label in ("programs", "indicators", "accounts", "core"):
            assert str(model._meta.verbose_name) != model._meta.object_name.lower()
