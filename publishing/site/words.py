"""What the pages say in one sentence: of an indicator, a programme, a group of programmes, and when it was closed.

Every figure is one of the document, written by ``core.formats`` and told from its own borders (rule 16).
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core.formats import amount, percent, quantity
from core.lights import LIGHTS
from core.moments import day_text
from indicators.calculations import ABSOLUTE, DESCENDING, MISSING, NO_DEMAND, NOT_DUE, OVER
from indicators.models import month_name
from indicators.wording import span
from publishing.document.borders import Borders, borders_of, percent_text

Row = Mapping[str, Any]

_COUNTING = ("número de ", "numero de ", "total de ", "cantidad de ", "suma de ", "no. de ")
_TURNING = {"Cc", "Cf", "Cs", "Co", "Cn"}
NO_DATA = "sin datos"


def plain(text: str) -> str:
    """One line of what can be read: nothing that turns or hides what stands after it."""
    flat = " ".join(text.split())
    if flat.isprintable():
        return flat
    return "".join(letter for letter in flat if unicodedata.category(letter) not in _TURNING)


def cut_text(document: Row) -> str:
    """«enero–septiembre de 2016»."""
    return f"{span(document['month'])} de {document['year']}"


def period_text(document: Row) -> str:
    """«de enero a septiembre de 2016»; of a January, «en enero de 2016»."""
    month = document["month"]
    begins = f"en {month_name(1)}" if month == 1 else f"de {month_name(1)} a {month_name(month)}"
    return f"{begins} de {document['year']}"


def by_the_cut(document: Row) -> str:
    """«a septiembre»: when what is expected is counted."""
    return f"a {month_name(document['month'])}"


def day(text: str) -> str:
    return day_text(date.fromisoformat(text))


def counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def listed(parts: Sequence[str]) -> str:
    """«a, b y c»."""
    return f"{', '.join(parts[:-1])} y {parts[-1]}" if len(parts) > 1 else "".join(parts)


def lights_text(counts: Mapping[str, int]) -> str:
    """«16 en verde, 123 en amarillo y 22 en rojo»; those without any are left out."""
    said = [f"{counts[code]:,} {_in(code)}" for code in LIGHTS if counts.get(code)]
    return listed(said)


def lights_sentence(counts: Mapping[str, int]) -> str:
    """«De 161 programas, 16 van en verde, 123 en amarillo y 22 en rojo.»"""
    said = lights_text(counts)
    programs = sum(counts.values())
    if not said:
        return "El plan no tiene programas este año."
    first, rest = said.split(" ", 1)
    return f"De {counted(programs, 'programa', 'programas')}, {first} {'va' if first == '1' else 'van'} {rest}."


def _in(light: str) -> str:
    word = LIGHTS[light][0]
    return word if light == "none" else f"en {word}"


def count_lights(programs: Iterable[Row]) -> Counter[str]:
    return Counter(program["light"] for program in programs)


def border_text(borders: Borders, *, over: bool = False) -> str:
    """What the three colours mean, by the year's thresholds or an indicator's own; ``over``: and the fourth one."""
    green, amber, above = (amount(border) for border in borders)
    colours = f"Verde: {green} % o más de cumplimiento; amarillo: de {amber} a menos de {green} %; rojo: menos."
    return f"{colours} Sobrecumplimiento: pasa de {above} % de la meta del año." if over else colours


# --- Plan, groups and programmes ------------------------------------------------------------------------------------


def standing_sentence(document: Row, found: Row, of: str) -> str:
    """«De enero a septiembre de 2016, el plan lleva 79.26 % de lo que se esperaba.»"""
    when = period_text(document)
    if found["compliance"] is None:
        return f"{when[0].upper()}{when[1:]}, {of} no tiene todavía datos con que decir cómo va."
    share = percent_text(found["compliance"], borders_of(document["rules"]))
    return f"{when[0].upper()}{when[1:]}, {of} lleva {share} de lo que se esperaba."


def mean_sentence(found: Row) -> str:
    """Of what a group's figure is the mean."""
    if not found["programs"]:
        return "No tiene programas este año."
    if not found["with_data"]:
        return (
            "Su único programa no tiene datos."
            if found["programs"] == 1
            else f"Ninguno de sus {found['programs']:,} programas tiene datos."
        )
    programs = "programa" if found["programs"] == 1 else "programas"
    return (
        f"Es el promedio del cumplimiento de {found['with_data']:,} de {found['programs']:,} {programs} con datos: "
        "compara con lo que tocaba a esa fecha, no dice qué parte del plan está terminada."
    )


def group_sentence(document: Row, found: Row, programs: Sequence[Row]) -> str:
    """«78.83 % de lo esperado: de 40 programas, 3 en verde, 29 en amarillo y 8 en rojo.»"""
    if not programs:
        return "No tiene programas este año."
    share = percent_text(found["compliance"], borders_of(document["rules"]))
    begins = "Sin datos" if found["compliance"] is None else f"{share} de lo esperado"
    return f"{begins}: de {counted(len(programs), 'programa', 'programas')}, {lights_text(count_lights(programs))}."


def program_sentence(document: Row, program: Row) -> str:
    """«66.50 % de lo esperado, con 3 de 4 indicadores considerados.»"""
    if program["compliance"] is None:
        return f"{_no_program(program)}."
    share = percent_text(program["compliance"], borders_of(document["rules"]))
    return f"{share} de lo esperado, con {considered_text(program)}."


def considered_text(program: Row) -> str:
    many = "indicador considerado" if program["total"] == 1 else "indicadores considerados"
    return f"{program['considered']:,} de {program['total']:,} {many}"


def _no_program(program: Row) -> str:
    if not program["total"]:
        return "Ninguno de sus indicadores cuenta para el programa"
    return f"Sin datos: {considered_text(program)}"


# --- An indicator ---------------------------------------------------------------------------------------------------


def borders_for(document: Row, indicator: Row) -> Borders:
    return borders_of(indicator["thresholds"] or document["rules"])


def percentage_text(document: Row, indicator: Row) -> str:
    """Its percentage, told from its target, what is expected and its borders; never read as one that it is not."""
    if indicator["percentage"] is None:
        return ""
    aims = [*borders_for(document, indicator), Decimal(indicator["target"]), Decimal(indicator["expected"] or 0)]
    return percent(Decimal(indicator["percentage"]), aims)


def target_text(indicator: Row, name: str = "target") -> str:
    """«100 %» or «12 informes», of the target or, with its name, of what is expected."""
    if indicator[name] is None:
        return "—"
    value, target = Decimal(indicator[name]), Decimal(indicator["target"])
    if indicator["target_kind"] == ABSOLUTE:
        return f"{quantity(value, (target,))} {lowered(plain(indicator['unit']))}".strip()
    whole = value == value.to_integral_value()
    return f"{amount(value)} %" if whole else percent(value, (target,))


def indicator_sentence(document: Row, indicator: Row) -> str:
    """What its figure means, in one sentence: «9 proyectos gestionados de 14 proyectos programados: 64.29 %; se
    esperaban 14.»
    """
    status = indicator["status"]
    if status == NOT_DUE:
        return f"Todavía no corresponde: {_not_due(document, indicator)}."
    if status == MISSING:
        return f"Sin captura: no hay ninguna cifra validada {_of_months(indicator)}."
    if status == NO_DEMAND:
        return _no_demand(document, indicator)
    numerator, denominator = (Decimal(indicator[side]) for side in ("numerator", "denominator"))
    said = _pair_text(indicator, numerator, denominator)
    if indicator["target_kind"] == ABSOLUTE:
        return f"{_counted(indicator, numerator)}; {_absolute_aim(document, indicator)}."
    return f"{said}: {percentage_text(document, indicator)}; {_share_aim(indicator, denominator)}."


def light_sentence(document: Row, indicator: Row) -> str:
    """What its light says; empty where there is none and the sentence has said why."""
    if indicator["compliance"] is None:
        nothing = indicator["status"] == "ok"
        return "Sin semáforo: a esta fecha todavía no se esperaba nada." if nothing else ""
    share = percent_text(indicator["compliance"], borders_for(document, indicator))
    if indicator["direction"] == DESCENDING:
        return (
            f"Menos es mejor: su cumplimiento, {share}, es 100 % mientras no se pase del máximo y baja cuando se pasa."
        )
    if indicator["light"] == OVER:
        year = percent_text(indicator["annual_compliance"], borders_for(document, indicator))
        return f"Sobrecumplimiento: lleva {year} de la meta de todo el año, más de lo previsto."
    return f"Es lo logrado entre lo que se esperaba {by_the_cut(document)}: {share}."


def coverage_sentence(indicator: Row) -> str:
    """How much of what is asked for is known; empty where nothing lacks."""
    captured, due = indicator["months_captured"], indicator["months_due"]
    if indicator["status"] in (NOT_DUE, MISSING) or captured >= due:
        return ""
    lacking = due - captured
    verb = "Falta" if lacking == 1 else "Faltan"
    return f"{verb} {lacking} de {counted(due, 'mes que se pide', 'meses que se piden')}: el resultado puede cambiar."


def _pair_text(indicator: Row, numerator: Decimal, denominator: Decimal) -> str:
    """«9 proyectos gestionados de 14 proyectos programados»; of labels that count nothing, with a colon each."""
    labels = [plain(indicator[f"{side}_label"]) for side in ("numerator", "denominator")]
    things = [_things(label) for label in labels]
    if all(things):
        return f"{amount(numerator)} {things[0]} de {amount(denominator)} {things[1]}"
    if all(labels):
        return f"{labels[0]}: {amount(numerator)}; {lowered(labels[1])}: {amount(denominator)}; es decir"
    return f"{amount(numerator)} de {amount(denominator)}"


def _counted(indicator: Row, number: Decimal) -> str:
    label = plain(indicator["numerator_label"])
    things = _things(label)
    if things:
        return f"{amount(number)} {things}"
    return f"{label}: {amount(number)}" if label else f"{amount(number)} {lowered(plain(indicator['unit']))}".strip()


def _things(label: str) -> str:
    """What a label counts: «proyectos evaluados» of «Número de proyectos evaluados»; empty where it is no count."""
    words = lowered(label)
    for beginning in _COUNTING:
        if words.startswith(beginning):
            return lowered(words[len(beginning) :])
    first = words.partition(" ")[0]
    return words if first.endswith("s") and first.isalpha() else ""


def lowered(label: str) -> str:
    """A sentence's first letter, unless it begins an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _share_aim(indicator: Row, denominator: Decimal) -> str:
    expected = Decimal(indicator["expected"])
    if indicator["direction"] == DESCENDING:
        return f"menos es mejor, y el máximo es {target_text(indicator)}"
    if not expected:
        return "todavía no se esperaba nada"
    if expected == 100:
        return f"{'se esperaba' if denominator == 1 else 'se esperaban'} {amount(denominator)}"
    return f"se esperaba {target_text(indicator, 'expected')}"


def _absolute_aim(document: Row, indicator: Row) -> str:
    if indicator["direction"] == DESCENDING:
        return f"menos es mejor, y el máximo del año es {target_text(indicator)}"
    expected, target = (target_text(indicator, name) for name in ("expected", "target"))
    if not Decimal(indicator["expected"]):
        return f"{by_the_cut(document)} todavía no se esperaba nada de la meta del año, {target}"
    if expected == target:
        return f"se esperaba la meta del año, {target}"
    return f"{by_the_cut(document)} se esperaban {expected} y la meta del año es {target}"


def _no_demand(document: Row, indicator: Row) -> str:
    when = period_text(document)
    numerator = Decimal(indicator["numerator"] or 0)
    label = _things(plain(indicator["denominator_label"])) or "nada que atender"
    if numerator:
        return (
            f"Rezago sin demanda: {_counted(indicator, numerator)}, aunque {when} no hubo {label} (el denominador es "
            "0); por eso no tiene porcentaje ni semáforo."
        )
    reasons = {month["reason"] for month in indicator["months"]}
    reason = reasons.pop() if len(reasons) == 1 else None
    begins = (reason or "sin actividad").capitalize()
    return f"{begins}: {when} no hubo {label} (0 de 0); por eso no tiene porcentaje ni semáforo."


def _not_due(document: Row, indicator: Row) -> str:
    if indicator["retired_from"] is not None and indicator["retired_from"] <= document["month"]:
        return f"se retiró desde {month_name(indicator['retired_from'])}"
    if indicator["starts_in"] > 1:
        return f"empieza en {month_name(indicator['starts_in'])}"
    return f"su cifra se pide cada {_EACH[indicator['frequency']]}"


_EACH = {
    "monthly": "mes", "bimonthly": "dos meses", "quarterly": "tres meses", "four_monthly": "cuatro meses",
    "half_yearly": "seis meses", "yearly": "año, en diciembre",
}  # fmt: skip


def _of_months(indicator: Row) -> str:
    due = indicator["months_due"]
    return "del mes que se pide" if due == 1 else f"de los {due} meses que se piden"
