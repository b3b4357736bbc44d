"""``python -m pictures [NAME …]``: the pictures of the manuals, taken of the product itself.

Without a name all of them; files that no picture is called after any more are taken away.
"""

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path

from pictures.shots import SHOTS

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "manuales" / "imagenes"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pictures", description=__doc__)
    names = [shot.name for shot in SHOTS]
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these pictures")
    parser.add_argument("--into", type=Path, default=TARGET, help="another folder than that of the manuals")
    given = parser.parse_args()
    if unknown := set(given.names) - set(names):
        parser.error(f"there is no picture {', '.join(sorted(unknown))}: see pictures/shots.py")
    with tempfile.TemporaryDirectory(prefix="pmd-pictures-") as folder:
        _set_up(Path(folder))
        from pictures.taking import take

        taken = take([shot for shot in SHOTS if not given.names or shot.name in given.names], Path(folder), given.into)
    if not given.names:
        for path in given.into.glob("*.webp"):
            if path.stem not in names:
                path.unlink()
    print(f"{len(taken)} pictures, {sum(taken.values()) / 1024:.0f} kB", file=sys.stderr)
    return 0


def _set_up(folder: Path) -> None:
    """Settings of this run alone, before anything reads them: nothing of this machine gets into a picture."""
    for name in [name for name in os.environ if name.startswith("PMD_")]:
        del os.environ[name]
    os.environ |= {
        "SECRET_KEY": "q7Wz3kP9vT1mX5cB8nR2yL6dF4gH0jSaUeIoKqZxCvNb1Mw3E5r7T9y",
        "DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
        "DEBUG": "true",
        "PMD_MUNICIPALITY": "Municipio de Durango",
        "PMD_TIME_ZONE": "America/Monterrey",
        "PMD_FILES_ROOT": str(folder / "files"),
        "PMD_PUBLIC_ROOT": str(folder / "public"),
        # Playwright has an event loop in this thread, which Django would refuse to share.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        "DJANGO_SETTINGS_MODULE": "pmd.settings",
    }
    for name in ("files", "public"):
        (folder / name).mkdir()
    import django

    django.setup()
    logging.disable(logging.INFO)  # who signs in, each time


if __name__ == "__main__":
    sys.exit(main())
