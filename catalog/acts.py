"""What the trail records of the catalogue: its rows, its imports and its years."""

from core import trail


@trail.register
class CatalogueAct(trail.Act):
    ADD = "agregar", "Agregó"
    CHANGE = "cambiar", "Cambió"
    DELETE = "eliminar", "Eliminó"
    MOVE = "ordenar", "Cambió el orden"
    MAP_COLUMNS = "decir las columnas", "Indicó qué son las columnas de un archivo"
    END_DEPARTMENT = "dar fin a la dependencia", "Registró que la dependencia deja de existir"
    UNDO_END = "quitar el fin de la dependencia", "Quitó el fin de la dependencia"
    UNDO_IMPORT = "deshacer importación", "Se deshizo la importación"


@trail.register
class YearAct(trail.Act):
    LOCK = "cerrar ejercicio", "Cerró el ejercicio"
    ASK_REOPENING = "pedir abrir el ejercicio", "Pidió abrir de nuevo el ejercicio"
    WITHDRAW_REOPENING = "retirar la petición de abrir", "Retiró la petición de abrir el ejercicio"
    REOPEN = "abrir de nuevo el ejercicio", "Abrió de nuevo el ejercicio"
    BRING = "traer del ejercicio anterior", "Trajo del ejercicio anterior"
    CHANGE_PREVIOUS = "cambiar antecesor", "Cambió de qué es continuación"
    SEE_RULE_CHANGE = "darse por enterado", "Se dio por enterado de que cambió una regla de los resultados"


@trail.register
class StartAct(trail.Act):
    """Of the page of the first steps."""

    PUT_AWAY = "guardar primeros pasos", "Guardó la página de los primeros pasos"
    BRING_BACK = "volver a primeros pasos", "Volvió a ofrecer en Inicio los primeros pasos"
