"""Ayuda as people open it."""

import re
from typing import Any

import pypdfium2
import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from manuals import reading
from manuals.readers import MANUAL_OF
from manuals.searching import LONGEST
from tests.factories import make_department, make_people, make_user, make_year, signed_in

pytestmark = pytest.mark.django_db


class People(dict[str, Client]):
    """One of each role, who comes in when first asked for."""

    def __init__(self) -> None:
        make_year()
        self._users = make_people(make_department())

    def __missing__(self, role: str) -> Client:
        self[role] = signed_in(self._users[role])
        return self[role]


@pytest.fixture
def people() -> People:
    return People()


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def help_link(html: str) -> str:
    found = re.search(r'<a[^>]* href="(/ayuda/[^"]*)"[^>]*>Ayuda</a>', html)
    assert found
    return found[1]


def test_each_role_finds_its_own_manual_first_and_reads_them_all(people: People) -> None:
    texts = reading.library()
    for role in Role:
        html = page(people[role.value], "/ayuda/")
        own = texts.manuals[MANUAL_OF[role]]
        assert html.index(f'<h2 id="mio"><a href="/ayuda/{own.slug}/">{own.title}</a></h2>') < html.index("Los otros")
        assert html.count("<li>", html.index("Lo más buscado"), html.index("Capítulos")) == 5
        for manual in texts.manuals.values():
            page(people[role.value], f"/ayuda/{manual.slug}/")
    for manual in texts.manuals.values():
        for chapter in manual.chapters:
            html = page(people["liaison"], f"/ayuda/{manual.slug}/{chapter.slug}/")
            for src in re.findall(r'<img src="([^"]+)"', html):
                assert storages["staticfiles"].url("manuales/x.webp").rpartition("/")[0] in src


def test_nobody_reads_but_how_one_comes_in() -> None:
    nobody = Client()
    html = page(nobody, "/ayuda/entrar/")
    assert 'href="/contrasena/olvidada/"' in html and "/ayuda/glosario/" not in html and "/ayuda/enlace" not in html
    assert '<a class="site-help" href="/ayuda/entrar/">Ayuda</a>' in page(nobody, "/entrar/")
    assert 'href="/ayuda/entrar/">No puedo entrar' in page(nobody, "/entrar/")
    for path in ("/ayuda/", "/ayuda/glosario/", "/ayuda/enlace/", "/ayuda/enlace/el-mes/", "/ayuda/enlace.pdf"):
        assert nobody.get(path)["Location"].startswith("/entrar/")


def test_who_has_no_role_reads_the_manuals_and_is_led_to_no_page_of_the_plan() -> None:
    client = signed_in(make_user("nadie"))
    assert "Los otros manuales" not in page(client, "/ayuda/")
    assert "/tablero/" not in page(client, "/ayuda/enlace/el-mes/")


def test_links_lead_only_where_the_reader_may_go(people: People) -> None:
    chapter = "/ayuda/planeacion/el-mes/"
    assert 'href="/2016/catalogo/"' in page(people["planning"], chapter)
    assert 'href="/2016/catalogo/"' not in page(people["liaison"], chapter)
    assert 'href="/2016/tablero/"' in page(people["liaison"], chapter)


LED_TO = {
    ("liaison", "/2016/captura/?todos=1"): "/ayuda/enlace/capturar/",
    ("director", "/2016/revision/"): "/ayuda/direccion/validar/",
    ("planning", "/2016/catalogo/"): "/ayuda/planeacion/arbol/",
    ("liaison", "/"): "/ayuda/enlace/el-mes/",
    ("reader", "/"): "/ayuda/presidencia/el-mes/",
    ("planning", "/2016/revision/"): "/ayuda/planeacion/correcciones/",
    ("liaison", "/2016/cierres/"): "/ayuda/presidencia/cierres/",
    ("reader", "/2016/cierres/"): "/ayuda/presidencia/cierres/",
    ("director", "/2016/calendario/"): "/ayuda/direccion/el-mes/#las-fechas-de-cada-mes",
    ("reader", "/2016/calendario/"): "/ayuda/presidencia/el-mes/#cuándo-están-listas-las-cifras",
    ("comptroller", "/2016/captura/"): "/ayuda/contraloria/seguir-una-cifra/",
    ("reader", "/cuenta/llaves/nueva/"): "/ayuda/presidencia/datos/#una-llave-para-excel-o-power-bi",
    ("liaison", "/bitacora/"): "/ayuda/enlace/consultar/#quién-cambió-qué",
    ("comptroller", "/bitacora/"): "/ayuda/contraloria/bitacora/",
    ("planning", "/cierres/firmas/"): "/ayuda/planeacion/cerrar-mes/#el-acta",
    ("planning", "/2016/catalogo/umbrales/"): "/ayuda/planeacion/metas/#umbrales-del-semáforo",
    ("comptroller", "/2016/catalogo/umbrales/"): "/ayuda/contraloria/catalogo/",
    ("reader", "/2016/cambios/"): "/ayuda/presidencia/mapa-comparar/#qué-movió-las-cifras",
}


def test_help_leads_to_the_chapter_about_the_page_in_ones_own_manual(people: People) -> None:
    led = {(role, path): help_link(page(people[role], path)) for role, path in LED_TO}
    assert led == LED_TO


def test_ones_own_account_has_a_text_that_is_everybodys(people: People) -> None:
    for client in (people["liaison"], people["reader"], signed_in(make_user("nadie"))):
        assert help_link(page(client, "/cuenta/")) == "/ayuda/cuenta/"
        assert "Quién ve mis datos" in page(client, "/ayuda/cuenta/")
    assert help_link(page(people["planning"], "/cuenta/contrasena/")) == "/ayuda/cuenta/#cambiar-mi-contraseña"


def test_who_has_not_come_in_is_led_to_what_they_are_at() -> None:
    assert help_link(page(Client(), "/entrar/")) == "/ayuda/entrar/"
    assert help_link(page(Client(), "/contrasena/olvidada/")) == "/ayuda/entrar/#olvidé-mi-contraseña"


def test_help_asks_the_database_for_nothing(people: People, django_assert_num_queries: Any) -> None:
    client = people["liaison"]
    page(client, "/ayuda/glosario/")
    with django_assert_num_queries(4):  # session, person, memberships, years: as any page of the frame
        page(client, "/ayuda/glosario/")


def test_searching_folds_accents_and_shows_the_sentence(people: People) -> None:
    html = page(people["liaison"], "/ayuda/?q=PRORROGA")
    assert "<mark>prórroga</mark>" in html.lower()
    assert 'href="/ayuda/glosario/#prórroga"' in html
    first = re.search(r'class="manual-found">\s*<li>\s*<a href="([^"]+)"', html)
    assert first and first[1].startswith("/ayuda/enlace/")
    nothing = page(people["liaison"], "/ayuda/?q=%3Cb%3Exyz%3C/b%3E")
    assert f'maxlength="{LONGEST}"' in nothing
    assert "«&lt;b&gt;xyz&lt;/b&gt;» no está en los manuales" in nothing
    assert len(page(people["liaison"], "/ayuda/?q=" + "la+" * 5000)) < 60_000


def test_what_does_not_exist_is_not_found(people: People) -> None:
    for path in ("/ayuda/nada/", "/ayuda/nada.pdf", "/ayuda/enlace/nada/", "/ayuda/glosario.pdf"):
        assert people["reader"].get(path).status_code == 404


def test_a_manual_is_a_pdf_with_its_chapters_and_the_glossary(people: People) -> None:
    response = people["comptroller"].get("/ayuda/contraloria.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert b"pdfuaid" in response.content  # it says that it is PDF/UA, which typst checked
    paper = pypdfium2.PdfDocument(response.content)
    text = " ".join(" ".join(paper[at].get_textpage().get_text_bounded() for at in range(len(paper))).split())
    pages = len(paper)
    paper.close()
    manual = reading.library().manuals["contraloria"]
    for title in (manual.title, *(chapter.title for chapter in manual.chapters), "Glosario", "No puedo entrar"):
        assert title in text
    assert text.count("Ascendente") == 1  # the table of contents names the glossary, not each of its words
    assert "Nadie puede cambiarlo ni borrarlo desde PMD" in text and f"Página {pages} de {pages}" in text
    assert people["reader"].get(reverse("manuals:manual_pdf", args=["contraloria"])).content == response.content
