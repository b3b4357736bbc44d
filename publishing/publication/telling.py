"""What other pages say of the public site: planning's first page, and the list of what waits for a second person."""

from django.db.models import Exists, F, Func, OuterRef, Subquery
from django.urls import reverse

from accounts.asked_elsewhere import AskedElsewhere
from core.moments import moment_text
from publishing.models import Closing, Publication, SiteWriting, TakingDown
from reports.home.public_site import SiteNotice


def site_notice() -> SiteNotice | None:
    """One query. What was never published, or was taken down, is nobody's oversight: nothing is said of it."""
    standing = TakingDown.objects.filter(publication=OuterRef("pk"), withdrawn_at__isnull=True)
    later = Closing.objects.filter(pk__gt=OuterRef("closing_id")).order_by()
    found = (
        Publication.objects.order_by("-pk")
        .annotate(
            down=Exists(standing.filter(confirmed_at__isnull=False)),
            asked=Exists(standing.filter(confirmed_at__isnull=True)),
            error=Subquery(SiteWriting.objects.order_by("-pk").values("error")[:1]),
            later=Subquery(later.annotate(number=Func(F("pk"), function="COUNT")).values("number")),
        )
        .values("down", "asked", "error", "later")
        .first()
    )
    if found is None:
        return None
    if found["error"]:
        return SiteNotice(f"El sitio público no está como se decidió. {found['error']}", alarm=True)
    if found["down"]:
        return None
    if found["asked"]:
        return SiteNotice("Se pidió retirar el sitio público: lo confirma otra persona.")
    if found["later"]:
        number = found["later"]
        return SiteNotice("Hay un cierre sin publicar." if number == 1 else f"Hay {number:,} cierres sin publicar.")
    return None


def asked_takings_down() -> list[AskedElsewhere]:
    rows = TakingDown.objects.waiting().select_related("asked_by").order_by("pk")
    return [
        AskedElsewhere(
            words="Retirar el sitio público",
            who=str(one.asked_by),
            at=moment_text(one.asked_at),
            reason=one.reason,
            url=reverse("publishing:taking_down"),
        )
        for one in rows
    ]
