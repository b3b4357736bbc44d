"""What people type, in their own words, leads to the chapter that answers it."""

import pytest

from manuals import reading
from manuals.model import Chapter, Library
from manuals.searching import passages, search

OF_LIAISON, OF_DIRECTOR, OF_PLANNING = "Manual del enlace", "Manual de la dirección", "Manual de Planeación"


@pytest.mark.parametrize(
    ("own", "asked", "leads_to"),
    [
        (OF_LIAISON, "no me deja guardar", "/ayuda/enlace/problemas/#no-me-deja-guardar"),
        (OF_LIAISON, "me equivoqué", "/ayuda/enlace/problemas/#me-equivoqué"),
        (OF_LIAISON, "contraseña", "/ayuda/entrar/#"),
        (OF_LIAISON, "¿Olvidé mi contraseña?", "/ayuda/entrar/#olvidé-mi-contraseña"),
        (OF_LIAISON, "suplente", "/ayuda/enlace/suplente/"),
        (OF_LIAISON, "prórrogas", "/ayuda/enlace/mes-cerrado/#pedir-una-prórroga"),
        (OF_LIAISON, "cómo subo un excel", "/ayuda/enlace/excel/"),
        (OF_DIRECTOR, "me equivoqué", "/ayuda/direccion/correcciones/#me-equivoqué"),
        (OF_DIRECTOR, "suplente", "/ayuda/direccion/suplente/"),
        (OF_PLANNING, "suplente", "/ayuda/planeacion/nombramientos/#nombrar-suplente"),
        (OF_PLANNING, "cerrar mes", "/ayuda/planeacion/cerrar-mes/"),
        (OF_PLANNING, "¿cómo cierro el mes?", "/ayuda/planeacion/cerrar-mes/"),
    ],
)
def test_words_of_people_lead_to_the_chapter(own: str, asked: str, leads_to: str) -> None:
    assert search(passages(reading.library()), asked, first=own)[0].passage.url.startswith(leads_to)


def test_a_word_is_found_where_one_begins_and_is_not_the_head_of_a_table() -> None:
    held = passages(reading.library())
    for found in search(held, "firma", first=OF_PLANNING):
        marked = [words.lower() for words, asked_for in found.sentence if asked_for]
        assert marked and all(words.startswith("firm") for words in marked)
    said = ["".join(words for words, _ in found.sentence) for found in search(held, "vacaciones", first=OF_LIAISON)]
    assert said and "Lo que se lee" not in said


def test_where_nothing_says_all_of_it_the_nearest_is_told_as_that() -> None:
    held = passages(reading.library())
    (nearest, *_) = search(held, "xyzzy zarandaja evidencia", first=OF_LIAISON)
    assert not nearest.whole and "evidencia" in nearest.passage.url
    assert search(held, "evidencia", first=OF_LIAISON)[0].whole
    assert search(held, "xyzzy zarandaja", first=OF_LIAISON) == []
    assert search(held, "¿?", first=OF_LIAISON) == search(passages(Library()), "evidencia") == []


def test_words_that_say_nothing_alone_are_looked_for_as_they_are() -> None:
    chapter = Chapter("entrar.md", "entrar", "Sí y no", reading.parse("Ya no.\n"), ())
    assert search(passages(Library(loose={"entrar.md": chapter})), "ya no")
