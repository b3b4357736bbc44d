"""What the trail records of indicators, their months and their figures: one enumeration for each wing that writes."""

from core import trail


@trail.register
class FigureAct(trail.Act):
    """Of capture, review and the workbook."""

    SAVE = "guardar", "Guardó la captura"
    CORRECT = "corregir", "Corrigió la cifra"
    SUBMIT = "enviar", "Envió a validación"
    VALIDATE = "validar", "Validó"
    RETURN = "devolver", "Devolvió con una observación"
    IMPORT = "importar", "Importó"  # the catalogue's too
    MIGRATE = "migrar", "Migró la cifra de hojas anteriores"


@trail.register
class FollowUpAct(trail.Act):
    COMMIT = "comprometer", "Escribió causa, acción y fecha compromiso"
    ASK_CORRECTION = "pedir corrección", "Pidió corregir la cifra"
    DECLINE_CORRECTION = "no corregir", "Respondió que la corrección no procede"


@trail.register
class ReceiptAct(trail.Act):
    """Of the papers."""

    ISSUE_ACUSE = "expedir acuse", "Se expidió el acuse"
    ISSUE_CONSTANCIA = "expedir constancia", "Se expidió la constancia"
    VOID = "dejar sin efecto", "La constancia quedó sin efecto"


@trail.register
class FileAct(trail.Act):
    ATTACH_EVIDENCE = "adjuntar evidencia", "Adjuntó la evidencia"
    SUPERSEDE_EVIDENCE = "sustituir evidencia", "Sustituyó la evidencia"
    WITHDRAW_EVIDENCE = "retirar evidencia", "Retiró la evidencia"
    ATTACH_INSTRUMENT = "adjuntar instrumento", "Adjuntó el instrumento que lo respalda"
    PUT_BACK = "reponer archivo", "Devolvió a su lugar el archivo que se había perdido o alterado"


@trail.register
class CalendarAct(trail.Act):
    OPEN_YEAR = "abrir ejercicio", "Se abrió el ejercicio"
    MARK_HISTORICAL = "marcar como histórico", "Marcó el ejercicio como histórico"
    UNMARK_HISTORICAL = "quitar histórico", "Quitó la marca de histórico del ejercicio"
    CHANGE_MONTH = "cambiar mes", "Cambió las fechas del mes"
    GRANT_EXTENSION = "otorgar prórroga", "Otorgó la prórroga"
    END_EXTENSION = "terminar prórroga", "Terminó la prórroga"
    ADD_DAYS_OFF = "agregar días inhábiles", "Agregó los días inhábiles"
    REMOVE_DAYS_OFF = "quitar días inhábiles", "Quitó los días inhábiles"
    MOVE_DUE_DATE = "recalcular vencimiento", "Se recalculó el vencimiento"
    REMIND = "recordar", "Recordó por correo lo que falta"
    TELL_MISSING = "avisar que falta gente", "Avisó por correo que falta enlace o titular"


@trail.register
class TargetAct(trail.Act):
    ADJUST = "ajustar meta", "Ajustó la meta"
    CHANGE = "cambiar meta", "Cambió la meta"
    CORRECT_KIND = "corregir tipo de meta", "Corrigió el tipo de meta"
    CHANGE_THRESHOLDS = "cambiar umbrales", "Cambió los umbrales del semáforo"


@trail.register
class RetiringAct(trail.Act):
    RETIRE = "retirar", "Retiró el indicador"
    REINSTATE = "reincorporar", "Volvió a pedir el indicador"
