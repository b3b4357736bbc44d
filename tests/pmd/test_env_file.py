"""The environment file, found by every command: read as a shell and systemd read it, or refused with one sentence."""

import os
import subprocess
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from pmd import env_file
from tests.pmd.test_settings import PRODUCTION, run

ODD = r"""# Ajustes
PMD_MUNICIPALITY='Municipio de «Durango», Dgo.'
SECRET='a#b $HOME `id` \n "c" \\ ; & | * ~ %41 = é'
EMPTY=''
NOTHING=
  SPACED="dos  palabras"
PLAIN=postgresql://pmd:cl%40ve@db.interno:5432/pmd
TRAILING='x'  

DEFAULT_FROM_EMAIL='PMD <pmd@example.gob.mx>'
"""


def test_odd_values_are_read_as_a_shell_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "pmd.env"
    file.write_text(ODD)
    found: dict[str, str] = {"PMD_ENV_FILE": str(file)}
    assert env_file.load(found) == file
    shell = subprocess.run(
        ["env", "-i", "sh", "-euc", f"set -a; . '{file}'; set +a; env -0"], capture_output=True, check=True
    )
    read = dict(line.split("=", 1) for line in shell.stdout.decode().split("\0") if "=" in line)
    assert len(found) == 9
    assert {name: read[name] for name in found if name != "PMD_ENV_FILE"} == {
        name: value for name, value in found.items() if name != "PMD_ENV_FILE"
    }


@pytest.mark.parametrize(
    "line",
    [
        "A='x' # comentario",
        "A=dos palabras",
        "A='it''s'",
        'A="$HOME"',
        'A="a\\"b"',
        "A=a#b",
        "A=a;b",
        "A='abierta",
        "sin signo",
    ],
)
def test_a_line_that_shell_and_systemd_read_differently_is_refused(line: str, tmp_path: Path) -> None:
    file = tmp_path / "pmd.env"
    file.write_bytes(f"B='1'\n{line}\n".encode())
    with pytest.raises(ImproperlyConfigured, match=r"No se entiende la línea 2 de .*NOMBRE='valor'"):
        env_file.load({"PMD_ENV_FILE": str(file)})


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("export A='x'", "quite la palabra export"),
        ("A = 'x'", "quite los espacios alrededor de «=»"),
        ("A='x'\r", "como en Windows"),
        ("\ufeffA='x'", "sin BOM"),
    ],
)
def test_a_line_that_looks_right_is_told_what_is_wrong_with_it(line: str, hint: str, tmp_path: Path) -> None:
    file = tmp_path / "pmd.env"
    file.write_bytes(f"{line}\nB='1'\n".encode())
    with pytest.raises(ImproperlyConfigured, match=f"No se entiende la línea 1 de .*{hint}"):
        env_file.load({"PMD_ENV_FILE": str(file)})


def test_what_the_environment_has_wins_also_over_a_line_that_is_not_understood(tmp_path: Path) -> None:
    """An installation whose unit reads its file goes on, whatever was written into it."""
    file = tmp_path / "pmd.env"
    file.write_text("A='archivo'\nC=\"$B\"\nD='archivo'\n")
    found = {"PMD_ENV_FILE": str(file), "A": "ambiente", "C": "ambiente"}
    env_file.load(found)
    assert (found["A"], found["C"], found["D"]) == ("ambiente", "ambiente", "archivo")


def test_the_former_place_is_read_where_there_is_none_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = tmp_path / "pmd" / "pmd.env", tmp_path / "pmd.env"
    monkeypatch.setattr(env_file, "PLACES", (new, old))
    found: dict[str, str] = {}
    assert env_file.load(found) is None
    old.write_text("A='old'\n")
    assert env_file.load(found) == old and found == {"A": "old"}
    new.parent.mkdir()
    new.write_text("A='new'\n")
    found = {}
    assert env_file.load(found) == new and found == {"A": "new"}


@pytest.mark.parametrize("own", [{"DEBUG": "true"}, {"PMD_DEMO": "1"}, {"PMD_ENV_FILE": ""}])
def test_on_ones_own_machine_and_in_tests_none_is_read(
    own: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pmd.env"
    file.write_text("A='server'\n")
    monkeypatch.setattr(env_file, "PLACES", (file,))
    assert env_file.load(own) is None and "A" not in own


@pytest.mark.parametrize(
    "arguments", [["manage.py", "check", "--deploy"], ["-c", "import pmd.wsgi; print('no issues')"]]
)
def test_every_command_and_the_server_find_their_settings(arguments: list[str], tmp_path: Path) -> None:
    file = tmp_path / "pmd.env"
    file.write_text("".join(f"{name}='{value}'\n" for name, value in PRODUCTION.items()))
    file.chmod(0o640)
    done = run({"PMD_ENV_FILE": str(file)}, *arguments)
    assert done.returncode == 0 and "no issues" in done.stdout, done.stderr


def test_a_file_that_cannot_be_read_is_told_in_one_sentence(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.env", "ese archivo no existe"), (tmp_path, "No se puede leer")):
        done = run(PRODUCTION | {"PMD_ENV_FILE": str(path)}, "manage.py", "check")
        (told,) = done.stderr.splitlines()
        assert done.returncode == 1 and why in told
    latin = tmp_path / "latin.env"
    latin.write_bytes("A='é'\n".encode("latin-1"))
    with pytest.raises(ImproperlyConfigured, match="UTF-8"):
        env_file.load({"PMD_ENV_FILE": str(latin)})


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become another account")
def test_another_account_is_told_whose_the_file_is(tmp_path: Path) -> None:
    file = tmp_path / "pmd.env"
    file.write_text("A='x'\n")
    file.chmod(0o600)
    for folder in tmp_path.parents[:2]:
        folder.chmod(0o755)
    code = f"from pmd.env_file import load; load({{'PMD_ENV_FILE': {str(file)!r}}})"
    done = subprocess.run(
        ["python3", "-c", f"import os; os.setgid(65534); os.setuid(65534)\nopen({str(file)!r})"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert "Permission" in done.stderr
    script = f"import os, sys; sys.path[:0] = ['.']\nimport pmd.env_file\nos.setgid(65534); os.setuid(65534)\n{code}"
    told = run({}, "-c", script).stderr.splitlines()[-1]
    assert "use la cuenta del servicio (sudo -u pmd …) o root" in told and str(file) in told
