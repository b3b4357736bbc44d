"""An indicator: what its figure means, its twelve months, how it is computed, and what it was in earlier years."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from core.formats import amount, percent, quantity
from indicators.calculations import (
    ABSOLUTE,
    DESCENDING,
    LAST,
    MONTHS,
    OVER,
    SUM,
    Cell,
    accumulate,
    month_percentage,
    stands_alone,
)
from indicators.models import month_name
from indicators.wording import ONLY_ACCUMULATED, uncaptured_text
from publishing.addresses import INDEX, indicator_page
from publishing.document.borders import percent_text
from publishing.document.building import FREQUENCY_NAMES
from publishing.site.changes import lines_of
from publishing.site.drawing import Crumb, draw
from publishing.site.programs import entry_text
from publishing.site.reading import Cut, Row
from publishing.site.words import (
    border_text,
    borders_for,
    by_the_cut,
    coverage_sentence,
    indicator_sentence,
    light_sentence,
    percentage_text,
    plain,
    target_text,
)
from reports.charts import NARROW, Trend, TrendPoint, scale, trend

BEYOND = "después del corte"
_STEPS = {name: step for step, name in FREQUENCY_NAMES.items()}
_FREQUENCIES = {
    "monthly": "cada mes", "bimonthly": "cada dos meses", "quarterly": "cada tres meses",
    "four_monthly": "cada cuatro meses", "half_yearly": "cada seis meses", "yearly": "una vez al año",
}  # fmt: skip
_SCHEDULES = {
    "flat": "Se espera la meta completa en cualquier mes.",
    "linear": "La meta se reparte por igual entre los meses.",
    "explicit": "La meta se reparte mes por mes, como se programó.",
}


class _Asked(NamedTuple):
    frequency: int
    retired_from: int | None
    starts_in: int


class Month(NamedTuple):
    """A row of the table of months; texts, and what is drawn of them (None: nothing)."""

    name: str
    numerator: str
    denominator: str
    share: str
    accumulated: str
    drawn: Decimal | None
    total: Decimal | None
    is_share: bool = False


def indicator_pages(cut: Cut) -> Iterator[tuple[str, bytes]]:
    for program in cut.programs:
        for indicator in program["indicators"]:
            yield _page(cut, program, indicator)


def _page(cut: Cut, program: Row, indicator: Row) -> tuple[str, bytes]:
    document, code = cut.document, indicator["code"]
    name = indicator_page(code)
    sentence = indicator_sentence(document, indicator)
    months = months_of(document, indicator)
    page = cut.page(
        name,
        f"{code} {indicator['name']}",
        sentence,
        Crumb("Programas", cut.at(f"programas/{INDEX}")),
        Crumb(program["code"], cut.program_target(program)),
        Crumb(code, cut.at(name)),
    )
    borders = borders_for(document, indicator)
    compliance = indicator["compliance"]
    return page.name, draw(
        "indicator.html",
        page,
        **cut.frame(name),
        indicator=indicator,
        program=program,
        program_target=cut.program_target(program),
        department=cut.department_name(program["department"]),
        department_target=cut.department_target(program["department"]),
        sentence=sentence,
        more=[one for one in (light_sentence(document, indicator), coverage_sentence(indicator)) if one],
        figure=percent_text(compliance, borders) if compliance is not None else "",
        picture=scale.bar(
            Decimal(compliance),
            (borders[1], borders[0]),
            indicator["light"],
            percent_text(compliance, borders),
            named=True,
        )
        if compliance is not None
        else "",
        months=months,
        shares=indicator["target_kind"] != ABSOLUTE,
        chart=trend(_trend(cut, indicator, months)),
        steps=computed(document, indicator),
        entry=entry_text(cut, indicator),
        facts=_facts(indicator),
        border_words=border_text(borders, over=indicator["light"] == OVER),
        formers=list(cut.formers(indicator, "indicators")),
        previous=indicator["previous"],
        lines=lines_of(cut, code),
    )


# --- Months ---------------------------------------------------------------------------------------------------------


def months_of(document: Row, indicator: Row) -> list[Month]:
    """All twelve: what was captured, what lacks, what is not asked for, and what comes after the cut-off."""
    captured = {one["month"]: one for one in indicator["months"]}
    asked = _Asked(_STEPS[indicator["frequency"]], indicator["retired_from"], indicator["starts_in"])
    cells: list[Cell] = []
    found = []
    for month in MONTHS:
        one, name = captured.get(month), month_name(month)
        if one is None:
            why = BEYOND if month > document["month"] else uncaptured_text(asked, month)
            found.append(Month(name, "", "", why, "", None, None))
            continue
        cells.append(Cell(month, Decimal(one["numerator"]), Decimal(one["denominator"]), one["reason"] or ""))
        found.append(_month(document, indicator, name, cells))
    return found


def _month(document: Row, indicator: Row, name: str, cells: list[Cell]) -> Month:
    """The last of the cells: by itself, and with those before it."""
    _, numerator, denominator, reason = cells[-1]
    modes = {"numerator_mode": indicator["numerator_mode"], "denominator_mode": indicator["denominator_mode"]}
    aims = [*borders_for(document, indicator), Decimal(indicator["target"]), Decimal(indicator["expected"] or 0)]
    absolute, alone = indicator["target_kind"] == ABSOLUTE, stands_alone(**modes)
    share = month_percentage(numerator, denominator)
    if share is None:
        text = "rezago sin demanda" if numerator else reason or "sin actividad"
    else:
        text = _bare(share, aims) if alone else ONLY_ACCUMULATED
    so_far = accumulate(cells, **modes)
    total = month_percentage(so_far.numerator, so_far.denominator)
    if absolute:
        total = None if total is None else so_far.numerator
        drawn = numerator if modes["numerator_mode"] == SUM else None
    else:
        drawn = share if alone else None
    return Month(
        name=name,
        numerator=amount(numerator),
        denominator=amount(denominator),
        share=text,
        accumulated="" if total is None else amount(total) if absolute else _bare(total, aims),
        drawn=drawn,
        total=total,
        is_share=share is not None and alone,
    )


def _bare(share: Decimal, aims: list[Decimal]) -> str:
    """Without its sign, which the column's head has: a telephone is narrow."""
    return percent(share, aims).removesuffix(" %")


def _trend(cut: Cut, indicator: Row, months: list[Month]) -> Trend:
    absolute = indicator["target_kind"] == ABSOLUTE
    expected = (
        None if indicator["expected"] is None or indicator["percentage"] is None else Decimal(indicator["expected"])
    )
    last = cut.document["month"]
    return Trend(
        key="meses",
        title=f"{indicator['code']}: sus meses de {cut.place.year}",
        description="Columnas: cada mes. Línea: lo acumulado desde enero. Cada número está en la tabla.",
        points=tuple(
            TrendPoint(
                label=one.name[0].upper(),
                monthly=one.drawn,
                monthly_text=one.share,
                accumulated=one.total,
                accumulated_text=one.accumulated,
                expected=expected if place == last else None,
            )
            for place, one in enumerate(months, start=1)
        ),
        unit=plain(indicator["unit"]) if absolute else "%",
        lines=("Cada mes", "Desde enero", "Máximo" if indicator["direction"] == DESCENDING else "Esperado"),
        sheet=NARROW,
    )


# --- How it is computed ---------------------------------------------------------------------------------------------


def computed(document: Row, indicator: Row) -> list[tuple[str, str]]:
    """Each step with the indicator's own labels and numbers."""
    labels = [
        plain(indicator[f"{side}_label"]) or word
        for side, word in (("numerator", "Numerador"), ("denominator", "Denominador"))
    ]
    steps = [("Porcentaje", f"({labels[0]} ÷ {labels[1]}) × 100{_with_numbers(document, indicator)}")]
    steps.append(("Cómo se acumula", _modes(indicator)))
    if indicator["direction"] == DESCENDING:
        steps.append(("Máximo", f"{target_text(indicator)}. Menos es mejor."))
    else:
        steps.append(
            (
                "Lo esperado",
                f"{target_text(indicator, 'expected')} {by_the_cut(document)}. {_SCHEDULES[indicator['schedule']]}",
            )
        )
    if indicator["compliance"] is not None:
        steps.append(("Cumplimiento", _compliance(document, indicator)))
    return steps


def _with_numbers(document: Row, indicator: Row) -> str:
    if indicator["numerator"] is None:
        return ""
    pair = f"({amount(Decimal(indicator['numerator']))} ÷ {amount(Decimal(indicator['denominator']))}) × 100"
    if indicator["percentage"] is None:
        return f" = {pair}: entre 0 no se divide, por eso no hay porcentaje"
    return f" = {pair} = {percentage_text(document, indicator)}"


def _modes(indicator: Row) -> str:
    words = {SUM: "la suma de los meses", LAST: "el del último mes con datos"}
    sides = [words[indicator[f"{side}_mode"]] for side in ("numerator", "denominator")]
    if sides[0] == sides[1]:
        return f"Numerador y denominador: {sides[0]}."
    return f"Numerador: {sides[0]}. Denominador: {sides[1]}."


def _compliance(document: Row, indicator: Row) -> str:
    borders = borders_for(document, indicator)
    share = percent_text(indicator["compliance"], borders)
    absolute = indicator["target_kind"] == ABSOLUTE
    value = amount(Decimal(indicator["numerator"])) if absolute else percentage_text(document, indicator)
    if indicator["direction"] == DESCENDING:
        if not Decimal(indicator["numerator"] if absolute else indicator["percentage"]):
            return f"{share}: no hubo ninguno."
        return f"máximo ÷ lo que hubo × 100, sin pasar de 100 = {target_text(indicator)} ÷ {value} × 100 → {share}"
    expected = quantity(Decimal(indicator["expected"])) if absolute else target_text(indicator, "expected")
    year = percent_text(indicator["annual_compliance"], borders)
    return f"lo logrado ÷ lo esperado × 100 = {value} ÷ {expected} × 100 = {share}. De la meta del año: {year}."


def _facts(indicator: Row) -> list[tuple[str, str]]:
    told = [
        ("Meta del año", target_text(indicator)),
        ("Sentido", "menos es mejor" if indicator["direction"] == DESCENDING else "más es mejor"),
        ("Se captura", _FREQUENCIES[indicator["frequency"]]),
        ("Cifras capturadas", f"{indicator['months_captured']} de {indicator['months_due']}"),
        ("Empieza en", month_name(indicator["starts_in"]) if indicator["starts_in"] > 1 else ""),
        ("Retirado desde", month_name(indicator["retired_from"]) if indicator["retired_from"] else ""),
        ("Qué mide", indicator["definition"]),
        ("Acción", indicator["action"]),
        ("Área responsable", indicator["responsible_area"]),
        ("De dónde salen sus datos", indicator["source"]),
        ("Clave oficial", indicator["official_key"] or ""),
    ]
    return [(name, value) for name, value in told if value]
