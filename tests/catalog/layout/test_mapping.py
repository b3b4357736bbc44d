"""mapa.json: what is written comes back, and what is wrong with one ends in a sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.layout.mapping import Mapped, MappingError, SheetMapping, check, read_mapping
from catalog.layout.proposing import label_of
from catalog.layout.synonyms import COMPOSITES
from catalog.workbook.columns import COLUMNS
from core.spreadsheets import header_key

FIELDS = [column.field for column in COLUMNS]
TARGETS = [*FIELDS, *COMPOSITES]
names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split())
)


@st.composite
def mappings(draw):
    targets = draw(st.lists(st.sampled_from(TARGETS), unique=True, max_size=8))
    headers = draw(st.lists(names, min_size=len(targets), max_size=len(targets), unique_by=header_key))
    free = [name for name in FIELDS if name not in targets]
    constants = draw(st.dictionaries(st.sampled_from(free), names.filter(bool), max_size=4))
    first = draw(st.integers(1, 1000))
    header = draw(st.none() | st.just((first, first + draw(st.integers(0, 2)))))
    columns = tuple(
        Mapped(text, target, draw(st.integers(1, 3))) for text, target in zip(headers, targets, strict=True)
    )
    return SheetMapping(columns, tuple(draw(st.lists(names, max_size=3))), header, constants, draw(st.booleans()))


@given(mappings())
def test_what_is_written_comes_back(mapping):
    try:
        check(mapping)
    except MappingError:
        return  # two columns that give the same thing
    assert read_mapping(json.dumps(mapping.as_json(), ensure_ascii=False)) == mapping


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["hojas", "encabezado", "columnas", "valores", "es", "vez", "sin_filas_sueltas", "Meta", "x"]),
        inner, max_size=4,
    ),
    max_leaves=12,
))  # fmt: skip
def test_whatever_is_no_mapping_ends_in_a_sentence(made):
    try:
        SheetMapping.from_json(made)
    except MappingError as error:
        assert str(error).endswith((".", "}"))


def columns(*pairs):
    return {"columnas": [{"encabezado": header, "es": label} for header, label in pairs]}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "no es JSON"),
        ("[" * 100_000, "no es JSON"),
        ("[]", "debe ser un objeto"),
        ('{"hoja": "A"}', "no lleva «hoja»"),
        ('{"columnas": {}}', None),
        ('{"columnas": 3}', "debe ser una lista"),
        (json.dumps(columns(("A", "Meta"), ("B", "meta*"))), "«Meta» sale de dos columnas, «A» y «B»"),
        (json.dumps(columns(("A", "Meta"), ("a", "Unidad"))), "está dos veces"),
        (json.dumps(columns(("A", "Metas"))), "«Metas» no es ninguna columna del catálogo"),
        (json.dumps({**columns(("A", "Meta")), "valores": {"Meta": "3"}}), "no lleva además un valor fijo"),
        (json.dumps({**columns(("A", "Indicador")), "valores": {"Unidad": "{indicador}"}}), "es solo para «Acción»"),
        ('{"encabezado": [3, 2]}', "la primera y la última fila"),
        ('{"encabezado": [true]}', "la primera y la última fila"),
        ('{"valores": {"Ejercicio": [1]}}', "lleva textos por columna"),
    ],
)
def test_what_is_wrong_is_said(text, sentence):
    if sentence is None:
        assert read_mapping(text).columns == ()
        return
    with pytest.raises(MappingError, match=sentence.replace("«", "«")):
        read_mapping(text)


def test_every_column_has_a_label_that_leads_back():
    assert len({label_of(target) for target in TARGETS}) == len(TARGETS)
