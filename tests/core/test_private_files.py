"""Where files are stored: whole, on the disk, and never in a folder that is not there."""

import errno
import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile

from core.private_files import NotKept, PrivateStorage, require_root
from pmd import environment as env

FOLDERS_OF_THE_SYSTEM = "/proc"


def store(root: Path, name: str = "2016/a.pdf", data: bytes = b"acta") -> None:
    PrivateStorage(location=str(root)).save(name, ContentFile(data))


def test_a_file_and_its_folders_are_forced_to_the_disk_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    really = os.fsync

    def sync(handle: int) -> None:
        there = [tmp_path, *tmp_path.rglob("*")]
        synced.extend(str(path) for path in there if os.path.samestat(os.fstat(handle), path.stat()))
        really(handle)

    monkeypatch.setattr(os, "fsync", sync)
    store(tmp_path)
    assert (tmp_path / "2016" / "a.pdf").read_bytes() == b"acta"
    assert (tmp_path / "2016" / "a.pdf").stat().st_mode & 0o077 == 0
    assert (tmp_path / "2016").stat().st_mode & 0o077 == 0
    # The new folder in the root, the bytes under their passing name, the file's name in its folder.
    assert synced[0] == str(tmp_path) and ".parcial" in synced[1] and synced[2] == str(tmp_path / "2016")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "No hay espacio en el disco del servidor: no se guardó nada."),
        (errno.EDQUOT, "No hay espacio en el disco del servidor: no se guardó nada."),
        (errno.EROFS, "El servidor no puede escribir en su carpeta de archivos: no se guardó nada."),
        (errno.EIO, "El servidor no pudo guardar el archivo: no se guardó nada."),
    ],
)
@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_whatever_the_disk_refuses_ends_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str, step: str
) -> None:
    (tmp_path / "2016").mkdir()

    def refuse(*args: object) -> None:
        raise OSError(number, "refused")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, refuse)
        with pytest.raises(NotKept) as refused:
            store(tmp_path)
    assert refused.value.message.startswith(said) and "Avise a quien administra el sistema" in refused.value.message
    assert not list((tmp_path / "2016").iterdir())


def test_a_root_that_is_not_there_is_not_made_in_silence(tmp_path: Path) -> None:
    missing = tmp_path / "disco"
    with pytest.raises(NotKept, match="no encuentra su carpeta de archivos"):
        store(missing)
    assert not missing.exists()
    PrivateStorage(location=str(missing), own_root=True).save("a.pdf", ContentFile(b"x"))
    assert (missing / "a.pdf").exists()


def test_the_start_asks_for_a_root_that_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="esa carpeta no existe: créela"):
        require_root(tmp_path / "disco", own=False, name="PMD_FILES_ROOT")
    assert not (tmp_path / "disco").exists()
    require_root(tmp_path / "disco", own=True, name="PMD_FILES_ROOT")
    require_root(tmp_path / "disco", own=False, name="PMD_FILES_ROOT")
    assert not list((tmp_path / "disco").iterdir())
    with pytest.raises(ImproperlyConfigured, match="no puede escribir ahí"):
        require_root(Path(FOLDERS_OF_THE_SYSTEM), own=False, name="PMD_FILES_ROOT")
    (tmp_path / "archivo").write_text("")
    with pytest.raises(ImproperlyConfigured, match="no existe"):
        require_root(tmp_path / "archivo", own=False, name="PMD_FILES_ROOT")


@pytest.mark.parametrize("given", ["", "  "])
def test_an_empty_root_is_refused(given: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="PMD_FILES_ROOT está vacío"):
        env.read_files_root({"PMD_FILES_ROOT": given}, own=tmp_path)


def test_only_what_lies_below_var_is_the_products_own(tmp_path: Path) -> None:
    own = tmp_path / "var"
    assert env.read_files_root({}, own=own) == (own / "files", True)
    assert env.read_files_root({"PMD_FILES_ROOT": str(own / "otros")}, own=own) == (own / "otros", True)
    assert env.read_files_root({"PMD_FILES_ROOT": "/srv/pmd"}, own=own) == (Path("/srv/pmd"), False)
    assert env.read_files_root({"PMD_FILES_ROOT": f"{own}/../fuera"}, own=own) == (tmp_path / "fuera", False)
