"""The rules of docs/calculation.md as formulas of a spreadsheet.

``{name}`` is the cell of that column in the same row; words without braces are names that the book defines
(``corte``, ``verde``, …). An empty text stands where there is no figure. Spreadsheets count in doubles, so a light is
decided on the figure rounded to 9 decimals: what is exactly 90 may arrive as 89.99999999999999.
"""

LIGHT_DECIMALS = 9

# Of an indicator; {meses}, {n} and {d} are its captured months on the sheet of measurements.
STEP = "INDEX(meses_entre,MATCH({frecuencia},frecuencias,0))"
UNTIL = 'IF({retirado_desde}="",corte,IF(corte<{retirado_desde},corte,{retirado_desde}-1))'
DUE = "MAX(0,INT({hasta}/{paso})-INT(({empieza_en}-1)/{paso}))"
CAPTURES = "COUNT({meses})"
CAPTURED_DUE = "SUMPRODUCT((MOD({meses},{paso})=0)*({meses}>={empieza_en})*({meses}<={hasta}))"
# The last month that is not 0/0, and the last one with a denominator; 0 where there is none.
LAST_ACTIVE = "SUMPRODUCT(MAX((({n}<>0)+({d}<>0)>0)*{meses}))"
LAST_DEMANDED = "SUMPRODUCT(MAX(({d}<>0)*{meses}))"
NUMERATOR = 'IF({modo_numerador}="suma",SUM({n}),SUMIF({meses},' + LAST_ACTIVE + ",{n}))"
DENOMINATOR = 'IF({modo_denominador}="suma",SUM({d}),SUMIF({meses},' + LAST_DEMANDED + ",{d}))"
NONE = '""'
NOTHING = "0"
STATUS = (
    'IF({capturas}=0,IF({meses_exigibles}>0,"sin captura","no corresponde aún"),'
    'IF({denominador}=0,"sin demanda","con porcentaje"))'
)
PERCENTAGE = 'IF({estado}="con porcentaje",{numerador}/{denominador}*100,"")'
SHARE = (
    'IF(OR({programacion}="constante",{sentido}="descendente"),1,'
    'IF(OR({programacion}="lineal",{hasta}=0),MAX(0,{hasta}-{empieza_en}+1)/(13-{empieza_en}),'
    "INDEX({programado},1,{hasta})/100))"
)
EXPECTED = "{meta}*{parte}"
VALUE = 'IF({porcentaje}="","",IF({tipo_meta}="porcentaje",{porcentaje},{numerador}))'
_WITHIN = "IF({valor}=0,100,MIN(100,{meta}/{valor}*100))"
COMPLIANCE = (
    'IF({porcentaje}="","",IF({sentido}="descendente",' + _WITHIN + ","
    'IF({esperado}=0,"",{valor}/{esperado}*100)))'
)  # fmt: skip
ANNUAL = 'IF({porcentaje}="","",IF({sentido}="descendente",{cumplimiento},IF({meta}=0,"",{valor}/{meta}*100)))'
ADVANCE = (
    'IF({porcentaje}="","",IF(AND({sentido}="descendente",descendente_entra="cumplimiento"),{cumplimiento},'
    "{porcentaje}))"
)
CAPPED = 'IF({cumplimiento}="","",MIN({cumplimiento},100))'
GREEN = 'IF({verde_desde}="",verde,{verde_desde})'
AMBER = 'IF({amarillo_desde}="",amarillo,{amarillo_desde})'
OVER = 'IF({sobrecumplimiento_arriba_de}="",sobrecumplimiento,{sobrecumplimiento_arriba_de})'
LIGHT = (
    'IF(OR({cumplimiento}="",{cumplimiento_anual}=""),"sin semáforo",'
    f'IF(AND({{sentido}}="ascendente",ROUND({{cumplimiento_anual}},{LIGHT_DECIMALS})>{{sobre}}),"sobrecumplimiento",'
    f'IF(ROUND({{cumplimiento}},{LIGHT_DECIMALS})>={{verde}},"verde",'
    f'IF(ROUND({{cumplimiento}},{LIGHT_DECIMALS})>={{amarillo}},"amarillo","rojo"))))'
)
MONTH_PERCENTAGE = 'IF({denominador}=0,"",{numerador}/{denominador}*100)'

# Of a programme; the names in braces with an «i_» are the columns of its indicators.
TOTAL = 'COUNTIF({i_considerado},"sí")'
CONSIDERED = (
    'COUNTIFS({i_considerado},"sí",{i_estado},"con porcentaje")'
    '+IF(sin_captura_es_cero="sí",COUNTIFS({i_considerado},"sí",{i_estado},"sin captura"),0)'
)
GLOBAL = 'IF({considerados}=0,"",SUMIFS({i_avance},{i_considerado},"sí")/{considerados})'
WITH_COMPLIANCE = (
    'SUMPRODUCT(({i_considerado}="sí")*ISNUMBER({i_topado}))'
    '+IF(sin_captura_es_cero="sí",COUNTIFS({i_considerado},"sí",{i_estado},"sin captura"),0)'
)
PROGRAM_COMPLIANCE = 'IF({con_cumplimiento}=0,"",SUMIFS({i_topado},{i_considerado},"sí")/{con_cumplimiento})'
PROGRAM_LIGHT = (
    'IF({cumplimiento}="","sin semáforo",'
    f'IF(ROUND({{cumplimiento}},{LIGHT_DECIMALS})>=verde,"verde",'
    f'IF(ROUND({{cumplimiento}},{LIGHT_DECIMALS})>=amarillo,"amarillo","rojo")))'
)

# Of the plan, an axis or a department: means over programmes (rule 14); {own} is true of each programme that belongs.
WITH_DATA = "SUMPRODUCT(({own})*ISNUMBER({p_avance_global}))"
PROGRAMS = "SUMPRODUCT(({own})*1)"
GROUP_GLOBAL = 'IF({con_datos}=0,"",SUMPRODUCT(({own})*{p_global_o_cero})/{con_datos})'
GROUP_WITH_COMPLIANCE = "SUMPRODUCT(({own})*ISNUMBER({p_cumplimiento}))"
GROUP_COMPLIANCE = 'IF({con_cumplimiento}=0,"",SUMPRODUCT(({own})*{p_cumplimiento_o_cero})/{con_cumplimiento})'


def or_zero(column: str) -> str:
    """A figure, and 0 where there is none, because an empty text cannot be multiplied."""
    return f'IF({{{column}}}="",0,{{{column}}})'
