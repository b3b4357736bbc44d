"""What planning decided last about the public site, and how writing it went."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from publishing.models import Closing, Publication, SiteWriting, TakingDown


@dataclass(frozen=True, slots=True)
class SiteState:
    """``last``: the last publication, shown or not. ``asked``: that it be taken down, which a second person answers.

    ``taken_down``: that it was.
    """

    last: Publication | None
    asked: TakingDown | None = None
    taken_down: TakingDown | None = None

    @property
    def shown(self) -> Publication | None:
        """What everybody is to read; None while there is no public site."""
        return None if self.taken_down else self.last


def site_state() -> SiteState:
    """As the database has it now; two queries."""
    down = TakingDown.objects.filter(withdrawn_at__isnull=True).select_related("asked_by", "confirmed_by")
    rows = Publication.objects.select_related("closing__fiscal_year", "made_by").defer("closing__document")
    last = rows.prefetch_related(Prefetch("takings_down", down, to_attr="standing")).order_by("-pk").first()
    if last is None:
        return SiteState(None)
    standing: TakingDown | None = next(iter(last.standing), None)  # type: ignore[attr-defined]
    if standing is not None and standing.confirmed_at is not None:
        return SiteState(last, taken_down=standing)
    return SiteState(last, asked=standing)


def closings_up_to(closing: Closing) -> QuerySet[Closing]:
    """The chain from its first link to this one."""
    return Closing.objects.filter(pk__lte=closing.pk).in_order()


def unpublished(state: SiteState) -> list[Closing]:
    """The closings after what is shown, in the chain's order; all of them while nothing is."""
    rows = Closing.objects.without_documents().select_related("fiscal_year").in_order()
    return list(rows.filter(pk__gt=state.shown.closing_id) if state.shown else rows)


def last_writing() -> SiteWriting | None:
    return SiteWriting.objects.select_related("publication").first()
