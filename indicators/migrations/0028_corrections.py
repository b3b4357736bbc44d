"""The pair that a correction replaced is kept beside the figure; of corrections from before, the trail says it."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import core.fields
from core.database_rules import InstallRules, Rule

_LOCKED = (
    "EXISTS (SELECT 1 FROM programs_fiscalyear y WHERE y.id = (SELECT t.fiscal_year_id FROM "
    "indicators_measurement t WHERE t.id = {row}.measurement_id) AND y.locked)"
)
_SENTENCE = "El ejercicio está cerrado y ya no admite cambios."
_RULES = (
    Rule(
        "correction_fixed_once_validated",
        "indicators_correction",
        "OLD.validated_at IS NOT NULL",
        "Una corrección validada no se modifica ni se borra.",
        ("UPDATE", "DELETE"),
    ),
    Rule(
        "locked_year_correction_kept",
        "indicators_correction",
        _LOCKED.format(row="OLD"),
        _SENTENCE,
        ("UPDATE", "DELETE"),
    ),
    Rule(
        "locked_year_correction_closed",
        "indicators_correction",
        _LOCKED.format(row="NEW"),
        _SENTENCE,
        ("INSERT", "UPDATE"),
    ),
)

_FIGURE = "indicators.measurement"
_CORRECT = "corregir"
_MADE_OFFICIAL = ("validar", "migrar")
_Pair = tuple[Decimal, Decimal]


def read_from_the_trail(apps: Any, schema_editor: Any) -> None:
    """Of locked years, too: the table has no rules yet."""
    rows = apps.get_model("indicators", "Measurement").objects
    entries = apps.get_model("core", "TrailEntry").objects.filter(subject_type=_FIGURE)
    corrected = entries.filter(action=_CORRECT).order_by().values("subject_id")
    model = apps.get_model("indicators", "Correction")
    told = entries.filter(subject_id__in=corrected).order_by("subject_id", "id")
    known = {
        pk: (state, (n, d))
        for pk, state, n, d in rows.filter(pk__in=corrected).values_list(
            "pk", "state", "validated_numerator", "validated_denominator"
        )
    }
    made = []
    for pk, acts in groupby(told.iterator(chunk_size=2000), key=attrgetter("subject_id")):
        if pk in known:
            made += [model(measurement_id=pk, **values) for values in corrections_of(acts, *known[pk])]
    model.objects.bulk_create(made, batch_size=500)


def corrections_of(acts: Iterable[Any], state: str, validated: tuple[Any, Any]) -> Iterator[dict[str, Any]]:
    """What the acts on one figure say of its validated pairs, from the oldest on; what waits still has no new pair."""
    sides: dict[str, Decimal | None] = {"numerator": None, "denominator": None}
    official: _Pair | None = None
    waiting: dict[str, Any] = {}
    for act in acts:
        for side in sides:
            if side in act.changes:
                new = act.changes[side][1]
                sides[side] = None if new is None else Decimal(new)
        if act.action == _CORRECT and official is not None:
            reason = waiting.get("reason", "")
            if act.reason not in reason:
                reason = "; ".join(filter(None, (reason, act.reason)))
            waiting = {"reason": reason, "corrected_by_id": act.actor_id, "corrected_at": act.at}
        n, d = sides["numerator"], sides["denominator"]
        if act.action in _MADE_OFFICIAL and n is not None and d is not None:
            if official is not None and official != (n, d):
                how = waiting or {"corrected_by_id": act.actor_id, "corrected_at": act.at}
                yield {**_former(official), **how, "numerator": n, "denominator": d, "validated_at": act.at}
            official, waiting = (n, d), {}
    if waiting and state != "validated" and None not in validated:
        yield {**_former(validated), **waiting}


def _former(pair: _Pair) -> dict[str, Decimal]:
    return dict(zip(("former_numerator", "former_denominator"), pair, strict=True))


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_trail_guard"),
        ("indicators", "0027_result_stamps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("former_numerator", core.fields.AmountField(verbose_name="numerador de antes")),
                ("former_denominator", core.fields.AmountField(verbose_name="denominador de antes")),
                ("numerator", core.fields.AmountField(null=True, verbose_name="numerador corregido")),
                ("denominator", core.fields.AmountField(null=True, verbose_name="denominador corregido")),
                ("reason", models.TextField(blank=True, verbose_name="motivo")),
                ("corrected_at", models.DateTimeField(verbose_name="corregida")),
                ("validated_at", models.DateTimeField(null=True, verbose_name="validada")),
                (
                    "corrected_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="quién corrigió",
                    ),
                ),
                (
                    "measurement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="indicators.measurement",
                        verbose_name="captura",
                    ),
                ),
            ],
            options={
                "verbose_name": "corrección de una cifra validada",
                "verbose_name_plural": "correcciones de cifras validadas",
                "ordering": ["measurement", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["measurement"], condition=Q(validated_at__isnull=True), name="correction_one_under_way"
                    ),
                    models.CheckConstraint(
                        condition=Q(validated_at__isnull=True, numerator__isnull=True, denominator__isnull=True)
                        | Q(validated_at__isnull=False, numerator__isnull=False, denominator__isnull=False),
                        name="correction_validated_with_its_pair",
                    ),
                    models.CheckConstraint(
                        condition=Q(numerator__isnull=True)
                        | ~Q(numerator=F("former_numerator"), denominator=F("former_denominator")),
                        name="correction_changes_the_pair",
                    ),
                ],
            },
        ),
        migrations.RunPython(read_from_the_trail, migrations.RunPython.noop, elidable=True),
        InstallRules(_RULES),
    ]
