"""``make install`` below a root of its own: what it writes, a second run that writes nothing, what it takes over."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.install import FILES, RENEWED, install, main
from deploy.installing import renewing
from deploy.installing.base import CODE, Installation, Refused, read_settings
from tests.pmd.test_settings import run

GIVEN = {
    "MUNICIPALITY": "Municipio de «Durango», Dgo.", "HOST": "pmd.durango.gob.mx", "TIME_ZONE": "America/Tijuana",
    "EMAIL_URL": "smtp+tls://pmd:cl%40ve@correo.interno:587", "ADMINS": "sistemas@example.gob.mx",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)


def said(root: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["--root", str(root), *more]) == 0
    return capsys.readouterr().out


def everything(root: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(root)): (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in sorted(root.rglob("*"))
    }


def test_a_second_run_changes_nothing_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = said(tmp_path, capsys)
    there = everything(tmp_path)
    assert "Listo: no había nada que cambiar." in said(tmp_path, capsys)
    assert everything(tmp_path) == there
    for path, mode in (("pmd.env", 0o640), ("owner.env", 0o600), ("tls/pmd.key", 0o600), (".", 0o750)):
        assert stat.S_IMODE((tmp_path / "etc/pmd" / path).stat().st_mode) == mode, path
    for folder, mode in (("srv/pmd-files", 0o700), ("var/backups/pmd", 0o700), ("srv/pmd-publico", 0o755)):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == mode, folder
    settings = read_settings(tmp_path / "etc/pmd/pmd.env")
    owner = read_settings(tmp_path / "etc/pmd/owner.env")["PMD_DATABASE_OWNER_URL"]
    for secret in (settings["SECRET_KEY"], settings["DATABASE_URL"].split(":")[2].split("@")[0], owner):
        assert len(secret) > 40 and secret not in first


def test_a_dry_run_says_the_same_and_does_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dry = said(tmp_path, capsys, "--dry-run")
    assert everything(tmp_path) == {}
    wet = said(tmp_path, capsys)
    would = [line[2:].removesuffix(" (no se hizo)") for line in dry.splitlines() if line.startswith("·")]
    assert len(would) > 10 and would == [line[2:] for line in wet.splitlines() if line.startswith("+")]


def test_the_settings_file_is_what_the_product_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(tmp_path, capsys)
    file = tmp_path / "etc/pmd/pmd.env"
    done = run({"PMD_ENV_FILE": str(file)}, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, "no issues (0 silenced)" in done.stdout) == (0, True), done.stderr
    shown = run({"PMD_ENV_FILE": str(file)}, "-c", "from django.conf import settings; print(settings.PMD_MUNICIPALITY)")
    assert shown.stdout.strip() == GIVEN["MUNICIPALITY"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("MUNICIPALITY", "", "Falta decir: MUNICIPALITY="),
        ("HOST", "", "Falta decir: HOST="),
        ("TIME_ZONE", "", "Falta decir: TIME_ZONE="),
        ("HOST", "https://pmd.durango.gob.mx", "sin https://"),
        ("HOST", "x;return.mx", "HOST vale"),
        ("TIME_ZONE", "America/Durango", "no es una zona horaria"),
        ("MUNICIPALITY", "D'Artagnan", "comillas simples"),
    ],
)
def test_what_only_a_person_can_say_is_asked_for_before_anything_is_done(
    name: str, value: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Refused, match=sentence):
        main(["--root", str(tmp_path)])
    assert not (tmp_path / "etc/pmd/pmd.env").exists()


def test_a_missing_variable_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOST")
    command = [sys.executable, "-m", "deploy.install", "--root", str(tmp_path)]
    done = subprocess.run(command, cwd=CODE, capture_output=True, text=True)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)


def test_an_installation_of_before_is_taken_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "etc/nginx/sites-available").mkdir(parents=True)
    old = tmp_path / "etc/pmd.env"
    key = "k" * 10 + "q7Wz3kP9vT1mX5cB8nR2yL6dF4gH0jSaUeIoKqZxCvNb1Mw3E5"
    old.write_text(
        f"# de antes\nDATABASE_URL='postgresql://pmd:Vq7mR2xK9tLp4@localhost/pmd'\nSECRET_KEY='{key}'\n"
        "PMD_SITE_URL='https://plan.durango.gob.mx'\nALLOWED_HOSTS='plan.durango.gob.mx'\n"
    )
    site = tmp_path / "etc/nginx/sites-available/pmd"
    site.write_text(
        "server {\n  ssl_certificate /etc/letsencrypt/live/p/fullchain.pem;\n"
        "  ssl_certificate_key /etc/letsencrypt/live/p/privkey.pem;\n}\n"
    )
    former = site.read_text()
    said(tmp_path, capsys)
    settings = read_settings(tmp_path / "etc/pmd/pmd.env")
    assert (settings["SECRET_KEY"], settings["PMD_SITE_URL"]) == (key, "https://plan.durango.gob.mx")
    # What that version did not know, from what was given; nothing of what was there.
    assert settings["PMD_TIME_ZONE"] == GIVEN["TIME_ZONE"] and settings["DATABASE_URL"].count("Vq7mR2xK9tLp4") == 1
    assert not old.exists() and (tmp_path / "etc/pmd.env.anterior").exists()
    owner = read_settings(tmp_path / "etc/pmd/owner.env")["PMD_DATABASE_OWNER_URL"]
    assert owner.startswith("postgresql://pmd_owner:") and owner.endswith("@localhost/pmd")
    assert (site.with_name("pmd.anterior")).read_text() == former
    assert "server_name plan.durango.gob.mx;" in site.read_text()
    assert str((tmp_path / "etc/pmd/tls/pmd.key").readlink()) == "/etc/letsencrypt/live/p/privkey.pem"


def test_another_site_of_that_name_is_not_fought_with(tmp_path: Path) -> None:
    enabled = tmp_path / "etc/nginx/sites-enabled"
    enabled.mkdir(parents=True)
    (enabled / "municipio").write_text("server {\n  server_name www.x.mx pmd.durango.gob.mx;\n}\n")
    with pytest.raises(Refused, match="municipio"):
        main(["--root", str(tmp_path)])


def test_a_database_of_another_server_is_not_made_here(tmp_path: Path) -> None:
    folder = tmp_path / "etc/pmd"
    folder.mkdir(parents=True)
    (folder / "pmd.env").write_text("DATABASE_URL='postgresql://pmd:Vq7mR2xK9tLp4@db.interno/pmd'\n")
    with pytest.raises(Refused, match=r"db\.interno.*PMD_DATABASE_OWNER_URL"):
        main(["--root", str(tmp_path)])


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("postgresql://pmd:x@localhost/pmd", True),
        ("postgresql://pmd:x@/pmd?host=/run/postgresql", True),
        ("postgresql://pmd:x@db.interno/pmd", False),
        ("sqlite:////srv/pmd/var/pmd.sqlite3", False),
        ("", True),
    ],
)
def test_whether_the_database_is_this_machine_s(url: str, here: bool, tmp_path: Path) -> None:
    one = Installation({}, root=tmp_path)
    if url:
        one.write(one.settings_file, f"DATABASE_URL='{url}'\n")
    assert one.is_database_here() is here


def test_what_was_renewed_is_read_by_whom_it_concerns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(renewing, "has_systemd", lambda: True)
    monkeypatch.setattr(renewing, "works", lambda *words: True)
    monkeypatch.setattr(renewing, "run", lambda *words: ran.append(" ".join(words)))
    monkeypatch.setattr(Installation, "is_machine", True)
    monkeypatch.setattr(Installation, "own", lambda *given: None)

    def renew(**more: bool) -> list[str]:
        ran.clear()
        install(Installation(GIVEN, root=tmp_path, **more), RENEWED, dry=False, say=lambda line: None)
        return list(ran)

    install(Installation(GIVEN, root=tmp_path), FILES, dry=False, say=lambda line: None)
    assert renew() == []
    (tmp_path / "etc/nginx/sites-available/pmd").write_text("# de antes\n")
    assert renew() == ["nginx -t", "systemctl reload nginx"]
    (tmp_path / "etc/systemd/system/pmd-worker.service").write_text("# de antes\n")
    assert renew() == ["systemctl daemon-reload"]
    # One that was killed may have written them and no more.
    assert renew(again=True) == ["systemctl daemon-reload", "systemctl reload nginx"]


def test_an_upgrade_renews_what_was_installed_and_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no son de make install" in said(tmp_path, capsys, "--renew") and everything(tmp_path) == {}
    said(tmp_path, capsys)
    units, site = tmp_path / "etc/systemd/system", tmp_path / "etc/nginx/sites-available/pmd"
    current = everything(tmp_path)
    assert "Listo: no había nada que cambiar." in said(tmp_path, capsys, "--renew")
    (units / "pmd-papers.service").unlink()
    (units / "pmd-worker.service.d").mkdir()
    (units / "pmd-worker.service.d/override.conf").write_text("[Service]\nMemoryMax=60%\n")
    (units / "pmd-worker.service").write_text("# de antes\n")
    site.write_text("# de antes\n")
    (tmp_path / "srv/pmd-publico").rmdir()
    assert "Listo: 3 cambios." in said(tmp_path, capsys, "--renew")
    now = everything(tmp_path)
    assert (units / "pmd-worker.service.d/override.conf").exists() and not (tmp_path / "srv/pmd-publico").exists()
    assert all(now[path] == current[path] for path in current if path != "srv/pmd-publico")
    assert (units / "pmd-worker.service.anterior").read_text() == "# de antes\n"
    site.unlink()  # another proxy is in front
    assert "Listo: no había nada que cambiar." in said(tmp_path, capsys, "--renew") and not site.exists()
