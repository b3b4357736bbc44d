"""Every act that may be recorded is told as what somebody did, and what was recorded once is still read."""

import pytest

from core import trail
from indicators.history import history_line
from tests.factories import NOW, make_department

# As version 0.3.0 stored them: old entries have these words for ever.
STORED = {
    "guardar", "corregir", "enviar", "validar", "devolver", "comprometer", "pedir corrección",
    "adjuntar instrumento", "reponer archivo", "no corregir", "expedir acuse", "expedir constancia",
    "dejar sin efecto", "abrir ejercicio", "cerrar ejercicio", "abrir de nuevo el ejercicio",
    "pedir abrir el ejercicio", "retirar la petición de abrir", "traer del ejercicio anterior",
    "cambiar antecesor", "enviar invitación", "marcar como histórico", "quitar histórico", "cambiar mes",
    "ajustar meta", "cambiar meta", "corregir tipo de meta", "cambiar umbrales", "darse por enterado",
    "importar", "deshacer importación", "agregar", "cambiar", "eliminar", "ordenar", "retirar", "reincorporar",
    "migrar", "adjuntar evidencia", "sustituir evidencia", "retirar evidencia", "recordar", "no enviar correo",
    "reintentar correo", "descartar correo", "otorgar prórroga", "terminar prórroga", "agregar días inhábiles",
    "quitar días inhábiles", "recalcular vencimiento", "dar de alta", "dar de baja", "reactivar", "desbloquear",
    "cambiar datos", "cambiar contraseña", "recuperar contraseña", "nombrar", "pedir a otra persona",
    "retirar lo pedido", "rechazar lo pedido", "terminar nombramiento", "corregir nombramiento",
}  # fmt: skip


@pytest.mark.parametrize("act", trail.registered_acts(), ids=str)
def test_every_act_has_its_sentence(act: trail.Act):
    assert act.sentence.split()[0].endswith("ó") or act.sentence.startswith(("Se ", "Dio ", "Trajo ", "La "))


def test_what_is_stored_of_an_act_never_changes():
    assert set(map(str, trail.registered_acts())) >= STORED


@pytest.mark.django_db
@pytest.mark.parametrize("act", trail.registered_acts(), ids=str)
def test_every_act_is_recorded_by_its_label_and_read_as_its_sentence(act: trail.Act):
    made = trail.record(subject=make_department(), action=act, actor=None, at=NOW, changes={})
    made.refresh_from_db()
    assert type(made.action) is str and made.action == act.value
    assert history_line(made).act == act.sentence
