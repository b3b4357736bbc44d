"""Settings, folders, certificate, the site of nginx and the units of systemd."""

import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from deploy.installing.base import (
    CODE,
    FORMER_SETTINGS,
    Installation,
    Refused,
    Steps,
    read_settings,
    run,
    written_settings,
)

# A host name of a site, as people write it; more is for ``check --deploy`` to say.
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


def needed_settings(here: Installation) -> dict[str, str]:
    """Name → value of what the file lacks, secrets made anew. Refused where only a person can say it."""
    written, given = here.settings(), {name: value.strip() for name, value in here.given.items()}
    missing = [
        f'{name}="{example}"'
        for name, setting, example in (
            ("MUNICIPALITY", "PMD_MUNICIPALITY", "Municipio de Durango"),
            ("TIME_ZONE", "PMD_TIME_ZONE", "America/Monterrey"),
            ("HOST", "PMD_SITE_URL", "pmd.durango.gob.mx"),
        )
        if not written.get(setting) and not given.get(name)
    ]
    if missing:
        raise Refused(f"Falta decir: {', '.join(missing)}. Por ejemplo: make install {' '.join(missing)}")
    host = here.host()
    if not _HOST.fullmatch(host):
        raise Refused(f"HOST vale «{host}» y debe ser el nombre del sitio, sin https://: pmd.durango.gob.mx.")
    zone = written.get("PMD_TIME_ZONE") or given["TIME_ZONE"]
    if Path("/usr/share/zoneinfo").is_dir() and not Path("/usr/share/zoneinfo", zone).is_file():
        raise Refused(f"TIME_ZONE vale «{zone}» y no es una zona horaria, por ejemplo America/Mexico_City.")
    if written and "DATABASE_URL" not in written and (here.code / "var/pmd.sqlite3").exists():
        raise Refused(
            f"Esta instalación trabajaba en {here.code}/var/pmd.sqlite3: escriba DATABASE_URL en {here.settings_file} "
            f"(sqlite:///{here.code}/var/pmd.sqlite3 para seguir así), y corra lo mismo otra vez."
        )

    def kept(before: str, otherwise: str) -> str:
        """Where an installation that named no folder has its files already."""
        folder = here.code / "var" / before
        return str(folder) if folder.is_dir() and any(folder.iterdir()) else otherwise

    wanted = {
        "DATABASE_URL": f"postgresql://pmd:{secrets.token_urlsafe(32)}@{here.database_host}/pmd",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": host,
        "PMD_SITE_URL": f"https://{host}",
        "PMD_MUNICIPALITY": given.get("MUNICIPALITY", ""),
        "PMD_TIME_ZONE": zone,
        "PMD_PROXY_COUNT": "1",
        "PMD_FILES_ROOT": kept("files", "/srv/pmd-files"),
        "PMD_PUBLIC_ROOT": kept("publico", "/srv/pmd-publico"),
        "PMD_BACKUP_ROOT": "/var/backups/pmd",
        "PMD_BACKUP_KEEP": "30",
        "DEFAULT_FROM_EMAIL": f"PMD <pmd@{host}>",
        "EMAIL_URL": given.get("EMAIL_URL", ""),
        "PMD_ADMINS": given.get("ADMINS", ""),
    }
    return {name: value for name, value in wanted.items() if value and not written.get(name)}


def settings_file(here: Installation) -> Steps:
    lacking = needed_settings(here)
    path, owned = here.settings_file, ("root", here.account, 0o640)
    folder = path.parent
    if not folder.is_dir() or not here.is_own(folder, "root", here.account, 0o750):

        def make_folder() -> None:
            folder.mkdir(parents=True, exist_ok=True)
            here.own(folder, "root", here.account, 0o750)

        yield f"hacer {folder}", make_folder
    before = next((old for old in (path, here.at(FORMER_SETTINGS)) if old.exists()), None)
    if lacking or (before is not None and before != path):
        former = before.read_text(encoding="utf-8").rstrip("\n") + "\n\n" if before else ""
        text = f"{former}# make install\n{written_settings(lacking)}" if lacking else former

        def make() -> None:
            here.write(path, text, owner=owned[0], group=owned[1], mode=owned[2])
            if before is not None and before != path:
                before.rename(before.with_name(f"{before.name}.anterior"))

        taken = f" con lo de {before}" if before is not None and before != path else ""
        yield f"escribir {path}{taken}: {', '.join(lacking) or 'lo mismo'}", make
    elif not here.is_own(path, *owned):
        yield f"dar {path} a root:{here.account}, 0640", lambda: here.own(path, *owned)


def owner_file(here: Installation) -> Steps:
    path = here.owner_file
    ours = here.settings().get("DATABASE_URL", "postgresql://pmd@localhost/pmd")
    if not ours.startswith("postgres"):
        return  # SQLite knows no roles
    if path.exists() and read_settings(path).get("PMD_DATABASE_OWNER_URL"):
        if not here.is_own(path, "root", "root", 0o600):
            yield f"dar {path} a root, 0600", lambda: here.own(path, "root", "root", 0o600)
        return
    parts = urlsplit(ours)
    if not here.is_database_here():
        raise Refused(
            f"La base está en {parts.hostname}: escriba en {path} (0600, de root) la línea PMD_DATABASE_OWNER_URL con "
            "el dueño de la base, y corra lo mismo otra vez."
        )
    place = parts.netloc.rpartition("@")[2]
    address = f"postgresql://pmd_owner:{secrets.token_urlsafe(32)}@{place}{parts.path}"
    address += f"?{parts.query}" if "host=" in parts.query else ""
    text = written_settings({"PMD_DATABASE_OWNER_URL": address})
    yield f"escribir {path}, que el servicio no lee", lambda: here.write(path, text, mode=0o600)


def folders(here: Installation) -> Steps:
    written = here.settings()
    wanted = [
        (here.at(written.get("PMD_FILES_ROOT", "/srv/pmd-files")), 0o700),
        (here.at(written.get("PMD_BACKUP_ROOT", "/var/backups/pmd")), 0o700),
        (here.at(written.get("PMD_PUBLIC_ROOT", "/srv/pmd-publico")), 0o755),
    ]
    if here.root == Path("/"):
        # Within the code; what a command of root's would make there the service could not use.
        wanted += [(here.code / "var", 0o755), (here.code / "var" / "avisos", 0o700)]
    for folder, mode in wanted:
        if folder.is_dir() and here.is_own(folder, here.account, here.account, mode):
            continue

        def make(folder: Path = folder, mode: int = mode) -> None:
            folder.mkdir(parents=True, exist_ok=True)
            here.own(folder, here.account, here.account, mode)

        yield f"hacer {folder} ({here.account}, {mode:o})", make


def rendered(here: Installation, template: Path) -> str:
    text = template.read_text(encoding="utf-8")
    for name, value in here.values().items():
        text = text.replace("{{" + name + "}}", value)
    if not Path("/proc/net/if_inet6").exists():
        text = "".join(line for line in text.splitlines(keepends=True) if "listen [::]" not in line)
    return text


def put(here: Installation, template: Path, path: Path) -> Steps:
    """The template where it belongs; what was there otherwise is kept beside it."""
    text = rendered(here, template)
    before = path.read_text(encoding="utf-8") if path.exists() else None
    if before == text:
        return

    def make() -> None:
        if before is not None:
            path.replace(path.with_name(f"{path.name}.anterior"))
        here.write(path, text)
        here.put[path.name] = before is not None

    yield f"escribir {path}" + ("" if before is None else f" (lo de antes queda en {path.name}.anterior)"), make


def certificate(here: Installation) -> Steps:
    """One of our own, until there is one of an authority; that of an nginx site of before is used as it is."""
    folder = here.at("/etc/pmd/tls")
    public, private = folder / "pmd.crt", folder / "pmd.key"
    for made in (folder, here.at("/etc/pmd/nginx.d")):
        if not made.is_dir():
            yield f"hacer {made}", lambda made=made: (made.mkdir(parents=True), here.own(made, "root", "root", 0o700))
    if public.exists() and private.exists():
        return
    site = here.at("/etc/nginx/sites-available/pmd")
    former = site.read_text(encoding="utf-8") if site.exists() else ""
    named = dict(re.findall(r"^\s*(ssl_certificate(?:_key)?)\s+(/[^;\s]+)\s*;", former, re.MULTILINE))
    if len(named) == 2 and str(folder) not in named["ssl_certificate"]:

        def link() -> None:
            for path, target in ((public, named["ssl_certificate"]), (private, named["ssl_certificate_key"])):
                path.unlink(missing_ok=True)
                path.symlink_to(target)

        yield f"usar el certificado de antes, {named['ssl_certificate']}", link
        return

    def make() -> None:
        host = here.host()
        run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "825", "-subj", f"/CN={host}",
            "-addext", f"subjectAltName=DNS:{host}", "-keyout", str(private), "-out", str(public),
        )  # fmt: skip
        here.own(private, "root", "root", 0o600)

    yield "hacer un certificado propio, hasta que tenga el de una autoridad", make


def nginx(here: Installation) -> Steps:
    template = CODE / "deploy/nginx/site.conf"
    if here.container:
        for name, source in (("servers.conf", template.with_name("servers.conf")), ("pmd.conf", template)):
            yield from put(here, source, here.at(f"/etc/nginx/conf.d/{name}"))
        return
    available, enabled = here.at("/etc/nginx/sites-available/pmd"), here.at("/etc/nginx/sites-enabled/pmd")
    host = re.compile(rf"^\s*server_name\s[^;]*(?<![\w.-]){re.escape(here.host())}(?![\w.-])", re.MULTILINE)
    for other in enabled.parent.glob("*") if enabled.parent.is_dir() else ():
        if other.name != enabled.name and other.is_file() and host.search(other.read_text(errors="replace")):
            raise Refused(f"Otro sitio de nginx contesta por {here.host()}: quite {other} y corra lo mismo otra vez.")
    yield from put(here, template, available)
    if not enabled.is_symlink() and not enabled.exists():

        def link() -> None:
            enabled.parent.mkdir(parents=True, exist_ok=True)
            enabled.symlink_to(available)

        yield "encender el sitio de nginx", link


def units(here: Installation) -> Steps:
    for template in sorted((CODE / "deploy/systemd").iterdir()):
        yield from put(here, template, here.at(f"/etc/systemd/system/{template.name}"))
