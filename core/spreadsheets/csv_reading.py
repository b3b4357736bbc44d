"""CSV as spreadsheets write it: several encodings, several delimiters, text made harmless."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from core.spreadsheets.cells import EMPTY, MAX_CELL_CHARACTERS, Cell, text_cell
from core.spreadsheets.errors import SpreadsheetError
from core.spreadsheets.writing import unsafe_csv_text

_DELIMITERS = ",;\t"
_SNIFFED = 2**16
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]")
"""«ó» and its like as UTF-8 has them; a Western text has no such pair."""
_NOT_TEXT = frozenset(chr(code) for code in range(32)) - set("\t\n\r\x0b\x0c\x1a\x1f")


def csv_rows(data: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """The rows with content, numbered as a spreadsheet would; SpreadsheetError when it is not text."""
    text = _decode(data)
    delimiter, text = _delimiter(text)
    remembered: dict[str, Cell] = {"": EMPTY}
    # A cell is at most 32,767 characters; csv's own limit only has to keep one quote from eating the file.
    csv.field_size_limit(4 * MAX_CELL_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, record in enumerate(reader, start=1):
            found = [remembered.get(value) or _remember(remembered, value, number) for value in record]
            if any(cell is not EMPTY for cell in found):
                yield number, found
    except csv.Error as error:
        raise SpreadsheetError(
            f"El CSV no se puede leer después de su línea {reader.line_num}: revise que las comillas cierren."
        ) from error


def _remember(remembered: dict[str, Cell], value: str, number: int) -> Cell:
    if len(value) > MAX_CELL_CHARACTERS + 1:
        raise SpreadsheetError(
            f"Una celda de la fila {number} tiene {len(value):,} caracteres; caben hasta {MAX_CELL_CHARACTERS:,}."
        )
    cell = remembered[value] = text_cell(unsafe_csv_text(value))
    return cell


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            _refuse_mixed(data, error.start)
            text = _decode_western(data)
    if any(letter in text for letter in _NOT_TEXT):
        raise SpreadsheetError("El archivo no es una hoja de cálculo ni un CSV: contiene datos que no son texto.")
    return text


def _refuse_mixed(data: bytes, at: int) -> None:
    """Two files of different encodings put together: read as either, names would come in spoilt."""
    if _UTF8_LETTER.search(data):
        line = data.count(b"\n", 0, at) + 1
        raise SpreadsheetError(
            f"El CSV mezcla dos codificaciones: su línea {line:,} no está en UTF-8 y otras sí; ábralo en su hoja de "
            "cálculo, revise los acentos y guárdelo otra vez."
        )


def _decode_western(data: bytes) -> str:
    _refuse_mac_and_dos(data)
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


# Spanish letters within words, as Windows writes them and as a Mac or DOS do.
_WINDOWS_LETTER = re.compile(
    rb"(?<=[A-Za-z])[\xe1\xe9\xed\xf3\xfa\xf1\xfc]|[\xe1\xe9\xed\xf3\xfa\xf1\xc1\xc9\xcd\xd3\xda\xd1](?=[A-Za-z])"
)
_FOREIGN_LETTER = re.compile(rb"(?<=[A-Za-z])[\x80-\x9f\xa0-\xa5](?=[A-Za-z])")


def _refuse_mac_and_dos(data: bytes) -> None:
    """Read as Windows' their letters would come in as signs: «Justificaci—n», «Acci¢n»."""
    foreign = len(_FOREIGN_LETTER.findall(data))
    if foreign > len(_WINDOWS_LETTER.findall(data)):
        raise SpreadsheetError(
            "El CSV se guardó con la codificación de una Mac o de DOS y sus acentos no se leen: en su hoja de cálculo "
            "guárdelo como «CSV UTF-8», o como Libro de Excel (.xlsx), y súbalo otra vez."
        )


def _delimiter(text: str) -> tuple[str, str]:
    """The delimiter and the text without the line ``sep=;`` that Excel understands."""
    first, _, rest = text.partition("\n")
    declared = first.strip('\r "').lower()
    if declared.startswith("sep=") and len(declared) == 5:
        return declared[4], "\n" + rest
    line = next((line for line in text[:_SNIFFED].splitlines() if line.strip(_DELIMITERS + ' "')), "")
    outside = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=outside.count), text
