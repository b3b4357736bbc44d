"""La bitácora: every act that this person may read, the latest first, in the words of the screens."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.dateparse import parse_date

from accounts.access import Access, readable_trail
from core.models import TrailEntry
from indicators.history import HistoryLine, field_words, history_line

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class TrailPage:
    lines: list[HistoryLine]
    page: Page[TrailEntry]
    text: str
    since: str
    until: str
    complaint: str

    @property
    def query(self) -> str:
        """What the links to the other pages keep, ready to be followed by the page's number."""
        kept = {"texto": self.text, "desde": self.since, "hasta": self.until}
        return urlencode({name: value for name, value in kept.items() if value})


def trail_page(access: Access, asked: QueryDict) -> TrailPage:
    """The acts that contain every word of ``texto`` in their subject, between two days, in three queries."""
    text, since, until = (asked.get(name, "").strip()[:100] for name in ("texto", "desde", "hasta"))
    entries = readable_trail(access).select_related("actor").order_by("-id")
    complaint = ""
    for word in text.split():
        entries = entries.filter(subject_label__icontains=word)
    for value, lookup in ((since, "at__date__gte"), (until, "at__date__lte")):
        day = _day(value)
        if day is not None:
            entries = entries.filter(**{lookup: day})
        elif value:
            complaint = f"«{value}» no es una fecha; se muestran todas."
    page = Paginator(entries, PAGE_SIZE).get_page(asked.get("pagina"))
    lines = [history_line(entry, words=field_words(entry.subject_type)) for entry in page]
    return TrailPage(lines, page, text, since, until, complaint)


def _day(text: str) -> object | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
