"""The forms in which somebody may have typed: where each is, and what is typed in it."""

from dataclasses import dataclass, field

WORDS = "Faltó personal en ventanilla: «dos» plazas, 100 % y 3 < 4"


@dataclass(frozen=True)
class Place:
    """A form: who writes in it, what they type by field, and the button that the server refuses them with."""

    who: str
    address: str
    typed: dict[str, str]
    button: str
    also: dict[str, str] = field(default_factory=dict)  # what makes the server refuse it, where nothing lacks


PLACES = {
    "commitment": Place(
        "liaison", "/2016/compromisos/PRE-01-01/9/", {"cause": WORDS, "action": "Contratar"}, "Guardar"
    ),
    "review": Place("director", "/2016/revision/PRE/9/", {"observation": WORDS}, "Devolver seleccionadas"),
    "review of one": Place(
        "director", "/2016/revision/PRE/9/", {"commitment-{row}-cause": WORDS}, "Guardar el compromiso de PRE-01-01"
    ),
    "correction": Place(
        "liaison", "/2016/correcciones/PRE-01-02/9/", {"instrument": "Oficio 5/2016"}, "Pedir corrección"
    ),
    "thresholds": Place(
        "planning", "/2016/catalogo/umbrales/", {"reason": WORDS}, "Ver qué cambia", {"green_from": "10"}
    ),
    "own thresholds": Place(
        "planning", "/2016/catalogo/metas/PRE-01-01/umbrales/", {"reason": WORDS}, "Ver qué cambia", {"green_from": "x"}
    ),
    "target": Place(
        "planning", "/2016/catalogo/metas/PRE-01-01/", {"reason": WORDS, "target": "mucho"}, "Ver qué cambia"
    ),
    "month": Place(
        "planning", "/2016/calendario/9/", {"fechas-reason": WORDS}, "Guardar fechas", {"fechas-due_on": "2016-01-02"}
    ),
    "extension": Place(
        "planning", "/2016/calendario/prorrogas/nueva/", {"reason": WORDS, "month": "9"}, "Otorgar prórroga"
    ),
    "days off": Place("planning", "/2016/calendario/inhabiles/agregar/", {"name": WORDS}, "Ver qué fechas cambian"),
    "programme": Place("planning", "/2016/catalogo/programas/PRE-01/", {"description": WORDS}, "Guardar", {"name": ""}),
    "retiring": Place("planning", "/2016/catalogo/programas/PRE-01/retirar/", {"from_month": "11"}, "Retirar"),
    "new person": Place(
        "planning",
        "/catalogo/personas/nueva/",
        {"first_name": "Ana María", "last_name": "Ruiz"},
        "Dar de alta e invitar",
    ),
    "person": Place(
        "planning", "/catalogo/personas/{director}/", {"first_name": "Ana María"}, "Guardar", {"email": "x"}
    ),
    "department": Place("planning", "/catalogo/dependencias/nueva/", {"name": "Obras Públicas"}, "Agregar"),
    "appointment": Place("planning", "/catalogo/nombramientos/nuevo/", {"instrument": "Oficio 7/2016"}, "Registrar"),
    "locking": Place("planning", "/catalogo/ejercicios/2016/cerrar/", {"reason": WORDS}, "Cerrar el ejercicio 2016"),
    "administration": Place(
        "planning", "/admin/indicators/measurement/add/", {"justification": WORDS, "code": "PRE"}, "Guardar"
    ),
    "roll-over": Place(
        "planning", "/2016/catalogo/siguiente/", {"plan_name": "Plan 2018"}, "Ver cómo queda", {"year": "1900"}
    ),
}
