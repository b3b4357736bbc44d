"""The pages of a published folder: what each says, where its links lead, and when it is written."""

import gzip
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import translation

from publishing.export.publication import publish
from publishing.site import pages as pages_module
from tests.publishing.export.altering import said_of, small_programs
from tests.publishing.export.documents import (
    ADDRESS,
    a_closing,
    a_municipality,
    a_program,
    an_indicator,
    chain_of,
    sealed,
)
from tests.publishing.site.chains import of_programs, rectified, small_chain, three_years
from tests.publishing.site.reading import broken, page, pages, published, words

LIGHTEST = 40_000


def _bytes(root: Path) -> dict[str, str]:
    """The fingerprint of every file: what differs is told by its name."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return published(tmp_path_factory.mktemp("publico"), small_chain())


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Every kind of indicator, in two months and a rectification."""
    return published(tmp_path_factory.mktemp("town"), chain_of([8, 9, 9], a_municipality(12, 90)))


def test_what_is_in_it(folder):
    names = {name for name in _bytes(folder) if "/datos/" not in name}
    month = {
        "index.html", "semaforos.png", "semaforos.svg", "ejes/1.html", "ejes/2.html", "dependencias/index.html",
        "dependencias/OBP.html", "dependencias/PRE.html", "programas/index.html", "programas/OBP-01.html",
        "programas/PRE-01.html", "indicadores/index.html", "indicadores/OBP-01-01.html", "indicadores/OBP-01-02.html",
        "indicadores/PRE-01-01.html", "indicadores/PRE-01-02.html", "indicadores/PRE-01-03.html",
    }  # fmt: skip
    assert names == {
        *("index.html", "2016/index.html", "metodo.html", "404.html", "robots.txt", "estilo.css", "icono.svg"),
        *("SHA256SUMS", "cierres.json", "verificar.py", "2016/08/cambios.html"),
        *("catalogo.jsonld", "ejemplo.py", "openapi.json"),
        *(f"{place}/{name}" for place in ("2016/08", "2016/08/v1", "2016/09") for name in month),
    }
    assert said_of(folder) == []


@pytest.mark.parametrize("kind", ["folder", "town"])
def test_every_page_is_one_that_a_browser_need_not_mend(kind, request):
    found = pages(request.getfixturevalue(kind))
    for name, read in found.items():
        assert read.faults == [], name
        assert read.headings.count(1) == 1 and read.headings[0] == 1, name
        assert all(after <= before + 1 for before, after in zip(read.headings, read.headings[1:], strict=False)), name
        assert len(read.ids) == len(set(read.ids)), name
        assert read.source.startswith('<!doctype html>\n<html lang="es-MX">'), name
        assert "script" not in read.tags and "form" not in read.tags, name
        assert {"header", "main", "footer", "nav"} <= set(read.tags), name
        assert read.links[2:] and "#contenido" in read.links, name
        assert read.metas["Content-Security-Policy"].startswith("default-src 'none'"), name
        assert read.title and read.metas["description"], name


@pytest.mark.parametrize("kind", ["folder", "town"])
def test_every_link_leads_to_a_file_of_the_folder(kind, request):
    root = request.getfixturevalue(kind)
    assert broken(root, pages(root)) == []


def test_the_page_of_what_does_not_exist_is_shown_at_any_depth(tmp_path):
    published(tmp_path, of_programs(a_program("PRE-01", [])), "https://ejemplo.gob.mx/publico/")
    found = page(tmp_path, "404.html")
    assert all(href.startswith(("/publico/", "#")) for href in found.links)
    assert broken(tmp_path, pages(tmp_path), base="/publico/") == []
    assert "canonical" not in found.metas


def test_a_page_says_its_own_address_and_the_picture_of_its_closing(folder):
    plan, program = page(folder, "2016/09/index.html"), page(folder, "2016/09/programas/PRE-01.html")
    assert plan.metas["canonical"] == f"{ADDRESS}2016/09/"
    assert program.metas["canonical"] == program.metas["og:url"] == f"{ADDRESS}2016/09/programas/PRE-01.html"
    assert program.metas["og:image"] == f"{ADDRESS}2016/09/semaforos.png"
    assert plan.metas["og:description"].startswith("De enero a septiembre de 2016, el plan lleva ")
    assert (folder / "2016/09/semaforos.png").read_bytes().startswith(b"\x89PNG")
    assert "robots" not in plan.metas
    assert page(folder, "2016/08/v1/index.html").metas["robots"] == "noindex"


def test_the_first_page_has_the_latest_closing_first_and_all_of_them(folder):
    said = words(folder, "index.html")
    assert "enero–septiembre de 2016" in said
    assert said.index("Septiembre de 2016 cerrado el 14/10/2016") < said.index("Agosto de 2016 cerrado el 14/09/2016")
    assert "Rectificado el 14/09/2016: Error de captura" in said
    assert "Hay 3 cierres." in said


def test_the_plan_says_how_it_goes_with_its_quantities(folder):
    said = words(folder, "2016/09/index.html")
    assert "44.43 % de lo que se esperaba de enero a septiembre de 2016" in said
    assert "De 2 programas, 1 va en rojo y 1 sin semáforo." in said
    assert "Es el promedio del cumplimiento de 1 de 2 programas con datos" in said
    assert "Eje 1. Eje 1" in said
    assert "No se ha corregido nada desde que se cerró." in said


def test_a_version_that_was_rectified_leads_to_the_one_that_counts(folder):
    for name in ("index.html", "indicadores/PRE-01-01.html", "programas/PRE-01.html"):
        old = page(folder, f"2016/08/v1/{name}")
        assert "Esta versión ya no es la que vale. Se rectificó el 14/09/2016" in old.words
        assert ("../index.html" if name == "index.html" else f"../../{name}") in old.links
        assert "ya no es la que vale" not in page(folder, f"2016/08/{name}").words


def test_what_a_rectification_changed_is_told_where_it_changed(tmp_path):
    def change(indicator):
        indicator["months"][0]["numerator"] = "12.0000"

    published(tmp_path, rectified(change))
    said = words(tmp_path, "2016/09/cambios.html")
    assert "Motivo: Error de captura" in said
    assert "PRE-01-01, enero — Solicitudes atendidas, PRE-01-01 antes 1 / 12, ahora 12 / 12" in said
    assert "El cumplimiento del plan era 44.43 % y ahora es" in said
    own = words(tmp_path, "2016/09/indicadores/PRE-01-01.html")
    assert "Qué se corrigió en esta versión Enero antes 1 / 12, ahora 12 / 12" in own
    assert "Qué se corrigió" not in words(tmp_path, "2016/09/indicadores/PRE-01-02.html")
    assert "Qué se corrigió" in words(tmp_path, "2016/09/programas/PRE-01.html")


def test_earlier_years_are_reached_by_links_however_they_were_called(tmp_path):
    published(tmp_path, three_years())
    for name, former, first in (
        ("indicadores/PRE-01-01.html", "indicadores/PRE-07-01.html", "indicadores/ANT-01-01.html"),
        ("programas/PRE-01.html", "programas/PRE-07.html", "programas/ANT-01.html"),
    ):
        links = page(tmp_path, f"2016/12/{name}").links
        assert f"../../../2015/12/{former}" in links
        assert f"../../../2014/12/{first}" in links
    assert "60 atendidas de 144 recibidas: 41.67 %" in words(tmp_path, "2016/12/indicadores/PRE-01-01.html")
    assert broken(tmp_path, pages(tmp_path)) == []


def test_a_year_without_closings_is_said_where_a_link_leads_to_it(tmp_path):
    former = {"year": 2015, "code": "VIEJO-01-01"}
    published(tmp_path, of_programs(a_program("PRE-01", [an_indicator("PRE-01-01", previous=former)])))
    said = words(tmp_path, "2016/09/indicadores/PRE-01-01.html")
    assert "En 2015 era VIEJO-01-01; de ese año no hay cierres publicados antes de este." in said


def test_a_programme_that_was_renamed_says_what_it_was_called(tmp_path):
    chain = []
    for year, name in ((2015, "Nombre de antes"), (2016, "Nombre de hoy")):
        program = a_program("PRE-01", [an_indicator("PRE-01-01", {1: ("1", "2")})], name=name)
        chain.append(sealed(a_closing([program], year=year, month=9, chain=chain)))
    published(tmp_path, chain)
    assert page(tmp_path, "2016/09/programas/PRE-01.html").h1 == "PRE-01 Nombre de hoy"
    assert "enero–septiembre de 2015: PRE-01 Nombre de antes" in words(tmp_path, "2016/09/programas/PRE-01.html")


def test_a_closing_without_captures(tmp_path):
    published(tmp_path, of_programs(a_program("PRE-01", [an_indicator("PRE-01-01")])))
    assert "el plan no tiene todavía datos" in page(tmp_path, "2016/09/index.html").metas["description"]
    assert "Sin captura: no hay ninguna cifra" in words(tmp_path, "2016/09/indicadores/PRE-01-01.html")
    assert "Todavía no hay un indicador con datos que sirva de ejemplo." in words(tmp_path, "metodo.html")
    assert broken(tmp_path, pages(tmp_path)) == []


def test_a_year_of_one_programme_and_an_axis_of_none(tmp_path):
    document = a_closing([a_program("PRE-01", [])])
    document["axes"].append({"key": "1.2b", "name": "Sin programas", "objectives": []})
    document["axis_results"].append({"key": "1.2b", "global": None, "compliance": None, "with_data": 0, "programs": 0})
    published(tmp_path, [sealed(document)])
    assert "No tiene programas este año." in words(tmp_path, "2016/09/index.html")
    assert "Ninguno de sus indicadores cuenta" in words(tmp_path, "2016/09/programas/PRE-01.html")
    assert broken(tmp_path, pages(tmp_path)) == []


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("PRE-01",), "Su único programa no tiene datos."),
        (("PRE-01", "PRE-02"), "Ninguno de sus 2 programas tiene datos."),
    ],
)
def test_a_plan_of_which_nothing_was_captured_says_so(tmp_path, codes, said):
    published(tmp_path, of_programs(*(a_program(code, [an_indicator(f"{code}-01", {})]) for code in codes)))
    for name in ("index.html", "2016/09/index.html", "2016/09/ejes/1.html", "2016/09/dependencias/PRE.html"):
        assert said in words(tmp_path, name), name


def test_how_it_is_measured_takes_no_more_than_300_words_and_has_an_example_of_the_latest_closing(folder, town):
    for root in (folder, town):
        said = words(root, "metodo.html")
        assert len(said.split()) <= 300
        assert "Ejemplo:" in said and " × 100 = " in said


# --- When they are written


def test_the_same_chain_gives_the_same_bytes_in_any_language_and_process(folder, tmp_path):
    with translation.override("en"):
        published(tmp_path / "english", small_chain())
    assert _bytes(tmp_path / "english") == _bytes(folder)
    script = (
        "import django, sys; django.setup()\n"
        "from pathlib import Path\n"
        "from tests.publishing.site.chains import small_chain\n"
        "from tests.publishing.site.reading import published\n"
        "published(Path(sys.argv[1]), small_chain())"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.support.type_settings", "PYTHONPATH": ".",
                   "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}  # fmt: skip
    subprocess.run([sys.executable, "-c", script, tmp_path / "other"], check=True, env=environment)
    assert _bytes(tmp_path / "other") == _bytes(folder)


def test_no_page_is_drawn_again_where_nothing_is_new(tmp_path, monkeypatch):
    published(tmp_path, small_chain())
    for name in ("closing_pages", "year_page", "root_pages"):
        monkeypatch.setattr(pages_module, name, lambda *args: pytest.fail("it was drawn again"))
    written = publish(tmp_path, small_chain(), address=ADDRESS)
    assert (written.new, written.changed, written.gone) == (0, 0, 0)


def test_a_new_month_changes_its_year_and_what_lies_above_it_only(tmp_path):
    published(tmp_path, chain_of([8], small_programs))
    before = _bytes(tmp_path)
    published(tmp_path, chain_of([8, 9], small_programs))
    after = _bytes(tmp_path)
    changed = {name for name in before if after[name] != before[name]}
    above = {"index.html", "2016/index.html", "metodo.html", "404.html"}
    assert {name for name in changed if name.endswith(".html")} == above
    assert not [name for name in changed if name.startswith("2016/08/")]


def test_pages_grow_to_the_same_bytes_as_at_once(tmp_path, folder):
    for chain in (small_chain()[:1], small_chain()[:2], small_chain()):
        published(tmp_path, chain)
    assert _bytes(tmp_path) == _bytes(folder)


def test_a_page_that_was_lost_or_altered_is_written_again(tmp_path):
    published(tmp_path, small_chain())
    before = _bytes(tmp_path)
    (tmp_path / "2016/09/programas/PRE-01.html").unlink()
    (tmp_path / "2016/08/v1/index.html").write_text("otra cosa")
    (tmp_path / "estilo.css").write_text("body { display: none }")
    published(tmp_path, small_chain())
    assert _bytes(tmp_path) == before


def test_other_templates_and_another_address_have_every_page_drawn_again(tmp_path, monkeypatch):
    published(tmp_path, small_chain())
    (tmp_path / "2016/09/index.html").write_bytes(b"")
    before = _bytes(tmp_path)
    published(tmp_path, small_chain(), "https://otra.gob.mx/")
    after = _bytes(tmp_path)
    assert all(after[name] != before[name] for name in before if name.endswith(".html"))
    monkeypatch.setattr(pages_module, "drawn_with", lambda: "otra")
    drawn: list[str] = []
    whole = pages_module.closing_pages

    def noting(chain, place, *rest):
        drawn.append(place.folder)
        return whole(chain, place, *rest)

    monkeypatch.setattr(pages_module, "closing_pages", noting)
    published(tmp_path, small_chain(), "https://otra.gob.mx/")
    assert drawn == ["2016/08/v1", "2016/09", "2016/08"]


# --- Light


def test_pages_of_a_large_plan_are_light(tmp_path):
    """161 programmes, one of whose departments has 54 indicators; names are as long as official ones get."""
    long = "Programa de fortalecimiento institucional para la atención oportuna de las solicitudes de la ciudadanía en "
    programs = [_long_program(place, long) for place in range(161)]
    programs.sort(key=lambda program: program["code"])
    published(tmp_path, of_programs(*programs))
    weights = {name: len(gzip.compress(read.source.encode(), 6)) for name, read in pages(tmp_path).items()}
    assert max(weights.values()) < LIGHTEST, max(weights.items(), key=lambda one: one[1])
    assert len(gzip.compress((tmp_path / "estilo.css").read_bytes(), 6)) < 4_000


def _long_program(place, long):
    code, count = (f"PRE-{place:03d}", 9) if place < 6 else (f"D{place % 34:02d}-{place:03d}", 2)
    indicators = [
        an_indicator(f"{code}-{number}", {1: (str(number), "17")}, name=f"{long}{place}-{number}")
        for number in range(count)
    ]
    name = f"{long}la colonia {place * 7919 % 1000}"
    return a_program(code, indicators, name=name, axis=str(place % 5 + 1), objective=None, strategy=None)
