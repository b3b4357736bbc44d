"""The file of a sample: what is in it, that its sums hold, that it names what is missing or altered."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl
import pytest

from core.models import TrailEntry, TrailSeal
from core.seals import seal_trail
from indicators import services
from indicators.models import Evidence, Measurement, Receipt
from indicators.models.evidence import evidence_storage
from publishing.acts import SampleAct
from tests.core.seals.tampering import owner
from tests.factories import NOW
from tests.indicators.sample_files import pdf, upload
from tests.indicators.town import Town, make_town
from tests.publishing.closed import close
from tests.support.owner import past_rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.STORAGES = settings.STORAGES | {
        "evidence": {
            "BACKEND": "core.private_files.PrivateStorage",
            "OPTIONS": {"location": str(tmp_path / "evidence"), "own_root": True},
        }
    }
    yield tmp_path / "evidence"


@pytest.fixture
def town() -> Town:
    """Two indicators with a validated figure in September, each with its evidence, an acuse and a constancia."""
    town = make_town(2)
    town.save(town.pair(3, 4), town.pair(8, 8, 1))
    for number, name in ((0, "Acta <b>ñandú</b>.pdf"), (1, "=lista.pdf")):
        services.attach_evidence(
            access=town.access("liaison"),
            period=town.period(),
            indicator_ids=[town.indicators[number].pk],
            file=upload(pdf(f"Acta {number}")),
            name=name,
            now=NOW,
        )
    town.submit()
    town.commit()
    rows = Measurement.objects.all()
    outcome = services.validate(access=town.access("director"), seen={row.pk: row.version for row in rows}, now=NOW)
    assert not outcome.refused
    seal_trail(now=NOW)
    return town


def drawn(town: Town, role: str = "comptroller", **data: str) -> Any:
    client = town.client(role)
    page = client.get("/2016/muestra/?mes=9").context
    sent = {"size": "2", "seed": "acta 7", "strata": "dependencia", "population": page["sample"].fingerprint, **data}
    return client.post("/2016/muestra/expediente.zip?mes=9", sent)


def content_of(answer: Any) -> bytes:
    assert answer["Content-Type"] == "application/zip", answer.content.decode()
    return b"".join(answer.streaming_content)


def opened(town: Town, **data: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content_of(drawn(town, **data)))) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def wrong_sums(files: dict[str, bytes]) -> list[str]:
    """What ``sha256sum -c SHA256SUMS`` would name, and what it lists too much or too little."""
    said = dict(reversed(line.split("  ", 1)) for line in files["SHA256SUMS"].decode().splitlines())
    wrong = [name for name, sha256 in said.items() if hashlib.sha256(files.get(name, b"")).hexdigest() != sha256]
    return wrong + sorted(set(said) ^ (set(files) - {"SHA256SUMS"}))


class Links(HTMLParser):
    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


FIRST = "cifras/001-PRE-01-01-09"


def test_its_sums_hold_and_one_changed_byte_is_named(town):
    files = opened(town)
    assert wrong_sums(files) == []
    files[f"{FIRST}/ficha.json"] += b" "
    assert wrong_sums(files) == [f"{FIRST}/ficha.json"]


def test_it_is_read_from_a_disk_without_scripts_and_each_link_leads_to_a_file(town):
    Evidence.objects.update(name="Acta <script>ñ</script>.pdf")
    files = opened(town)
    pages = [name for name in files if name.endswith(".html")]
    assert len(pages) == 3
    for name in pages:
        links = Links(files[name])
        assert not {"script", "style", "img", "iframe"} & links.tags
        for link in links.found:
            path = PurePosixPath(name).parent / link
            parts: list[str] = []
            for part in path.parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            assert "/".join(parts) in files, (name, link)
    assert b"Acta &lt;script&gt;" in files[f"{FIRST}/index.html"]


def test_a_figure_has_its_ficha_captures_evidence_and_explanation(town):
    files = opened(town)
    ficha = json.loads(files[f"{FIRST}/ficha.json"])
    assert (ficha["numerador"], ficha["denominador"]) == ("3.0000", "4.0000")
    assert ficha["fórmula"] == "(Número de solicitudes atendidas / Total de solicitudes recibidas) × 100"
    assert ficha["meta"] and ficha["validó"].startswith("director")
    versions = rows_of(files[f"{FIRST}/capturas.csv"])
    assert [row["Estado"] for row in versions] == ["borrador", "enviado", "validado"]
    assert versions[0]["Numerador"] == "3" and versions[0]["Quién"] == "liaison" and versions[0]["Fecha y hora"]
    (evidence,) = [name for name in files if name.startswith(f"{FIRST}/evidencia/")]
    assert hashlib.sha256(files[evidence]).hexdigest() == Evidence.objects.order_by("pk")[0].sha256
    assert evidence.isascii() and evidence.endswith(".pdf")
    page = town.client("comptroller").get("/2016/explicacion/indicador/PRE-01-01/?mes=9&formato=json")
    assert files[f"{FIRST}/explicacion.json"] == page.content


def test_the_seal_of_an_act_is_the_sha256_of_its_file(town):
    files = opened(town)
    acts = rows_of(files[f"{FIRST}/bitacora.csv"])
    assert {"Guardó la captura", "Adjuntó la evidencia", "Envió a validación", "Validó"} <= {
        row["Acto"] for row in acts
    }
    for row in acts:
        seal = TrailSeal.objects.get(number=row["Sello número"])
        content = files[row["Archivo de lo sellado"]]
        assert hashlib.sha256(content).hexdigest() == seal.sha256 == row["Sello (SHA-256)"]
        assert json.loads(content)["previous"] == seal.previous == row["Sello anterior"]
        assert row["Coincide con su sello"] == "coincide"


def test_the_papers_are_the_files_of_their_fingerprints(town):
    files = opened(town)
    papers = Receipt.objects.all()
    assert {paper.kind for paper in papers} == {"acuse", "constancia"}
    for paper in papers:
        (name,) = [
            one for one in files if one.startswith("documentos/") and paper.folio.lower() in one and "json" in one
        ]
        assert hashlib.sha256(files[name]).hexdigest() == paper.fingerprint
        assert files[name.replace(".json", ".pdf")].startswith(b"%PDF")


def test_the_list_to_tick_has_a_row_for_each_figure_in_both_forms(town):
    files = opened(town)
    rows = rows_of(files["muestra.csv"])
    assert [(row["Clave"], row["Numerador"], row["Archivos de evidencia"]) for row in rows] == [
        ("PRE-01-01", "3", "1"), ("PRE-01-02", "8", "1"),
    ]  # fmt: skip
    assert {row["Coincide con la evidencia"] + row["Observaciones"] for row in rows} == {""}
    sheet = openpyxl.load_workbook(io.BytesIO(files["muestra.xlsx"]))["Muestra"]
    assert [cell.value for cell in sheet[1]] == list(rows[0])
    assert sheet.data_validations.dataValidation[0].formula1 == '"sí,no,no se puede saber"'
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["PRE-01-01", "PRE-01-02"]
    assert rows_of(files["estratos.csv"]) == [
        {"Estrato": "PRE", "Nombre": "Presidencia Municipal", "Población": "2", "Muestra": "2"}
    ]
    assert "Semilla: acta 7" in files["LEAME.txt"].decode()


@pytest.mark.parametrize("fault", ["altered", "missing"])
def test_evidence_that_is_not_what_was_uploaded_is_named_and_stops_nothing(town, fault, files):
    kept = Evidence.objects.order_by("pk")[0]
    stored = Path(evidence_storage().path(kept.file.name))
    if fault == "altered":
        stored.write_bytes(b"%PDF-otra")
    else:
        stored.unlink()
    found = opened(town)
    assert wrong_sums(found) == []
    said = "el archivo guardado no es el que se subió" if fault == "altered" else "el archivo está perdido"
    first, second = rows_of(found["muestra.csv"])
    assert said in first["Avisos"] and kept.name.removeprefix("=") in first["Avisos"] and second["Avisos"] == ""
    page = found[f"{FIRST}/index.html"].decode()
    assert said in page and kept.sha256 in page
    inside = [content for name, content in found.items() if name.startswith(f"{FIRST}/evidencia/")]
    assert inside == ([b"%PDF-otra"] if fault == "altered" else [])


def test_an_altered_paper_and_an_altered_act_are_named(town):
    with past_rules():
        paper = Receipt.objects.get(kind="constancia")
        Receipt.objects.filter(pk=paper.pk).update(figures={**paper.figures, "count": "otra"})
    entry = TrailEntry.objects.filter(subject_type="indicators.measurement").order_by("pk")[0]
    with owner() as cursor:
        cursor.execute("UPDATE core_trailentry SET reason = %s WHERE id = %s", ["otra razón", entry.pk])
    files = opened(town)
    warnings = rows_of(files["muestra.csv"])[0]["Avisos"]
    assert "no coincide con su huella" in warnings and "ya no dice lo que se selló" in warnings
    assert "NO COINCIDE" in {row["Coincide con su sello"] for row in rows_of(files[f"{FIRST}/bitacora.csv"])}
    assert [name for name in files if "no-coincide.json" in name]


def test_the_closing_of_the_cut_off_goes_along_and_what_differs_from_it_is_named(town):
    made = close(town.year, 9)
    files = opened(town)
    assert hashlib.sha256(files["cierre/cierre-2016-09-v1.json"]).hexdigest() == made.sha256
    assert [row["En el cierre"] for row in rows_of(files["muestra.csv"])] == ["igual", "igual"]
    Measurement.objects.filter(indicator=town.indicators[1]).update(numerator=7, validated_numerator=7)
    rows = rows_of(opened(town)["muestra.csv"])
    assert [row["En el cierre"] for row in rows] == ["igual", "distinta"]
    assert "no es la del cierre" in rows[1]["Avisos"]


def test_the_same_sample_is_the_same_bytes_whoever_draws_it(town):
    assert content_of(drawn(town)) == content_of(drawn(town, "planning"))


def test_the_trail_has_who_drew_which_sample(town):
    content = content_of(drawn(town, size="1"))
    entry = TrailEntry.objects.get(action=SampleAct.DRAW)
    assert entry.actor == town.people["comptroller"] and entry.capacity == "Contraloría"
    assert {name: pair[1] for name, pair in entry.changes.items() if name != "population_sha256"} == {
        "cut_off": "enero–septiembre 2016", "size": 1, "seed": "acta 7", "strata": "dependencia", "population": 2,
        "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    page = town.client("comptroller").get("/bitacora/").content.decode()
    assert "Sacó una muestra de cifras con su expediente" in page and "semilla: acta 7" in page


def test_a_seed_of_digits_is_told_as_it_was_typed(town):
    drawn(town, seed="20161103")
    assert "semilla: 20161103" in town.client("comptroller").get("/bitacora/").content.decode()
