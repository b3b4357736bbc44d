"""The catalogue's values as people read them when two catalogues are compared."""

from decimal import Decimal
from typing import Any

from core.formats import amount
from indicators.models import month_name
from programs.models import Strategy


def strategy_path(strategy: Strategy) -> str:
    """«eje › objetivo › estrategia»."""
    return f"{strategy.objective.axis.name} › {strategy.objective.name} › {strategy.name}"


def places(before: Any, after: Any) -> tuple[str, str]:
    """Both by their names; two strategies of one name by where they stand."""
    if isinstance(before, Strategy) and before.name == after.name:
        return strategy_path(before), strategy_path(after)
    return str(before), str(after)


def field_value(instance: Any, name: str, value: Any) -> str:
    """A value of one of the instance's fields: choices by their words, a target with its unit's sign."""
    if name == "target":
        return amount(value) + (" %" if instance.target_kind == "percentage" else "")
    if name == "starts_in":
        return month_name(value)
    field = instance._meta.get_field(name)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return plain_value(value)


def plain_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, Decimal):
        return amount(value)
    if isinstance(value, list):
        return "; ".join(value)
    return str(value)


def where_it_shows(years: Any, also: str = "también ") -> str:
    """«se ve también en 2015 y 2016; en 2014, que está cerrado, queda como estaba» of a new name, for these years."""
    open_years: list[str] = []
    locked: list[str] = []
    for year, is_locked in years.order_by("year").values_list("year", "locked"):
        (locked if is_locked else open_years).append(str(year))
    parts = [f"se ve {also}en {_listed(open_years)}"] if open_years else []
    if locked:
        closed = "que está cerrado, queda" if len(locked) == 1 else "que están cerrados, queda"
        parts.append(f"en {_listed(locked)}, {closed} como estaba")
    return "; ".join(parts)


def _listed(texts: list[str]) -> str:
    return " y ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))
