"""«Sitio público»: planning reads what becomes public and decides, others read how it stands."""

import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Role, User
from programs.models import FiscalYear, Program
from publishing.models import Closing, Publication, SiteWriting, TakingDown
from tests.factories import NOW, make_people, signed_in
from tests.publishing.closed import close, planner
from tests.support.owner import past_rules

pytestmark = pytest.mark.django_db
SITE, TAKE_DOWN, WRITE = "/sitio-publico/", "/sitio-publico/retirar/", "/sitio-publico/escribir/"
JANUARY, FEBRUARY = "/2016/cierres/1/1/publicar/", "/2016/cierres/2/1/publicar/"


@pytest.fixture
def planning(full_year: FiscalYear) -> Client:
    return signed_in(planner())


def client_of(role: str) -> Client:
    return signed_in(make_people(Program.objects.first().department)[role])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_planning_reads_what_becomes_public_and_publishes(
    full_year: FiscalYear, planning: Client, committed: Any
) -> None:
    assert "Todavía no hay ningún cierre que publicar." in text_of(planning.get(SITE))
    made = close(full_year, 1)
    assert f'href="{JANUARY}"' in text_of(planning.get(SITE)) and f'href="{JANUARY}"' in text_of(
        planning.get(made.get_absolute_url())
    )
    page = text_of(planning.get(JANUARY))
    for said in (
        "Un cierre, el de enero 2016, que es el primero.",
        "Programas que se leen en él: 1; indicadores: 6",
        "7 archivos de datos",
        "los nombres de quien cerró y de quienes firman: planeacion.",
        "http://127.0.0.1:8000/publico/",
        "No se publican borradores, observaciones, justificaciones, evidencia, correos ni usuarios.",
    ):
        assert said in page
    assert "Marque que leyó lo que se publica." in text_of(planning.post(JANUARY, {"seen": ""}))
    assert not Publication.objects.exists()
    answer = committed(lambda: planning.post(JANUARY, {"known": "on", "seen": "", "instrument": "Acuerdo 31"}))
    assert answer.status_code == 302 and answer["Location"] == SITE
    page = text_of(planning.get(SITE))
    assert "Está publicado hasta el cierre de enero 2016" in page and "Acuerdo 31" in page
    assert "Los archivos se escribieron el" in page and "y cambiaron" in page
    assert "ya está publicado, con todos los anteriores" in text_of(planning.get(JANUARY))
    assert Client().get("/publico/cierres.json").status_code == 200


def test_newer_closings_are_told_there_and_on_the_first_page(published: FiscalYear, planning: Client) -> None:
    assert "sin publicar" not in text_of(planning.get("/"))
    close(published, 2)
    close(published, 1, reason="Una cifra se sumó mal")
    page = text_of(planning.get(SITE))
    assert "Hay 2 cierres sin publicar: febrero 2016 y enero 2016, versión 2." in page
    assert "tampoco una rectificación" in page and 'href="/2016/cierres/1/2/publicar/"' in page
    assert "Hay 2 cierres sin publicar." in text_of(planning.get("/"))
    assert "sin publicar" not in text_of(client_of("comptroller").get("/"))
    said = text_of(planning.get("/2016/cierres/1/2/publicar/"))
    assert (
        "se lee también el motivo y el instrumento" in said
        and "Lo nuevo es febrero 2016 y enero 2016, versión 2" in said
    )


def test_whoever_confirms_what_a_colleague_changed_meanwhile_is_told(
    published: FiscalYear, planning: Client, publish: Any
) -> None:
    closings = [close(published, month) for month in (2, 3)]
    seen = str(Publication.objects.get().pk)
    publish(closings[0])
    answer = planning.post("/2016/cierres/3/1/publicar/", {"known": "on", "seen": seen})
    assert "Otra persona publicó o retiró el sitio mientras usted miraba la página" in text_of(answer)
    assert Publication.objects.count() == 2
    assert f'name="seen" value="{Publication.objects.latest("pk").pk}"' in text_of(answer)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PLANNING])
def test_the_others_read_how_it_stands_and_change_nothing(published: FiscalYear, role: str, second: User) -> None:
    close(published, 2)
    signed_in(second).post(TAKE_DOWN, {"reason": "Nombra a alguien"})
    client = client_of(role)
    page = text_of(client.get(SITE)).partition("<main")[2]
    assert "Está publicado hasta el cierre de enero 2016" in page and "<form" not in page and "publicar/" not in page
    assert ("Nombra a alguien" in page) is (role == Role.COMPTROLLER)
    for path in (FEBRUARY, TAKE_DOWN, WRITE):
        assert client.post(path, {"known": "on", "reason": "x", "act": "confirmar"}).status_code == 403
        assert path == WRITE or client.get(path).status_code == 403
    assert Publication.objects.count() == 1 and TakingDown.objects.get().confirmed_at is None
    assert "Sitio público" in text_of(client.get("/2016/cierres/"))


def test_one_asks_and_the_other_takes_it_down(
    published: FiscalYear, planning: Client, second: User, committed: Any
) -> None:
    assert "Escriba por qué se retira el sitio público." in text_of(planning.post(TAKE_DOWN, {"reason": " "}))
    assert planning.post(TAKE_DOWN, {"reason": "Nombra a alguien"}).status_code == 302
    assert "Usted lo pidió" in text_of(planning.get(TAKE_DOWN))
    # What is asked already is not offered again.
    assert ">Retirar el sitio</a>" not in text_of(planning.get(SITE))
    answer = planning.post(TAKE_DOWN, {"act": "confirmar"}, follow=True)
    assert "Usted lo pidió: lo confirma otra persona" in text_of(answer)
    other = signed_in(second)
    assert "Retirar el sitio público</a>: lo pidió planeacion" in text_of(other.get("/catalogo/por-confirmar/"))
    assert "Se pidió retirar el sitio público" in text_of(other.get("/"))
    assert "antes de publicar, confirme o retire" in text_of(other.get(JANUARY))
    answer = committed(lambda: other.post(TAKE_DOWN, {"act": "confirmar"}, follow=True))
    page = text_of(answer)
    assert "El sitio público se retiró." in page and "El sitio se retiró el" in page
    assert Client().get("/publico/cierres.json").status_code == 404
    assert "Nadie ha pedido retirar" in text_of(other.post(TAKE_DOWN, {"act": "retirar"}, follow=True))
    assert "No hay nada publicado que retirar" in text_of(other.get(TAKE_DOWN))


def test_a_request_that_is_withdrawn_leaves_the_site(published: FiscalYear, planning: Client) -> None:
    planning.post(TAKE_DOWN, {"reason": "Nombra a alguien"})
    page = text_of(planning.post(TAKE_DOWN, {"act": "retirar"}, follow=True))
    assert "el sitio sigue publicado" in page and ">Retirar el sitio</a>" in page
    assert Client().get("/publico/cierres.json").status_code == 200


def test_an_altered_document_is_told_before_it_is_published(published: FiscalYear, planning: Client) -> None:
    close(published, 2)
    with past_rules():
        Closing.objects.filter(month=1).update(document=b"{}")
    page = text_of(planning.get(FEBRUARY))
    assert "El documento del cierre de enero 2016 no es el que se guardó" in page and 'name="known"' not in page
    planning.post(FEBRUARY, {"known": "on", "seen": str(Publication.objects.get().pk)})
    assert Publication.objects.count() == 1


def test_what_failed_is_told_on_both_pages_and_tried_again(
    full_year: FiscalYear, planning: Client, publish: Any, root: Any, committed: Any, settings: Any
) -> None:
    settings.OWN_PUBLIC_ROOT = False
    publish(close(full_year, 1))
    page = text_of(planning.get(SITE))
    assert "esa carpeta no existe: créela" in page and "Intentar de nuevo" in page
    assert "El sitio público no está como se decidió." in text_of(planning.get("/"))
    root.mkdir()
    assert committed(lambda: planning.post(WRITE)).status_code == 302
    assert "Los archivos se escribieron el" in text_of(planning.get(SITE))


def test_how_the_writing_stands(published: FiscalYear, planning: Client) -> None:
    row = SiteWriting.objects.get()
    SiteWriting.objects.all().update(ended_at=None)
    assert "Los archivos se están escribiendo desde" in text_of(planning.get(SITE))
    SiteWriting.objects.all().update(started_at=NOW)
    assert "no terminó; se lee lo que había antes" in text_of(planning.get(SITE))
    row.delete()
    assert "Los archivos esperan su turno para escribirse" in text_of(planning.get(SITE))


def said(*arguments: str) -> str:
    from io import StringIO

    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_commands(full_year: FiscalYear, committed: Any, second: User) -> None:
    close(full_year, 1)
    close(full_year, 1, reason="Una cifra se sumó mal")
    planner()
    cut = ("--year", "2016", "--month", "1")
    assert said("publish_site", "--again") == "No hay nada publicado.\n"
    assert (
        "2 cierres: todos, del primero" in said("publish_site", *cut, "--dry-run") and not Publication.objects.exists()
    )
    done = committed(lambda: said("publish_site", *cut, "--version", "1", "--user", "planeacion"))
    assert re.fullmatch(r"(\d+) archivos; \1 nuevos, cambiados o quitados.\n", done)
    committed(lambda: said("publish_site", *cut, "--user", "planeacion", "--reason", "Rectificado"))
    assert Publication.objects.latest("pk").closing.version == 2
    assert "archivos; 0 nuevos, cambiados o quitados.\n" in said("publish_site", "--again")
    said("unpublish_site", "--user", "planeacion", "--reason", "Nombra a alguien")
    with pytest.raises(CommandError, match="Usted lo pidió"):
        said("unpublish_site", "--user", "planeacion", "--confirm")
    with pytest.raises(CommandError, match="Lo puede confirmar otra persona"):
        said("unpublish_site", "--confirm")
    assert "se retiró" in committed(lambda: said("unpublish_site", "--user", "segunda", "--confirm"))
    assert Client().get("/publico/cierres.json").status_code == 404


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["publish_site"], "Falta --year"),
        (["publish_site", "--year", "2016", "--month", "13", "--user", "planeacion"], "El mes 13 no existe"),
        (["publish_site", "--year", "2016", "--month", "2", "--user", "planeacion"], "No existe ese cierre de 2016"),
        (["publish_site", "--year", "2016", "--month", "1"], "Falta --user"),
        (["publish_site", "--again", "--year", "2016"], "--again no lleva cierre"),
        (["unpublish_site", "--reason", "x"], "Falta --user"),
        (["unpublish_site", "--user", "nadie", "--reason", "x"], "No existe el usuario «nadie»"),
        (["unpublish_site", "--confirm", "--reason", "x"], "--confirm no lo lleva"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(published: FiscalYear, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command(*arguments)
    assert refused.value.returncode == 2
