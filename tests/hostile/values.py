"""What nobody types and somebody sends: each kind of value is one way in which a reader of text can break."""

from collections.abc import Iterator
from itertools import cycle, islice
from urllib.parse import quote_from_bytes
from zlib import crc32

LONG = 5_000  # digits; Python refuses to read more than 4,300

NUMBERS: dict[str, bytes] = {
    "5,000 digits": b"9" * LONG,
    "arabic digits": "٤٢".encode(),
    "superscript": "²".encode(),
    "negative": b"-1",
    "10**19": b"1" + b"0" * 19,
    "2**31": b"2147483648",
    "exponent": b"1e999",
    "small exponent": b"1e-999999",
    "not a number": b"NaN",
    "infinite": b"-Infinity",
    "many decimals": b"0." + b"3" * 400,
    "two points": b"1.234.567,8,9",
}
DAYS: dict[str, bytes] = {
    "day 0": b"0000-00-00",
    "day of 5 digits": b"99999-12-31",
    "last day": b"9999-12-31",
    "first day": b"0001-01-01",
    "no day": b"2016-02-31",
    "moment": b"2016-02-29T25:61:61+99:99",
}
SHAPES: dict[str, bytes] = {
    "deep": b'[{"a":' * 8_000,
    "deep list": b"[" * 5_000 + b"]" * 5_000,
    "half a letter": b'{"a": "\\ud800"}',
    "null": b"null",
    "list": b"[1, [], {}]",
    "parts": b"a:b:c|d|e;f,g/h\t1\t2",
}
TEXTS: dict[str, bytes] = {
    "nul": b"7\0",
    "surrogate": b"\xed\xa0\x80",
    "not utf-8": b"\xff\xfe",
    "very long": "ñ".encode() * 20_000,
    "many lines": b"1\t2\n" * 3_000,
    "emoji": "👩‍🌾\u202e".encode(),
    "quotes": b"'\"`;--",
    "html": b"</textarea><script>{{7*7}}{% x %}",
    "format": b"%s%n{0}{x}\\u0000",
    "lines": b"a\r\nSet-Cookie: x=1",
    "path": b"../../../../etc/passwd",
    "address": b"http://[::1",
    "blank": b" ",
    "empty": b"",
}
VALUES = NUMBERS | DAYS | SHAPES | TEXTS
WORST = {name: VALUES[name] for name in ("5,000 digits", "nul", "not utf-8")}  # whatever is sent meets one of these

# What an address takes in one of its parts is as long as a line of it may be, and is never empty.
IN_PATHS = {name: quote_from_bytes(value[:6_000], safe="") for name, value in VALUES.items() if value} | {
    "slash": "%2F",
    "dots": "..",
}


class Turns:
    """Which values come next, by key: each place where a key is sent meets some, all of its places meet them all.

    ``seed`` sets those places apart.
    """

    def __init__(self, values: dict[str, bytes], seed: str) -> None:
        self._values, self._seed = values, seed
        self._going: dict[str, Iterator[str]] = {}

    def next(self, key: str, count: int) -> list[tuple[str, bytes]]:
        if key not in self._going:
            start = crc32(f"{self._seed}{key}".encode()) % len(self._values)
            self._going[key] = islice(cycle(self._values), start, None)
        return [(name, self._values[name]) for name in islice(self._going[key], count)]


def quoted(value: bytes) -> str:
    return quote_from_bytes(value, safe="")
