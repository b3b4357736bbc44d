"""What the first page of planning and Contraloría says of the night's check: that it held, that it did not, or that
nobody knows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.models import SelfCheck
from core.moments import moment_text

STALE_AFTER = timedelta(hours=36)
LASTS_AT_MOST = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class CheckNotice:
    """``alarm`` where something does not hold, ``warning`` where it is not known."""

    sentence: str
    alarm: bool = False
    warning: bool = False


def last_check(now: datetime) -> CheckNotice:
    """Of everything, not of a single year; one query."""
    rows = SelfCheck.objects.filter(year__isnull=True).defer("findings", "differences", "counts")
    latest = list(rows.order_by("-pk")[:2])
    found = next((one for one in latest if one.ended_at is not None), None)
    if latest and latest[0].ended_at is None and now - latest[0].started_at > LASTS_AT_MOST:
        return CheckNotice(
            f"La comprobación del {moment_text(latest[0].started_at)} no terminó: avise a quien administra el "
            "servidor.",
            warning=True,
        )
    if found is None or found.ended_at is None:
        return CheckNotice("Nunca se ha comprobado que lo guardado sigue como se guardó.", warning=True)
    when = moment_text(found.started_at)
    if found.failures:
        what = "una cosa que no se sostiene" if found.failures == 1 else f"{found.failures:,} cosas que no se sostienen"
        return CheckNotice(f"La comprobación del {when} encontró {what}.", alarm=True)
    if now - found.started_at > STALE_AFTER:
        return CheckNotice(
            f"La última comprobación es del {when}: la de cada noche no está corriendo. Avise a quien administra el "
            "servidor.",
            warning=True,
        )
    return CheckNotice(f"Comprobado el {when}: cierres, bitácora, capturas y archivos siguen como se guardaron.")
