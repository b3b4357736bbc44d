"""The command that imports people."""

from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models import User
from tests.catalog.people.lists import book
from tests.catalog.people.test_importing import ANA, LUZ, everything, the_act

pytestmark = pytest.mark.django_db


class TestCommand:
    def run(self, tmp_path: Path, data: bytes, *args: str) -> tuple[str, str]:
        path = tmp_path / "personas.xlsx"
        path.write_bytes(data)
        out, err = StringIO(), StringIO()
        try:
            call_command("import_people", str(path), *args, stdout=out, stderr=err)
        except SystemExit as ended:
            return f"exit {ended.code} {out.getvalue()}", err.getvalue()
        return out.getvalue(), err.getvalue()

    def test_a_dry_run_says_what_it_would_do(self, tmp_path: Path, people: dict[str, User]) -> None:
        before = everything()
        said, _ = self.run(tmp_path, book(LUZ), "--user", "planning", "--dry-run")
        assert said.startswith("Se haría: importar de «personas.xlsx» 1 persona nueva y 1 nombramiento.")
        assert "  Luz María Mora Díaz (luz@durango.example): Enlace de Presidencia" in said and everything() == before

    def test_it_does_the_same_as_the_screen(self, tmp_path: Path, people: dict[str, User]) -> None:
        said, _ = self.run(tmp_path, book(LUZ), "--user", "planning")
        assert said.startswith("Hecho:") and User.objects.get(email=LUZ[1]).username == "luz.mora"
        assert "http://127.0.0.1:8000/contrasena/nueva/" in str(mail.outbox[-1].body)
        said, _ = self.run(tmp_path, book(LUZ), "--user", "planning")
        assert said == "Sin cambios: todas las personas y sus funciones ya están.\n"

    def test_what_needs_two_waits_here_too(self, tmp_path: Path, people: dict[str, User]) -> None:
        said, _ = self.run(tmp_path, book(ANA), "--user", "planning")
        assert said.startswith("Todavía no se hace: espera") and f"confirm_act {the_act().pk}" in said

    def test_errors_are_printed_a_line_each(self, tmp_path: Path, people: dict[str, User]) -> None:
        out = tmp_path / "errores.xlsx"
        data = book(("", "luz", "PRE", "Enlace"), ("Ana", "ana@durango.example", "PRE", "Jefa"))
        said, err = self.run(tmp_path, data, "--user", "planning", "--errors", str(out))
        assert said.splitlines()[0].startswith("exit 1 fila 2 · Correo: «luz» no es un correo")
        assert "No se guardó nada: 3 errores." in err and "--role" in err and out.exists()

    def test_posts_are_answered_by_an_option(self, tmp_path: Path, people: dict[str, User]) -> None:
        data = book(("Ana Ríos", "ana@durango.example", "PRE", "Jefa de área"))
        said, _ = self.run(tmp_path, data, "--user", "planning", "--role", "jefa de area=enlace")
        assert said.startswith("Hecho:")

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (["--user", "nadie"], "No existe el usuario «nadie»"),
            (["--user", "reader"], "no es de Planeación"),
            (["--user", "planning", "--role", "jefa"], "no es TEXTO=ROL"),
        ],
    )
    def test_a_wrong_call(self, args: list[str], said: str, tmp_path: Path, people: dict[str, User]) -> None:
        with pytest.raises(CommandError, match=said) as refused:
            self.run(tmp_path, book(LUZ), *args)
        assert refused.value.returncode == 2
