"""Official keys of any shape, and the codes of ours that are proposed for them.

A key that has our shape is the code itself; every other one is kept beside a code, which is the one that the catalogue
already gave it, or the next free one of its department, programme or action, in the order of the rows. Pure: what the
catalogue has comes in as ``Known``.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.layout.dates_as_codes import codes_behind
from catalog.workbook.cells import ACTION, INDICATOR, PROGRAM, dashed, fits, is_prefix, nearest_code
from core.text import fold

MOST_DIGITS = 999
_LETTERS = "BCDEFGHIJKLMNOPQRSTUVWXYZ"
# What stands before the name of a department and tells it from no other.
_FORMS = {
    "de", "del", "la", "el", "los", "las", "y", "e", "para", "en", "a", "direccion", "general", "secretaria",
    "departamento", "coordinacion", "instituto", "municipal", "municipio", "subdireccion", "jefatura", "oficina",
    "unidad", "h", "ayuntamiento", "comision", "consejo", "sistema", "dependencia", "organismo", "centro",
}  # fmt: skip


# What stands before the number of anybody's key: of programmes, actions, goals.
_ANYBODYS = {
    "PP", "PPA", "POA", "PBR", "MIR", "PAT", "PMD", "CVE", "CLAVE", "NO", "NUM", "ACC", "ACCION", "IND", "LA", "LDA",
    "OBJ", "EJE", "EST", "META", "PROG", "PROY", "COMP", "ACT",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """One key as its cell has it. ``shown``: as a person sees it; ``date``: the ISO form of what became a date.

    ``rounded``: stored as a number that does not tell its last zeros.
    """

    shown: str = ""
    date: str = ""
    rounded: bool = False

    @property
    def key(self) -> str:
        """By which it is matched: without case, accents and doubled blanks."""
        return fold(self.shown)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """What one row says of its keys. ``prefix``: that of the department, where the file has one."""

    row: int
    department: str
    prefix: str
    program: Written
    program_name: str
    action: Written
    action_name: str
    indicator: Written
    indicator_name: str
    bare: bool = False  # a programme without actions, or an action without indicators
    # The file has no keys of programmes, or of actions: their names tell them apart.
    programs_by_name: bool = False
    actions_by_name: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the year's catalogue has: codes, and which code each official key has.

    ``programs`` by the folded key, several where departments number their own alike; ``actions`` by their programme's
    code and key, ``indicators`` by their action's.
    ``named``: what is matched by its folded name where no key is given, below the prefix of the department, the code of
    the programme or that of the action. ``prefixes``: by the folded name of the department. ``owners``: of each
    programme's code, the prefix of its department and its folded name.
    """

    prefixes: Mapping[str, str] = field(default_factory=dict)
    codes: frozenset[str] = frozenset()
    programs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    actions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    indicators: Mapping[tuple[str, str], str] = field(default_factory=dict)
    named: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    owners: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A key and the code for it. ``key``: what an answer names it by; ``asks``: False where the catalogue has it.

    ``doubt``: what to look at before it is confirmed, a sentence without full stop.
    """

    key: str
    what: str
    shown: str
    code: str
    name: str
    row: int
    doubt: str = ""
    asks: bool = True


@dataclass(frozen=True, slots=True)
class Coded:
    """The codes of one row, and what is kept beside them as official keys ("" where the key is the code)."""

    prefix: str
    program: str
    action: str
    indicator: str
    program_key: str
    action_key: str
    indicator_key: str


@dataclass(slots=True)
class Proposals:
    """``rows`` by the number of the row; ``asked`` in the order of the file, each key once."""

    rows: dict[int, Coded] = field(default_factory=dict)
    asked: list[Proposal] = field(default_factory=list)


def as_ours(written: Written, what: str) -> str:
    """The code that the key is but for its case, its dashes and blanks around them; "" where it is none."""
    if written.date:
        return ""
    code = dashed(written.shown)
    return code if fits(code, what) else ""


def propose_codes(rows: Sequence[KeyRow], known: Known, chosen: Mapping[str, str] | None = None) -> Proposals:
    """Codes for the keys of these rows. ``chosen``: by ``Proposal.key`` the codes that a person wrote instead."""
    return _Proposer(rows, known, chosen or {}).propose()


class _Proposer:
    def __init__(self, rows: Sequence[KeyRow], known: Known, chosen: Mapping[str, str]) -> None:
        self._rows, self._known, self._chosen = rows, known, chosen
        self._taken = set(known.codes)
        self._programs: dict[str, str] = {}
        self._actions: dict[tuple[str, str], str] = {}
        self._indicators: dict[tuple[str, str], str] = {}
        self._spelt: dict[str, str] = {}
        self._highest: dict[str, int] = {}
        self._owner: dict[str, str] = {}
        self._found = Proposals()
        self._prefixes = _Prefixes(rows, known)
        self._shared = _shared_keys(rows)
        self._said = {fold(row.indicator_name or row.action_name) for row in rows}
        self._name_of = {code: name for (what, _, name), code in known.named.items() if what == INDICATOR}

    def propose(self) -> Proposals:
        self._keep_ours()
        for row in self._rows:
            program, program_key = self._program(row)
            action, action_key = self._action(row, program)
            indicator, indicator_key = self._indicator(row, action)
            prefix = self._prefixes.of(row)
            self._found.rows[row.row] = Coded(
                prefix, program, action, indicator, program_key, action_key, indicator_key
            )
        return self._found

    def _keep_ours(self) -> None:
        """The codes that the file has itself are taken before any other is proposed."""
        for row in self._rows:
            for written, what in ((row.program, PROGRAM), (row.action, ACTION), (row.indicator, INDICATOR)):
                code = as_ours(written, what)
                if code:
                    self._taken.add(code)
        self._taken.update(self._chosen.values())
        for code in self._taken:
            above, _, number = code.rpartition("-")
            if number.isdigit():
                self._highest[above] = max(self._highest.get(above, 0), int(number))

    def _program(self, row: KeyRow) -> tuple[str, str]:
        written = row.program
        own = as_ours(written, PROGRAM)
        if own and not self._is_of_another(row, own):
            return own, ""
        by_name = row.programs_by_name and row.program_name
        if not written.shown and not by_name:
            return "", ""
        place = self._place(row)
        if place not in self._programs:
            code, doubt, asks = self._new_program(row)
            self._programs[place] = self._ask(f"p|{place}", PROGRAM, written, code, row.program_name, row, doubt, asks)
        code = self._programs[place]
        return code, self._kept(f"p|{place}", written, code)

    def _place(self, row: KeyRow) -> str:
        """What tells the row's programme apart: its key, with the department where two departments have the same."""
        if not row.program.shown:
            return f"={fold(row.department)}|{fold(row.program_name)}"
        key = row.program.key
        return f"{key}|{fold(row.department)}" if key in self._shared else key

    def _is_of_another(self, row: KeyRow, code: str) -> bool:
        """Whether the catalogue has another programme of another department with this code."""
        prefix, name = self._known.owners.get(code, ("", ""))
        return bool(prefix) and prefix != self._prefixes.of(row) and name != fold(row.program_name)

    def _new_program(self, row: KeyRow) -> tuple[str, str, bool]:
        known, others = self._known_program(row)
        if not row.program.shown:
            known = self._known.named.get((PROGRAM, self._prefixes.of(row), fold(row.program_name)))
        if known:
            return known, "", False
        if row.program.date:
            return self._behind_a_date(row.program, PROGRAM, "") or (
                self._next(self._prefixes.of(row)), f"«{row.program.shown}» es una fecha: revise la clave", True
            )  # fmt: skip
        prefix = self._prefixes.of(row)
        near = nearest_code(row.program.shown)
        if as_ours(row.program, PROGRAM):
            return self._next(prefix), f"«{row.program.shown}» ya es la clave de otra dependencia", True
        if fits(near, PROGRAM) and near.partition("-")[0] == prefix and near not in self._taken:
            return near, "", True
        doubt = f"se parece a «{near}», que ya es de otro" if fits(near, PROGRAM) and near in self._taken else ""
        if others:
            doubt = (
                f"«{row.program.shown}» ya es la clave oficial de {others[0]}, de otra dependencia y con otro nombre"
            )
        return self._next(prefix), doubt, True

    def _known_program(self, row: KeyRow) -> tuple[str, Sequence[str]]:
        """The code that the catalogue gave the key, "" where there is none, and the codes of others with that key.

        Departments number their own programmes: a key alone is no identity. It is the programme of the same
        department or, where that was moved, the one of the same name.
        """
        codes = self._known.programs.get(row.program.key, ())
        owners = [(code, *self._known.owners.get(code, ("", ""))) for code in codes]
        prefix, name = self._prefixes.of(row), fold(row.program_name)
        here = [(code, own) for code, above, own in owners if above in ("", prefix)]
        same = [code for code, own in here if own == name] or [code for code, _ in here]
        same = same or [code for code, _, own in owners if own == name]
        return (same[0], ()) if same else ("", codes)

    def _action(self, row: KeyRow, program: str) -> tuple[str, str]:
        written = row.action
        own = as_ours(written, ACTION)
        if own and (not program or own.startswith(f"{program}-")):
            return own, ""
        by_name = row.actions_by_name and row.action_name
        if not program or row.bare or not (written.shown or by_name):
            return own, ""
        place = (program, written.key or f"={fold(row.action_name)}")
        if place not in self._actions:
            code, doubt, asks = self._new_action(row, program)
            self._actions[place] = self._ask(
                f"a|{self._place(row) if row.program.shown else program}|{place[1]}",
                ACTION,
                written,
                code,
                row.action_name,
                row,
                doubt,
                asks,
            )
        code = self._actions[place]
        return code, self._kept(f"a|{program}|{place[1]}", written, code)

    def _kept(self, place: str, written: Written, code: str) -> str:
        """The official key beside the code, as the first of its rows writes it; "" where the code is what was typed."""
        if written.date and code in codes_behind(written.date):
            return ""
        return self._spelt.setdefault(place, written.shown)

    def _new_action(self, row: KeyRow, program: str) -> tuple[str, str, bool]:
        known = self._known.actions.get((program, row.action.key))
        if not row.action.shown:
            known = self._known.named.get((ACTION, program, fold(row.action_name)))
        if known:
            return known, "", False
        if row.action.date:
            guessed = self._behind_a_date(row.action, ACTION, program)
            doubt = f"«{row.action.shown}» es una fecha que hizo la hoja de cálculo: revise la clave"
            return guessed or (self._next(program), doubt, True)
        near = nearest_code(row.action.shown)
        if fits(near, ACTION) and near.startswith(f"{program}-") and near not in self._taken:
            return near, "", True
        doubt = f"tiene la forma de las nuestras y no es del programa {program}" if as_ours(row.action, ACTION) else ""
        return self._next(program), doubt, True

    def _behind_a_date(self, written: Written, what: str, program: str) -> tuple[str, str, bool] | None:
        """The code that a spreadsheet probably turned into this date."""
        for code in codes_behind(written.date):
            if fits(code, what) and (not program or code.startswith(f"{program}-")):
                doubt = f"la hoja de cálculo convirtió la clave en una fecha; probablemente era «{code}»"
                return code, doubt, True
        return None

    def _indicator(self, row: KeyRow, action: str) -> tuple[str, str]:
        written = row.indicator
        own = as_ours(written, INDICATOR)
        if own and (not action or own == action or own.startswith(f"{action}-")):
            return own, ""
        if not action or row.bare or (as_ours(row.action, ACTION) == action and not written.shown):
            return own, ""  # the code of its action, or an error of the row
        place = (action, written.key or fold(row.indicator_name or row.action_name))
        if place not in self._indicators:
            code, asks = self._new_indicator(row, action, place[1])
            name = row.indicator_name or row.action_name
            if written.shown or code != action:
                shown = written if written.shown else Written(row.action.shown or "—")
                above = self._place(row) if row.program.shown else ""
                key = f"i|{above}|{row.action.key or action}|{place[1]}"
                code = self._ask(key, INDICATOR, shown, code, name, row, "", asks)
            self._indicators[place] = code
        code = self._indicators[place]
        self._owner.setdefault(code, place[1])
        return code, written.shown

    def _new_indicator(self, row: KeyRow, action: str, key: str) -> tuple[str, bool]:
        known = self._known.indicators.get((action, key))
        if not row.indicator.shown:
            known = self._known.named.get((INDICATOR, action, key))
        if known:
            return known, False
        for code in (action, *(f"{action}-{letter}" for letter in _LETTERS)):
            if code not in self._owner and (code not in self._known.codes or self._is_free(row, code)):
                return code, code != action
        return action, True

    def _is_free(self, row: KeyRow, code: str) -> bool:
        """Whether a code of the catalogue may be this row's: the action's own, where no key says otherwise."""
        return not row.indicator.shown and code.count("-") == 2 and self._name_of.get(code) not in self._said

    def _ask(
        self, key: str, what: str, written: Written, code: str, name: str, row: KeyRow, doubt: str, asks: bool
    ) -> str:
        if written.rounded and asks and not doubt:
            doubt = f"está guardada como número: no se sabe si era {written.shown} o {written.shown}0"
        wanted = self._chosen.get(key) or self._chosen.get(written.key, "")
        above = code.rpartition("-")[0]
        if fits(wanted, what) and (what == PROGRAM or wanted == above or wanted.startswith(f"{above}-")):
            code = wanted
        self._taken.add(code)
        self._found.asked.append(Proposal(key, what, written.shown, code, name, row.row, doubt, asks))
        return code

    def _next(self, above: str) -> str:
        number = self._highest.get(above, 0) + 1
        while f"{above}-{number:02d}" in self._taken:
            number += 1
        self._highest[above] = number
        return f"{above}-{number:02d}"


def _shared_keys(rows: Iterable[KeyRow]) -> set[str]:
    """The keys with which two departments of the file mean programmes of two names."""
    meant: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        if row.department and row.program_name:  # a blank cell means «as above», or is an error of its row
            meant.setdefault(row.program.key, set()).add((fold(row.department), fold(row.program_name)))
    return {
        key
        for key, pairs in meant.items()
        if len({department for department, _ in pairs}) > 1 and len({name for _, name in pairs}) > 1
    }


class _Prefixes:
    """The prefix of each department: the file's, the catalogue's, that of its own codes, or one from its name."""

    def __init__(self, rows: Iterable[KeyRow], known: Known) -> None:
        rows = list(rows)
        said: dict[str, str] = {}
        seen: dict[str, Counter[str]] = {}
        near: dict[str, Counter[str]] = {}
        self._names: dict[str, str] = {}
        for row in rows:
            department = fold(row.department)
            self._names.setdefault(department, row.department)
            if is_prefix(row.prefix):
                said.setdefault(department, row.prefix)
            code = as_ours(row.program, PROGRAM)
            guess = code or nearest_code(row.program.shown)
            if code or (fits(guess, PROGRAM) and guess.partition("-")[0] not in _ANYBODYS):
                (seen if code else near).setdefault(department, Counter())[guess.partition("-")[0]] += 1
        self._by_department = said | {name: prefix for name, prefix in known.prefixes.items() if name in self._names}
        taken = set(known.prefixes.values()) | set(said.values())
        for codes in (seen, near):
            used = Counter(prefix for counted in codes.values() for prefix in counted)
            for department, counted in codes.items():
                prefix = next(iter(counted))
                alone = len(counted) == 1 and used[prefix] == 1 and prefix not in taken
                if alone and department not in self._by_department and (codes is seen or department not in seen):
                    self._by_department[department] = prefix
                    taken.add(prefix)
        kept = {prefix for counted in seen.values() for prefix in counted}
        for department, name in self._names.items():
            if department not in self._by_department:
                self._by_department[department] = prefix_for(name, taken | kept)
                taken.add(self._by_department[department])

    def of(self, row: KeyRow) -> str:
        return self._by_department[fold(row.department)]


def prefix_for(name: str, taken: Iterable[str]) -> str:
    """A prefix from a department's name that is nobody's: OBR for «Dirección de Obras Públicas»."""
    taken = set(taken)
    words = [word.upper() for word in re.findall(r"[a-zñ]+", _plain(name))]
    telling = [word for word in words if word.lower() not in _FORMS] or words or ["DEP"]
    first, initials = telling[0], "".join(word[0] for word in telling)
    tries = [first[:3], initials[:6], first[:4], first[:2] + initials[1:3], first[:5], first[:6]]
    for given in tries:
        if is_prefix(given) and given not in taken:
            return given
    stem = (first + "XX")[:2]
    for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for two in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            if stem + one + two not in taken:
                return stem + one + two
    return stem + "ZZ"


def _plain(name: str) -> str:
    """Without accents, but with its ñ."""
    return fold(name.casefold().replace("ñ", "\x01")).replace("\x01", "ñ")
