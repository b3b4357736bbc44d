"""``/publico/…``: the published files as they are, to whoever asks, without session, cookie or database.

A middleware, because it answers before all those that ask the database, set a cookie or write into a page.
"""

import logging
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase, HttpResponsePermanentRedirect
from django.utils.cache import get_conditional_response

from publishing.open_data.files import OF_THE_ROOT
from publishing.publication.place import site_folder
from publishing.publication.published_files import GZIP_MARK, PublishedFiles, files_of
from publishing.published import DATA, SUMS

logger = logging.getLogger(__name__)

PREFIX = "/publico/"
PAGE, NOT_FOUND = "index.html", "404.html"
# Once they are published under a version's folder, data never change; pages may, with a new version of the product.
FOR_GOOD, FOR_A_MINUTE = "public, max-age=31536000, immutable", "public, max-age=60"
_OF_A_VERSION = re.compile(r"\d{4}/\d{2}/v\d+/(?:datos/[^/]+|acta\.pdf)", re.ASCII)
_DATA = frozenset(one.name for one in OF_THE_ROOT)
_TEXT = "text/plain; charset=utf-8"
_TYPES = {
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
    "json": "application/json", "jsonld": "application/ld+json", "csv": "text/csv; charset=utf-8",
    "txt": _TEXT, "py": "text/x-python; charset=utf-8", "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_COMPRESSED_ALREADY = frozenset(("png", "pdf", "xlsx"))
_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?P<q>[0-9.]*)\s*)?(?=,|$)", re.IGNORECASE)
_RANGE = re.compile(r"bytes=(?:(?P<first>[0-9]{1,18})-(?P<last>[0-9]{0,18})|-(?P<end>[0-9]{1,18}))")
_POLICY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_FOR_EVERY_SITE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Content-Length, Content-Range, Accept-Ranges",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Range, If-Range, If-None-Match, If-Match",
    "Access-Control-Max-Age": "86400",
}
_NOBODY_IS_SERVED = (
    '<!doctype html><html lang="es-MX"><meta charset="utf-8"><title>No existe</title>'
    "<h1>Aquí no hay ninguna página</h1><p>La dirección no existe, o el municipio no ha publicado nada en ella.</p>"
)
_ALTERED = (
    '<!doctype html><html lang="es-MX"><meta charset="utf-8"><title>No disponible</title>'
    "<h1>Este archivo no está disponible</h1><p>Lo que hay en el servidor no es lo que se publicó, y por eso no se "
    "entrega. Avise al municipio.</p>"
)


class PublicSiteMiddleware:
    """Answers what is below ``/publico/`` and the site's ``robots.txt``; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(PREFIX):
            answer = _answer(request, path[len(PREFIX) :])
        elif path == "/robots.txt":
            answer = _only_read(request) or _robots()
        elif path == PREFIX[:-1]:
            answer = _only_read(request) or _with_slash(request)
        else:
            return self.get_response(request)
        for name, value in _POLICY.items():
            answer[name] = value
        if answer.status_code not in (204, 304):
            answer["Content-Length"] = str(len(answer.content))
        if request.method == "HEAD":
            answer.content = b""
        return answer


def _answer(request: HttpRequest, asked: str) -> HttpResponse:
    files = files_of(site_folder())
    name = f"{asked}{PAGE}" if asked == "" or asked.endswith("/") else asked
    is_data = f"/{DATA}/" in name or name in _DATA
    if request.method == "OPTIONS" and is_data:
        answer: HttpResponse = HttpResponse(status=204, headers=_PREFLIGHT)
    else:
        answer = _only_read(request) or _file(request, files, name) or _file(request, files, name) or _altered(name)
    if is_data:
        for header, value in _FOR_EVERY_SITE.items():
            answer[header] = value
    return answer


def _file(request: HttpRequest, files: PublishedFiles, name: str) -> HttpResponse | None:
    """None where the folder changed meanwhile and has to be read again, or a file is not what was published."""
    names = files.names()
    digest = names.get(name)
    if digest is None:
        return _with_slash(request) if f"{name}/{PAGE}" in names else _not_found(files, names)
    suffix = name.rpartition(".")[2]
    compressed = suffix not in _COMPRESSED_ALREADY and "HTTP_RANGE" not in request.META and _takes_gzip(request)
    answer = HttpResponse(content_type=_TEXT if name == SUMS else _TYPES.get(suffix, "application/octet-stream"))
    answer["ETag"] = f'"{digest}{GZIP_MARK if compressed else ""}"'
    answer["Cache-Control"] = FOR_GOOD if _OF_A_VERSION.fullmatch(name) else FOR_A_MINUTE
    answer["Accept-Ranges"] = "bytes"
    if suffix not in _COMPRESSED_ALREADY:
        answer["Vary"] = "Accept-Encoding"
    settled = get_conditional_response(request, etag=answer["ETag"], response=answer)
    if settled is not answer:
        return settled
    content = files.gzipped(name, digest) if compressed else files.content(name, digest)
    if content is None:
        return None
    if compressed:
        answer["Content-Encoding"] = "gzip"
    answer.content = content
    return _part(request, answer)


def _part(request: HttpRequest, whole: HttpResponse) -> HttpResponse:
    """The bytes that were asked for of a file; all of it where they are no single range, or are of another file.

    Django has no ranges, and WhiteNoise's refuse a single byte and know no If-Range.
    """
    found = _RANGE.fullmatch(request.META.get("HTTP_RANGE", "").replace(" ", ""))
    if not found or request.method != "GET" or request.META.get("HTTP_IF_RANGE", whole["ETag"]) != whole["ETag"]:
        return whole
    size = len(whole.content)
    if found["end"]:
        first, last = max(size - int(found["end"]), 0), size - 1
    else:
        first, last = int(found["first"]), min(int(found["last"] or size), size - 1)
        if found["last"] and int(found["last"]) < first:
            return whole
    if first >= size:
        return HttpResponse(status=416, content_type=_TEXT, headers={"Content-Range": f"bytes */{size}"})
    whole.status_code = 206
    whole["Content-Range"] = f"bytes {first}-{last}/{size}"
    whole.content = whole.content[first : last + 1]
    return whole


def _takes_gzip(request: HttpRequest) -> bool:
    found = _GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    return found is not None and (found["q"] or "1").strip("0.") != ""


def _only_read(request: HttpRequest) -> HttpResponse | None:
    """The refusal of whatever is more than reading."""
    if request.method in ("GET", "HEAD"):
        return None
    return HttpResponseNotAllowed(["GET", "HEAD"], content_type=_TEXT)


def _with_slash(request: HttpRequest) -> HttpResponse:
    return HttpResponsePermanentRedirect(f"{quote(request.path)}/", headers={"Cache-Control": FOR_A_MINUTE})


def _not_found(files: PublishedFiles, names: Mapping[str, str]) -> HttpResponse:
    """The site's own page of what does not exist."""
    digest = names.get(NOT_FOUND)
    content = files.content(NOT_FOUND, digest) if digest else None
    body = _NOBODY_IS_SERVED if content is None else content
    return HttpResponse(body, status=404, content_type=_TYPES["html"], headers={"Cache-Control": FOR_A_MINUTE})


def _altered(name: str) -> HttpResponse:
    logger.error("«%s» del sitio público no es lo que se publicó, o ya no está: no se entrega.", name)
    return HttpResponse(_ALTERED, status=503, content_type=_TYPES["html"], headers={"Cache-Control": "no-store"})


def _robots() -> HttpResponse:
    """What is public may be listed by whoever searches; the rest asks to sign in."""
    allowed = f"Allow: {PREFIX}\n" if files_of(site_folder()).names() else ""
    body = f"User-agent: *\n{allowed}Disallow: /\n"
    return HttpResponse(body, content_type=_TEXT, headers={"Cache-Control": FOR_A_MINUTE})
