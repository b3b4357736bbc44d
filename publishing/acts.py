"""What the trail records of closings."""

from core import trail


@trail.register
class ClosingAct(trail.Act):
    CLOSE = "cerrar mes", "Cerró el mes de todo el plan"
    RECTIFY = "rectificar cierre", "Rectificó el cierre del mes"
