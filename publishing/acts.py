"""What the trail records of closings."""

from core import trail


@trail.register
class ClosingAct(trail.Act):
    CLOSE = "cerrar mes", "Cerró el mes de todo el plan"
    RECTIFY = "rectificar cierre", "Rectificó el cierre del mes"


@trail.register
class SignerAct(trail.Act):
    ADD = "agregar firmante", "Agregó a quien firma"
    CHANGE = "cambiar firmante", "Cambió los datos de quien firma"


@trail.register
class SampleAct(trail.Act):
    DRAW = "sacar muestra", "Sacó una muestra de cifras con su expediente"
