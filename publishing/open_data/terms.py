"""What every description of the data says alike: the terms of its use and the words by which it is found.

The terms are those of Mexico's open data, «Libre Uso MX»: anybody may copy, change and sell the data, as long as the
source is cited and what it says is not twisted.
"""

LICENCE, LICENCE_KEY = "Libre Uso MX", "libre-uso-mx"
LICENCE_ADDRESS = "https://datos.gob.mx/libreusomx"
KEYWORDS = ("plan municipal de desarrollo", "indicadores", "metas", "rendición de cuentas", "datos abiertos")
