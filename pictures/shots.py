"""Every picture of the manuals: who looks at which page, what they do there, and what is marked.

A picture is of the demonstration as it stands on 4 November 2016 at half past twelve: October is being captured and is
due on the 7th, some of September waits for its director.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

NOW = datetime(2016, 11, 4, 18, 30, tzinfo=UTC)
LIAISON, DIRECTOR = "enlace.presidencia", "director.presidencia"
PLANNING, READER, COMPTROLLER = "planeacion", "presidente", "contraloria"


@dataclass(frozen=True, slots=True)
class Step:
    """``act``: fill, click, press, choose, upload or see; ``selector`` names the first such element in sight."""

    act: str
    selector: str
    text: str = ""


def fill(selector: str, text: str) -> Step:
    return Step("fill", selector, text)


def click(selector: str) -> Step:
    return Step("click", selector)


def press(selector: str, key: str) -> Step:
    return Step("press", selector, key)


def choose(selector: str, value: str) -> Step:
    return Step("choose", selector, value)


def upload(selector: str, name: str, content: str) -> Step:
    """A file of that name with that text."""
    return Step("upload", selector, f"{name}\n{content}")


def see(selector: str) -> Step:
    """Wait for what the page that comes has."""
    return Step("see", selector)


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int


DESK, LOW_DESK = Size(1366, 768), Size(1366, 480)
TALL_DESK = Size(1366, 1000)
PHONE = Size(390, 844)


@dataclass(frozen=True, slots=True)
class Shot:
    """``by``: who looks. ``marks``: what is framed; where there are several they are numbered in this order.

    ``only`` is all that is shown. ``writes``: its steps change data, which stand as before when the next picture is
    taken. Selectors are those of CSS as far as ``tests/support/selecting.py`` knows them, with Playwright's
    ``:has-text("…")``.
    """

    name: str
    by: str
    path: str
    steps: Sequence[Step] = ()
    marks: Sequence[str] = ()
    size: Size = DESK
    only: str = ""
    writes: bool = False


_MONTH = "/2016/captura/PRE/10/"
_FILE = "main input[type=file]"

LIAISONS: Sequence[Shot] = (
    Shot("enlace-inicio", LIAISON, "/", size=LOW_DESK),
    Shot("enlace-captura", LIAISON, _MONTH),
    Shot("enlace-captura-telefono", LIAISON, _MONTH, size=PHONE),
    Shot(
        "enlace-justificar", LIAISON, "/2016/captura/PRE/11/", writes=True,
        steps=(
            fill("#fila-PRE-01-01 .col-input input", "130"),
            fill("#fila-PRE-01-01 input[name$=denominator]", "120"),
            press("#fila-PRE-01-01 input[name$=denominator]", "Tab"),
            click("#fila-PRE-01-01 textarea"),
        ),
        marks=("#fila-PRE-01-01 .justify",), only="#fila-PRE-01-01",
    ),
    Shot(
        "enlace-enviar", LIAISON, _MONTH, writes=True,
        steps=(click('button:has-text("Revisar y enviar…")'),),
    ),
    Shot("enlace-observado", LIAISON, _MONTH, marks=("#fila-PRE-02-01 .row-notes",), only="#fila-PRE-02-01"),
    Shot(
        "enlace-correccion", LIAISON, "/2016/correcciones/PRE-01-01/9/",
        steps=(fill("textarea", "Se contaron dos solicitudes de más: deben ser 125 de 128."),),
        marks=('button:has-text("Pedir corrección")',),
    ),
    Shot(
        "enlace-subir", LIAISON, _MONTH + "subir/",
        steps=(
            upload(_FILE, "octubre.csv", (
                "Ejercicio,Mes,Clave del indicador,Numerador,Denominador,Justificación\n"
                "2016,10,PRE-05-01,2,3,\n2016,10,PRE-05-02,5,5,\n2016,10,PRE-03-01,11,10,Se atendió uno pendiente.\n"
            )),
            click('button:has-text("Ver qué cambia")'),
        ),
    ),
    Shot(
        "enlace-pegar", LIAISON, _MONTH + "pegar/",
        steps=(
            fill("#texto", "Clave\tNum\tDen\nPRE-05-01\t2\t3\nPRE-05-02\t5\t5\nTotal\t7\t8\nPRE-09-09\t1\t2"),
            click('button:has-text("Revisar lo que pegué")'),
        ),
    ),
    Shot("enlace-evidencia", LIAISON, _MONTH + "evidencia/"),
)  # fmt: skip

DIRECTORS: Sequence[Shot] = (
    Shot("direccion-inicio", DIRECTOR, "/"),
    Shot("direccion-revision", DIRECTOR, "/2016/revision/PRE/9/"),
    Shot(
        "direccion-confirmar", DIRECTOR, "/2016/revision/PRE/9/",
        steps=(click('button:has-text("Validar todas sin alertas")'),),
    ),
)  # fmt: skip

READERS: Sequence[Shot] = (
    Shot("presidencia-inicio", READER, "/"),
    Shot("presidencia-tablero", READER, "/2016/tablero/"),
    Shot("presidencia-mapa", READER, "/2016/mapa/"),
    Shot("presidencia-comparar", READER, "/2016/comparar/", size=TALL_DESK),
    Shot("presidencia-programa", READER, "/2016/programas/PRE-02/"),
    Shot("presidencia-indicador", READER, "/2016/indicadores/PRE-02-03/"),
    Shot("presidencia-explicacion", READER, "/2016/explicacion/indicador/PRE-02-03/", size=TALL_DESK),
    Shot("presidencia-tarjeta", READER, "/2016/tarjeta/"),
    Shot("presidencia-informe", READER, "/2016/informe/", marks=('button:has-text("Descargar el informe")',)),
    Shot("cuenta", READER, "/cuenta/", marks=('a:has-text("Crear una llave")',)),
    Shot(
        "presidencia-cierre", PLANNING, "/2016/cierres/1/cerrar/", writes=True,
        steps=(click('button:has-text("Cerrar enero de 2016")'),),
    ),
)  # fmt: skip

_CATALOGUE = (
    "Eje rector,Objetivo,Estrategia,Dependencia,Siglas,Cve prog,Nombre del programa,Cve acción,Acción a realizar,"
    "U. medida,Cve indicador,Nombre indicador,Variable A,Variable B,Meta anual\n"
    "Gobierno Cercano,Finanzas sanas,Recaudar mejor,Tesorería,TES,TES-01,Recaudación,TES-01-01,Cobrar el predial,"
    "Recibo,TES-01-01,Recibos cobrados,Recibos cobrados,Recibos emitidos,100%\n"
    "Gobierno Cercano,Finanzas sanas,Recaudar mejor,Tesorería,TES,TES-01,Recaudación,TES-01-02,Informar al cabildo,"
    "Informe,TES-01-02,Informes entregados,Informes entregados,Informes programados,100%\n"
)
_COLUMNS = (
    upload(_FILE, "programa-2016.csv", _CATALOGUE),
    click('button:has-text("Subir y ver qué cambia")'),
)
_DOCUMENT = """Programa Anual de Trabajo 2016
1. Tesorería Municipal
1.1 Recaudación (TES-01)
<< Plan Municipal de Desarrollo 2014 - 2016 > Eje Rector: Gobierno Cercano > Objetivo: Finanzas > Estrategia: Cobrar >>
Descripción
Cobrar mejor el predial.
Objetivos
• Aumentar los recibos cobrados.
Acción                      Unidad     Meta    Indicador
Cobrar el predial           Recibo     100%    TES-01-01 = (Recibos cobrados / Recibos emitidos) * 100
"""
_EARLIER = "Clave,Feb N,Feb D,Jul N,Jul D\nPRE-02-04,,,38,40\nPRE-05-02,4,5,,\n"
_CLOSE_JANUARY = click('button:has-text("Cerrar enero de 2016")')

PLANNERS: Sequence[Shot] = (
    Shot("planeacion-inicio", PLANNING, "/"),
    Shot("planeacion-primeros-pasos", PLANNING, "/primeros-pasos/"),
    Shot(
        "planeacion-columnas", PLANNING, "/catalogo/importar/", size=TALL_DESK,
        steps=(*_COLUMNS, see('button:has-text("Leer el archivo así")')),
    ),
    Shot(
        "planeacion-vista-previa", PLANNING, "/catalogo/importar/", size=TALL_DESK,
        steps=(
            *_COLUMNS, fill("[name=constant-plan]", "Plan Municipal de Desarrollo 2014 - 2016"),
            fill("[name=constant-year]", "2016"), click('button:has-text("Leer el archivo así")'),
            see('button:has-text("Aplicar lo que decidí")'),
        ),
    ),
    Shot(
        "planeacion-documento", PLANNING, "/catalogo/documento/", size=LOW_DESK,
        steps=(upload(_FILE, "programa-2016.txt", _DOCUMENT), click('button:has-text("Leer y preparar el borrador")')),
    ),
    Shot("planeacion-arbol", PLANNING, "/2016/catalogo/"),
    Shot(
        "planeacion-meta", PLANNING, "/2016/catalogo/metas/PRE-02-03/", size=TALL_DESK,
        steps=(
            choose("[name=effective_month]", "11"), fill("[name=target]", "80"),
            fill("[name=reason]", "Se redujo el presupuesto."), fill("[name=authorized_by]", "Cabildo"),
            fill("[name=instrument]", "Acta 14/2016 del 20/10/2016"), click('button:has-text("Ver qué cambia")'),
        ),
        marks=('button:has-text("Ajustar la meta")',),
    ),
    Shot("planeacion-personas", PLANNING, "/catalogo/personas/"),
    Shot(
        "planeacion-confirmar", PLANNING, "/catalogo/personas/nueva/", writes=True,
        steps=(
            fill("[name=first_name]", "Luz"), fill("[name=last_name]", "Lara Gil"), fill("[name=username]", "luz.lara"),
            fill("[name=email]", "luz.lara@durango.example"), choose("[name=role]", "director"),
            choose("[name=department]", "PRE · Presidencia Municipal"), fill("[name=starts_on]", "2016-11-04"),
            fill("[name=instrument]", "Oficio 9/2016"), click('button:has-text("Dar de alta e invitar")'),
            click('a:has-text("Personas")'), click('a:has-text("Por confirmar")'), click("main table a"),
        ),
    ),
    Shot(
        "planeacion-suplente", PLANNING, "/catalogo/dependencias/PRE/", size=TALL_DESK,
        steps=(click('a:has-text("Nombrar suplente")'),),
    ),
    Shot("planeacion-calendario", PLANNING, "/2016/calendario/"),
    Shot("planeacion-prorroga", PLANNING, "/2016/calendario/prorrogas/nueva/"),
    Shot("planeacion-faltantes", PLANNING, "/2016/faltantes/"),
    Shot(
        "planeacion-correccion", PLANNING, "/2016/correcciones/PRE-01-01/9/",
        steps=(fill("[name=numerator]", "125"), fill("[name=denominator]", "128"),
               fill("[name=reason]", "Lo pidió la dependencia: se contaron dos solicitudes de más.")),
    ),
    Shot("planeacion-cerrar", PLANNING, "/2016/cierres/9/cerrar/", size=TALL_DESK),
    Shot(
        "planeacion-publicar", PLANNING, "/2016/cierres/1/cerrar/", writes=True,
        steps=(_CLOSE_JANUARY, click('a:has-text("Publicar hasta este cierre")')),
    ),
    Shot(
        "planeacion-siguiente", PLANNING, "/2016/catalogo/siguiente/",
        steps=(
            fill("[name=year]", "2017"), choose("[name=plan]", "Un plan nuevo, con los datos de abajo"),
            fill("[name=plan_name]", "Plan Municipal de Desarrollo 2017-2019"), fill("[name=plan_start]", "2017"),
            fill("[name=plan_end]", "2019"), click('button:has-text("Ver cómo queda")'),
        ),
    ),
    Shot("planeacion-cerrar-ejercicio", PLANNING, "/catalogo/ejercicios/2016/cerrar/"),
    Shot(
        "planeacion-historia", PLANNING, "/2016/historia/", size=TALL_DESK,
        steps=(upload(_FILE, "capturas-2016.csv", _EARLIER), click('button:has-text("Subir y ver qué traen")'),
               see('h2:has-text("Con qué termina")')),
    ),
    Shot(
        "planeacion-comprobacion", PLANNING, "/comprobacion/", writes=True,
        steps=(click('button:has-text("Comprobar ahora")'),),
    ),
)  # fmt: skip

COMPTROLLERS: Sequence[Shot] = (
    Shot("contraloria-inicio", COMPTROLLER, "/"),
    Shot("contraloria-historia", COMPTROLLER, "/2016/historia/PRE-01-01/6/"),
    Shot("contraloria-bitacora", COMPTROLLER, "/bitacora/"),
    Shot("contraloria-muestra", COMPTROLLER, "/2016/muestra/?semilla=sorteo-2774"),
)

SHOTS: Sequence[Shot] = (*LIAISONS, *DIRECTORS, *PLANNERS, *READERS, *COMPTROLLERS)
