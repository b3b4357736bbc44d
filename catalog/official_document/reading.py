"""A document, whatever file it is, as rows of a draft: each with where it came from and what is doubtful in it."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from catalog.official_document.cards import cards_of
from catalog.official_document.doubts import Known
from catalog.official_document.furniture import without_furniture
from catalog.official_document.lines import Document, DocumentError, Line
from catalog.official_document.notes import without_notes
from catalog.official_document.paragraphs import Joiner
from catalog.official_document.pdf_file import read_pdf
from catalog.official_document.placed_table import PlacedTables
from catalog.official_document.plan_line import in_two_columns, plan_of
from catalog.official_document.running_table import RunningTables
from catalog.official_document.structure import ProgramText, structure_of
from catalog.official_document.table_rows import TableRow
from catalog.official_document.text_file import read_text
from core.text import fold

T = TypeVar("T")
MAX_MEGABYTES = 50
MAX_BYTES = MAX_MEGABYTES * 2**20


@dataclass(slots=True)
class ReadProgram:
    """``texts``: its parts by the field of the catalogue; ``doubts``: of such a field, or of «» for all of it.

    ``by_columns``: whether the columns of its table are drawn or stand apart on a page, and are not those of a text.
    """

    text: ProgramText
    texts: dict[str, str]
    objectives: list[str]
    rows: list[TableRow]
    doubts: list[tuple[str, str]] = field(default_factory=list)
    by_columns: bool = True


@dataclass(slots=True)
class ReadDocument:
    programs: list[ReadProgram]
    year: str
    year_from: str
    unused: list[Line]
    unread: tuple[int, ...]
    pages: int
    paged: bool
    joiner: Joiner


def read_document(data: bytes) -> ReadDocument:
    """Raises DocumentError with one sentence."""
    if len(data) > MAX_BYTES:
        raise DocumentError(f"El archivo pesa más de {MAX_MEGABYTES} MB: súbalo por partes.")
    is_pdf = b"%PDF-" in data[:1024]
    document = read_pdf(data) if is_pdf else read_text(data)
    lines, furniture = without_furniture(document)
    lines, notes = without_notes(document, lines, furniture)
    if not lines:
        raise DocumentError(_nothing(document))
    structure = structure_of(lines)
    if not structure.programs:
        raise DocumentError(
            "No se encontró ningún programa: cada uno empieza con un título como «1.1 Proximidad Ciudadana (PRE-01)»."
        )
    joiner = Joiner(Known(line.text for line in lines))
    programs, lost = _read_programs(document, structure.programs, joiner)
    year, year_from = _year([*furniture, *lines])
    unused = sorted([*structure.unused, *lost, *notes], key=lambda line: (line.page, line.number))
    return ReadDocument(
        programs,
        year,
        year_from,
        unused,
        document.unread,
        len(document.pages),
        is_pdf or len(document.pages) > 1,
        joiner,
    )


def _nothing(document: Document) -> str:
    if document.unread:
        return (
            "El PDF es una imagen: ninguna de sus páginas tiene texto. Pida el archivo original, "
            "o páselo por un programa de reconocimiento de texto (OCR)."
        )
    return "El documento no tiene texto."


def _read_programs(
    document: Document, texts: list[ProgramText], joiner: Joiner
) -> tuple[list[ReadProgram], list[Line]]:
    tables = [program.table for program in texts]
    lost: list[Line] = []
    placed = (
        PlacedTables(tables, {page.number: page for page in document.pages}, typed=not document.drawn)
        if document.placed
        else None
    )
    running = None
    if placed is None:
        other = [line.text for one in texts for part in (one.plan, one.description, one.objectives) for line in part]
        running = RunningTables(tables, other)
    programs = []
    for at, program in enumerate(texts):
        rows = cards_of(program.table)
        in_cards = bool(rows)
        if not rows:
            rows = placed.rows(at) if placed else running.rows(at) if running else []
        read = ReadProgram(program, {}, [], rows, by_columns=document.drawn or in_cards)
        if placed and not in_cards:
            lost += placed.lost(at)
        _read_texts(read, joiner)
        programs.append(read)
    if placed:
        lost += placed.unused
    return programs, lost


def _read_texts(read: ReadProgram, joiner: Joiner) -> None:
    program = read.text
    texts = read.texts
    texts |= _doubted(read, "strategy", joiner, lambda: _plan(read, joiner))
    if texts.get("plan") and not {"axis", "objective", "strategy"} & set(texts):
        read.doubts.append(("plan", "no se supo dónde terminan el plan, el eje, el objetivo y la estrategia"))
    description = _doubted(
        read,
        "description",
        joiner,
        lambda: joiner.paragraphs(program.description, program.inline.get("description", "")),
    )
    if description:
        texts["description"] = description
    read.objectives = _doubted(
        read, "objectives", joiner, lambda: joiner.items(program.objectives, program.inline.get("objectives", ""))
    )
    for name, lines in (("description", program.description), ("objectives", program.objectives)):
        read.doubts += [(name, doubt) for line in lines for doubt in line.doubts]


def _plan(read: ReadProgram, joiner: Joiner) -> dict[str, str]:
    """With colons on one line or on several; without them where each label stands at the left."""
    lines = read.text.plan
    found = plan_of(joiner.join(line.text for line in lines))
    if {"axis", "objective", "strategy"} & set(found):
        return found
    columns, sure = in_two_columns(lines)
    if not columns:
        return found
    texts = {name: joiner.join(its) for name, _, its in columns if its}
    if not sure:
        read.doubts += [(name, "no es seguro dónde empieza y termina") for name in texts]
    return texts | {f"{name}_key": key for name, key, _ in columns if key}


def _doubted(read: ReadProgram, name: str, joiner: Joiner, work: Callable[[], T]) -> T:
    """What the work gives; what is doubtful about its broken words goes to the programme."""
    joiner.doubts.clear()
    done = work()
    read.doubts += [(name, doubt) for doubt in joiner.doubts]
    joiner.doubts.clear()
    return done


_YEAR = re.compile(
    r"(?:programa anual de trabajo|programa operativo anual|\bpat\b|\bpoa\b|ejercicio(?: fiscal)?|\bano\b)"
    r"(?:\s+municipal)?(?:\s+(?:del?|para)(?:\s+ano)?)?\s*:?\s*(20\d\d)(?!\s*[-–—a/])"
)
_UNITS = [
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece",
    "catorce", "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno", "veintidos",
    "veintitres", "veinticuatro", "veinticinco", "veintiseis", "veintisiete", "veintiocho", "veintinueve", "treinta",
]  # fmt: skip
_COVER_LINES = 4
_IN_WORDS = re.compile(rf"\bdos mil ({'|'.join(sorted(_UNITS[1:], key=len, reverse=True))})\b")


def _year(lines: list[Line]) -> tuple[str, str]:
    """The year that the document says most often it is for, and the words in which it does; «» where it does not."""
    figures: Counter[str] = Counter()
    first: dict[str, str] = {}
    for line in lines:
        text = fold(line.text)
        found = _YEAR.search(text)
        if found:
            figures[found[1]] += 2
            first.setdefault(found[1], "")
            continue
        words = _IN_WORDS.search(text)
        if words:
            year = str(2000 + _UNITS.index(words[1]))
            figures[year] += 1
            first.setdefault(year, line.text)
    if not figures:
        return _year_on_a_cover(lines), ""
    year = figures.most_common(1)[0][0]
    return year, first[year]


def _year_on_a_cover(lines: list[Line]) -> str:
    """«Programa Anual / de Trabajo / 2016», a few words a line."""
    for at in range(len(lines)):
        near = [line for line in lines[at : at + _COVER_LINES] if line.page == lines[at].page and len(line.text) < 60]
        found = _YEAR.search(fold(" ".join(line.text for line in near)))
        if found:
            return found[1]
    return ""
