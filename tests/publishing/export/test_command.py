"""``export_publication``: what the database holds becomes files that hold without it."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from publishing.models import Closing
from tests.publishing.closed import close
from tests.publishing.export.altering import said_of


def _export(root: Path, capsys) -> str:
    call_command("export_publication", str(root))
    return capsys.readouterr().out


def test_closings_become_a_folder_that_holds(full_year, tmp_path, capsys):
    first = close(full_year, 8)
    close(full_year, 9)
    assert "2 cierres en" in _export(tmp_path, capsys)
    again = close(full_year, 8, reason="Faltaba un oficio", instrument="Oficio 12/2016")
    assert f"3 cierres en «{tmp_path}»: 8 archivos nuevos, 8 cambiados, 0 quitados" in _export(tmp_path, capsys)
    assert said_of(tmp_path) == []
    assert (tmp_path / "2016/08/datos/cierre.json").read_bytes() == again.document_bytes
    assert (tmp_path / "2016/08/v1/datos/cierre.json").read_bytes() == first.document_bytes
    for place in ("2016/08", "2016/08/v1", "2016/09"):
        assert (tmp_path / place / "acta.pdf").read_bytes().startswith(b"%PDF-")
    listed = json.loads((tmp_path / "cierres.json").read_bytes())["closings"]
    assert [one["sha256"] for one in listed] == [one.sha256 for one in Closing.objects.in_order()]
    assert "0 archivos nuevos, 0 cambiados, 0 quitados y 29 como estaban" in _export(tmp_path, capsys)


def test_no_person_and_nothing_typed_with_a_figure_leaves(full_year, tmp_path, capsys):
    close(full_year, 9)
    _export(tmp_path, capsys)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.suffix in (".csv", ".json", ".jsonld"))
    for word in ("quien.ajusta", "planeacion", "Recorte", "Cabildo"):
        assert word.encode() not in written


def test_without_closings_it_says_what_to_do(db, tmp_path):
    with pytest.raises(CommandError, match="No hay ningún cierre que publicar: cierre primero un mes") as refused:
        call_command("export_publication", str(tmp_path / "new"))
    assert refused.value.returncode == 2


def test_a_folder_of_somebody_else_is_refused(full_year, tmp_path):
    close(full_year, 9)
    (tmp_path / "tesis.docx").write_text("mine")
    with pytest.raises(CommandError, match="no está vacía y no es una publicación") as refused:
        call_command("export_publication", str(tmp_path))
    assert refused.value.returncode == 2


def test_a_closing_whose_bytes_were_altered_is_never_published(full_year, tmp_path, monkeypatch):
    close(full_year, 9)
    monkeypatch.setattr(Closing, "holds", property(lambda closing: False))
    with pytest.raises(CommandError, match="su huella no coincide"):
        call_command("export_publication", str(tmp_path))
    assert list(tmp_path.iterdir()) == []
