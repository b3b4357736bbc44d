"""One byte, one link, one cell: whatever is altered in the published folder, the verifier names it."""

import json
import shutil
from pathlib import Path

import pytest

from publishing.document.canonical import canonical_bytes
from tests.publishing.export.altering import publish_small, said_of, seal_anew

DATA = "2016/09/datos"
OLD = "2016/08/v1/datos"


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    return publish_small(tmp_path_factory.mktemp("published"))


@pytest.fixture
def folder(published, tmp_path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "copy"))


def _names(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_one_changed_byte_of_any_file_is_named(folder):
    names = [name for name in _names(folder) if name != "SHA256SUMS"]
    assert len(names) == 3 * 7 + 5  # of three closings, and what stands above them
    for name in names:
        path = folder / name
        before = path.read_bytes()
        place = len(before) // 2
        path.write_bytes(before[:place] + bytes([before[place] ^ 1]) + before[place + 1 :])
        assert any(sentence.startswith(f"{name}: el archivo cambió") for sentence in said_of(folder)), name
        path.write_bytes(before)
    assert said_of(folder) == []


def test_one_changed_byte_of_the_list_of_fingerprints_is_named(folder):
    path = folder / "SHA256SUMS"
    before = path.read_bytes()
    for place in range(0, len(before), 7):
        path.write_bytes(before[:place] + bytes([before[place] ^ 2]) + before[place + 1 :])
        assert said_of(folder), place


def test_a_missing_file_and_one_too_many_are_named(folder):
    (folder / DATA / "libro.xlsx").unlink()
    (folder / "2016" / "nota.html").write_text("Todo bien")
    (folder / ".DS_Store").write_text("what a file browser leaves")
    assert said_of(folder) == [
        f"{DATA}/libro.xlsx: el archivo falta",
        "2016/nota.html: el archivo sobra; no está en SHA256SUMS",
    ]


@pytest.mark.parametrize("line", ["x", f"{'0' * 64}  ../fuera", f"{'0' * 64}  /etc/passwd", f"{'0' * 63}  a"])
def test_a_list_that_names_what_is_no_file_of_the_folder_is_refused(folder, line):
    path = folder / "SHA256SUMS"
    listed = path.read_text()
    path.write_text(listed + line + "\n")
    number = listed.count("\n") + 1
    assert any(sentence.startswith(f"SHA256SUMS, línea {number}: no es una huella") for sentence in said_of(folder))


def _rewrite(folder: Path, name: str, change) -> None:
    """A document altered as a forger would: the list of files agrees with it again."""
    document = json.loads((folder / name).read_bytes())
    change(document)
    (folder / name).write_bytes(canonical_bytes(document))


def _index(folder: Path, change) -> None:
    path = folder / "cierres.json"
    found = json.loads(path.read_bytes())
    change(found["closings"])
    path.write_text(json.dumps(found))


def _without(folder: Path, place: str) -> None:
    shutil.rmtree(folder / place)


def _swap(folder: Path) -> None:
    old, new, aside = (folder / place for place in ("2016/08/v1/datos", "2016/08/datos", "aside"))
    old.rename(aside)
    new.rename(old)
    aside.rename(new)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda f: _without(f, "2016/09"),
            [
                "2016/08/datos/cierre.json: falta el cierre anterior, de huella",
                "cierres.json: menciona un cierre que no está, de huella",
            ],
        ),
        (lambda f: _without(f, "2016/08/v1"), ["2016/09/datos/cierre.json: falta el cierre anterior, de huella"]),
        (
            lambda f: _rewrite(f, f"{OLD}/cierre.json", lambda d: d.update(plan="Otro plan")),
            ["2016/09/datos/cierre.json: falta el cierre anterior", "cierres.json: menciona un cierre que no está"],
        ),
        (
            lambda f: _rewrite(f, "2016/08/datos/cierre.json", lambda d: d.update(previous=None)),
            ["dicen seguir al mismo cierre"],
        ),
        (
            lambda f: _rewrite(f, "2016/08/datos/cierre.json", lambda d: d.update(previous={"sha256": 3})),
            ["2016/08/datos/cierre.json: no dice bien cuál es el cierre anterior"],
        ),
        (
            lambda f: _rewrite(f, "2016/08/datos/cierre.json", lambda d: d["previous"].update(month=7)),
            ["2016/08/datos/cierre.json, cierre anterior: month dice 7 y resulta 9"],
        ),
        (
            lambda f: _rewrite(f, "2016/08/datos/cierre.json", lambda d: d.update(version=3)),
            ["2016/08/datos/cierre.json: version dice 3 y resulta 2"],
        ),
        (
            lambda f: _rewrite(f, "2016/08/datos/cierre.json", lambda d: d.update(rectification=None)),
            ["2016/08/datos/cierre.json: rectification.of dice «no hay» y resulta"],
        ),
        (_swap, ["2016/08/datos/cierre.json: ahí no va el cierre 2016-08"]),
        (
            lambda f: shutil.copytree(f / "2016/09", f / "2016/10"),
            ["2016/10/datos/cierre.json: es el mismo cierre que 2016/09/datos/cierre.json"],
        ),
        (lambda f: (f / "cierres.json").unlink(), ["Falta el archivo cierres.json"]),
        (lambda f: (f / "cierres.json").write_text("[]"), ["cierres.json: falta «closings»"]),
        (lambda f: (f / "cierres.json").write_text('{"closings": [3]}'), ["cierres.json: no enumera los cierres"]),
        (lambda f: _index(f, lambda c: c.pop()), ["cierres.json: no menciona el cierre 2016/08/datos/cierre.json"]),
        (lambda f: _index(f, lambda c: c.reverse()), ["cierres.json: el orden de los cierres dice"]),
        (
            lambda f: _index(f, lambda c: c[1].update(closed_on="2016-01-01")),
            ["cierres.json, cierre 2016-09: closed_on dice 2016-01-01 y resulta 2016-10-14"],
        ),
        (
            lambda f: (f / DATA / "cierre.json").write_bytes((f / DATA / "cierre.json").read_bytes() + b"\n"),
            [f"{DATA}/cierre.json: no está escrito en forma canónica"],
        ),
        (lambda f: (f / DATA / "cierre.json").write_text("{"), [f"{DATA}/cierre.json: no es un archivo JSON"]),
        (lambda f: (f / DATA / "cierre.json").write_text("[" * 9999), [f"{DATA}/cierre.json: no es un archivo JSON"]),
        (lambda f: (f / DATA / "cierre.json").write_text("[]"), ["no es un cierre en el formato pmd-cierre/1"]),
        (
            lambda f: (f / DATA / "cierre.json").write_text('{"month": 9.5}'),
            [f"{DATA}/cierre.json: tiene el número 9.5 fuera de comillas"],
        ),
        (
            lambda f: _rewrite(f, f"{DATA}/cierre.json", lambda d: d.update(month=13)),
            [f"{DATA}/cierre.json: el mes 13 no existe"],
        ),
        (
            lambda f: _rewrite(f, f"{DATA}/cierre.json", lambda d: d.update(programs=[3])),
            [f"{DATA}/cierre.json: no se puede volver a calcular: falta «code»"],
        ),
        (
            lambda f: _rewrite(f, f"{DATA}/cierre.json", lambda d: d["programs"][0].update(axis=[])),
            [f"{DATA}/cierre.json: no tiene la forma de un cierre"],
        ),
    ],
)
def test_a_broken_chain_is_named(folder, change, words):
    change(folder)
    seal_anew(folder)
    said = said_of(folder)
    for expected in words:
        assert any(expected in sentence for sentence in said), said


def _replace(folder: Path, name: str, old: str, new: str, count: int = 1) -> None:
    path = folder / DATA / name
    before = path.read_bytes()
    assert old.encode() in before
    path.write_bytes(before.replace(old.encode(), new.encode(), count))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda f: _replace(f, "mediciones.csv", "5.0000,12.0000,41.6667", "5.0000,12.0000,41.6666"),
            "mediciones.csv, renglón 15: porcentaje_mes dice «41.6666» y resulta «41.6667»",
        ),
        (
            lambda f: _replace(f, "mediciones.csv", "5.0000,12.0000,41.6667", "6.0000,12.0000,41.6667"),
            "mediciones.csv, renglón 15: numerador dice «6.0000» y resulta «5.0000»",
        ),
        (
            lambda f: _replace(f, "programas.csv", "Programa PRE-01", "Programa ajeno"),
            "programas.csv, renglón 3: programa dice «Programa ajeno» y resulta «Programa PRE-01»",
        ),
        (
            lambda f: _replace(f, "indicadores.csv", "descendente", "ascendente"),
            "indicadores.csv, renglón 5: sentido dice «ascendente» y resulta «descendente»",
        ),
        (lambda f: _replace(f, "indicadores.csv", ",semaforo,", ",color,"), "indicadores.csv: el encabezado dice"),
        (
            lambda f: _replace(f, "mediciones.csv", "2016,1,OBP-01-01,OBP-01,OBP,0.0000,0.0000,,\r\n", ""),
            "mediciones.csv: tiene 35 renglones y le tocan 36",
        ),
        (lambda f: _replace(f, "programas.csv", "OBP-01,,", "OBP-01,"), "programas.csv, renglón 2: tiene 18 celdas y"),
        (lambda f: (f / DATA / "programas.csv").write_bytes(b"\xff\xfe"), "programas.csv: no es un CSV en UTF-8"),
        (lambda f: (f / DATA / "programas.csv").write_bytes(b""), "programas.csv: está vacío"),
        (lambda f: (f / DATA / "programas.csv").unlink(), "programas.csv: el archivo falta"),
        (
            lambda f: _replace(f, "diccionario.csv", "programas.csv,semaforo", "programas.csv,color"),
            "diccionario.csv: lo descrito de programas.csv dice",
        ),
    ],
)
def test_a_cell_that_is_not_the_documents_is_named(folder, change, words):
    change(folder)
    seal_anew(folder)
    said = said_of(folder)
    assert any(f"{DATA}/{words}" in sentence for sentence in said), said
