"""Departments with who is missing in them; two officers on one of them or on one person."""

import pytest
from django.test import Client

from accounts.models import Role, User
from core.models import TrailEntry
from programs.models import Department
from tests.catalog.people.pages import DEPARTMENTS, page_of, save, typed_into
from tests.factories import make_department, make_program, make_user, make_year, signed_in
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db


class TestDepartments:
    def test_who_is_missing_is_pointed_out(self, planning: Client, people: dict[str, User]) -> None:
        year = make_year(2016)
        make_program(year)
        make_program(year, "OBR-01")
        make_department("DIF", "Familia")
        page = words_of(planning.get(DEPARTMENTS))
        assert "A una dependencia le falta" in page and "Sin enlace Sin titular" in page
        assert "Sin programas en los ejercicios abiertos" in page and "Familia" in page
        lacking = words_of(planning.get(DEPARTMENTS + "?faltan=1"))
        assert "Dependencia OBR" in lacking and "Presidencia Municipal" not in lacking
        # Somebody deactivated does not fill a role; a substitute does while they stand in.
        make_user("obras", Role.LIAISON, Department.objects.get(prefix="OBR"), is_active=False)
        assert "Sin enlace" in words_of(planning.get(DEPARTMENTS + "?faltan=1"))

    def test_added_corrected_and_taken_out(self, planning: Client) -> None:
        typed = {"number": "7", "prefix": "obr", "name": "Obras Públicas"}
        assert planning.post(f"{DEPARTMENTS}nueva/", typed).url == f"{DEPARTMENTS}OBR/"
        save(planning, f"{DEPARTMENTS}OBR/", number="", name="Obras y Servicios", prefix="XXX")
        made = Department.objects.get(prefix="OBR")
        assert (made.number, made.name, made.search) == (None, "Obras y Servicios", "obr obras y servicios")
        changed = TrailEntry.objects.get(subject_type="programs.department", action="cambiar")
        assert changed.changes == {"number": [7, None], "name": ["Obras Públicas", "Obras y Servicios"]}
        planning.post(f"{DEPARTMENTS}OBR/quitar/")
        assert not Department.objects.filter(prefix="OBR").exists()

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"prefix": "PRE"}, "Ya existe una dependencia con este prefijo."),
            ({"prefix": "P1"}, "El prefijo son de 2 a 6 letras mayúsculas"),
            ({"prefix": "PRESIDE"}, "El prefijo tiene 6 letras cuando mucho."),
            ({"name": "Presidencia Municipal"}, "Ya existe una dependencia con este nombre."),
            ({"number": "1"}, "Ya existe una dependencia con este número."),
            ({"number": "uno"}, "El número es un entero"),
            ({"number": "99999"}, "El número es demasiado grande."),
            ({"name": ""}, "Escriba el nombre de la dependencia."),
        ],
    )
    @pytest.mark.usefixtures("people")
    def test_bad_input(self, typed: dict[str, str], said: str, planning: Client) -> None:
        refused = planning.post(f"{DEPARTMENTS}nueva/", {"number": "7", "prefix": "OBR", "name": "Obras", **typed})
        assert refused.status_code == 200 and said in words_of(refused), words_of(refused)
        assert Department.objects.count() == 1

    @pytest.mark.parametrize("name", ["presidencia  MUNICIPAL", "Presidéncia Municipal", "\u00a0PRESIDENCIA MUNICIPAL"])
    def test_a_name_that_differs_only_in_case_accents_or_blanks_is_the_same(
        self, name: str, planning: Client, people: dict[str, User]
    ) -> None:
        said = "Ya existe «Presidencia Municipal» (PRE): use esa, o escriba un nombre distinto."
        refused = planning.post(f"{DEPARTMENTS}nueva/", {"number": "7", "prefix": "OBR", "name": name})
        assert said in words_of(refused) and refused.context["form"]["name"].value() == name
        make_department("OBR", "Obras")
        assert said in words_of(save(planning, f"{DEPARTMENTS}OBR/", name=name))
        kept = Department.objects.order_by("pk").values_list("name", flat=True)
        assert list(kept) == ["Presidencia Municipal", "Obras"]
        # Its own name may be corrected, and blanks are tidied.
        save(planning, f"{DEPARTMENTS}PRE/", name="Presidencia   municipal")
        assert Department.objects.get(prefix="PRE").name == "Presidencia municipal"

    @pytest.mark.usefixtures("people")
    def test_everything_that_is_wrong_is_told_at_once(self, planning: Client) -> None:
        refused = planning.post(f"{DEPARTMENTS}nueva/", {"number": "1", "prefix": "P1", "name": ""})
        assert {name: list(errors) for name, errors in refused.context["form"].errors.items()} == {
            "number": ["Ya existe una dependencia con este número."],
            "prefix": ["El prefijo son de 2 a 6 letras mayúsculas, por ejemplo PRE."],
            "name": ["Escriba el nombre de la dependencia."],
        }
        taken = {"number": "x", "prefix": "PRE", "name": "presidencia municipal"}
        refused = planning.post(f"{DEPARTMENTS}nueva/", taken)
        assert sorted(refused.context["form"].errors) == ["name", "number", "prefix"]

    def test_one_that_has_people_or_programmes_is_kept(self, planning: Client) -> None:
        kept = planning.post(f"{DEPARTMENTS}PRE/quitar/", follow=True)
        assert "ya tiene programas o personas registradas" in words_of(kept)
        assert Department.objects.filter(prefix="PRE").exists()


class TestTwoOfficersAtOnce:
    """Both have the same form open; the second is told who changed what, and loses nothing of what was typed."""

    @pytest.fixture
    def second(self) -> Client:
        return signed_in(make_user("otra", Role.PLANNING, first_name="Eva", last_name="Soto"))

    def test_on_a_person(self, planning: Client, second: Client, people: dict[str, User]) -> None:
        path = page_of(people["liaison"])
        User.objects.filter(pk=people["liaison"].pk).update(first_name="Luisa")
        mine = typed_into(planning.get(path), last_name="Mora")
        save(second, path, first_name="Luz", last_name="Ríos")
        response = planning.post(path, mine)
        text = words_of(response)
        assert "Todavía no se guardó lo suyo. Eva Soto cambió los datos de esta persona mientras usted" in text
        assert "nombre: Luisa → Luz" in text and "apellido: Ríos" in text
        people["liaison"].refresh_from_db()
        assert (people["liaison"].first_name, people["liaison"].last_name) == ("Luz", "Ríos")
        # What she typed is still there, what she did not touch is the other's, and now it can be saved.
        assert planning.post(path, typed_into(response)).status_code == 302
        people["liaison"].refresh_from_db()
        assert str(people["liaison"]) == "Luz Mora"

    def test_on_a_department(self, planning: Client, second: Client) -> None:
        path = f"{DEPARTMENTS}PRE/"
        mine = typed_into(planning.get(path), name="Oficina de la Presidencia")
        save(second, path, name="Despacho", number="12")
        response = planning.post(path, mine)
        text = words_of(response)
        assert "Todavía no se guardó lo suyo. Eva Soto cambió los datos de esta dependencia mientras" in text
        assert "nombre: Presidencia Municipal → Despacho" in text and "número: 1 → 12" in text
        assert Department.objects.get().name == "Despacho"
        planning.post(path, typed_into(response))
        assert (Department.objects.get().name, Department.objects.get().number) == ("Oficina de la Presidencia", 12)

    @pytest.mark.parametrize("seen", ["", "garbage", "a:b:c"])
    def test_a_form_without_what_it_saw_never_overwrites(
        self, seen: str, planning: Client, people: dict[str, User]
    ) -> None:
        for path, field in ((page_of(people["liaison"]), "first_name"), (f"{DEPARTMENTS}PRE/", "name")):
            response = planning.post(path, typed_into(planning.get(path), **{field: "Otro"}) | {"seen": seen})
            assert response.status_code == 200 and "Todavía no se guardó lo suyo." in words_of(response)
        assert not TrailEntry.objects.filter(action__startswith="cambiar").exists()
