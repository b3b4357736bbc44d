"""Every command of the manual of operation, typed as it stands there on a server of its own (``machine``).

What a page names and nobody here knows is «command not found», and fails: no command goes in untried.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.models import Backup
from core.seals import seal_trail
from tests.operation import databases
from tests.operation.machine import Machine
from tests.operation.pages import Block, Page, pages, pattern, told_after
from tests.operation.product import Product, a_year_waits, people_of_the_pages, something_waits
from tests.pmd.backups.places import Place
from tests.support.postgres import programs_folder

pytestmark = pytest.mark.django_db(transaction=True)
ARCHIVE, ENCRYPTED = "/var/backups/pmd/pmd-2026-11-28T0200.tar", "/var/backups/pmd/pmd-2026-11-28T0201.tar.age"
KEY = "llave-de-respaldos.key"


@pytest.fixture
def product(town: Place, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """An installation of the town of the tests, with a backup of last night and what its pages are typed with."""
    if connection.vendor == "postgresql":
        monkeypatch.setenv("PATH", str(programs_folder()), prepend=":")
    root = tmp_path / "server"
    root.mkdir()
    made = Product(town, tmp_path, settings)
    with Machine(root, made.answers()) as machine:
        made.machine = machine
        _furnish(machine, town, settings)
        yield made
        made.back_to_town()


def _furnish(machine: Machine, town: Place, settings: Any) -> None:
    shutil.move(town.files, machine.at("/srv/pmd-files"))
    town.files = machine.at("/srv/pmd-files")
    settings.PMD_BACKUP_ROOT, settings.PMD_BACKUP_KEEP = str(machine.at("/var/backups/pmd")), 30
    settings.PMD_PUBLIC_ROOT, settings.OWN_PUBLIC_ROOT = machine.at("/srv/pmd-publico"), True
    with town.at_work():
        people_of_the_pages()
    for command in ("backup", "self_check", "send_reminders", "send_trail_head"):
        status, said = town.run(command)
        assert status == 0, said
    (made,) = machine.at("/var/backups/pmd").iterdir()
    _name(made, machine.at(ARCHIVE), town)
    machine.at("/var/backups/pmd/cabezas.txt").write_text(f"# de Contraloría\n{said.splitlines()[0]}\n")
    machine.home("escudo.svg").write_text("<svg/>")
    certificate = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=pmd.example.gob.mx"
    status, said = machine.type(f"{certificate} -keyout ~/llave.pem -out ~/certificado.pem")
    assert status == 0, said


def _name(made: Path, name: Path, town: Place) -> None:
    """The name that the pages give it; the product knows it by that."""
    made.rename(name)
    with town.at_work():
        Backup.objects.filter(archive=str(made)).update(archive=str(name))


def _before(product: Product, block: Block, town: Place) -> None:
    """What a page takes for granted where it has this block."""
    machine = product.machine
    with product.at_work():
        if "confirm_reopening" in block.text:
            a_year_waits()
        if "confirm_act 1" in block.text or "unpublish_site" in block.text:
            something_waits()
            seal_trail(now=timezone.now())
    owner = machine.at("/etc/pmd/owner.env")
    if "owner.env;" in block.text and owner.exists() and not owner.read_text():  # what a page has one write into it
        owner.write_text("PMD_DATABASE_OWNER_URL='postgresql://pmd_owner:CONTRASENA@localhost/pmd'\n")
    if "unpublish_site" in block.text or "pmd-publico/sitio" in block.text:
        published = town.run("publish_site", "--year", "2016", "--month", "9", "--user", "ana.quinones")
        assert published[0] == 0 or town.run("publish_site", "--again")[0] == 0, published[1]
    if "--identity" in block.text:
        public = re.search(r"age1\w+", machine.home(KEY).read_text())
        assert public
        assert town.run("backup", machine.at("/var/backups/pmd"), "--encrypt-to", public[0])[0] == 0
        (made,) = machine.at("/var/backups/pmd").glob("*.age")
        _name(made, machine.at(ENCRYPTED), town)
    if "~/copia" in block.text:
        machine.home("copia").mkdir()
        for name in ("pmd.env", "owner.env"):
            shutil.copy(machine.at(f"/etc/pmd/{name}"), machine.home("copia"))
    if "pat-2016.xlsx" in block.text:
        assert town.run("export_catalog", machine.at("/srv/pmd/pat-2016.xlsx"), "--year", "2016")[0] == 0
    if "pmd-base/2026" in block.text:
        folder = machine.at("/var/backups/pmd-base/2026-11-28")
        folder.mkdir(exist_ok=True)
        for name in ("base.tar.gz", "pg_wal.tar.gz"):
            databases.make_base(folder / name)


def typed(product: Product, page: Page, block: Block, town: Place) -> list[str]:
    """What is not as the page says."""
    _before(product, block, town)
    machine = product.machine
    asked = len(machine.asked)
    status, said = machine.type(block.text, stdin="clave#1\n")
    if connection.vendor == "sqlite" and "SQLite no tiene roles" in said and "grants" in block.text:
        return []  # which is what it has to say there
    if status:
        return [f"{block}: it ended with {status}:\n{block.text}{said}"]
    ours = any(call.program in ("pmd-python", "make") for call in machine.asked[asked:])
    promised = told_after(page, block) if ours or "sha256sum" in block.text else []
    return [f"{block}: does not say «{line}» but\n{said}" for line in promised if not _is_told(line, said)]


def _is_told(line: str, said: str) -> bool:
    # SQLite has its own word to say to doctor.
    of_sqlite = connection.vendor == "sqlite" and line == "Todo está como debe." and "Nada por corregir." in said
    return of_sqlite or pattern(line).search(said) is not None


def test_every_command_does_what_the_page_says(product: Product, town: Place) -> None:
    number, wrong = 0, []
    for page in pages():
        for block in page.of("sh"):
            wrong += typed(product, page, block, town)
            number += len(block.text.splitlines())
        product.back_to_town()
    assert not wrong, "\n\n".join(wrong)
    assert number > 150
