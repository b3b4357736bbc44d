"""What the pages of a closing as it was known are made of: its document, and today's of the same cut-off."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from publishing.document.borders import Borders, borders_by_figure
from publishing.document.building import Link, document_of
from publishing.document.differences import Difference, Document, differences, indicators_of
from publishing.models import Closing


@dataclass(frozen=True)
class Known:
    """``then`` is what the closing's bytes say and nothing else; ``today`` what a closing made now would say."""

    closing: Closing
    then: Document
    today: Document
    versions: Sequence[Closing]  # the other ones of the month, the latest first

    @cached_property
    def found(self) -> list[Difference]:
        return differences(self.then, self.today)

    @cached_property
    def borders(self) -> Callable[[str], Borders]:
        """What a figure's percentages are held against, by its code, as it was known."""
        return borders_by_figure(self.then)

    @property
    def latest(self) -> Closing | None:
        """The version that counts, where that is not this one."""
        return next((one for one in self.versions if one.version > self.closing.version), None)

    @property
    def earlier(self) -> list[Closing]:
        return [one for one in self.versions if one.version < self.closing.version]

    @cached_property
    def programs(self) -> Mapping[str, tuple[Document, Document | None]]:
        """Those of the closing by code, each beside itself as it is today; None where it is no more."""
        now = {row["code"]: row for row in self.today["programs"]}
        return {row["code"]: (row, now.get(row["code"])) for row in self.then["programs"]}

    @cached_property
    def indicators(self) -> Mapping[str, tuple[Document, Document | None]]:
        now = indicators_of(self.today)
        return {code: (row, now.get(code)) for code, row in indicators_of(self.then).items()}

    def program_of(self, code: str) -> Document:
        """The programme of an indicator of the closing."""
        return next(row for row in self.then["programs"] if any(one["code"] == code for one in row["indicators"]))

    def about(self, codes: set[str]) -> Iterator[Difference]:
        return (one for one in self.found if one.figure in codes)


def known(closing: Closing) -> Known:
    """Raises DocumentAltered where the document is not what was kept."""
    then: dict[str, Any] = closing.content
    today = document_of(closing.fiscal_year, closing.month, Link(closed_on=closing.closed_on))
    others = Closing.objects.filter(fiscal_year=closing.fiscal_year_id, month=closing.month).exclude(pk=closing.pk)
    return Known(
        closing, then, today, list(others.select_related("fiscal_year").without_documents().order_by("-version"))
    )
