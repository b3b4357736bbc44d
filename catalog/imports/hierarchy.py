"""Matching the names of a file with the plan's hierarchy and the departments, in memory.

A name is matched exactly, or by its key; a name that differs only in case, accents or blanks is refused, because
it would make a second tree.
"""

from collections.abc import Callable, Hashable
from typing import Any

from catalog.imports.writes import Writes
from core.spreadsheets import normalize, single_line
from core.text import fold


def same_text(stored: Any, given: Any) -> bool:
    """Do these say the same? What a form stored may have other blanks and line ends than a cell can."""
    if not isinstance(stored, str) or not isinstance(given, str):
        return False
    return stored == given or given in (normalize(stored), single_line(normalize(stored)))


class Mismatch(Exception):
    """The row names something in a way that cannot be; ``header`` is the column, the message its sentence."""

    def __init__(self, header: str, value: str, message: str) -> None:
        super().__init__(message)
        self.header, self.value, self.message = header, value, message


class _Answers:
    """Rows say the same of one thing again and again: it is looked for once, and refused in the same words."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def give(self, asked: Hashable, find: Callable[[], Any]) -> tuple[Any, bool]:
        """What was found, and whether it was asked for the first time; the Mismatch where it cannot be."""
        known = self._known.get(asked)
        is_first = known is None
        if is_first:
            try:
                known = find()
            except Mismatch as mismatch:
                known = mismatch
            self._known[asked] = known
        if isinstance(known, Mismatch):
            raise known
        return known, is_first


class Level:
    """One level of the hierarchy: axes below the plan, objectives below their axis, strategies below theirs."""

    def __init__(self, model: Any, parent: str, header: str, key_header: str, writes: Writes) -> None:
        self.what = str(model._meta.verbose_name)
        self._model, self._parent, self._header, self._key_header = model, parent, header, key_header
        self._writes = writes
        self._by_name: dict[tuple[int, str], Any] = {}
        self._by_fold: dict[tuple[int, str], Any] = {}
        self._by_key: dict[tuple[int, str], Any] = {}
        self._last: dict[int, int] = {}
        self._answers = _Answers()
        self._stated: set[int] = set()
        self._by_pk: dict[int, Any] = {}
        self._below: dict[int, list[Any]] = {}

    def store(self, node: Any, parent: Any) -> None:
        """Know a node, of the database or new; ``parent`` is the one instance that stands for it here."""
        setattr(node, self._parent, parent)
        place = id(parent)
        self._by_pk[node.pk] = node
        self._below.setdefault(place, []).append(node)
        self._by_name[place, single_line(normalize(node.name))] = node
        self._by_fold.setdefault((place, fold(node.name)), node)
        if node.key:
            self._by_key[place, node.key] = node
        self._last[place] = max(self._last.get(place, 0), node.position)

    def by_pk(self, pk: int) -> Any:
        return self._by_pk[pk]

    def children(self, parent: Any) -> list[Any]:
        """The nodes below a parent, of the database or new."""
        return self._below.get(id(parent), [])

    def match(self, parent: Any, name: str, key: str) -> Any:
        """The node that ``find`` would give, None where it would be a new one or refused."""
        by_key = self._by_key.get((id(parent), key)) if key else None
        return by_key or self._by_name.get((id(parent), name))

    def rename(self, node: Any, parent: Any, name: str) -> None:
        """Give a stored node the name that somebody accepted as its new one."""
        self._set(node, "name", name)
        self._by_name[id(parent), name] = node
        self._by_fold[id(parent), fold(name)] = node

    def find(self, parent: Any, name: str, key: str) -> tuple[Any, bool]:
        """The node, and whether this is the first row that names it so; Mismatch where it cannot be.

        A new node takes the next position: rows come in the order in which the plan shows them.
        """
        return self._answers.give((id(parent), name, key), lambda: self._find(parent, name, key))

    def _find(self, parent: Any, name: str, key: str) -> Any:
        place = id(parent)
        node = self._by_key.get((place, key)) if key else None
        if node is None:
            node = self._by_name.get((place, name))
            if node is not None and key and node.key:
                raise Mismatch(self._key_header, key, f"«{key}»: «{name}» ya existe con la clave «{node.key}»")
        if node is None:
            return self._new(parent, name, key)
        if not same_text(node.name, name):
            self._rename(node, place, name)
        if key and not node.key:
            self._set(node, "key", key)
            self._by_key[place, key] = node
        self._stated.add(id(node))
        return node

    def _new(self, parent: Any, name: str, key: str) -> Any:
        near = self._by_fold.get((id(parent), fold(name)))
        if near is not None:
            remedy = f", o dé su clave «{near.key}» para corregirlo" if near.key else ""
            raise Mismatch(self._header, name, f"«{name}» ya existe como «{near.name}»; escríbalo igual{remedy}")
        position = self._last.get(id(parent), 0) + 1
        node = self._model(**{self._parent: parent}, name=name, key=key, position=position)
        self.store(node, parent)
        self._writes.add(node)
        self._stated.add(id(node))
        return node

    def _rename(self, node: Any, place: int, name: str) -> None:
        if id(node) in self._stated:
            raise Mismatch(self._header, name, f"«{name}» no coincide con otra fila, que lo llama «{node.name}»")
        other = self._by_fold.get((place, fold(name)))
        if other is not None and other is not node:
            raise Mismatch(self._header, name, f"«{name}» ya existe como «{other.name}», con otra clave")
        self._set(node, "name", name)
        self._by_name[place, name] = node
        self._by_fold.setdefault((place, fold(name)), node)

    def _set(self, node: Any, field: str, value: str) -> None:
        before = getattr(node, field)
        if node.pk is None:
            setattr(node, field, value)
        else:
            self._writes.change(node, field, before, value)


class Departments:
    """Departments are matched by their prefix, which never changes.

    Another name under the same prefix is a rename only where the row also gives the department's stored number:
    two identifiers then agree. Without it the row is refused.
    """

    def __init__(self, model: Any, stored: list[Any], writes: Writes) -> None:
        self._model, self._writes = model, writes
        self._by_prefix = {row.prefix: row for row in stored}
        self._by_fold = {fold(row.name): row for row in stored}
        self._by_number = {row.number: row for row in stored if row.number is not None}
        self._by_pk = {row.pk: row for row in stored}
        self._answers = _Answers()

    def by_pk(self, pk: int) -> Any:
        return self._by_pk[pk]

    def by_prefix(self, prefix: str) -> Any:
        return self._by_prefix.get(prefix)

    def is_free(self, department: Any, name: str) -> bool:
        """Does no other department have this name?"""
        return self._by_fold.get(fold(name), department) is department

    def is_renamed_by(self, department: Any, number: int | None) -> bool:
        """Does this number, beside the prefix, say that another name is the department's new one?"""
        return number is not None and department.number == number and department.pk is not None

    def rename(self, department: Any, name: str) -> None:
        """Give a stored department the name that somebody accepted as its new one."""
        self._writes.change(department, "name", department.name, name)
        self._by_fold[fold(name)] = department

    def prefix_of(self, name: str) -> str:
        """The prefix of the department with exactly this name; "" when there is none."""
        department = self._by_fold.get(fold(name))
        return department.prefix if department is not None and same_text(department.name, name) else ""

    def find(self, prefix: str, name: str, number: int | None) -> tuple[Any, bool]:
        """The department, and whether this is the first row that names it so; Mismatch where it cannot be."""
        return self._answers.give((prefix, name, number), lambda: self._find(prefix, name, number))

    def _find(self, prefix: str, name: str, number: int | None) -> Any:
        department = self._by_prefix.get(prefix)
        same_name = self._by_fold.get(fold(name))
        if same_name is not None and same_name is not department:
            raise _of_another(same_name, department, prefix, name)
        same_number = self._by_number.get(number) if number is not None else None
        if same_number is not None and same_number is not department:
            message = f"«{number}» ya es el número de «{same_number.name}», prefijo «{same_number.prefix}»"
            raise Mismatch("Número de dependencia", str(number), message)
        if department is None:
            return self._new(prefix, name, number)
        if not same_text(department.name, name):
            self._rename(department, name, number)
        if number is not None and department.number != number:
            self._writes.change(department, "number", department.number, number)
            self._by_number[number] = department
        return department

    def _new(self, prefix: str, name: str, number: int | None) -> Any:
        department = self._model(prefix=prefix, name=name, number=number)
        self._by_prefix[prefix] = self._by_fold[fold(name)] = department
        if number is not None:
            self._by_number[number] = department
        self._writes.add(department)
        return department

    def _rename(self, department: Any, name: str, number: int | None) -> None:
        if fold(name) == fold(department.name):
            raise Mismatch("Dependencia", name, f"«{name}» ya existe como «{department.name}»; escríbalo igual")
        if not self.is_renamed_by(department, number):
            remedy = "para cambiarle el nombre dé también su número" if department.number is not None else ""
            message = f"«{name}»: el prefijo «{department.prefix}» es de «{department.name}»"
            raise Mismatch("Dependencia", name, f"{message}; {remedy}" if remedy else message)
        self.rename(department, name)


def _of_another(same_name: Any, department: Any, prefix: str, name: str) -> Mismatch:
    """The name is another department's. The prefix is what is wrong where it is nobody's, otherwise the name."""
    if department is None:
        said = f"«{prefix}»: «{same_name.name}» ya existe con el prefijo «{same_name.prefix}»"
        return Mismatch("Prefijo", prefix, f"{said}; escriba {same_name.prefix}")
    said = f"«{name}» ya existe con el prefijo «{same_name.prefix}», y «{prefix}» es el prefijo de «{department.name}»"
    return Mismatch("Dependencia", name, f"{said}; corrija uno de los dos")
