"""A manual as one PDF: all its chapters, how one signs in, and the glossary, with a table of contents."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from core.pdf import render_pdf
from manuals.leading import NoSuchPlace, place_of
from manuals.marking import is_right_aligned, is_warning
from manuals.model import Chapter, Library, Manual
from manuals.pictures import Picture, for_paper, picture_of
from manuals.reading import GLOSSARY

Data = dict[str, Any]


def manual_pdf(shelf: Library, manual: Manual, *, now: datetime) -> bytes:
    chapters = [*manual.chapters, *shelf.loose.values()]
    held = {chapter.file for chapter in chapters}
    writers = [_Writer(shelf, chapter, held) for chapter in (manual.cover, *chapters)]
    cover, *texts = [writer.blocks(_printed(writer.chapter, manual)) for writer in writers]
    data = {
        "municipality": settings.PMD_MUNICIPALITY or "PMD",
        "product": "Seguimiento del Programa Anual de Trabajo",
        "cover": cover,
        "chapters": [
            {
                "label": _label(chapter, ""),
                "title": chapter.title,
                "blocks": blocks,
                "listed": chapter.file != GLOSSARY,
            }
            for chapter, blocks in zip(chapters, texts, strict=True)
        ],
    }
    pictures = {name: for_paper(found) for writer in writers for name, found in writer.pictures.items()}
    return render_pdf("manual.typ", data, created=now, title=manual.title, pictures=pictures)


def _printed(chapter: Chapter, manual: Manual) -> Sequence[Token]:
    """Of the cover what stands before its first heading: the table of contents takes the place of its links."""
    return _before_headings(chapter.tokens) if chapter is manual.cover else chapter.tokens


def _before_headings(tokens: Sequence[Token]) -> Sequence[Token]:
    first = next((at for at, token in enumerate(tokens) if token.type == "heading_open"), len(tokens))
    return tokens[:first]


def _label(chapter: Chapter, key: str) -> str:
    return f"{chapter.file}#{key}" if key else chapter.file


class _Writer:
    """The blocks of a text as JSON says them; the template draws each by its ``kind``."""

    def __init__(self, shelf: Library, chapter: Chapter, held: set[str]) -> None:
        self.shelf, self.chapter, self.held = shelf, chapter, held
        self.pictures: dict[str, Picture] = {}

    def blocks(self, tokens: Sequence[Token]) -> list[Data]:
        return self._all(SyntaxTreeNode(list(tokens)).children) if tokens else []

    def _all(self, nodes: Sequence[SyntaxTreeNode]) -> list[Data]:
        return [block for node in nodes for block in self._block(node)]

    def _block(self, node: SyntaxTreeNode) -> Iterator[Data]:
        match node.type:
            case "heading":
                yield {
                    "kind": "heading",
                    "level": int(node.tag[1]),
                    "label": _label(self.chapter, str(node.attrs["id"])),
                    "line": self._line(node.children),
                }
            case "paragraph":
                yield from self._paragraph(node)
            case "bullet_list" | "ordered_list":
                yield {
                    "kind": "numbers" if node.type == "ordered_list" else "points",
                    "start": int(node.attrs.get("start", 1)),
                    "items": [self._all(item.children) for item in node.children],
                }
            case "table":
                yield self._table(node)
            case "fence" | "code_block":
                yield {"kind": "code", "text": node.content.rstrip("\n")}
            case "blockquote":
                yield {"kind": "note", "warning": is_warning(node.to_tokens()), "blocks": self._all(node.children)}
            case "hr":
                yield {"kind": "rule"}

    def _paragraph(self, node: SyntaxTreeNode) -> Iterator[Data]:
        line = node.children[0]
        pictures = [child for child in line.children if child.type == "image"]
        if any(child.type != "image" and child.content.strip() for child in line.children) or not pictures:
            yield {"kind": "text", "line": self._line(node.children)}
        for picture in pictures:
            if found := picture_of(self.chapter.file, str(picture.attrs["src"])):
                self.pictures[found.paper_name] = found
                yield {
                    "kind": "picture",
                    "name": found.paper_name,
                    "alt": picture.content,
                    "narrow": found.width < found.height,
                }

    def _table(self, node: SyntaxTreeNode) -> Data:
        rows = [row for part in node.children for row in part.children]
        head = rows[0].children
        return {
            "kind": "table",
            "sides": ["right" if is_right_aligned(cell.attrs) else "left" for cell in head],
            "head": [self._line(cell.children) for cell in head],
            "rows": [[self._line(cell.children) for cell in row.children] for row in rows[1:]],
        }

    def _line(self, nodes: Sequence[SyntaxTreeNode]) -> list[Data]:
        return [run for node in nodes for run in self._run(node)]

    def _run(self, node: SyntaxTreeNode) -> Iterator[Data]:
        match node.type:
            case "inline":
                yield from self._line(node.children)
            case "text":
                yield {"kind": "words", "text": node.content}
            case "softbreak":
                yield {"kind": "words", "text": " "}
            case "hardbreak":
                yield {"kind": "break"}
            case "code_inline":
                yield {"kind": "mono", "text": node.content}
            case "strong" | "em":
                yield {"kind": node.type, "line": self._line(node.children)}
            case "link":
                yield self._link(node)

    def _link(self, node: SyntaxTreeNode) -> Data:
        line = self._line(node.children)
        try:
            place = place_of(self.shelf, self.chapter, str(node.attrs["href"]))
        except NoSuchPlace:
            return {"kind": "group", "line": line}
        if place.page:
            # On paper there is no page to lead to: it is named.
            return {"kind": "strong", "line": line}
        if place.address:
            return {"kind": "link", "line": line, "to": place.address}
        if place.chapter is not None and place.chapter.file in self.held:
            return {"kind": "leap", "line": line, "to": _label(place.chapter, place.key)}
        return {"kind": "group", "line": line}
