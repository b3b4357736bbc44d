"""The night's check of the public site: what holds, and each thing that somebody changed in its folder."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from programs.models import FiscalYear
from publishing.checking.findings import Findings
from publishing.checking.site import check_site
from tests.publishing.closed import close
from tests.publishing.export.altering import seal_anew

pytestmark = pytest.mark.django_db


def found() -> list[str]:
    findings = Findings()
    check_site(findings)
    return [one.sentence for one in findings]


def test_what_was_published_holds_and_its_files_are_counted(published: FiscalYear, root: Path) -> None:
    findings = Findings()
    files = sum(path.is_file() for path in (root / "sitio").rglob("*"))
    assert check_site(findings) == files and findings == []


def test_before_anything_is_published_there_is_nothing_to_look_at(full_year: FiscalYear, root: Path) -> None:
    close(full_year, 1)
    findings = Findings()
    assert check_site(findings) == 0 and findings == [] and not root.exists()


def _altered(site: Path) -> None:
    path = site / "2016/01/datos/programas.csv"
    path.write_bytes(path.read_bytes() + b" ")


def _lost(site: Path) -> None:
    (site / "2016/01/acta.pdf").unlink()


def _strange(site: Path) -> None:
    (site / "2016/01/datos/ajeno.csv").write_text("a")


def _made_anew(site: Path) -> None:
    """Somebody who knows how: document and list of fingerprints together."""
    path = site / "2016/01/datos/cierre.json"
    path.write_bytes(path.read_bytes().replace(b'"month":1', b'"month":2', 1))
    seal_anew(site)


def _another_chain(site: Path) -> None:
    index = json.loads((site / "cierres.json").read_bytes())
    index["closings"][0]["sha256"] = "0" * 64
    (site / "cierres.json").write_text(json.dumps(index))
    seal_anew(site)


def _gone(site: Path) -> None:
    site.rename(site.with_name("otra"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_altered, "«2016/01/datos/programas.csv» no es lo que se publicó"),
        (_lost, "«2016/01/acta.pdf» falta"),
        (_strange, "«2016/01/datos/ajeno.csv» está en la carpeta del sitio y no se publicó"),
        (_made_anew, "Los documentos del sitio no son los de los cierres publicados"),
        (_another_chain, "Los documentos del sitio no son los de los cierres publicados"),
        (_gone, "El sitio está publicado y sus archivos no están"),
    ],
)
def test_what_somebody_changed_is_named(
    published: FiscalYear, root: Path, change: Callable[[Path], None], said: str
) -> None:
    change(root / "sitio")
    # What nginx serves are second names of the same files: it may be named there, too.
    ours = [one for one in found() if "de la copia que sirve nginx" not in one]
    assert len(ours) == 1 and ours[0].startswith(said)


def test_a_folder_that_nobody_published_is_named(full_year: FiscalYear, root: Path) -> None:
    (root / "sitio").mkdir(parents=True)
    assert "nada está publicado" in found()[0]
