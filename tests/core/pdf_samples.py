"""Data of the three documents, as the rooms above will bring it."""

from copy import deepcopy

SHEET = {
    "municipality": "Municipio de Durango",
    "product": "Seguimiento del Programa Anual de Trabajo 2016",
    "folio": "CON-2016-PRE-09-0001",
    "fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "department": "Presidencia Municipal",
    "month": "Septiembre 2016",
}
ROWS = [
    {
        "code": "PRE-02-01",
        "name": "Reuniones de Gabinete",
        "formula": "Reuniones de Gabinete realizadas / reuniones de Gabinete programadas",
        "numerator": "4",
        "denominator": "4",
        "month": "100.00 %",
        "accumulated": "91.67 %",
        "light": "green",
        "marks": ["2 evidencias"],
    },
    {
        "code": "PRE-02-02",
        "name": "Seguimiento de los acuerdos del Gabinete Municipal con las dependencias y los organismos",
        "formula": "Acuerdos cumplidos / acuerdos tomados",
        "numerator": "1,234.5",
        "denominator": "1,500",
        "month": "82.30 %",
        "accumulated": "78.41 %",
        "light": "amber",
    },
    {
        "code": "PRE-02-03",
        "name": "Proyectos evaluados",
        "formula": "Proyectos evaluados / proyectos recibidos",
        "numerator": "3",
        "denominator": "2",
        "month": "150.00 %",
        "accumulated": "60.00 %",
        "light": "red",
        "marks": ["extemporánea"],
        "notes": [
            {"label": "Justificación", "text": "Se evaluó el rezago de agosto."},
            {"label": "Causa", "text": "Falta de personal técnico de enero a julio."},
            {"label": "Acción", "text": "Se contrató a dos evaluadores."},
            {"label": "Fecha compromiso", "text": "30/11/2016"},
        ],
    },
    {
        "code": "PRE-02-04",
        "name": "Documentos atendidos",
        "formula": "Documentos atendidos / documentos recibidos",
        "numerator": "0",
        "denominator": "0",
        "month": "—",
        "accumulated": "—",
        "light": "none",
        "light_reason": "sin demanda",
        "marks": ["sin demanda"],
    },
    {
        "code": "PRE-02-05",
        "name": "Audiencias públicas",
        "numerator": "123,456,789,012.3456",
        "denominator": "12",
        "month": "1,028,806,575,102.88 %",
        "accumulated": "140.00 %",
        "light": "over",
    },
]
PROGRAM = {
    "code": "PRE-02",
    "name": "Coordinación de Intercacción Institucional",
    "global": "75.10 %",
    "before": "72.40 %",
    "considered": "3 de 4 considerados",
    "rows": ROWS,
}
PLAIN_PROGRAM = {
    "code": "PRE-01",
    "name": "Proximidad Ciudadana",
    "global": "92.31 %",
    "considered": "1 de 1 considerado",
    "rows": [ROWS[0] | {"code": "PRE-01-01", "name": "Solicitudes atendidas"}],
}
PEOPLE = [
    {"role": "Envió", "name": "Lic. María Guadalupe Ñáñez Íñiguez", "capacity": "Enlace de Presidencia Municipal"},
    {"role": "Validó", "name": "Ing. José Ángel Peña Muñoz", "capacity": "Titular de Presidencia Municipal"},
]


def acuse(**changes):
    return deepcopy(
        SHEET
        | {
            "folio": "ACU-2016-PRE-09-0001",
            "due": "07/10/2016",
            "count": "6 en este documento; 6 de 7 del mes enviados",
            "submitted": {
                "by": PEOPLE[0]["name"],
                "capacity": "Enlace, en suplencia de Juan Pérez",
                "at": "10/10/2016, 09:15 h",
                "late": True,
            },
            "programs": [PLAIN_PROGRAM, PROGRAM],
            "missing": [{"code": "PRE-03-01", "name": "Giras de trabajo", "reason": "sin captura"}],
            "signatures": [*PEOPLE[:1], {"role": "Recibió", "name": None, "capacity": "Planeación"}],
        }
        | changes
    )


def constancia(rows=None, **changes):
    programs = [PLAIN_PROGRAM, PROGRAM]
    if rows is not None:
        programs = [PROGRAM | {"rows": [ROWS[n % 4] | {"code": f"PRE-02-{n:03}"} for n in range(1, rows + 1)]}]
    return deepcopy(
        SHEET
        | {
            "count": "6 en este documento; 6 de 6 del mes validados",
            "submitted": {"by": PEOPLE[0]["name"], "capacity": "Enlace", "at": "06/10/2016, 09:15 h"},
            "validated": {"by": PEOPLE[1]["name"], "capacity": "Titular", "at": "07/10/2016, 12:34 h"},
            "programs": programs,
            "signatures": PEOPLE,
        }
        | changes
    )


VOID = {"since": "21/11/2016", "reason": "Corrección de PRE-02-03", "replaced_by": "CON-2016-PRE-09-0002"}


def formato(**changes):
    rows = [
        {
            "code": f"PRE-02-0{n}",
            "name": row["name"],
            "numerator": "Reuniones de Gabinete realizadas",
            "denominator": "Reuniones de Gabinete programadas",
            "previous": "3 / 4" if n % 2 else None,
        }
        for n, row in enumerate(ROWS, start=1)
    ]
    return deepcopy(
        SHEET
        | {
            "folio": None,
            "fingerprint": None,
            "due": "07/10/2016",
            "programs": [
                {"code": program["code"], "name": program["name"], "rows": rows} for program in (PLAIN_PROGRAM, PROGRAM)
            ],
            "signatures": [{"role": "Recopiló"}, {"role": "Revisó"}],
        }
        | changes
    )
