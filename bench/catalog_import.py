"""A process of its own that previews and imports a large catalogue and prints times or memory as JSON.

``python -m bench.catalog_import make FILE ROWS | times FILE | memory FILE | again FILE``
"""

import contextlib
import json
import resource
import statistics
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

from bench.importing import _seconds, read

ROUNDS = 3
DEPARTMENTS = 35
ACTIONS = 8


class _Undo(Exception):
    """Leaves the database as it was for the next round."""


def make(path: str, rows: str) -> dict[str, int]:
    """A workbook of so many rows with every column filled, as a large municipality's would be."""
    from catalog.workbook import catalog_file
    from catalog.workbook.columns import COLUMNS
    from core.spreadsheets import write_workbook

    count = int(rows)
    lines = ([values[column.field] for column in COLUMNS] for values in _values(count))
    with open(path, "wb") as file:
        write_workbook([catalog_file.sheet(lines)], file)
    return {"rows": count}


def _values(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        department = number * DEPARTMENTS // count
        place = number - -(-department * count // DEPARTMENTS)
        yield _row(department, 1 + place // ACTIONS, 1 + place % ACTIONS)


def _row(department: int, program: int, action: int) -> dict[str, Any]:
    from core.spreadsheets import Percent

    prefix = "D" + chr(65 + department // 26) + chr(65 + department % 26)
    axis, objective, strategy = department % 5, program % 4, program % 12
    code = f"{prefix}-{program:02d}"
    percentage = action % 3 != 0
    return {
        "plan": "Plan Municipal de Desarrollo 2014 - 2016", "year": 2016,
        "axis": f"Eje rector {axis}, con su nombre completo", "axis_key": f"E{axis}",
        "objective": f"Objetivo {axis}.{objective}: un gobierno cercano a la gente",
        "objective_key": f"O{axis}.{objective}",
        "strategy": f"Estrategia {axis}.{objective}.{strategy}: conducir la política interior con diálogo y apertura",
        "strategy_key": f"S{axis}.{objective}.{strategy}",
        "department_number": department + 1, "department": f"Dependencia municipal {department + 1}",
        "department_prefix": prefix, "program_number": f"{department + 1}.{program}", "program_code": code,
        "program": f"Programa de atención {code}", "description": f"Descripción del programa {code}. " * 4,
        "objectives": "\n".join(f"Objetivo {position} del programa {code}" for position in range(3)),
        "action_code": f"{code}-{action:02d}", "action": f"Atender las solicitudes de la ciudadanía {code} {action}",
        "unit": "Solicitudes", "target": Percent(Decimal(100)) if percentage else Decimal(12),
        "target_kind": "porcentaje" if percentage else "absoluta", "indicator_code": f"{code}-{action:02d}",
        "indicator": f"Solicitudes atendidas {code} {action}",
        "definition": f"Mide cuántas de las solicitudes recibidas por {code} se atienden en el mes",
        "numerator": f"Número de solicitudes atendidas {action}",
        "denominator": f"Total de solicitudes recibidas {action}",
        "numerator_mode": "suma", "denominator_mode": "suma", "considered": True, "frequency": "mensual",
        "schedule": "lineal" if action % 2 else "", "direction": "ascendente", "dimension": "eficacia",
        "starts_in": "enero", "program_official_key": f"PP-{department}.{program}",
        "action_official_key": f"{axis}.{objective}.{strategy}.{action}",
        "official_key": f"O-{prefix} {program}.{action:02d}",
        "baseline": Decimal("75.5"), "baseline_year": 2015, "verification": "Bitácora de atención",
        "requires_evidence": False, "source": "Registro interno", "responsible_area": "Dirección de atención",
    }  # fmt: skip


def _command(path: str, **options: Any) -> str:
    from django.core.management import call_command

    out = StringIO()
    call_command("import_catalog", path, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


@contextlib.contextmanager
def _undone() -> Iterator[None]:
    from django.db import transaction

    with contextlib.suppress(_Undo), transaction.atomic():
        yield
        raise _Undo


def times(path: str) -> dict[str, float]:
    """Medians, in turns: reading; preview and import into an empty database; the same where all of it changes."""
    taken: dict[str, list[float]] = {name: [] for name in ("read", "preview", "import", "change")}
    for _ in range(ROUNDS):
        taken["read"].append(_seconds(lambda: read(path)))
        taken["preview"].append(_seconds(lambda: _command(path, dry_run=True)))
        with _undone():
            taken["import"].append(_seconds(lambda: _command(path)))
            _change_all()
            taken["change"].append(_seconds(lambda: _command(path)))
    return {name: statistics.median(values) for name, values in taken.items()}


def _change_all() -> None:
    from indicators.models import Indicator

    Indicator.objects.update(definition="Otra definición")


def memory(path: str) -> dict[str, float]:
    """The most that this process ever held to import the file, and again where all of it changes, Django included."""
    with _undone():
        _command(path)
        _change_all()
        _command(path)
    return {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def again(path: str) -> dict[str, bool]:
    """Does importing the year's own export say that nothing changes?"""
    return {"unchanged": "Sin cambios." in _command(path, dry_run=True)}


if __name__ == "__main__":
    import django

    django.setup()
    acts: dict[str, Callable[..., Any]] = {"make": make, "times": times, "memory": memory, "again": again}
    print(json.dumps(acts[sys.argv[1]](*sys.argv[2:])))
