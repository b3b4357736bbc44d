"""Departments, programmes and the parts of each, in the order in which the document has them."""

import re
from dataclasses import dataclass, field

from catalog.layout.printed_codes import CODE, code_of
from catalog.official_document.cards import begins_card
from catalog.official_document.lines import Line
from catalog.official_document.words import folded, is_head, section
from core.text import fold

_NUMBER = r"\d{1,3}(?:\s?\.\s?\d{1,3}){1,3}"
_HEADING = re.compile(
    rf"(?:programa\s*:?\s*)?(?P<number>{_NUMBER})\.?[\s–—:-]+(?P<name>\S.*?)(?:\s*\(\s*(?P<code>{CODE})\s*\)\.?)?",
    re.IGNORECASE,
)
_CODE_BEHIND = re.compile(rf"(?:programa\s*:\s*)?(?P<name>\S.*?)\s*\(\s*(?P<code>{CODE})\s*\)\.?", re.IGNORECASE)
_CODE_BEFORE = re.compile(rf"(?i:programa\s*:?\s*)?(?P<code>{CODE})\.?\s*(?:[:.–—-]\s*|\s)(?P<name>[^=\s].*)")
_NAMED = re.compile(r"programa(?:\s+presupuestario)?\s*:\s*(?P<name>\S.*)", re.IGNORECASE)
_NAMED_WITH_KEY = re.compile(
    rf"programa(?:\s+presupuestario)?\s*:\s*(?P<name>\S.*?)\s+(?:clave|c[oó]digo)\s*:?\s*(?P<code>{CODE})\.?",
    re.IGNORECASE,
)
_KEY_BELOW = re.compile(rf"(?:clave|c[oó]digo)(?:\s+del\s+programa)?\s*:?\s*(?P<code>{CODE})\.?", re.IGNORECASE)
_DEPARTMENT = re.compile(r"(?P<number>\d{1,3})\.?\s+(?P<name>[^\W\d_].*)")
_DEPARTMENT_NAMED = re.compile(
    r"(?:(?P<number>\d{1,3})\.?\s+)?(?:dependencia|unidad responsable|unidad administrativa)(?:\s+responsable)?\s*:\s*"
    r"(?:(?P<number2>\d{1,3})\.\s+)?(?P<name>\S.*)",
    re.IGNORECASE,
)
_IN_CONTENTS = re.compile(r"(?:[.…·_]\s?){4,}|\)\s*\d{1,4}\s*$")
_PLAN = re.compile(
    r"\s*(?:<\s?<|«|‹‹)"
    r"|\s*(?:plan\s*:?\s+)?plan\s+(?:municipal|estatal|de desarrollo).*|\s*eje(?:\s+rector)?\s*(?:\d*\s*[:.])"
    r"|\s*eje\s+rector\s+\S.*",
    re.IGNORECASE,
)
_GLOBAL = re.compile(r"indicador(?:es)?\s+global", re.IGNORECASE)
_OPEN_END = re.compile(
    r"(?:^|\s)(?:de|del|la|las|el|los|y|e|o|u|para|por|en|con|a|al|su|sus|municipal de)$|[,–—-]$", re.I
)
_LARGE = 1.15  # times the letters of the text
_TITLE = re.compile(r"programa|ayuntamiento|municipio de|indice|plan municipal|administracion 20")
_CAPTION = re.compile(r"(?:gr[aá]fic[ao]|figura|cuadro|tabla|mapa|imagen|foto)\.?\s*\d|fuentes?\s*:", re.IGNORECASE)
_AHEAD = 14  # lines between a heading and the first part of its programme
_HEADING_LINES = 3


@dataclass(slots=True)
class DepartmentText:
    number: str
    name: str
    line: Line


@dataclass(slots=True)
class ProgramText:
    """A programme as the document has it: its heading, and the lines of its parts."""

    line: Line
    number: str
    name: str
    code: str
    department: DepartmentText | None
    plan: list[Line] = field(default_factory=list)
    description: list[Line] = field(default_factory=list)
    objectives: list[Line] = field(default_factory=list)
    table: list[Line] = field(default_factory=list)
    summary: list[Line] = field(default_factory=list)
    # Words behind the colon of «Descripción:», which stand before the lines.
    inline: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.plan or self.description or self.objectives or self.table)


@dataclass(slots=True)
class Structure:
    programs: list[ProgramText]
    unused: list[Line]


def structure_of(lines: list[Line]) -> Structure:
    return _Reader(lines).read()


@dataclass(slots=True)
class _Heading:
    number: str
    name: str
    code: str
    taken: int  # lines


class _Reader:
    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        self._texts = [re.sub(r"\s+", " ", line.text).strip() for line in lines]
        sizes = sorted(line.size for line in lines)
        self._body = sizes[len(sizes) // 2] if sizes else 0.0
        self._programs: list[ProgramText] = []
        self._unused: list[Line] = []
        self._department: DepartmentText | None = None
        self._standing: list[Line] = []  # a plan's line that stands above the programmes
        self._state = ""

    def read(self) -> Structure:
        at = 0
        while at < len(self._lines):
            at = self._next(at)
        return Structure(self._without_contents(), self._unused)

    @property
    def _program(self) -> ProgramText | None:
        return self._programs[-1] if self._programs else None

    def _next(self, at: int) -> int:
        """Read what begins at this line; where what follows begins."""
        text, line = self._texts[at], self._lines[at]
        if _IN_CONTENTS.search(text) and self._state != "table":
            self._unused.append(line)
            return at + 1
        heading = self._heading(at)
        if heading is not None:
            self._programs.append(ProgramText(line, heading.number, heading.name, heading.code, self._department))
            self._programs[-1].plan += self._standing
            self._state = "heading"
            return at + heading.taken
        taken = self._department_at(at)
        if taken:
            if not (self._state == "heading" and _DEPARTMENT_NAMED.fullmatch(text)):
                self._state, self._standing = "", []
            return at + taken
        if _GLOBAL.match(text) and self._program is not None:
            self._state = "global"
            self._program.summary.append(line)
            return at + 1
        return self._part(at)

    def _part(self, at: int) -> int:
        text, line = self._texts[at], self._lines[at]
        program = self._program
        key = _KEY_BELOW.fullmatch(text) if self._state == "heading" else None
        if key and program is not None and not program.code:
            program.code = code_of(key["code"])
            return at + 1
        if self._state not in ("table",) and self._begins_plan(at):
            if self._state in ("", "after", "above") or program is None:
                self._standing, self._state = [line], "above"
            else:
                program.plan, self._state = [line], "plan"
            return self._plan_ended(text, at)
        kind, rest = section(text)
        if kind == "objectives" and self._state in ("plan", "above") and (rest or not self._plan_has_strategy()):
            kind = ""  # the plan's own objective
        if self._state != "table" and is_head(text):
            kind, rest = "table", "head"
        if kind and program is not None and not (self._state == "table" and kind != "description"):
            self._state = kind
            if kind == "table":
                program.table.append(line)
            elif rest:
                program.inline[kind] = rest
            return at + 1
        if program is not None and self._state in ("objectives", "description", "heading") and begins_card(text):
            self._state = "table"
        elif self._state in ("objectives", "description") and len(text) < 40 and self._card_follows(at):
            self._state = "table"  # the title of the cards
            return at + 1
        self._keep(line, text)
        return at + 1

    def _card_follows(self, at: int) -> bool:
        return at + 1 < len(self._texts) and begins_card(self._texts[at + 1]) and "accion" in fold(self._texts[at])

    def _keep(self, line: Line, text: str) -> None:
        program = self._program
        if self._state == "above":
            self._standing.append(line)
            self._plan_ended(text, 0)
        elif program is None or self._state in ("", "heading", "after"):
            self._unused.append(line)
        elif self._state == "plan":
            program.plan.append(line)
            self._plan_ended(text, 0)
        elif self._state == "global":
            program.summary.append(line)
        else:
            getattr(program, self._state).append(line)
        if self._state == "global" and text.endswith((".", ")")):
            self._state = "after"

    def _begins_labels(self, at: int) -> bool:
        """«Plan», «Eje Rector», «Objetivo», «Estrategia», each on a line of its own: a table that came by columns."""
        if self._state != "heading" or folded(self._texts[at]) not in ("plan", "eje", "eje rector"):
            return False
        ahead = [folded(text) for text in self._texts[at : at + 4]]
        return "objetivo" in ahead and "estrategia" in ahead

    def _begins_plan(self, at: int) -> bool:
        if self._begins_labels(at):
            return True
        if not _PLAN.match(self._texts[at]) or self._state in ("plan", "above"):
            return False
        ahead = fold(" ".join(self._texts[at : at + 8]))
        return "eje" in ahead and ("objetivo" in ahead or "estrategia" in ahead)

    def _plan_has_strategy(self) -> bool:
        lines = self._standing if self._state == "above" else (self._program.plan if self._program else [])
        return "estrategia" in fold(" ".join(line.text for line in lines))

    def _plan_ended(self, text: str, at: int) -> int:
        if re.search(r"(?:>\s?>|»|››)\.?$", text):
            self._state = "planned" if self._state == "plan" else ""
            if self._state == "planned":
                self._state = "heading"
        return at + 1

    def _heading(self, at: int) -> _Heading | None:
        """A programme's heading that begins here, on one line or more."""
        first = self._texts[at]
        if not first or len(first) > 250 or _GLOBAL.match(first) or first[:1] in "<«»•(=/*":
            return None
        for taken in range(1, _HEADING_LINES + 1):
            if at + taken > len(self._lines) or self._lines[at + taken - 1].page != self._lines[at].page:
                break
            if taken > 1 and not self._may_continue(at, taken):
                break
            joined = " ".join(self._texts[at : at + taken])
            found = _HEADING.fullmatch(joined)
            if found and found["code"]:
                return _Heading(_plain(found["number"]), found["name"], code_of(found["code"]), taken)
            for shape in (_NAMED_WITH_KEY, _CODE_BEHIND, _CODE_BEFORE):
                found = shape.fullmatch(joined)
                if found and self._state != "table" and self._has_parts(at + taken) and _named(found["name"]):
                    return _Heading("", found["name"], code_of(found["code"]), taken)
        return self._bare_heading(at)

    def _may_continue(self, at: int, taken: int) -> bool:
        """Whether the heading's next line may be a part of it: of the same letters, and no part of the programme."""
        text, line = self._texts[at + taken - 1], self._lines[at + taken - 1]
        if section(text)[0] or _PLAN.match(text) or is_head(text) or _GLOBAL.match(text) or _IN_CONTENTS.search(text):
            return False
        numbered = re.match(rf"(?:programa\s*:?\s*)?{_NUMBER}\.?\s", self._texts[at], re.I)
        return bool(numbered or _CODE_BEFORE.match(self._texts[at]) or _NAMED.match(self._texts[at])) or (
            line.size == self._lines[at].size > self._body
        )

    def _bare_heading(self, at: int) -> _Heading | None:
        """One without a key: its programme's parts must follow it."""
        text = self._texts[at]
        found, number = _HEADING.fullmatch(text), ""
        if found and not found["name"][:1].islower():
            number = _plain(found["number"])
        else:
            found = _NAMED.fullmatch(text)
        if found is None or not _named(found["name"]):
            return None
        taken = 1
        while taken < _HEADING_LINES and at + taken < len(self._lines) and self._goes_on(at + taken - 1):
            taken += 1
        if not self._has_parts(at + taken):
            return None
        if self._state in ("description", "objectives") and self._body and self._lines[at].size <= self._body * 1.02:
            # A numbered line of a text looks the same; the plan's line or a description begins a programme.
            ahead = [
                section(text)[0] or ("plan" if _PLAN.match(text) else "") for text in self._texts[at + taken :][:2]
            ]
            if not {"plan", "description"} & set(ahead):
                return None
        name = " ".join([found["name"], *self._texts[at + 1 : at + taken]])
        return _Heading(number, name, "", taken)

    def _goes_on(self, at: int) -> bool:
        """Whether the heading goes on below: it breaks off, or what follows has the same large letters."""
        line, below = self._lines[at], self._lines[at + 1]
        text = self._texts[at + 1]
        if section(text)[0] or _PLAN.match(text) or is_head(text) or re.match(_NUMBER, text) or _DEPARTMENT.match(text):
            return False
        if _OPEN_END.search(self._texts[at]):
            return True
        return below.page == line.page and line.size > self._body * 1.1 and below.size == line.size and below.gap < 0.5

    def _has_parts(self, at: int) -> bool:
        for text in self._texts[at : at + _AHEAD]:
            if section(text)[0] or _PLAN.match(text) or is_head(text):
                return True
            if _CODE_BEHIND.fullmatch(text) or _HEADING.fullmatch(text):
                return False
        return False

    def _department_at(self, at: int) -> int:
        """How many lines the heading of a department takes here; 0 where there is none."""
        text = self._texts[at]
        named = _DEPARTMENT_NAMED.fullmatch(text)
        if named and self._state != "table":
            number = named["number"] or named["number2"] or ""
            taken = self._name_of_department(at, number, named["name"])
            # «Dependencia:» below a programme's heading says whose it is.
            if self._state == "heading" and self._program is not None:
                self._program.department = self._department
            return taken
        found = _DEPARTMENT.fullmatch(text)
        if not found and self._state in ("", "after"):
            return self._unnumbered_department(at)
        if not found or len(text) > 150 or self._state == "plan":
            return 0
        for ahead in range(at + 1, min(at + 1 + _AHEAD, len(self._texts))):
            if section(self._texts[ahead])[0]:
                return 0
            heading = _HEADING.match(self._texts[ahead])
            if heading and self._heading(ahead) is not None:
                if not _plain(heading["number"]).startswith(f"{int(found['number'])}."):
                    return 0
                return self._name_of_department(at, found["number"], found["name"])
        return 0

    def _unnumbered_department(self, at: int) -> int:
        """A line of large letters that the heading of a programme follows, with nothing but a word or two between."""
        text, line = self._texts[at], self._lines[at]
        if line.size < self._body * _LARGE or not text[:1].isupper() or len(text) > 120 or _TITLE.search(fold(text)):
            return 0
        if _CAPTION.match(text):
            return 0
        for ahead in range(at + 1, min(at + 4, len(self._texts))):
            if section(self._texts[ahead])[0] or is_head(self._texts[ahead]):
                return 0
            heading = self._heading(ahead)
            if heading is not None:
                known = self._department
                if known is not None and known.number and heading.number.startswith(f"{int(known.number)}."):
                    return 0  # of the department that has its number
                return self._name_of_department(at, "", text)
        return 0

    def _name_of_department(self, at: int, number: str, name: str) -> int:
        taken = 1
        while taken < _HEADING_LINES and at + taken < len(self._lines) and self._goes_on(at + taken - 1):
            taken += 1
        name = " ".join([name, *self._texts[at + 1 : at + taken]])
        self._department = DepartmentText(number, name.rstrip(" ."), self._lines[at])
        return taken

    def _without_contents(self) -> list[ProgramText]:
        """The programmes without the entries of a table of contents: those are empty and come again."""
        full = {(program.code, fold(program.name)) for program in self._programs if not program.is_empty}
        names = {name for _, name in full}
        kept = []
        for program in self._programs:
            key = (program.code, fold(program.name))
            if program.is_empty and (key in full or key[1] in names):
                self._unused.append(program.line)
            else:
                kept.append(program)
        self._unused.sort(key=lambda line: (line.page, line.number))
        return kept


def _plain(number: str) -> str:
    return re.sub(r"\s", "", number)


def _named(name: str) -> bool:
    return len(name) > 3 and any(letter.isalpha() for letter in name) and bool(folded(name)) and "=" not in name
