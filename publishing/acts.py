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
class SiteAct(trail.Act):
    PUBLISH = "publicar cierres", "Publicó los cierres en el sitio público"
    ASK_TAKING_DOWN = "pedir retirar el sitio", "Pidió retirar el sitio público"
    WITHDRAW_TAKING_DOWN = "no retirar el sitio", "Retiró la petición de retirar el sitio público"
    TAKE_DOWN = "retirar el sitio", "Retiró el sitio público"


@trail.register
class SampleAct(trail.Act):
    DRAW = "sacar muestra", "Sacó una muestra de cifras con su expediente"
