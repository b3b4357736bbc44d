"""Three years as a municipality kept them, out of a database of real size and back in through the screen.

``python -m bench.history take DIRECTORY | bring DIRECTORY``: ``take`` writes each year's validated pairs as a wide
workbook (one row an indicator, both sides of each month, without any words), with the results that they have, and takes
every figure out of the database; ``bring`` uploads, previews and confirms them, and compares results digit by digit.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

CUT_OFF = 12


def take(directory: str) -> dict[str, Any]:
    """How many pairs each year has."""
    from django.db import connection, transaction

    from core.database_rules import lift_rules, restore_rules
    from indicators.models import Measurement
    from programs.models import FiscalYear

    rows = {}
    for year in FiscalYear.objects.order_by("year"):
        rows[year.year] = _write_wide(year.pk, Path(directory) / f"{year.year}.xlsx")
        (Path(directory) / f"{year.year}.json").write_text(json.dumps(_results(year.year)))
    with transaction.atomic():
        lift_rules(connection)
        upon = [relation.related_model for relation in Measurement._meta.related_objects]
        through = [relation.related_model for model in upon for relation in model._meta.related_objects]
        linked = [field.remote_field.through for model in (Measurement, *upon) for field in model._meta.many_to_many]
        for model in dict.fromkeys((*through, *linked, *upon, Measurement)):
            model._base_manager.all()._raw_delete("default")
        restore_rules(connection)
    return {"rows": rows}


def _write_wide(year_id: int, path: Path) -> int:
    import xlsxwriter

    from indicators.models import MONTH_NAMES, Measurement

    pairs: dict[tuple[str, str], dict[int, tuple[float, float]]] = {}
    found = Measurement.objects.filter(fiscal_year_id=year_id, validated_numerator__isnull=False)
    fields = ("indicator__action__program__department__name", "indicator__code", "month", "validated_numerator")
    count = 0
    for department, code, month, n, d in found.values_list(*fields, "validated_denominator").order_by(*fields[:2]):
        pairs.setdefault((department, code), {})[month] = (float(n), float(d))
        count += 1
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("CONCENTRADO")
    sheet.write_row(0, 0, ["DEPENDENCIA", "CLAVE"])
    for month in range(1, 13):
        sheet.merge_range(0, 2 * month, 0, 2 * month + 1, MONTH_NAMES[month][:3].upper())
        sheet.write_row(1, 2 * month, ["N", "D"])
    for row, ((department, code), months) in enumerate(pairs.items(), start=2):
        sheet.write_row(row, 0, [department, code])
        for month, pair in months.items():
            sheet.write_row(row, 2 * month, pair)
    book.close()
    return count


def _results(year: int) -> Any:
    from indicators.results.year import load_results
    from programs.models import FiscalYear
    from reports.fingerprint import results_document

    return results_document(load_results(FiscalYear.objects.select_related("plan").get(year=year), month=CUT_OFF))


def bring(directory: str) -> dict[str, Any]:
    """Times and what differs, of all years; the most that this process ever held, Django included."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from django.test.utils import setup_test_environment

    from accounts.models import Role, User

    setup_test_environment()  # without it nothing says what a page was given
    # Demonstration accounts enter in demonstration mode only, and this measures production's settings.
    planner = User.objects.filter(memberships__role=Role.PLANNING, is_active=True).earliest("pk")
    User.objects.filter(pk=planner.pk).update(is_demo=False)
    client = Client(headers={"host": "localhost"})
    client.force_login(planner, backend="accounts.backends.PersonBackend")
    found: dict[str, Any] = {"previews": [], "confirmations": []}
    found |= dict.fromkeys(("written", "refused", "different", "programs"), 0)
    for path in sorted(Path(directory).glob("*.xlsx")):
        year = int(path.stem)
        started = time.perf_counter()
        sent = client.post(
            f"/{year}/historia/", {"file": SimpleUploadedFile(path.name, path.read_bytes())}, secure=True
        )
        address = sent["Location"]
        page = client.get(address, secure=True).context["page"]
        found["previews"].append(time.perf_counter() - started)
        found["refused"] += int(page["error_total"].replace(",", "")) + len(page["file_errors"])
        shown = {row["code"]: row["after"] for row in page["outcome"]["rows"]} if page["outcome"] else {}
        started = time.perf_counter()
        client.post(address, {"act": "confirmar", "seen": page["seen"]}, secure=True)
        found["confirmations"].append(time.perf_counter() - started)
        found["written"] += int(page["counts"][0][0].replace(",", ""))
        before = json.loads(path.with_suffix(".json").read_text())
        after = json.loads(json.dumps(_results(year)))
        for old, new in zip(before["programs"], after["programs"], strict=True):
            found["programs"] += 1
            found["different"] += old != new or not shown.get(new["code"])
    found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps({"take": take, "bring": bring}[sys.argv[1]](sys.argv[2])))
