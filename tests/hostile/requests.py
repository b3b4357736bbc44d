"""What no browser sends: bodies that cannot be read, addresses, headers and cookies; and files that are none."""

import io
import zipfile

from tests.indicators.sample_files import HTML, SVG, docx, pdf, png

_PART = b'--frontera\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
_MULTIPART = "multipart/form-data; boundary=frontera"
_PLAIN = "application/x-www-form-urlencoded"

BROKEN: dict[str, tuple[bytes, str]] = {
    "no end": (_PART % (b"act", b"", b"x"), _MULTIPART),
    "cut in a head": (b"--frontera\r\nContent-Disposition: form-da", _MULTIPART),
    "no boundary": (b"--x\r\n\r\n", "multipart/form-data"),
    "strange boundary": (b"--x\r\n\r\n", "multipart/form-data; boundary=\xf1\x00"),
    "not base64": (
        b"--frontera\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n\xff$$\r\n--frontera--\r\n", _MULTIPART,
    ),
    "no name": (b"--frontera\r\nContent-Disposition: form-data\r\n\r\nx\r\n--frontera--\r\n", _MULTIPART),
    "name in no letters": (_PART % (b"\xff\xfe", b"", b"x") + b"--frontera--\r\n", _MULTIPART),
    "many files": (_PART % (b"archivo", b'; filename="a"', b"x") * 200 + b"--frontera--\r\n", _MULTIPART),
    "json": (b'{"act": [', "application/json"),
    "charset": (b"act=%ff", f"{_PLAIN}; charset=utf-16"),
    "unknown charset": (b"act=x", f"{_PLAIN}; charset=nada"),
    "too many keys": (b"&".join(b"k%d=1" % n for n in range(3_000)), _PLAIN),
    "too large": (b"act=" + b"x" * 2_700_000, _PLAIN),
    "raw bytes": (b"\xff\xfe=\xff&act=\x00&=&&==", _PLAIN),
    "no percents": (b"act=%&%%=%u0041&a=%zz", _PLAIN),
    "counts of forms": (
        b"form-TOTAL_FORMS=99999999999&form-INITIAL_FORMS=-1&form-0-id=x&TOTAL_FORMS=%D9%A4&_save=1&action=x"
        b"&_selected_action=%00&index=9&select_across=1", _PLAIN,
    ),
}  # fmt: skip

BAD_QUERIES = (
    "%ff=%fe&&=&a[b]=1&%", "&".join(f"a{n}=1" for n in range(3_000)), "a=1;b=2&?&#", "%00=%00",
    "q=" + "%C3%B1" * 3_000,
    "_popup=x&_to_field=nada&_changelist_filters=%FF%00", "o=٤٢.9.-9&p=-1&all=&q=%5C%22",
    "e=1&__in=,&pk__in=x&id__exact=x",
    "mes=1&mes=2&mes=&mes[]=1",
)  # fmt: skip

HEADERS: tuple[dict[str, str], ...] = (
    {"HTTP_COOKIE": "sessionid=" + "9" * 5_000}, {"HTTP_COOKIE": "csrftoken=\xff; messages=x; sessionid=\x01"},
    {"HTTP_COOKIE": 'sessionid="\\000\\000abcdefghijklm"; messages="\\000"'},
    {"HTTP_COOKIE": "sessionid=\xed\xa0\x80abcdefghijk; ;;=;=x; csrftoken=" + "ñ" * 64},
    {"HTTP_COOKIE": 'messages="[[\\"__json_message\\"'}, {"HTTP_COOKIE": "\x00"},
    {"HTTP_X_FORWARDED_FOR": "٤٢, 999.1.1.1"}, {"HTTP_ACCEPT_LANGUAGE": "x" * 5_000}, {"CONTENT_LENGTH": "٤٢"},
    {"HTTP_ACCEPT_LANGUAGE": "es-\x00;q=٤,;;q=nan, *;q=1e999"},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[::1", "HTTP_HX_TARGET": "\x00"},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL_URI_AUTOENCODED": "true", "HTTP_HX_CURRENT_URL": "%FF%"},
    {"HTTP_IF_MODIFIED_SINCE": "Sat, 99 Foo 99999999 99:99:99 GMT", "HTTP_RANGE": "bytes=9-1"},
    {"HTTP_IF_MODIFIED_SINCE": "Thu, 31 Feb 0000 00:00:00 GMT", "HTTP_IF_NONE_MATCH": "W/\"", "HTTP_RANGE": "bytes=٤-"},
    {"HTTP_REFERER": "http://[", "HTTP_ORIGIN": "null"}, {"HTTP_REFERER": "\x00\xff", "HTTP_ORIGIN": "http://[::1"},
    {"HTTP_ACCEPT_ENCODING": "gzip", "HTTP_USER_AGENT": "\xff" * 3_000},
    {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest", "HTTP_ACCEPT": "\x00/;q=x"},
)  # fmt: skip


def _package(names: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in names.items():
            package.writestr(name, content)
    return made.getvalue()


_WORKBOOK = {
    "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-'
    b'types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'spreadsheetml.sheet.main+xml"/></Types>',
    "xl/workbook.xml": b"<workbook><sheets><sheet",
}
BAD_FILES: dict[str, tuple[str, bytes]] = {
    "empty": ("libro.xlsx", b""),
    "no name": ("", b"x"),
    "no letter in its name": ("\u202e\u0301.xlsx", b"x"),
    "a path as its name": ("../../a%00.pdf", pdf()),
    "a very long name": ("a" * 3_000 + ".pdf", pdf()),
    "text as a workbook": ("libro.xlsx", b"7\0" * 100),
    "half a workbook": ("libro.xlsx", _package(_WORKBOOK)[:80]),
    "a workbook without sheets": ("libro.xlsx", _package(_WORKBOOK)),
    "a package of nothing": ("libro.xlsx", _package({})),
    "a document as a workbook": ("libro.xlsx", docx()),
    "not utf-8 as csv": ("libro.csv", b"\xff\xfe;\xed\xa0\x80\r\n;;\0\n"),
    "one field of a csv": ("libro.csv", b'"' + b"x" * 200_000),
    "head of a pdf": ("acta.pdf", b"%PDF-1.4"),
    "a page as a picture": ("foto.png", HTML),
    "a drawing": ("foto.svg", SVG),
    "half a picture": ("foto.png", png()[:40]),
    "an old workbook": ("libro.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
}
