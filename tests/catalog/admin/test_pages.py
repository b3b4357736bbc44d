"""The admin as planning uses it: who may enter, every page of every list, and what is only read."""

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, User
from catalog.acts import CatalogueAct
from core import trail
from core.models import TrailEntry
from indicators.models import DayOff, Indicator, Measurement, Observation, Period, TargetAdjustment
from programs.models import Action, Axis, Department, FiscalYear, Objective, Plan, Program, Strategy
from tests.catalog.admin_pages import add_program, address, make_catalogue
from tests.factories import NOW, make_department, make_people, make_user

pytestmark = pytest.mark.django_db

LISTS = (
    Plan, Axis, Objective, Strategy, Department, FiscalYear, Program, Action, Indicator, TargetAdjustment, User,
    Membership, Period, Measurement, Observation, TrailEntry,
)  # fmt: skip


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


def test_words_for_a_list_without_a_search_change_nothing(superuser: Client) -> None:
    DayOff.objects.create(starts_on=date(2016, 11, 2), ends_on=date(2016, 11, 2), name="Muertos")
    assert "Muertos" in superuser.get(address(DayOff, "changelist"), {"q": "nada"}).content.decode()


def test_an_export_asked_for_by_an_unknown_filter_is_the_page_without_it(superuser: Client) -> None:
    make_catalogue()
    for model in (Program, Indicator):
        page = address(model, "export")
        assert superuser.get(page, {"mes": "1"}).headers["Location"] == page
        assert superuser.get(page).status_code == 200


def test_a_row_is_found_whatever_column_the_address_leaves_out(superuser: Client) -> None:
    plan = make_catalogue().plan
    for page in ("change", "delete", "history"):
        assert superuser.get(address(Plan, page, plan.pk), {"_to_field": ""}).status_code in (200, 403)


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_the_pages_of_each_list_open(superuser: Client, model: Any) -> None:
    year = make_catalogue()
    trail.record(subject=year, action=CatalogueAct.CHANGE, actor=None, at=NOW, changes={"locked": [False, True]})
    assert superuser.get(address(model, "changelist")).status_code == 200
    assert superuser.get(address(model, "changelist"), {"q": "atender gestión"}).status_code == 200
    obj = model._base_manager.first()
    assert superuser.get(address(model, "change", obj.pk)).status_code == 200
    assert superuser.get(address(model, "history", obj.pk)).status_code == 200
    assert superuser.get(address(model, "add")).status_code == (200 if model is Measurement else 403)


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_the_queries_of_a_list_do_not_grow(superuser: Client, model: Any, django_assert_max_num_queries: Any) -> None:
    make_catalogue(2)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(20) as queries:
            superuser.get(address(model, "changelist"))
        counts.append(len(queries))
        for program in range(3, 9):
            if not Program.objects.filter(code=f"PRE-{program:02d}").exists():
                add_program(FiscalYear.objects.get(), program)
    assert counts[0] == counts[1]


def test_pages_have_no_inline_script_or_style(superuser: Client) -> None:
    year = make_catalogue()
    pages = [address(model, "changelist") for model in LISTS]
    pages += [address(Measurement, "add"), address(Plan, "history", year.plan_id)]
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
    Indicator.objects.update(baseline_year=2015)
    FiscalYear.objects.update(locked=True)
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


def test_every_list_of_the_admin_is_in_spanish() -> None:
    for model in admin.site._registry:
        if model._meta.app_label in ("programs", "indicators", "accounts", "core"):
            assert str(model._meta.verbose_name) != model._meta.object_name.lower()
