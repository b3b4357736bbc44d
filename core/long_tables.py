"""The engine of the long tables: Jinja2, which turns a template into Python once instead of walking it for each row.

Only the rows of tables with hundreds of them are in ``templates_jinja/``; ``{% long_table %}`` puts them into a page.
They are given text that is ready to print, and a name that nobody gave them is an error, never a blank.
"""

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.template import engines
from django.utils.text import capfirst
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from core.lights import light, light_word
from core.moments import day_text


def environment(**options: Any) -> Environment:
    made = Environment(**options | {"undefined": StrictUndefined})
    made.globals |= {"light": light, "light_word": light_word, "drawn": drawn}
    made.filters |= {"capfirst": capfirst, "day": day_text}
    return made


def row_by_row(name: str, rows: Iterable[tuple[Hashable, ...]]) -> str:
    """The rows of a template that asks for nothing but ``rows``, each drawn once a process.

    What is drawn depends on the row alone, which is made of texts and read anew for every page: of a plan's programmes
    all but one are as they were for the page before.
    """
    draw = _drawn.__wrapped__ if settings.DEBUG else _drawn  # whoever writes a template sees it at once
    # Markup is not the text that reads like it.
    return "".join([draw(name, row, tuple(map(type, row))) for row in rows])


@lru_cache(maxsize=2048)
def _drawn(name: str, row: tuple[Hashable, ...], types: tuple[type, ...]) -> str:
    drawn: str = engines["jinja2"].get_template(name).render({"rows": (row,)})
    return drawn


class Drawable(Protocol):
    def kept_by(self) -> Hashable:
        """All that the row's template says of it; None where it will hardly be said again."""


class _Row:
    """A row as the key of what was drawn of it."""

    __slots__ = ("key", "row")

    def __init__(self, key: Hashable, row: Drawable) -> None:
        self.key, self.row = key, row

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Row) and self.key == other.key


def drawn(name: str, row: Drawable, **context: Hashable) -> Markup:
    """A row by a template of its own, for tables whose rows cost most of their page.

    A month that somebody fills in is drawn again after each figure, and all of its rows but one say what they said:
    of these, what was drawn then. It is kept by everything that the template is given, never by time.
    """
    key = row.kept_by()
    if key is None or settings.DEBUG:
        return _draw(name, row, context)
    return _kept(name, _Row(key, row), tuple(context.items()))


@lru_cache(maxsize=1024)
def _kept(name: str, held: _Row, context: tuple[tuple[str, Hashable], ...]) -> Markup:
    return _draw(name, held.row, dict(context))


def _draw(name: str, row: Drawable, context: dict[str, Hashable]) -> Markup:
    return Markup(engines["jinja2"].get_template(name).render({"row": row, **context}))  # escaped by its own engine
