"""What people type, in their own words, leads to the chapter that answers it."""

import pytest

from manuals import reading
from manuals.model import Chapter, Library
from manuals.roots import nearest, root
from manuals.searching import Index, index_of, search

OF_LIAISON, OF_DIRECTOR, OF_PLANNING = "Manual del enlace", "Manual de la dirección", "Manual de Planeación"
OF_READER, OF_COMPTROLLER = "Manual de quien consulta", "Manual de Contraloría"


@pytest.fixture(scope="module")
def held() -> Index:
    return index_of(reading.library())


@pytest.mark.parametrize(
    ("own", "asked", "leads_to"),
    [
        (OF_LIAISON, "no me deja guardar", "/ayuda/enlace/problemas/#no-me-deja-guardar"),
        (OF_LIAISON, "me equivoqué", "/ayuda/enlace/problemas/#me-equivoqué"),
        (OF_LIAISON, "¿Olvidé mi contraseña?", "/ayuda/entrar/#olvidé-mi-contraseña"),
        (OF_LIAISON, "contraseña", "/ayuda/entrar/#"),
        (OF_LIAISON, "suplente", "/ayuda/enlace/suplente/"),
        (OF_LIAISON, "prórrogas", "/ayuda/enlace/mes-cerrado/#pedir-una-prórroga"),
        (OF_LIAISON, "cómo subo un excel", "/ayuda/enlace/excel/"),
        (OF_LIAISON, "cambiar correo", "/ayuda/cuenta/#cambiar-mi-correo-mi-nombre-o-mi-usuario"),
        (OF_LIAISON, "quien ve mis datos", "/ayuda/cuenta/#quién-ve-mis-datos"),
        (OF_LIAISON, "numerador", "/ayuda/glosario/#numerador"),
        (OF_DIRECTOR, "me equivoqué", "/ayuda/direccion/correcciones/#me-equivoqué"),
        (OF_DIRECTOR, "suplente", "/ayuda/direccion/suplente/"),
        (OF_PLANNING, "suplente", "/ayuda/planeacion/nombramientos/#nombrar-suplente"),
        (OF_PLANNING, "cerrar mes", "/ayuda/planeacion/cerrar-mes/"),
        (OF_PLANNING, "¿cómo cierro el mes?", "/ayuda/planeacion/cerrar-mes/"),
    ],
)
def test_words_of_people_lead_to_the_chapter(held: Index, own: str, asked: str, leads_to: str) -> None:
    assert search(held, asked, first=own)[0].passage.url.startswith(leads_to)


@pytest.mark.parametrize(
    ("own", "asked", "answers"),
    [
        # Misspelt, without accents, in the plural.
        (OF_LIAISON, "evidensia", "/ayuda/enlace/evidencia/"),
        (OF_LIAISON, "prorogas", "/ayuda/enlace/mes-cerrado/#pedir-una-prórroga"),
        (OF_LIAISON, "olvide mi contrasenia", "/ayuda/entrar/#olvidé-mi-contraseña"),
        (OF_LIAISON, "envair el mes", "/ayuda/enlace/enviar/"),
        (OF_LIAISON, "jusitficacion", "/ayuda/enlace/explicar/"),
        (OF_DIRECTOR, "balidar", "/ayuda/direccion/validar/"),
        (OF_READER, "semaforos", "/ayuda/presidencia/tablero/#el-semáforo"),
        (OF_COMPTROLLER, "comprovar el acta", "/ayuda/contraloria/cierres/"),
        (OF_COMPTROLLER, "vitacora", "/ayuda/contraloria/bitacora/"),
        # In other words.
        (OF_LIAISON, "no me acepta el excel", "/ayuda/enlace/excel/#lo-que-puede-salir-mal"),
        (OF_LIAISON, "borré sin querer", "/ayuda/enlace/problemas/#me-equivoqué"),
        (OF_LIAISON, "como le hago para mandar", "/ayuda/enlace/enviar/"),
        (OF_LIAISON, "ya mande el mes y esta mal", "/ayuda/enlace/enviar/#lo-que-puede-salir-mal"),
        (OF_LIAISON, "me rechazaron un dato", "/ayuda/enlace/devuelta/"),
        (OF_LIAISON, "se me paso la fecha", "/ayuda/enlace/mes-cerrado/"),
        (OF_LIAISON, "no hubo nada este mes", "/ayuda/enlace/sin-actividad/"),
        (OF_LIAISON, "poner cero", "/ayuda/enlace/sin-actividad/"),
        (OF_LIAISON, "subir foto", "/ayuda/enlace/evidencia/"),
        (OF_LIAISON, "imprimir acuse", "/ayuda/enlace/enviar/#el-acuse-y-la-constancia"),
        (OF_LIAISON, "capturar en el celular", "/ayuda/enlace/capturar/#en-el-teléfono"),
        (OF_LIAISON, "se fue el internet", "/ayuda/enlace/problemas/#se-cortó-la-conexión-o-se-cerró-la-ventana"),
        (OF_LIAISON, "quien cambio mi cifra", "/ayuda/enlace/consultar/#quién-cambió-qué"),
        (OF_LIAISON, "no aparece mi indicador", "/ayuda/enlace/problemas/#no-aparece-un-indicador"),
        (OF_LIAISON, "no llega el correo", "/ayuda/enlace/problemas/#no-le-llegan-los-correos"),
        (OF_LIAISON, "el porcentaje no me sale", "/ayuda/presidencia/de-donde-sale/"),
        (OF_LIAISON, "error 500", "/ayuda/enlace/problemas/#un-error-del-servidor"),
        (OF_LIAISON, "se me fue la luz y perdi lo que escribi", "/ayuda/enlace/problemas/#se-cortó-la-conexión"),
        (OF_LIAISON, "cambiar mi password", "/ayuda/cuenta/#cambiar-mi-contraseña"),
        (OF_LIAISON, "decimales", "/ayuda/enlace/capturar/#cómo-se-escriben-los-números"),
        (OF_LIAISON, "me voy de incapacidad", "/ayuda/enlace/suplente/"),
        (OF_LIAISON, "no se como empezar", "/ayuda/enlace/#si-hoy-es-su-primer-día"),
        (OF_LIAISON, "fecha limite", "/ayuda/enlace/el-mes/"),
        (OF_LIAISON, "salir del sistema", "/ayuda/cuenta/#salir"),
        (OF_LIAISON, "que archivos acepta", "/ayuda/enlace/evidencia/"),
        (OF_LIAISON, "copiar y pegar de excel", "/ayuda/enlace/excel/#pegar-un-pedazo-de-su-hoja"),
        (OF_LIAISON, "datos personales", "/ayuda/cuenta/#quién-ve-mis-datos"),
        (OF_DIRECTOR, "se me vencio la validacion", "/ayuda/direccion/validar/"),
        (OF_DIRECTOR, "regresar una captura", "/ayuda/direccion/devolver/"),
        (OF_DIRECTOR, "firmar", "/ayuda/direccion/validar/"),
        (OF_DIRECTOR, "me voy de vacaciones", "/ayuda/direccion/suplente/"),
        (OF_DIRECTOR, "validar todo junto", "/ayuda/direccion/validar/"),
        (OF_DIRECTOR, "porque no puedo validar", "/ayuda/direccion/validar/"),
        (OF_PLANNING, "dar de alta usuario", "/ayuda/planeacion/personas/#dar-de-alta-a-una-persona"),
        (OF_PLANNING, "agregar usuario nuevo", "/ayuda/planeacion/personas/#dar-de-alta-a-una-persona"),
        (OF_PLANNING, "usuario bloqueado", "/ayuda/planeacion/personas/#casos-de-todos-los-días"),
        (OF_PLANNING, "borrar un indicador", "/ayuda/planeacion/arbol/#eliminar"),
        (OF_PLANNING, "abrir un mes ya cerrado", "/ayuda/planeacion/calendario/"),
        (OF_PLANNING, "mandar recordatorios", "/ayuda/planeacion/faltantes/#recordar"),
        (OF_PLANNING, "dia feriado", "/ayuda/planeacion/calendario/#días-inhábiles"),
        (OF_PLANNING, "subir el programa anual", "/ayuda/planeacion/importar/"),
        (OF_PLANNING, "exportar catalogo", "/ayuda/planeacion/arbol/#buscar-y-exportar"),
        (OF_PLANNING, "publicar en internet", "/ayuda/planeacion/publicar/"),
        (OF_PLANNING, "quien no ha capturado", "/ayuda/planeacion/faltantes/"),
        (OF_PLANNING, "nuevo titular", "/ayuda/planeacion/nombramientos/"),
        (OF_PLANNING, "quitar del sitio publico", "/ayuda/planeacion/publicar/"),
        (OF_PLANNING, "no salen los correos", "/ayuda/planeacion/correos/"),
        (OF_PLANNING, "ya no trabaja aqui", "/ayuda/planeacion/"),
        (OF_PLANNING, "cambiar la meta", "/ayuda/planeacion/metas/#cambiar-una-meta"),
        (OF_READER, "semaforo rojo", "/ayuda/presidencia/tablero/#el-semáforo"),
        (OF_READER, "por que esta en rojo", "/ayuda/presidencia/tablero/#el-semáforo"),
        (OF_READER, "bajar a excel", "/ayuda/presidencia/datos/#cada-tabla-en-excel-o-csv"),
        (OF_READER, "imprimir informe", "/ayuda/presidencia/informe/"),
        (OF_READER, "que significa preliminar", "/ayuda/glosario/#preliminar"),
        (OF_READER, "comparar con el año pasado", "/ayuda/presidencia/mapa-comparar/#comparar"),
        (OF_READER, "cifras que cambiaron", "/ayuda/presidencia/mapa-comparar/#qué-movió-las-cifras"),
        (OF_COMPTROLLER, "huella no coincide", "/ayuda/contraloria/cierres/"),
        (OF_COMPTROLLER, "auditar", "/ayuda/contraloria/muestra/"),
        (OF_COMPTROLLER, "quien cambio la meta", "/ayuda/contraloria/"),
    ],
)
def test_the_first_three_hold_the_answer(held: Index, own: str, asked: str, answers: str) -> None:
    found = [one.passage.url for one in search(held, asked, first=own)[:3]]
    assert any(url.startswith(answers) for url in found), found


def test_a_word_is_found_where_one_begins_and_is_not_the_head_of_a_table(held: Index) -> None:
    for found in search(held, "constancia", first=OF_PLANNING):
        marked = [words.lower() for words, asked_for in found.sentence if asked_for]
        assert all(words.startswith("constancia") for words in marked)
    said = ["".join(words for words, _ in found.sentence) for found in search(held, "vacaciones", first=OF_LIAISON)]
    assert said and "Lo que se lee" not in said


def test_where_nothing_says_all_of_it_the_nearest_is_told_as_that(held: Index) -> None:
    (nearest_one, *_) = search(held, "xyzzy zarandaja evidencia", first=OF_LIAISON)
    assert not nearest_one.whole and "evidencia" in nearest_one.passage.url
    assert search(held, "evidencia", first=OF_LIAISON)[0].whole
    assert search(held, "xyzzy zarandaja", first=OF_LIAISON) == []
    assert search(held, "¿?", first=OF_LIAISON) == search(index_of(Library()), "evidencia") == []


def test_words_that_say_nothing_alone_are_looked_for_as_they_are() -> None:
    chapter = Chapter("entrar.md", "entrar", "Sí y no", reading.parse("Ya no.\n"), ())
    assert search(index_of(Library(loose={"entrar.md": chapter})), "ya no")


@pytest.mark.parametrize(
    "forms",
    ["guardar guarda guardó guardando", "cierro cerrar cerró", "puede poder", "llegue llegó", "evidencia evidensias",
     "validar balidó", "hecho echo", "prórroga proroga", "devuelva devolver devolvieron"],
)  # fmt: skip
def test_forms_and_sounds_of_a_word_are_one(forms: str) -> None:
    assert len({root(one) for one in map(reading.fold, forms.split())}) == 1


def test_slips_of_the_finger() -> None:
    known = ["capturar", "enviar", "meta"]
    assert nearest("enivar", known) == nearest("envia", known) == nearest("enviaar", known) == ["enviar"]
    assert nearest("captuarr", known) == ["capturar"] and nearest("caprurra", known) == ["capturar"]
    assert nearest("mta", known) == nearest("mesa", ["misma"]) == nearest("xenviar", known) == []
