"""Twelve closings published as a folder, and checked by its own script; ``python -m bench.publication`` prints JSON."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

YEAR = 2015  # all twelve months of it are validated
USERNAME = "planeacion"


def measure(root: Path) -> dict[str, Any]:
    """Seconds, bytes, and whether the script finds that all holds. Closes the year's months in the database."""
    from django.conf import settings
    from django.utils import timezone

    from accounts.models import User
    from programs.models import FiscalYear
    from publishing.closing.closing import close_month
    from publishing.export.chain import kept_chain
    from publishing.export.publication import publish

    actor = User.objects.get(username=USERNAME)
    year = FiscalYear.objects.get(year=YEAR)
    for month in range(1, 13):
        close_month(fiscal_year=year, month=month, actor=actor, now=timezone.now())
    taken = {}
    for name in ("first", "again"):
        started = time.perf_counter()
        publish(root, kept_chain(), address=settings.PMD_PUBLIC_URL)
        taken[name] = time.perf_counter() - started
    started, before = time.perf_counter(), os.times()
    checked = subprocess.run([sys.executable, "-I", "-S", root / "verificar.py"], capture_output=True)
    taken["check"] = time.perf_counter() - started
    after = os.times()
    taken["worked"] = after.children_user + after.children_system - before.children_user - before.children_system
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    return {**taken, "size": size, "holds": checked.returncode == 0}


if __name__ == "__main__":
    import django

    django.setup()
    with tempfile.TemporaryDirectory(prefix="pmd-publication-") as folder:
        print(json.dumps(measure(Path(folder))))
