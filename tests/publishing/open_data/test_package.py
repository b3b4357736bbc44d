"""``datapackage.json`` in the hands of its standard's own validator, which reads every row of every table."""

import json
import shutil
from pathlib import Path

import frictionless
import pytest

from publishing.export.publication import closing_files
from publishing.open_data.terms import LICENCE_ADDRESS
from tests.publishing.export.documents import a_closing, a_program, an_indicator, sealed
from tests.publishing.open_data.chains import HOSTILE


def _said_of(package: Path) -> list[str]:
    report = frictionless.validate(str(package))
    return [error.message for part in (report, *report.tasks) for error in part.errors]


@pytest.mark.parametrize("place", ["2015/12", "2016/08", "2016/08/v1", "2016/09"])
def test_every_row_keeps_to_what_is_said_of_its_table(folder, place):
    report = frictionless.validate(str(folder / place / "datos/datapackage.json"))
    assert report.valid, [error.message for task in report.tasks for error in task.errors]
    rows = {task.name: task.stats["rows"] for task in report.tasks if task.name != "cierre"}
    assert set(rows) == {"programas", "indicadores", "mediciones", "diccionario"} and all(rows.values())
    assert not report.warnings


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("mediciones", ",PRE-01-01,", ",PRE-99-99,", "violates the foreign key"),
        ("indicadores", ",PRE-01,", ",PRE-99,", "violates the foreign key"),
        ("indicadores", ",ascendente,", ",hacia arriba,", "enum"),
        ("programas", "2016,9,1,", "2016,nueve,1,", "type"),
        ("programas", "2016,9,1,", ",9,1,", "required"),
    ],
)
def test_the_validator_finds_what_was_altered(folder, tmp_path, table, old, new, said):
    shutil.copytree(folder / "2016/09/datos", tmp_path, dirs_exist_ok=True)
    path = tmp_path / f"{table}.csv"
    text = path.read_bytes().decode("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    assert any(said in sentence for sentence in _said_of(tmp_path / "datapackage.json"))


def test_it_says_who_publishes_and_under_which_terms(folder):
    package = json.loads((folder / "2016/09/datos/datapackage.json").read_bytes())
    assert package["contributors"] == [{"title": HOSTILE, "role": "publisher"}]
    assert [one["path"] for one in package["licenses"]] == [LICENCE_ADDRESS]


@pytest.mark.parametrize("text", [HOSTILE, "=1+1", "NA", "null", 'a,"b"\r\nc', "\u202e", "-"])
def test_no_name_spoils_a_table(tmp_path, text):
    indicator = an_indicator("PRE-01-01", {1: ("1", "2")}, name=text, definition=text, unit=text)
    document = a_closing([a_program("PRE-01", [indicator], name=text, objectives=[text])], month=9)
    for name, content in closing_files(sealed(document)).items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    assert _said_of(tmp_path / "datos/datapackage.json") == []


def test_a_closing_of_no_captures_and_one_of_no_programmes_are_whole_packages(tmp_path):
    nothing = a_closing([a_program("PRE-01", [an_indicator("PRE-01-01")])], month=9)
    for number, document in enumerate((nothing, a_closing([], month=9))):
        for name, content in closing_files(sealed(document)).items():
            path = tmp_path / str(number) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        assert _said_of(tmp_path / str(number) / "datos/datapackage.json") == []
