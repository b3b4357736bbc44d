"""What planning's first page says of the public site: told by the room that publishes, which stands above this one."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteNotice:
    """``alarm`` where what everybody reads is not what planning decided."""

    sentence: str
    alarm: bool = False


_told: list[Callable[[], SiteNotice | None]] = []


def register(tell: Callable[[], SiteNotice | None]) -> None:
    """``tell`` asks the database once; None where planning has nothing to do."""
    _told[:] = [tell]


def site_notice() -> SiteNotice | None:
    return _told[0]() if _told else None
