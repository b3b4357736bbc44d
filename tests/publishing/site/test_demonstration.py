"""A published year whose captures are generated says so wherever its figures are shown."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from publishing.export.chain import kept_chain
from publishing.published import Source
from tests.publishing.closed import close
from tests.publishing.export.altering import said_of
from tests.publishing.export.documents import ADDRESS
from tests.publishing.site.chains import small_chain, three_years
from tests.publishing.site.reading import page, pages, published

NOTICE = "Datos de demostración: las capturas de este ejercicio son generadas, no son cifras del municipio."


def _of_demo(chain: list[Source], *years: int) -> list[Source]:
    return [replace(one, demo=one.year in years) for one in chain]


def test_every_page_says_it_and_none_says_that_the_municipality_validated_it(tmp_path: Path) -> None:
    published(tmp_path, _of_demo(small_chain(), 2016))
    for name, read in pages(tmp_path).items():
        assert read.words.count(NOTICE) == 1, name
        assert read.metas["description"].startswith("Datos de demostración. "), name
        assert "cifras validadas" not in read.source, name
    assert "septiembre de 2016 · Datos de demostración<" in (tmp_path / "2016/09/semaforos.svg").read_text()


def test_none_says_it_of_a_municipality_s_own_figures(tmp_path: Path) -> None:
    published(tmp_path, small_chain())
    assert not any("emostración" in read.source for read in pages(tmp_path).values())
    assert "emostración" not in (tmp_path / "2016/09/semaforos.svg").read_text()
    assert "emostración" not in (tmp_path / "catalogo.jsonld").read_text()


def test_a_page_of_a_true_year_says_which_earlier_figures_are_of_a_demonstration(tmp_path: Path) -> None:
    published(tmp_path, _of_demo(three_years(), 2015))
    for name, read in pages(tmp_path).items():
        assert read.words.count(NOTICE) == (1 if name.startswith("2015/") else 0), name
    formers = page(tmp_path, "2016/12/programas/PRE-01.html").words.partition("En años anteriores")[2]
    of_2015, of_2014 = formers.split("enero–diciembre de 2014")
    assert "Datos de demostración." in of_2015 and "demostración" not in of_2014
    home = page(tmp_path, "index.html").words
    assert "2015 Datos de demostración Diciembre de 2015" in home and home.count("demostración") == 1


def test_a_folder_that_did_not_say_it_is_drawn_again_and_its_data_are_not(tmp_path: Path) -> None:
    published(tmp_path, small_chain())
    before = {path: path.read_bytes() for path in tmp_path.rglob("datos/*")}
    published(tmp_path, _of_demo(small_chain(), 2016))
    assert all(NOTICE in read.words for read in pages(tmp_path).values())
    assert before and {path: path.read_bytes() for path in tmp_path.rglob("datos/*")} == before
    assert said_of(tmp_path) == []


def test_the_catalogue_of_open_data_says_it_of_its_months(tmp_path: Path) -> None:
    published(tmp_path, _of_demo(three_years(), 2015))
    graph = json.loads((tmp_path / "catalogo.jsonld").read_bytes())["@graph"]
    said = [one["dct:identifier"] for one in graph if "demostración" in one.get("dct:description", "")]
    assert said == [f"{ADDRESS}catalogo.jsonld#2015-12"]


@pytest.mark.parametrize("demo", [True, False])
def test_a_closing_is_of_a_demonstration_as_its_year_is(full_year, demo: bool) -> None:
    full_year.demo_data = demo
    full_year.save(update_fields=["demo_data"])
    close(full_year, 9)
    assert [one.demo for one in kept_chain()] == [demo]
