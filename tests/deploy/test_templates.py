"""What ``make install`` writes is looked at by the programs that will read it, where they are on this machine."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from deploy.install import FILES, IN_A_CONTAINER, in_a_container, install, main
from deploy.installing.base import CODE, read_settings
from deploy.installing.product import TIMERS, UNITS
from pmd.upgrade_mark import Mark

ENTRY = CODE / "deploy/pmd"
WORDS = re.findall(r"^([a-z-]+)\)", ENTRY.read_text(), re.MULTILINE)


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in (("MUNICIPALITY", "Durango"), ("HOST", "pmd.durango.gob.mx"), ("TIME_ZONE", "America/Tijuana")):
        monkeypatch.setenv(name, value)
    assert main(["--root", str(tmp_path)]) == 0
    return tmp_path


def test_the_entry_names_commands_that_are_there() -> None:
    assert {"web", "papers", "worker", "reminders", "night-check", "tidy", "prepare", "timetable"} == set(WORDS)
    named = re.findall(r"manage\.py ([a-z_]+)", ENTRY.read_text())
    assert len(named) == 6 and set(named) <= set(get_commands())
    # A word of its own would hide a command.
    assert not set(WORDS) & set(get_commands())
    done = subprocess.run([ENTRY], capture_output=True, text=True)
    assert done.returncode == 2 and all(word in done.stderr for word in WORDS)


def test_units_start_what_is_there_as_the_service(root: Path) -> None:
    written = {path.name: path.read_text() for path in (root / "etc/systemd/system").iterdir()}
    assert {*UNITS, *TIMERS} <= set(written) and not any("{{" in text for text in written.values())
    for name in (name for name in written if name.endswith(".service")):
        (command,) = re.findall(r"^ExecStart=(.*)$", written[name], re.MULTILINE)
        program, word = command.split()
        assert Path(program) == ENTRY and (word in WORDS or word in get_commands()), name
        assert "\nUser=pmd\n" in written[name] and f"\nWorkingDirectory={CODE}\n" in written[name]
    for name in TIMERS:
        assert name.replace(".timer", ".service") in written
        assert re.search(r"^OnCalendar=\*-\*-\* \d\d:\d\d:00 America/Tijuana$", written[name], re.MULTILINE)


def test_whoever_stops_and_starts_the_pages_has_all_that_serves_them(root: Path) -> None:
    """Files of the whole plan stayed stopped: nobody names their units, and PartOf= stops without ever starting."""
    units = {name: (root / "etc/systemd/system" / name).read_text() for name in UNITS}
    named = ["pmd.socket", "pmd.service", "pmd-worker.service"]
    for words, by in (("Wants|Requires", "start"), ("PartOf", "stop")):
        reached = set(named)
        for name, text in units.items():
            others = {other for line in re.findall(rf"(?m)^(?:{words})=(.*)$", text) for other in line.split()}
            reached |= others if by == "start" and name in reached else {name} if others & reached else set()
        assert reached == set(UNITS), by


def test_the_container_starts_what_is_there() -> None:
    composed = yaml.safe_load((CODE / "deploy/compose.yaml").read_text())
    services = composed["services"]
    ours = {name: one for name, one in services.items() if one["image"] == "pmd"}
    assert (
        {one["command"][0] for one in ours.values()} == {"prepare", "web", "papers", "worker", "timetable"} < set(WORDS)
    )
    volumes = set()
    for name, one in services.items():
        for mount in one["volumes"]:
            source = mount["source"] if isinstance(mount, dict) else mount.split(":")[0]
            if source.startswith("."):
                assert (CODE / "deploy" / source).is_dir(), name
            else:
                volumes.add(source)
        assert set(one.get("depends_on", {})) <= set(services), name
    assert volumes == set(composed["volumes"])
    # The owner of the database is one process's, and what serves is not root.
    assert [name for name, one in ours.items() if "socket:/run/postgresql" in one["volumes"]] == ["prepared"]
    image = (CODE / "deploy/Containerfile").read_text()
    assert image.index("\nUSER pmd\n") < image.index('ENTRYPOINT ["/srv/pmd/deploy/pmd"]')
    for copied in re.findall(r"^COPY (?!--from)(\S+)", image, re.MULTILINE):
        assert (CODE / copied).exists(), copied


def test_in_a_container_nginx_asks_the_one_that_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"MUNICIPALITY": "Durango", "HOST": "pmd.durango.gob.mx", "TIME_ZONE": "America/Tijuana"}
    here = in_a_container(given, tmp_path)
    files = tuple(pair for pair in IN_A_CONTAINER if pair in FILES)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/resolv.conf").write_text("search dns.podman\nnameserver 10.89.0.1\nnameserver 192.0.2.1\n")
    install(here, files, dry=False, say=lambda line: None)
    site, servers = ((tmp_path / f"etc/nginx/conf.d/{name}.conf").read_text() for name in ("pmd", "servers"))
    named = dict(re.findall(r'^map "" (\S+) \{ default (\S+); \}$', servers, re.MULTILINE))
    asked = re.findall(r"proxy_pass http://(\S+);", site)
    assert [named[address] for address in asked] == ["web:8000", "papers:8001", "papers:8001"]
    assert "resolver 10.89.0.1 " in servers and "{{" not in site + servers
    assert "@db/pmd" in read_settings(here.settings_file)["DATABASE_URL"]
    lines: list[str] = []
    assert install(here, files, dry=False, say=lines.append) == 0 and len(lines) == len(files)


@needs("nginx")
def test_in_containers_nginx_waits_for_nobody(tmp_path: Path) -> None:
    """It stopped where a name was of no container, and had to be stopped with each new one."""
    given = {"MUNICIPALITY": "Durango", "HOST": "pmd.durango.gob.mx", "TIME_ZONE": "America/Tijuana"}
    files = tuple(pair for pair in IN_A_CONTAINER if pair in FILES)
    install(in_a_container(given, tmp_path), files, dry=False, say=lambda line: None)
    assert _read_by_nginx(tmp_path, "etc/nginx/conf.d/*.conf") == ""
    nginx = yaml.safe_load((CODE / "deploy/compose.yaml").read_text())["services"]["nginx"]
    assert "depends_on" not in nginx, "compose stops whoever depends on a container that it makes anew"


def test_what_is_said_to_compose_stays_on_its_machine() -> None:
    """A password of the mail server may be in deploy/.env."""
    said = "deploy/.env"
    left_out = (CODE / "deploy/Containerfile.dockerignore").read_text().split()
    assert any(fnmatch(said, line.replace("**/", "*/")) for line in left_out)
    assert any(fnmatch(f"/{said}", line) for line in (CODE / ".gitignore").read_text().split())


@needs("systemd-analyze")
def test_systemd_reads_the_units(root: Path) -> None:
    folder = root / "etc/systemd/system"
    done = subprocess.run(["systemd-analyze", "verify", *folder.iterdir()], capture_output=True, text=True)
    of_ours = [line for line in done.stderr.splitlines() if str(folder) in line or line.startswith("pmd")]
    assert of_ours == []


@needs("nginx")
def test_nginx_reads_the_site_from_the_first_minute(root: Path) -> None:
    site = (root / "etc/nginx/sites-enabled/pmd").read_text()
    assert "{{" not in site and (CODE / "deploy/nginx/errores").is_dir()
    for page in re.findall(r"/error-de-nginx/(\d+[a-z-]*\.html);", site):
        text = (CODE / "deploy/nginx/errores" / page).read_text()
        assert '<html lang="es-MX">' in text and "http" not in text
    assert _read_by_nginx(root, "etc/nginx/sites-enabled/*") == ""


def _read_by_nginx(root: Path, files: str) -> str:
    """What it has against them."""
    conf = root / "nginx.conf"
    conf.write_text(
        f"error_log stderr; pid {root}/pid; events {{}}\nhttp {{ access_log off; include {root}/{files}; }}\n"
    )
    done = subprocess.run(["nginx", "-t", "-c", conf], capture_output=True, text=True)
    return done.stderr if done.returncode or "warn" in done.stderr else ""


def test_files_of_the_whole_plan_have_processes_of_their_own(root: Path) -> None:
    """Ten of them at once by one reader held everybody else: what an enlace needs of their month does not go there."""
    site = (root / "etc/nginx/sites-enabled/pmd").read_text()
    (pattern,) = re.findall(r'location ~ "(.*)" \{', site)
    apart = (
        "2016/tablero.xlsx", "2016/informe.json", "2016/cierres/9/1/informe.pdf", "2016/muestra/expediente.zip",
        "2016/catalogo/exportar.csv", "bitacora.csv", "2016/programas/PRE-01.xlsx", "2016/tarjeta.pdf",
    )  # fmt: skip
    with_pages = (
        "", "2016/informe.pdf", "2016/captura/PRE/9/libro.xlsx", "2016/captura/PRE/9/", "papeles/A-2016.pdf",
        "static/manifest.json", "publico/2016/datos/plan.csv", "2016/tablero/", "api/bitacora.csv",
    )  # fmt: skip
    assert [path for path in apart if not re.search(pattern, f"/{path}")] == []
    assert [path for path in with_pages if re.search(pattern, f"/{path}")] == []


@needs("shellcheck")
def test_the_entry_is_a_sound_script() -> None:
    done = subprocess.run(["shellcheck", ENTRY], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_worker_does_not_begin_in_the_middle_of_an_upgrade(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copy(ENTRY, tmp_path / "deploy/pmd")
    mark = Mark("v2", "0123", "hoy")
    mark.write(tmp_path)
    given = {"PYTHON": "/bin/echo", "PATH": os.environ["PATH"]}
    with subprocess.Popen([tmp_path / "deploy/pmd", "worker"], env=given, stdout=subprocess.PIPE, text=True) as worker:
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(0.3)
        # Where the new version lies beside the one that serves, there is nothing to wait for.
        replace(mark, beside=True).write(tmp_path)
        assert worker.communicate()[0] == "manage.py db_worker --no-reload\n"


def test_what_starts_while_a_version_takes_its_place_starts_beside_it(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / ".next"):
        (folder / "deploy").mkdir(parents=True)
        shutil.copy(ENTRY, folder / "deploy/pmd")
        (folder / ".venv/bin").mkdir(parents=True)
        (folder / ".venv/bin/python").write_text('#!/bin/sh\necho "$PWD $*"\n')
        (folder / ".venv/bin/python").chmod(0o755)

    def said(*words: str) -> list[str]:
        done = subprocess.run([tmp_path / "deploy/pmd", *words], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    mark = Mark("v2", "0123", "hoy", beside=True)
    for one in (mark, replace(mark, restarting=True)):
        one.write(tmp_path)
        where = tmp_path / ".next" if one.restarting else tmp_path
        assert said("web")[0].startswith(f"{where} -m gunicorn")
        # What is half of each cannot finish itself.
        assert [said(word)[-1] for word in ("backup", "upgrade")] == [
            f"{where} manage.py {w}" for w in ("backup", "upgrade")
        ]
