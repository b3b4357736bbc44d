"""The forms and links of a page, as a browser would send them."""

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

FILE = "file"
_NUMBER = re.compile(r"\d+")
_LINKS = {"href", "src", "action", "value"}
_FILLED = {"date": "2016-11-30", "email": "ana@durango.example", "number": "7", "password": "clave-larga-2016"}


@dataclass
class Form:
    """``fields`` holds what is sent, in order; ``files`` the names of its file fields; ``buttons`` its acts; ``chosen``
    the keys that nobody types into: hidden ones, choices and buttons.
    """

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    chosen: set[str] = field(default_factory=set)

    @property
    def keys(self) -> list[str]:
        """Each key once; of rows that repeat, the first («fila-0-numerator» stands for every row)."""
        return list(self.shape.values())

    @property
    def acts(self) -> list[tuple[str, str] | None]:
        """What it can be sent with: each button once, of rows that repeat the first; None: no button says more."""
        acts = {(general(name), general(value)): (name, value) for name, value in reversed(self.buttons)}
        return [*acts.values()] or [None]

    @property
    def shape(self) -> dict[str, str]:
        kinds: dict[str, str] = {}
        for name in [*(name for name, _ in self.fields), *(name for name, _ in self.buttons), *self.files]:
            if name != "csrfmiddlewaretoken":
                kinds.setdefault(general(name), name)
        return kinds


class Page(HTMLParser):
    """``forms`` with where they go, ``links`` with their parameters; an address that a script is told, in whatever
    attribute, is a form of its own, with the fields around it.
    """

    def __init__(self, path: str, text: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._select: tuple[Form, str, list[tuple[str, bool]]] | None = None
        self._text: tuple[Form, str, list[str]] | None = None
        self._late: list[tuple[str, dict[str, str]]] = []
        self._told: list[tuple[str, Form | None]] = []
        self.feed(text)
        for tag, given in self._late:  # fields beside their form, which may come after them
            if given["form"] in self._by_id:
                self._take(self._by_id[given["form"]], tag, given)
        for address, form in dict(self._told).items():
            self.forms.append(replace(form, action=address, method="post") if form else Form(address, "post"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        told = [value for name, value in given.items() if value.startswith("/") and name not in _LINKS]
        self._told += [(value, self._open) for value in told]
        if tag == "a" and given.get("href"):
            self.links.append(urljoin(self.path, given["href"]))
        elif tag == "form":
            action = urljoin(self.path, given.get("action") or self.path)
            self._open = Form(action, given.get("method", "get").lower())
            self.forms.append(self._open)
            self._by_id[given.get("id", "")] = self._open
        elif tag == "option" and self._select:
            self._select[2].append((given.get("value", ""), "selected" in given))
        elif tag in ("input", "select", "textarea", "button") and given.get("name"):
            if "form" in given:
                self._late.append((tag, given))
            elif self._open:
                self._take(self._open, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select:
            form, name, options = self._select
            chosen = [value for value, selected in options if selected and value]
            form.fields.append((name, next(iter([*chosen, *(value for value, _ in options if value)]), "")))
            self._select = None
        elif tag == "textarea" and self._text:
            form, name, parts = self._text
            form.fields.append((name, "".join(parts).strip() or "Prueba de lo que se escribe"))
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text:
            self._text[2].append(data)

    def _take(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, kind, value = given["name"], given.get("type", ""), given.get("value", "")
        if tag in ("button", "select") or kind in ("submit", "hidden", "checkbox", "radio"):
            form.chosen.add(name)
        if tag == "button" or kind == "submit":
            form.buttons.append((name, value))
        elif tag == "select":
            self._select = (form, name, [])
        elif tag == "textarea":
            self._text = (form, name, [])
        elif kind == FILE:
            form.files.append(name)
        elif kind in ("checkbox", "radio"):
            if kind == "checkbox" or name not in dict(form.fields) or "checked" in given:
                form.fields = [pair for pair in form.fields if kind == "checkbox" or pair[0] != name]
                form.fields.append((name, value or "on"))
        else:
            form.fields.append((name, value or (_FILLED.get(kind, "Prueba") if kind != "hidden" else "")))


def general(name: str) -> str:
    """The key of every row: «fila-#-numerator»."""
    return _NUMBER.sub("#", name)


def asked_by(address: str) -> list[str]:
    """The parameters that a link names."""
    return [name for name, _ in parse_qsl(urlsplit(address).query, keep_blank_values=True)]
