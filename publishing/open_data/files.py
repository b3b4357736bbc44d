"""The data files of the published folder, each said once: its name, what it is and its media type.

Catalogue and description of the addresses read them here; pages are no data and are not among them.
"""

from dataclasses import dataclass

from publishing.open_data.columns import DICTIONARY, TABLES
from publishing.published import DATA, DOCUMENT, INDEX, SUMS

BOOK, PACKAGE, ACTA = "libro.xlsx", "datapackage.json", "acta.pdf"
CATALOG, OPENAPI, VERIFIER, EXAMPLE = "catalogo.jsonld", "openapi.json", "verificar.py", "ejemplo.py"
DATA_FILES = (DOCUMENT, *(table.file for table in TABLES), DICTIONARY, BOOK, PACKAGE)

CSV, JSON, XLSX = "text/csv", "application/json", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON_LD, PDF, PYTHON, PLAIN = "application/ld+json", "application/pdf", "text/x-python", "text/plain"


@dataclass(frozen=True, slots=True)
class DataFile:
    """``name`` within the folder of the closing or, of those beside them, of the publication."""

    name: str
    title: str
    media: str
    describes: str


OF_A_CLOSING = (
    DataFile(
        f"{DATA}/{DOCUMENT}",
        "El cierre completo (JSON)",
        JSON,
        "Cantidades, reglas, palabras del catálogo y resultados: de aquí salen todas las demás tablas",
    ),
    *(
        DataFile(f"{DATA}/{table.file}", f"{table.title} (CSV)", CSV, f"{table.describes}; lo mismo está en {DOCUMENT}")
        for table in TABLES
    ),
    DataFile(
        f"{DATA}/{DICTIONARY}", "Diccionario (CSV)", CSV, "Qué significa cada columna de las tablas, con su unidad"
    ),
    DataFile(
        f"{DATA}/{BOOK}", "Libro de cálculo (XLSX)", XLSX, "Las mismas tablas, con los resultados como fórmulas vivas"
    ),
    DataFile(
        f"{DATA}/{PACKAGE}",
        "Descripción de las tablas (Data Package)",
        JSON,
        "Columnas, tipos, claves y huella de cada tabla, como las lee Frictionless",
    ),
)
PRINTED = DataFile(ACTA, "Acta del cierre (PDF)", PDF, "El acta del cierre, con la huella de su documento")
OF_THE_ROOT = (
    DataFile(INDEX, "Cierres publicados", JSON, "La cadena de cierres en su orden, y dónde está cada uno"),
    DataFile(CATALOG, "Catálogo (DCAT 3 y schema.org)", JSON_LD, "Cada cierre como conjunto de datos y sus archivos"),
    DataFile(OPENAPI, "Direcciones de los datos (OpenAPI)", JSON, "Este archivo: qué hay en cada dirección"),
    DataFile(SUMS, "Huellas", PLAIN, "La huella SHA-256 de cada archivo publicado, como la lee sha256sum"),
    DataFile(VERIFIER, "Comprobación", PYTHON, "Comprueba archivos y cadena y recalcula cada cifra; no instala nada"),
    DataFile(EXAMPLE, "Ejemplo con pandas", PYTHON, "Lee el cierre más nuevo y recalcula sus porcentajes"),
)
