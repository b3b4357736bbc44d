"""What a manual is, once it was read: chapters of Markdown's own tokens, with the headings that one can be led to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """``file``: where it stands below ``docs/manuales``; ``tokens``: all that follows its title."""

    file: str
    slug: str
    title: str
    tokens: Sequence[Token]
    headings: tuple[Heading, ...]

    def has(self, key: str) -> bool:
        return any(heading.key == key for heading in self.headings)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary; ``forms``: how it is written, folded."""

    key: str
    title: str
    forms: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of the tasks that a manual names first, and where it leads (as written: «03-capturar.md#pegar»)."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Manual:
    slug: str
    title: str
    cover: Chapter
    wanted: tuple[Wanted, ...]
    chapters: tuple[Chapter, ...]

    def find(self, slug: str) -> Chapter | None:
        return next((chapter for chapter in self.chapters if chapter.slug == slug), None)


@dataclass(frozen=True, slots=True)
class Library:
    """``loose``: what belongs to all manuals, by its file: the glossary, how one signs in, one's own account."""

    manuals: Mapping[str, Manual] = field(default_factory=dict)
    loose: Mapping[str, Chapter] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()

    def chapters(self) -> Sequence[tuple[Manual | None, Chapter]]:
        """Every text of the shelf, with the manual that it is of; covers are none of it."""
        own = [(manual, chapter) for manual in self.manuals.values() for chapter in manual.chapters]
        return [*own, *((None, chapter) for chapter in self.loose.values())]
