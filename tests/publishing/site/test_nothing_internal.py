"""What is public says nothing of people, and nothing that was typed with a figure: every file is looked through."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from pypdf import PdfReader

from accounts.models import User
from programs.models import FiscalYear
from publishing.export.chain import kept_chain
from publishing.export.publication import publish
from publishing.models import Closing
from tests.hostile.place import make_place
from tests.publishing.closed import close

pytestmark = pytest.mark.django_db
# What people write besides the catalogue, by the model that holds it.
TYPED = {
    "accounts.Mail": ("address", "subject"),
    "accounts.PendingAct": ("reason", "words", "answer"),
    "catalog.CatalogImport": ("file_name",),
    "core.TrailEntry": ("reason",),
    "indicators.Commitment": ("cause", "action"),
    "indicators.Correction": ("reason",),
    "indicators.CorrectionRequest": ("reason", "answer"),
    "indicators.Evidence": ("name", "file"),
    "indicators.Extension": ("reason", "instrument"),
    "indicators.InstrumentFile": ("name", "instrument"),
    "indicators.Measurement": ("justification", "validated_justification"),
    "indicators.Observation": ("text",),
    "indicators.TargetAdjustment": ("reason", "authorized_by", "instrument"),
    "publishing.Signer": ("name",),
}
SHORTEST = 7  # letters: shorter ones are in any text
# What somebody typed that the pages say by themselves.
COMMON = {"acta.pdf", "captura", "Cierre de enero de 2016"}
REASON, INSTRUMENT = "Se contaron dos expedientes que faltaban", "Oficio PM/214/2016"


def _typed() -> Iterator[str]:
    for model, fields in TYPED.items():
        for row in apps.get_model(model).objects.values_list(*fields):
            yield from (str(value) for value in row if value)


def _people() -> set[str]:
    return {f"{person.first_name} {person.last_name}".strip() for person in User.objects.all()}


def _contents(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            yield from (book.read(name).decode() for name in book.namelist())
    elif path.suffix == ".pdf":
        yield " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif path.suffix != ".png":
        yield content.decode()


def test_no_file_names_a_person_or_says_what_was_typed_with_a_figure(tmp_path: Path, settings: Any) -> None:
    settings.PMD_DEMO = True
    make_place()
    year = FiscalYear.objects.get(year=2016)
    if not Closing.objects.filter(fiscal_year=year, month=9).exists():
        close(year, 9)
    close(year, 9, reason=REASON, instrument=INSTRUMENT)
    publish(tmp_path, kept_chain(), address="https://plan.ejemplo.gob.mx/")

    documents = "".join(source.content().decode() for source in kept_chain())
    accounts = {word for person in User.objects.all() for word in (person.username, person.email)}
    people, typed = _people(), set(_typed())
    words = {word for word in accounts | people | typed if len(word) >= SHORTEST and word not in documents} - COMMON
    assert {"planeacion", "enlace.presidencia"} <= words
    assert len(people & words) > 5 and len(typed & words) > 10

    signers = set(apps.get_model("publishing.Signer").objects.values_list("name", flat=True)) | people
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    found = {
        (word, path.relative_to(tmp_path).as_posix())
        for path in files
        for text in _contents(path)
        for word in (words - signers if path.suffix == ".pdf" else words)
        if word in text
    }
    assert sorted(found) == []
    assert len(files) > 100
    assert any(
        REASON in text for text in _contents(tmp_path / "2016/09/cambios.html")
    )  # it is looked for in what is read
