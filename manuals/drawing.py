"""A chapter as HTML, drawn once a process. Links to the product stay open until it is known who reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from manuals.leading import NoSuchPlace, place_of
from manuals.marking import is_right_aligned, is_warning, parser, plain
from manuals.model import Chapter, Library
from manuals.pictures import picture_of

# What Markdown never holds: it reads NUL as another character.
_CUT = "\x00"
_LOADED_AT_ONCE = 2  # pictures of a chapter; the others as one comes to them


@dataclass(frozen=True, slots=True)
class Drawn:
    """HTML in parts; every second one is the name of a page and the words of a link to it."""

    parts: tuple[str, ...]
    pages: frozenset[str]

    def with_pages(self, urls: Mapping[str, str]) -> SafeString:
        """Where a page has no address for this reader, its name stands in bold."""
        return mark_safe("".join(_led(part, urls) if at % 2 else part for at, part in enumerate(self.parts)))


def _led(part: str, urls: Mapping[str, str]) -> str:
    name, _, words = part.partition("\n")
    url = urls.get(name)
    return f'<a href="{escape(url)}">{words}</a>' if url else f"<strong>{words}</strong>"


def draw(shelf: Library, chapter: Chapter) -> Drawn:
    env = {"shelf": shelf, "chapter": chapter, "pages": set(), "open": [], "pictures": 0, "heading": chapter.title}
    content = _DRAWER.renderer.render(list(chapter.tokens), _DRAWER.options, env)
    return Drawn(tuple(content.split(_CUT)), frozenset(env["pages"]))


Rule = Callable[[Sequence[Token], int, dict[str, Any]], str]
_RULES: dict[str, Rule] = {}


def _rule(name: str) -> Callable[[Rule], Rule]:
    def keep(rule: Rule) -> Rule:
        _RULES[name] = rule
        return rule

    return keep


@_rule("heading_open")
def _heading(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> str:
    token = tokens[at]
    env["heading"] = plain(tokens[at + 1].children or ())
    return f'<{token.tag} id="{escape(str(token.attrs["id"]))}">'


@_rule("link_open")
def _link(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> str:
    href = str(tokens[at].attrs["href"])
    try:
        place = place_of(env["shelf"], env["chapter"], href)
    except NoSuchPlace:
        # A test finds it; whoever reads meanwhile has the words.
        env["open"].append("</span>")
        return "<span>"
    if place.page:
        env["pages"].add(place.page)
        env["open"].append(_CUT)
        return f"{_CUT}{place.page}\n"
    env["open"].append("</a>")
    if place.address:
        return f'<a href="{escape(place.address)}" rel="noreferrer">'
    term = ' class="term"' if href.startswith("glosario:") else ""
    return f'<a href="{escape(place.url)}"{term}>'


@_rule("link_close")
def _link_end(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> str:
    return str(env["open"].pop())


@_rule("image")
def _picture(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> str:
    token = tokens[at]
    alt = escape(plain(token.children or ()))
    found = picture_of(env["chapter"].file, str(token.attrs["src"]))
    if found is None:
        return f"<em>{alt}</em>"
    env["pictures"] += 1
    lazy = ' loading="lazy"' if env["pictures"] > _LOADED_AT_ONCE else ""
    url = escape(static(found.static_name))
    picture = f'<img src="{url}" alt="{alt}" width="{found.width}" height="{found.height}" decoding="async"{lazy}>'
    return picture if env["open"] else f'<a class="picture" href="{url}">{picture}</a>'


@_rule("table_open")
def _table(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> str:
    label = escape(f"Tabla: {env['heading']}")
    return f'<div class="table-responsive" tabindex="0" role="region" aria-label="{label}"><table class="table">'


@_rule("table_close")
def _table_end(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> str:
    return "</table></div>\n"


@_rule("th_open")
def _head(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> str:
    return f'<th scope="col"{_side(tokens[at])}>'


@_rule("td_open")
def _cell(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> str:
    return f"<td{_side(tokens[at])}>"


def _side(cell: Token) -> str:
    return ' class="num"' if is_right_aligned(cell.attrs) else ""


@_rule("fence")
@_rule("code_block")
def _code(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> str:
    label = escape(f"Ejemplo: {env['heading']}")
    code = escape(tokens[at].content)
    return f'<pre class="manual-code" tabindex="0" role="region" aria-label="{label}"><code>{code}</code></pre>\n'


@_rule("blockquote_open")
def _note(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> str:
    kind = "warning" if is_warning(tokens[at:]) else "info"
    return f'<div class="alert alert-{kind} manual-note">\n'


@_rule("blockquote_close")
def _note_end(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> str:
    return "</div>\n"


_DRAWER = parser()
for _name, _made in _RULES.items():
    _DRAWER.add_render_rule(_name, lambda _self, tokens, at, _options, env, _rule=_made: _rule(tokens, at, env))
