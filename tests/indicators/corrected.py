"""Figures that were validated and then corrected, through the same services as the product."""

from datetime import timedelta
from typing import Any

from indicators import services
from tests.factories import NOW
from tests.indicators.town import Town, make_town

LATER, LATEST = NOW + timedelta(days=1), NOW + timedelta(days=2)


def validated(indicators: int = 1) -> Town:
    """Each figure captured as 3/4 and validated."""
    town = make_town(indicators=indicators)
    town.save(*(town.pair(3, 4, number) for number in range(indicators)))
    town.submit()
    for number in range(indicators):
        review(town, services.validate, number, now=NOW)
        town.commit(number)
    return town


def review(town: Town, act: Any, number: int = 0, *, role: str = "director", now: Any = LATEST, **kwargs: Any) -> None:
    row = town.row(number)
    outcome = act(access=town.access(role), seen={row.pk: row.version}, now=now, **kwargs)
    assert outcome.done and not outcome.refused


def correct(town: Town, n: int, d: int, reason: str, number: int = 0) -> None:
    pair = town.pair(n, d, number, version=town.row(number).version, reason=reason)
    assert town.save(pair, role="planning", now=LATER).saved
