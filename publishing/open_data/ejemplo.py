"""Lee el cierre más nuevo y recalcula, de las capturas, cada porcentaje y el avance global de cada programa.

pip install pandas
python3 ejemplo.py                                     en la carpeta que descargó
python3 ejemplo.py https://…/publico                   o desde internet
"""

import sys

import numpy as np
import pandas as pd

donde = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "."
cierres = pd.DataFrame(pd.read_json(f"{donde}/cierres.json")["closings"].tolist())
nuevo = cierres[cierres["latest"]].sort_values(["year", "month"]).iloc[-1]
datos = f"{donde}/{nuevo['document'].removesuffix('/cierre.json')}"


def tabla(nombre):
    """Una celda vacía es «no hay»; sin keep_default_na=False, pandas borraría textos como «NA» o «null»."""
    return pd.read_csv(f"{datos}/{nombre}.csv", encoding="utf-8-sig", keep_default_na=False, na_values=[""])


programas = tabla("programas").set_index("clave_programa")
indicadores = tabla("indicadores").set_index("clave_indicador")
mediciones = tabla("mediciones").sort_values("mes")
reglas = pd.read_json(f"{datos}/cierre.json", typ="series")["rules"]

# 1. Cada lado se acumula a su modo: la suma de los meses, o el último que tuvo actividad.
activas = mediciones[(mediciones["numerador"] != 0) | (mediciones["denominador"] != 0)]
con_denominador = mediciones[mediciones["denominador"] != 0]
acumulado = {}
for lado, ultimas in (("numerador", activas), ("denominador", con_denominador)):
    suma = mediciones.groupby("clave_indicador")[lado].sum().reindex(indicadores.index)
    ultimo = ultimas.groupby("clave_indicador")[lado].last().reindex(indicadores.index).fillna(0)
    acumulado[lado] = suma.where(indicadores[f"modo_{lado}"] == "suma", ultimo.where(suma.notna()))

# 2. El porcentaje; sin denominador no lo hay, que no es lo mismo que 0.
porcentaje = acumulado["numerador"] / acumulado["denominador"].replace(0, np.nan) * 100

# 3. Lo que entra en el avance global: de un indicador descendente, qué tanto se quedó dentro de su meta.
valor = porcentaje.where(indicadores["tipo_meta"] == "porcentaje", acumulado["numerador"]).where(porcentaje.notna())
dentro = (indicadores["meta"] / valor.replace(0, np.nan) * 100).clip(upper=100).mask(valor == 0, 100)
por_cumplimiento = (indicadores["sentido"] == "descendente") & (reglas["descending_enters_as"] == "compliance")
avance = dentro.where(por_cumplimiento, porcentaje)
if reglas["missing_as_zero"]:
    avance = avance.mask(indicadores["estado"] == "sin captura", 0)

# 4. El avance global: la media de los indicadores considerados que tienen porcentaje.
considerado = indicadores["considerado"] == "sí"
avance_global = avance[considerado].groupby(indicadores["clave_programa"]).mean().reindex(programas.index)

# 5. Contra lo publicado, que tiene 4 decimales.
otros = 0
for nombre, calculado, publicado in (
    ("porcentaje", porcentaje, indicadores["porcentaje"]),
    ("avance global", avance_global, programas["avance_global"]),
):
    for clave in calculado.index[~np.isclose(calculado, publicado, rtol=1e-9, atol=1e-4, equal_nan=True)]:
        otros += 1
        print(f"{clave}: el {nombre} publicado es {publicado[clave]} y resulta {calculado[clave]:.4f}")
print(f"Cierre {nuevo['year']}-{nuevo['month']:02d}, versión {nuevo['version']}: ", end="")
print(f"se recalcularon {len(porcentaje)} indicadores y {len(programas)} programas; ", end="")
print(f"{otros} cifras son otras." if otros else "todo coincide.")
sys.exit(1 if otros else 0)
