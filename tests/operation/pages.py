"""The pages of the manual of operation: their fenced blocks, their headings, their links and what they quote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.manual import FOLDER
from manuals.marking import key_of
from tests.pmd.test_settings import ROOT

FOLDER_OF_PAGES = ROOT / FOLDER
_FENCE = re.compile(r"(?ms)^```(\w*)\n(.*?)^```$")
_SPAN = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(slots=True)
class Page:
    path: Path
    text: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def prose(self) -> str:
        return _FENCE.sub("", self.text)

    def headings(self) -> list[str]:
        return re.findall(r"(?m)^#{1,3} (.+)$", self.prose)

    def anchors(self) -> set[str]:
        return {key_of(heading) for heading in self.headings()}

    def spans(self) -> list[str]:
        return _SPAN.findall(self.prose)

    def links(self) -> Iterator[str]:
        yield from re.findall(r"\]\(([^)\s]+)\)", self.prose)

    def of(self, language: str) -> list[Block]:
        return [block for block in self.blocks if block.language == language]


def pages() -> list[Page]:
    return [page(path) for path in sorted(FOLDER_OF_PAGES.glob("[0-9]*.md"))]


def page(path: Path) -> Page:
    text = path.read_text(encoding="utf-8")
    blocks = [
        Block(path.name, text.count("\n", 0, found.start()) + 2, found[1], found[2]) for found in _FENCE.finditer(text)
    ]
    return Page(path, text, blocks)


def told_after(page: Page, block: Block) -> list[str]:
    """The lines that the page promises of these commands: those of a «text» block that follows without another one."""
    following = page.blocks[page.blocks.index(block) + 1 :]
    if not following or following[0].language != "text":
        return []
    return [line for line in following[0].text.splitlines() if line.strip()]


def pattern(line: str) -> re.Pattern[str]:
    """A promised line, whatever its figures: «…» stands for anything."""
    escaped = re.escape(line).replace("…", ".*")
    return re.compile(rf"(?m)^\s*{re.sub(r'[0-9]+', '[0-9]+', escaped)}\s*$")
