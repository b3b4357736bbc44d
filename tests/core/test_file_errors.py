"""What a command says of a file that the system does not open."""

from pathlib import Path

import pytest

from core.file_errors import why_not


def opened(path: Path) -> OSError:
    with pytest.raises(OSError) as refused:
        path.read_bytes()
    return refused.value


def test_the_usual_reasons_are_told_in_the_persons_language(tmp_path: Path) -> None:
    (tmp_path / "hoja").write_text("x")
    assert why_not(opened(tmp_path / "nada.xlsx")) == "no existe"
    assert why_not(opened(tmp_path)) == "es una carpeta"
    assert why_not(opened(tmp_path / "hoja" / "nada.xlsx")) == "parte de la ruta no es una carpeta"
    assert why_not(PermissionError(13, "Permission denied")) == "no hay permiso"


def test_what_nobody_foresaw_keeps_the_systems_words() -> None:
    assert why_not(OSError(28, "No space left on device")) == "No space left on device"
    assert why_not(OSError()) == "el sistema no lo permitió"
