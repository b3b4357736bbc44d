"""An explanation as a person reads it: its steps, and what its line comes to on a calculator."""

from decimal import ROUND_HALF_UP, Decimal

from django.test import Client
from hypothesis import strategies as st

INDICATOR, PROGRAM = "/2016/explicacion/indicador/{}/", "/2016/explicacion/programa/{}/"


def two_decimals(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):,} %"


def written(number: str) -> Decimal:
    return Decimal(number.removesuffix(" %").replace(",", ""))


def add_up(step) -> Decimal:
    """What a person gets who types the line into a calculator."""
    return sum((written(addend) for addend in step.written.split(" + ")), Decimal(0))


def target_steps(reader: Client, code: str, month: int):
    return {step.what: step for step in reader.get(INDICATOR.format(code), {"mes": month}).context["page"].target_steps}


pairs = st.one_of(st.integers(0, 9), st.integers(0, 10**16 - 1).map(lambda units: Decimal(units).scaleb(-4)))
