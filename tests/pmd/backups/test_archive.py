"""An archive that was altered, cut short or is none of ours: what is wrong with it is named, whatever it is."""

import io
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pmd.backups import archive
from pmd.backups.encryption import encrypting, identities, new_key, recipients

NOW = datetime(2016, 10, 5, 8, 30, tzinfo=UTC)
CONTENTS = {
    archive.MANIFEST: b'{"format": 1, "version": "0.3.0", "made_at": "x", "commit": "", "engine": "sqlite", '
    b'"left_out": [], "migrations": [], "tables": {"t": {"rows": 3, "sha256": ""}}}',
    archive.SETTINGS: b"DEBUG=false\n",
    "database.dump": b"la base" * 500,
    "files/evidencia/acta.pdf": b"lo firmado" * 20_000,
    "files/evidencia/foto.png": b"una foto" * 1000,
}


def written(path: Path, contents: dict[str, bytes], to: list[str] = []) -> Path:  # noqa: B006 - only read
    with path.open("wb") as file, encrypting(file, recipients(to)) as plain, archive.Writer(plain, NOW) as writer:
        for name, content in contents.items():
            writer.add_bytes(name, content)
    return path


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return written(tmp_path / "pmd-2016-10-05T0230.tar", CONTENTS)


def verified(path: Path, *options: str) -> str:
    out = StringIO()
    try:
        call_command("backup", "--verify", str(path), *options, stdout=out)
    except CommandError as error:
        return str(error)
    return out.getvalue()


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_a_whole_one_is_told_as_such(made: Path) -> None:
    assert verified(made) == "Está entero: versión 0.3.0, x, 1 tablas, 3 renglones, 2 archivos.\n"


def test_it_can_be_looked_over_without_the_product(made: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xf", made, "-C", tmp_path], check=True)
    for sums in (archive.SUMS, archive.SEAL):
        subprocess.run(["sha256sum", "--quiet", "-c", sums], cwd=tmp_path, check=True)


@pytest.mark.parametrize("name", [*CONTENTS, archive.SUMS])
def test_the_member_with_an_altered_byte_is_named_with_its_place(made: Path, name: str) -> None:
    with made.open("rb") as file:
        (begins, size) = next((one.begins, one.size) for one in archive.members(file) if one.name == name)
    flip(made, begins + size // 2)
    said = verified(made)
    assert "alterado" in said and f"«{name}» (bytes {begins:,} a {begins + size:,} del archivo)" in said
    assert said.count("«") == 1


def test_an_altered_head_of_a_member_ends_what_is_understood(made: Path) -> None:
    with made.open("rb") as file:
        begins = next(one.begins for one in archive.members(file) if one.name.endswith("foto.png"))
    flip(made, begins - 512 + 3)
    assert re.search(r"se entiende hasta el byte [\d,]+ y le falta el final", verified(made))


@pytest.mark.parametrize("share", [0.0001, 0.3, 0.7, 0.9])
def test_one_that_is_cut_short_is_told(made: Path, share: float) -> None:
    content = made.read_bytes()
    made.write_bytes(content[: int(len(content) * share)])
    assert "cortado o alterado" in verified(made)


def test_a_member_that_was_taken_out_is_named(tmp_path: Path, made: Path) -> None:
    without = tmp_path / "sin.tar"
    without.write_bytes(made.read_bytes())
    subprocess.run(["tar", "--delete", "-f", without, "files/evidencia/foto.png"], check=True)
    assert "«files/evidencia/foto.png», que falta" in verified(without)


def test_a_member_that_the_sums_do_not_name_is_refused(tmp_path: Path, made: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "intruso.pdf").write_bytes(b"x")
    subprocess.run(["tar", "-rf", made, "-C", tmp_path, "files/intruso.pdf"], check=True)
    assert "«files/intruso.pdf»" in verified(made)


@pytest.mark.parametrize("name", ["files/../../etc/passwd", "files//etc/passwd", "/etc/passwd", "otra.txt"])
def test_what_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    wrong = written(tmp_path / "a.tar", {**CONTENTS, name: b"x"})
    assert verified(wrong) == f"El archivo no es un respaldo de este sistema: contiene «{name}»."


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path.write_bytes(b"no es nada" * 1000), "cortado o alterado"),
        (lambda path: path.write_bytes(b""), "cortado o alterado"),
        (lambda path: None, "No se puede leer"),
        (lambda path: written(path, {**CONTENTS, archive.MANIFEST: b'{"format": 2, "version": "9.0"}'}), "versión 9.0"),
        (lambda path: written(path, {**CONTENTS, archive.MANIFEST: b'{"format": 1}'}), "no es un respaldo de este"),
        (lambda path: written(path, {**CONTENTS, archive.MANIFEST: b"[]"}), "no es un respaldo de este sistema"),
        (lambda path: written(path, {"database.dump": b"x"}), "«manifest.json» falta o no se entiende"),
    ],
)
def test_what_is_no_archive_is_told(tmp_path: Path, make: Callable[[Path], object], sentence: str) -> None:
    make(tmp_path / "a.tar")
    assert sentence in verified(tmp_path / "a.tar")


# --- Encrypted --------------------------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    path = tmp_path / "llave.txt"
    return path, new_key(path)


def test_an_altered_byte_of_an_encrypted_one_is_placed(tmp_path: Path, key: tuple[Path, str]) -> None:
    path, public = key
    big = written(tmp_path / "a.tar.age", {**CONTENTS, "files/a": bytes(3_000_000)}, [public])
    assert "Está entero" in verified(big, "--identity", str(path))
    flip(big, 2_000_000)
    said = verified(big, "--identity", str(path))
    first, last = (int(number.replace(",", "")) for number in re.findall(r"[\d,]+(?= y |\.$)", said))
    assert first <= 2_000_000 <= last and last - first < 200_000


@pytest.mark.parametrize("share", [0.5, 0.99])
def test_an_encrypted_one_that_is_cut_short_is_told(tmp_path: Path, key: tuple[Path, str], share: float) -> None:
    path, public = key
    made = written(tmp_path / "a.tar.age", CONTENTS, [public])
    made.write_bytes(made.read_bytes()[: int(made.stat().st_size * share)])
    assert "cifrado está cortado o alterado" in verified(made, "--identity", str(path))


def test_a_key_of_openssh_serves_too(tmp_path: Path) -> None:
    path = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    made = written(tmp_path / "a.tar.age", CONTENTS, [path.with_suffix(".pub").read_text()])
    assert "Está entero" in verified(made, "--identity", str(path))


def test_a_new_key_never_takes_the_place_of_another(key: tuple[Path, str]) -> None:
    before = key[0].read_text()
    with pytest.raises(CommandError, match="No se puede escribir la llave"):
        call_command("backup", "--new-key", str(key[0]))
    assert key[0].read_text() == before and len(identities(key[0])) == 1


@pytest.mark.parametrize("content", ["", "hola", "AGE-SECRET-KEY-1XX"])
def test_what_is_no_private_key_is_told(tmp_path: Path, key: tuple[Path, str], content: str) -> None:
    made = written(tmp_path / "a.tar.age", CONTENTS, [key[1]])
    (tmp_path / "otra").write_text(content)
    assert "no es una llave privada" in verified(made, "--identity", str(tmp_path / "otra"))


def test_reading_stops_for_its_own_reason(tmp_path: Path, key: tuple[Path, str]) -> None:
    """Whoever stops half way is told why, not that the archive is altered."""
    contents = {"otra.txt": b"x", **CONTENTS, "files/a": io.BytesIO(bytes(2_000_000)).getvalue()}
    made = written(tmp_path / "a.tar.age", contents, [key[1]])
    assert "contiene «otra.txt»" in verified(made, "--identity", str(key[0]))
