"""What a proxy serves: the site's own files with compressed copies, changed in one step and gone with the site."""

import gzip
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from programs.models import FiscalYear
from publishing.publication.for_proxy import faults, forget, offer, withdraw
from publishing.publication.place import take_away, writing_alone
from publishing.publication.published_files import PublishedFiles
from tests.publishing.publication.made_by_hand import FILES, make_site

SMALL = 500


@pytest.fixture
def site(tmp_path: Path) -> Path:
    made = make_site(tmp_path, {**FILES, "grande.csv": b"a,b\r\n" * 500})
    offer(made, anew=False)
    return made


def trees(site: Path) -> list[Path]:
    return list(site.parent.glob(".servido-*"))


def test_every_file_is_there_and_what_is_worth_it_compressed(site: Path) -> None:
    served = site.with_name("servido")
    for path in (path for path in site.rglob("*") if path.is_file()):
        other = served / path.relative_to(site)
        assert os.path.samefile(path, other)
        compressed = Path(f"{other}.gz")
        is_worth_it = (
            path.suffix not in (".pdf", ".xlsx") and path.stat().st_size >= SMALL and path.name != "SHA256SUMS"
        )
        assert compressed.exists() is is_worth_it
        if is_worth_it:
            assert gzip.decompress(compressed.read_bytes()) == path.read_bytes()
    assert (served / "grande.csv.gz").exists() and list(faults(site, PublishedFiles(site).names())) == []


def test_nothing_new_changes_nothing_and_something_new_is_shown_in_one_step(site: Path) -> None:
    link, kept = site.with_name("servido"), os.stat(site.with_name("servido") / "grande.csv.gz").st_ino
    before = os.readlink(link)
    offer(site, anew=False)
    assert os.readlink(link) == before
    make_site(site.parent, {**FILES, "grande.csv": b"a,b\r\n" * 500, "nuevo.html": b"<p>nuevo</p>"})
    assert not (link / "nuevo.html").exists()
    offer(site, anew=False)
    assert os.readlink(link) != before and (link / "nuevo.html").exists() and len(trees(site)) == 1
    assert os.stat(link / "grande.csv.gz").st_ino == kept  # not compressed again


def test_what_a_killed_writer_left_goes_with_the_next_one(site: Path) -> None:
    (site.with_name(".servido-medio") / "2016").mkdir(parents=True)
    site.with_name(".servido-medio.uno").symlink_to("nada")
    forget(site)
    assert len(trees(site)) == 1 and (site.with_name("servido") / "index.html").exists()
    withdraw(site)
    forget(site)
    assert trees(site) == [] and not site.with_name("servido").is_symlink()


@pytest.mark.parametrize("name", ["index.html", "grande.csv.gz", "ajeno.html", "2016/otro.csv.gz"])
def test_whatever_else_it_would_hand_out_is_named(site: Path, name: str) -> None:
    path = site.with_name("servido") / name
    path.unlink(missing_ok=True)
    path.write_bytes(b"otra cosa")
    assert list(faults(site, PublishedFiles(site).names())) == [name]


@pytest.mark.django_db
def test_it_is_written_and_taken_away_with_the_site(published: FiscalYear, root: Path, committed: Any) -> None:
    assert (root / "servido/2016/01/datos/cierre.json.gz").exists()
    with writing_alone(patience=1) as site:
        take_away(site)
    assert not (root / "servido").is_symlink() and not (root / "sitio").exists()


def test_addresses_that_do_not_exist_fill_no_log(site: Path, settings: Any, caplog: Any) -> None:
    settings.PMD_PUBLIC_ROOT = site.parent
    with caplog.at_level(logging.WARNING, logger="django.request"):
        assert Client().get("/publico/nada.html").status_code == 404
        assert not caplog.records
        (site / "index.html").write_bytes(b"otra cosa")
        assert Client().get("/publico/").status_code == 503
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
