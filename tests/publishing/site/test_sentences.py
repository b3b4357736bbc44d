"""What a figure means, in one sentence: a table of the cases that there are."""

from typing import Any

import pytest

from publishing.site.indicators import computed, months_of
from publishing.site.words import coverage_sentence, indicator_sentence, light_sentence, percentage_text
from tests.publishing.export.documents import a_closing, a_program, an_indicator

LABELS = {"numerator_label": "Número de proyectos gestionados", "denominator_label": "Total de proyectos viables"}
COMPLAINTS = {"numerator_label": "Quejas recibidas", "denominator_label": "Servicios prestados"}
WHOLE = dict.fromkeys(range(1, 10), ("1", "2"))


def closed(pairs: dict[int, tuple[str, str]] | None = None, month: int = 9, **changes: Any) -> tuple[Any, Any]:
    document = a_closing(
        [a_program("PRE-01", [an_indicator("PRE-01-01", pairs, **{**LABELS, **changes})])], month=month
    )
    return document, document["programs"][0]["indicators"][0]


CASES = [
    (
        "the pair, its share and what was expected",
        {1: ("9", "14")},
        {},
        "9 proyectos gestionados de 14 proyectos viables: 64.29 %; se esperaban 14.",
        "Es lo logrado entre lo que se esperaba a septiembre: 64.29 %.",
    ),
    (
        "one",
        {1: ("0", "1")},
        {},
        "0 proyectos gestionados de 1 proyectos viables: 0.00 %; se esperaba 1.",
        "Es lo logrado entre lo que se esperaba a septiembre: 0.00 %.",
    ),
    (
        "a target below the whole",
        {1: ("9", "14")},
        {"target": "80.0000"},
        "9 proyectos gestionados de 14 proyectos viables: 64.29 %; se esperaba 80 %.",
        "Es lo logrado entre lo que se esperaba a septiembre: 80.36 %.",
    ),
    (
        "linear",
        {1: ("9", "14")},
        {"target": "100.0000", "schedule": "linear"},
        "9 proyectos gestionados de 14 proyectos viables: 64.29 %; se esperaba 75 %.",
        "Es lo logrado entre lo que se esperaba a septiembre: 85.71 %.",
    ),
    (
        "nothing expected yet",
        {1: ("9", "14")},
        {"schedule": "explicit", "shares": ["0.0000"] * 11 + ["100.0000"]},
        "9 proyectos gestionados de 14 proyectos viables: 64.29 %; todavía no se esperaba nada.",
        "Sin semáforo: a esta fecha todavía no se esperaba nada.",
    ),
    (
        "above the year's target",
        {1: ("30", "20")},
        {},
        "30 proyectos gestionados de 20 proyectos viables: 150.00 %; se esperaban 20.",
        "Sobrecumplimiento: lleva 150.00 % de la meta de todo el año, más de lo previsto.",
    ),
    (
        "less is better, within the maximum",
        {1: ("4", "100")},
        {"direction": "descending", "target": "10.0000", **COMPLAINTS},
        "4 quejas recibidas de 100 servicios prestados: 4.00 %; menos es mejor, y el máximo es 10 %.",
        "Menos es mejor: su cumplimiento, 100.00 %, es 100 % mientras no se pase del máximo y baja cuando se pasa.",
    ),
    (
        "less is better, beyond the maximum",
        {1: ("20", "100")},
        {"direction": "descending", "target": "10.0000", **COMPLAINTS},
        "20 quejas recibidas de 100 servicios prestados: 20.00 %; menos es mejor, y el máximo es 10 %.",
        "Menos es mejor: su cumplimiento, 50.00 %, es 100 % mientras no se pase del máximo y baja cuando se pasa.",
    ),
    (
        "an absolute target",
        {1: ("7", "12")},
        {"target_kind": "absolute", "target": "12.0000", "schedule": "linear", "unit": "Proyectos"},
        "7 proyectos gestionados; a septiembre se esperaban 9 proyectos y la meta del año es 12 proyectos.",
        "Es lo logrado entre lo que se esperaba a septiembre: 77.78 %.",
    ),
    (
        "an absolute target that is expected whole",
        {1: ("7", "12")},
        {"target_kind": "absolute", "target": "12.0000", "unit": "Proyectos"},
        "7 proyectos gestionados; se esperaba la meta del año, 12 proyectos.",
        "Es lo logrado entre lo que se esperaba a septiembre: 58.33 %.",
    ),
    (
        "an absolute maximum",
        {1: ("7", "12")},
        {"target_kind": "absolute", "target": "5.0000", "direction": "descending", "unit": "quejas", **COMPLAINTS},
        "7 quejas recibidas; menos es mejor, y el máximo del año es 5 quejas.",
        "Menos es mejor: su cumplimiento, 71.43 %, es 100 % mientras no se pase del máximo y baja cuando se pasa.",
    ),
    (
        "no demand",
        {1: ("0", "0")},
        {},
        "Sin actividad: de enero a septiembre de 2016 no hubo proyectos viables (0 de 0); por eso no tiene porcentaje "
        "ni semáforo.",
        "",
    ),
    (
        "a backlog without demand",
        {1: ("3", "0")},
        {},
        "Rezago sin demanda: 3 proyectos gestionados, aunque de enero a septiembre de 2016 no hubo proyectos viables "
        "(el denominador es 0); por eso no tiene porcentaje ni semáforo.",
        "",
    ),
    ("nothing captured", {}, {}, "Sin captura: no hay ninguna cifra validada de los 9 meses que se piden.", ""),
    (
        "nothing captured of what is asked once",
        {},
        {"frequency": "half_yearly"},
        "Sin captura: no hay ninguna cifra validada del mes que se pide.",
        "",
    ),
    (
        "not asked for yet",
        {},
        {"frequency": "yearly"},
        "Todavía no corresponde: su cifra se pide cada año, en diciembre.",
        "",
    ),
    ("begins later", {}, {"starts_in": 11}, "Todavía no corresponde: empieza en noviembre.", ""),
    ("retired at once", {}, {"retired_from": 1}, "Todavía no corresponde: se retiró desde enero.", ""),
    (
        "labels that count nothing",
        {1: ("9", "14")},
        {"numerator_label": "Monto ejercido", "denominator_label": "Monto autorizado"},
        "Monto ejercido: 9; monto autorizado: 14; es decir: 64.29 %; se esperaban 14.",
        "Es lo logrado entre lo que se esperaba a septiembre: 64.29 %.",
    ),
    (
        "without labels",
        {1: ("9", "14")},
        {"numerator_label": "", "denominator_label": ""},
        "9 de 14: 64.29 %; se esperaban 14.",
        "Es lo logrado entre lo que se esperaba a septiembre: 64.29 %.",
    ),
]


@pytest.mark.parametrize(("what", "pairs", "changes", "sentence", "light"), CASES, ids=[case[0] for case in CASES])
def test_the_sentence_of_an_indicator(what, pairs, changes, sentence, light):
    document, indicator = closed(pairs, **changes)
    assert indicator_sentence(document, indicator) == sentence
    assert light_sentence(document, indicator) == light


@pytest.mark.parametrize("reason", ["sin demanda", "nada programado", "suspendido"])
def test_months_of_one_reason_say_it(reason):
    document, indicator = closed({1: ("0", "0"), 2: ("0", "0")})
    for month in indicator["months"]:
        month["reason"] = reason
    assert indicator_sentence(document, indicator).startswith(f"{reason.capitalize()}: ")


def test_what_is_short_of_a_border_never_reads_as_it():
    document, indicator = closed({1: ("89996", "100000")})
    assert indicator["light"] == "amber"
    assert percentage_text(document, indicator) == "89.996 %"
    assert "89.996 %" in light_sentence(document, indicator)
    own = {"green_from": "95.0000", "amber_from": "60.0000", "over_above": "110.0000"}
    document, indicator = closed({1: ("94996", "100000")}, thresholds=own)
    assert percentage_text(document, indicator) == "94.996 %"


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (WHOLE, ""),
        (dict.fromkeys(range(1, 9), ("1", "2")), "Falta 1 de 9 meses que se piden: el resultado puede cambiar."),
        ({1: ("1", "2")}, "Faltan 8 de 9 meses que se piden: el resultado puede cambiar."),
        ({}, ""),
    ],
)
def test_what_lacks_is_said(pairs, said):
    assert coverage_sentence(closed(pairs)[1]) == said


def test_how_it_is_computed_has_its_own_labels_and_numbers():
    document, indicator = closed({1: ("4", "6"), 2: ("5", "8")}, target="80.0000")
    assert computed(document, indicator) == [
        (
            "Porcentaje",
            "(Número de proyectos gestionados ÷ Total de proyectos viables) × 100 = (9 ÷ 14) × 100 = 64.29 %",
        ),
        ("Cómo se acumula", "Numerador y denominador: la suma de los meses."),
        ("Lo esperado", "80 % a septiembre. Se espera la meta completa en cualquier mes."),
        (
            "Cumplimiento",
            "lo logrado ÷ lo esperado × 100 = 64.29 % ÷ 80 % × 100 = 80.36 %. De la meta del año: 80.36 %.",
        ),
    ]


def test_its_twelve_months_say_what_is_known_of_each():
    document, indicator = closed(
        {3: ("1", "4"), 6: ("0", "0"), 9: ("2", "4")}, frequency="quarterly", starts_in=2, schedule="flat"
    )
    found = [(one.numerator, one.denominator, one.share, one.accumulated) for one in months_of(document, indicator)]
    assert found == [
        ("", "", "aún no empieza", ""),
        ("", "", "no corresponde", ""),
        ("1", "4", "25.00", "25.00"),
        ("", "", "no corresponde", ""),
        ("", "", "no corresponde", ""),
        ("0", "0", "sin actividad", "25.00"),
        ("", "", "no corresponde", ""),
        ("", "", "no corresponde", ""),
        ("2", "4", "50.00", "37.50"),
        ("", "", "después del corte", ""),
        ("", "", "después del corte", ""),
        ("", "", "después del corte", ""),
    ]


def test_the_last_month_ends_where_the_document_does():
    document = a_closing(
        [
            a_program(
                "PRE-01",
                [
                    an_indicator(f"PRE-01-0{place}", {1: ("3", "7"), 5: ("0", "0"), 8: ("5", "9")}, **modes)
                    for place, modes in enumerate(
                        (
                            {},
                            {"numerator_mode": "last"},
                            {"denominator_mode": "last"},
                            {"target_kind": "absolute", "target": "90.0000", "numerator_mode": "last"},
                        )
                    )
                ],
            )
        ]
    )
    for indicator in document["programs"][0]["indicators"]:
        last = [one for one in months_of(document, indicator) if one.total is not None][-1]
        said = indicator["numerator" if indicator["target_kind"] == "absolute" else "percentage"]
        assert f"{last.total:.4f}" == said
