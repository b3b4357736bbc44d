"""Closings as documents, made of plain quantities: their results are those of ``indicators.calculations``."""

import random
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from core.formats import four_decimals
from indicators import calculations as calc
from publishing.document.canonical import canonical_bytes, sha256_of
from publishing.published import Source
from reports.canonical_numbers import indicator_numbers, program_numbers
from tests.indicators.cases import FREQUENCIES, cells_in_scope

Document = dict[str, Any]
RULES = {
    "green_from": "90.0000",
    "amber_from": "70.0000",
    "over_above": "110.0000",
    "missing_as_zero": False,
    "descending_enters_as": "compliance",
}
ADDRESS = "https://plan.ejemplo.gob.mx/"
LETTERS = ("PRE", "OBP", "SEG", "DIF", "TES")


def an_indicator(code: str, pairs: dict[int, tuple[str, str]] | None = None, **changes: Any) -> Document:
    """What the catalogue says of it and its captured months; without results."""
    months = [
        {"month": month, "numerator": f"{Decimal(n):.4f}", "denominator": f"{Decimal(d):.4f}", "reason": None}
        for month, (n, d) in sorted((pairs or {}).items())
    ]
    return {
        "code": code,
        "official_key": None,
        "action_code": f"{code}-A",
        "action_official_key": None,
        "action": "Atender solicitudes",
        "name": f"Solicitudes atendidas, {code}",
        "definition": "Las que se atendieron de las que se recibieron",
        "source": "Bitácora",
        "responsible_area": "Secretaría Particular",
        "unit": "solicitud",
        "previous": None,
        "numerator_label": "atendidas",
        "denominator_label": "recibidas",
        "considered": True,
        "direction": calc.ASCENDING,
        "target_kind": calc.PERCENTAGE,
        "target": "100.0000",
        "frequency": "monthly",
        "starts_in": 1,
        "retired_from": None,
        "schedule": calc.FLAT,
        "shares": None,
        "numerator_mode": calc.SUM,
        "denominator_mode": calc.SUM,
        "thresholds": None,
        "months": months,
        **changes,
    }


def a_program(code: str, indicators: Iterable[Document], **changes: Any) -> Document:
    return {
        "code": code,
        "number": None,
        "name": f"Programa {code}",
        "department": code.split("-")[0],
        "axis": "1",
        "objective": "1.1",
        "strategy": "1.1.1",
        "description": 'Primer párrafo.\nSegundo, con «comillas» y "otras".',
        "objectives": ["Atender", "=Responder"],
        "previous": {"year": 2015, "code": code},
        "indicators": list(indicators),
        **changes,
    }


def a_closing(
    programs: Iterable[Document], *, month: int = 9, year: int = 2016, chain: Sequence[Source] = (), **rules: Any
) -> Document:
    """A whole document, every figure computed, at the end of a chain; the second one of a month rectifies the first."""
    before = [one for one in chain if (one.year, one.month) == (year, month)]
    programs = list(programs)
    prefixes = sorted({program["department"] for program in programs})
    document = {
        "format": "pmd-cierre/1",
        "municipality": "Municipio de Ejemplo",
        "plan": "Plan Municipal de Desarrollo",
        "year": year,
        "month": month,
        "version": len(before) + 1,
        "closed_on": f"{year + month // 12}-{month % 12 + 1:02d}-14",
        "previous": None,
        "rectification": None,
        "rules": {**RULES, **rules},
        "departments": [
            {"prefix": prefix, "number": place, "name": f"Dependencia {prefix}"}
            for place, prefix in enumerate(prefixes, start=1)
        ],
        "axes": [_axis(key) for key in sorted({program["axis"] for program in programs})],
        "programs": programs,
    }
    if chain:
        document["previous"] = {key: getattr(chain[-1], key) for key in ("year", "month", "version", "sha256")}
    if before:
        document["rectification"] = {"of": before[-1].sha256, "reason": "Error de captura", "instrument": None}
    return compute(document)


def _axis(key: str) -> Document:
    strategy = {"key": f"{key}.1.1", "name": "Estrategia"}
    return {
        "key": key,
        "name": f"Eje {key}",
        "objectives": [{"key": f"{key}.1", "name": "Objetivo", "strategies": [strategy]}],
    }


def compute(document: Document) -> Document:
    """Fill in every figure, as the product computes it."""
    rules = document["rules"]
    year = _thresholds(rules, {})
    results, everyone = {}, []
    captured = due = 0
    for program in document["programs"]:
        own = [_indicator(one, document["month"], rules) for one in program["indicators"]]
        result = calc.program_result(own, missing_as_zero=rules["missing_as_zero"], thresholds=year)
        program.update(program_numbers(result))
        results[program["code"]] = result
        everyone.append((program, result))
        captured += sum(one.months_captured for one in own if one.considered)
        due += sum(one.months_due for one in own if one.considered)
    lights = {light: sum(1 for _, one in everyone if one.light == light) for light in ("green", "amber", "red", "none")}
    document["plan_results"] = {
        **_group([result for _, result in everyone]),
        "lights": lights,
        "months_captured": captured,
        "months_due": due,
    }
    for name, key, belongs in (("axis", "key", "axis"), ("department", "prefix", "department")):
        keys = [one[key] for one in document["axes" if name == "axis" else "departments"]]
        document[f"{name}_results"] = [
            {key: wanted, **_group([one for program, one in everyone if program[belongs] == wanted])} for wanted in keys
        ]
    return document


def _indicator(indicator: Document, cut_off: int, rules: Document) -> calc.IndicatorResult:
    spec = calc.IndicatorSpec(
        code=indicator["code"],
        target=Decimal(indicator["target"]),
        target_kind=indicator["target_kind"],
        numerator_mode=indicator["numerator_mode"],
        denominator_mode=indicator["denominator_mode"],
        considered=indicator["considered"],
        direction=indicator["direction"],
        frequency=FREQUENCIES[indicator["frequency"]],
        schedule=indicator["schedule"],
        shares=tuple(map(Decimal, indicator["shares"] or ())),
        retired_from=indicator["retired_from"],
        starts_in=indicator["starts_in"],
    )
    cells = [
        calc.Cell(one["month"], Decimal(one["numerator"]), Decimal(one["denominator"])) for one in indicator["months"]
    ]
    modes = {"numerator_mode": spec.numerator_mode, "denominator_mode": spec.denominator_mode}
    accumulated = calc.accumulate(cells, **modes) if cells else None
    result = calc.indicator_result(spec, accumulated, cut_off, _thresholds(rules, indicator["thresholds"] or {}))
    indicator.update(indicator_numbers(result))
    return result


def _thresholds(rules: Document, own: Document) -> calc.Thresholds:
    borders = [Decimal(own.get(key) or rules[key]) for key in ("green_from", "amber_from", "over_above")]
    return calc.Thresholds(*borders, rules["descending_enters_as"])


def _group(results: list[calc.ProgramResult]) -> Document:
    found = calc.roll_up(results)
    return {
        "global": four_decimals(found.global_),
        "compliance": four_decimals(found.compliance),
        "with_data": found.with_data,
        "programs": found.programs,
    }


def of_case(case: dict[str, Any]) -> Document:
    """A worked case of docs/calculation.md as a closing of one programme."""
    indicators = []
    for one in case["indicators"]:
        cells = cells_in_scope(one, case["month"], case["scope"])
        target = one["target"]
        for effective, adjusted in sorted((int(m), value) for m, value in one.get("adjustments", {}).items()):
            target = adjusted if effective <= case["month"] else target
        shares = [f"{Decimal(share):.4f}" for share in one.get("schedule", ())]
        flat = one["target_kind"] == calc.PERCENTAGE and one["denominator_mode"] == calc.SUM
        changes = {
            key: one[key]
            for key in ("numerator_mode", "denominator_mode", "considered", "target_kind", "direction", "retired_from")
            if key in one
        }
        indicators.append(
            an_indicator(
                one["code"],
                {cell.month: (str(cell.numerator), str(cell.denominator)) for cell in cells},
                **changes,
                target=f"{Decimal(target):.4f}",
                frequency=one.get("frequency", "monthly"),
                starts_in=one.get("starts", 1),
                schedule=calc.EXPLICIT if shares else calc.FLAT if flat else calc.LINEAR,
                shares=shares or None,
            )
        )
    program = a_program(case["indicators"][0]["code"][:6] if case["indicators"] else "PRE-01", indicators)
    return a_closing([program], month=case["month"], missing_as_zero=case.get("missing_as_zero", False))


def sealed(document: Document, *, acta: bytes | None = None) -> Source:
    """As the database keeps it: the bytes and their SHA-256."""
    content = canonical_bytes(document)
    return Source(
        sha256=sha256_of(content),
        year=document["year"],
        month=document["month"],
        version=document["version"],
        closed_on=document["closed_on"],
        content=lambda: content,
        acta=None if acta is None else lambda: acta,
    )


def chain_of(months: Iterable[int], programs: Any, **rules: Any) -> list[Source]:
    """Closings of these months, each naming the one before; ``programs`` makes those of a month."""
    chain: list[Source] = []
    for month in months:
        chain.append(sealed(a_closing(programs(month), month=month, chain=chain, **rules)))
    return chain


def a_municipality(programs: int = 5, indicators: int = 24, *, seed: int = 7) -> Any:
    """Programmes of every kind of indicator: a function of the month that they are captured to."""

    def made(month: int) -> list[Document]:
        rng = random.Random(seed)
        found: list[list[Document]] = [[] for _ in range(programs)]
        codes = [f"{LETTERS[place % len(LETTERS)]}-{place // len(LETTERS) + 1:02d}" for place in range(programs)]
        for number in range(indicators):
            place = number % programs
            found[place].append(_any_indicator(rng, f"{codes[place]}-{number // programs + 1:02d}", month))
        return sorted(
            (
                a_program(code, own, axis=str(place % 3 + 1), objective=None, strategy=None)
                for place, (code, own) in enumerate(zip(codes, found, strict=True))
            ),
            key=lambda program: program["code"],
        )

    return made


def _any_indicator(rng: random.Random, code: str, month: int) -> Document:
    """The same figures for a month whatever the cut-off is: those after it are drawn and left out."""
    descending = rng.random() < 0.2
    absolute = rng.random() < 0.3
    schedule = rng.choice([calc.FLAT, calc.FLAT, calc.LINEAR, calc.EXPLICIT])
    frequency = rng.choice(["monthly"] * 6 + ["bimonthly", "quarterly", "four_monthly", "half_yearly", "yearly"])
    starts, retired = rng.choice([1, 1, 1, 4]), rng.choice([None, None, None, 8])
    shares = sorted(rng.randrange(1, 99) for _ in range(11))
    drawn = {one: (rng.randrange(0, 900), rng.randrange(0, 700), rng.random()) for one in range(1, 13)}
    step = FREQUENCIES[frequency]
    pairs = {
        one: (str(n if luck > 0.1 else 0), str(d if luck > 0.05 else 0))
        for one, (n, d, luck) in drawn.items()
        if one % step == 0 and starts <= one <= month and luck < 0.92 and rng.random() < 2
    }
    return an_indicator(
        code,
        {} if rng.random() < 0.05 else pairs,
        considered=rng.random() < 0.8,
        direction=calc.DESCENDING if descending else calc.ASCENDING,
        target_kind=calc.ABSOLUTE if absolute else calc.PERCENTAGE,
        target=f"{rng.randrange(1, 4000 if absolute else 120)}.0000",
        frequency=frequency,
        starts_in=starts,
        retired_from=retired,
        schedule=calc.FLAT if descending else schedule,
        shares=[f"{share}.0000" for share in (*shares, 100)] if schedule == calc.EXPLICIT and not descending else None,
        numerator_mode=rng.choice([calc.SUM, calc.SUM, calc.LAST]),
        denominator_mode=rng.choice([calc.SUM, calc.SUM, calc.LAST]),
        thresholds=rng.choice(
            [None, None, None, {"green_from": "95.0000", "amber_from": "60.0000", "over_above": "110.0000"}]
        ),
    )
