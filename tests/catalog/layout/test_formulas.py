"""Formulas as municipal documents and sheets write them, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.layout.formulas import labels_of

CERTAIN = [
    (
        "PRE-01-01 = (Número de solicitudes atendidas / Total de solicitudes recibidas) * (100)",
        "",
        "Número de solicitudes atendidas",
        "Total de solicitudes recibidas",
    ),
    (
        "PRE-01-01 = (Número de solicitudes atendidas / Total de solicitudes recibidas) * (100).",
        "",
        "Número de solicitudes atendidas",
        "Total de solicitudes recibidas",
    ),
    (
        "(A/B)*100, donde A = Solicitudes atendidas; B = Solicitudes recibidas",
        "",
        "Solicitudes atendidas",
        "Solicitudes recibidas",
    ),
    (
        "(A/B)*100 donde: A= Número de m2/día bacheados, B= Total de m2/día programados.",
        "",
        "Número de m2/día bacheados",
        "Total de m2/día programados",
    ),
    ("(A / B) x 100", "A: X / B: Y", "X", "Y"),
    ("(A / B) * 100", "(A: X / B: Y) * 100", "X", "Y"),
    ("(A / B) * 100", "A= Obras terminadas\nB= Obras programadas", "Obras terminadas", "Obras programadas"),
    ("(A / B) * 100", "A. Obras terminadas\nB. Obras programadas", "Obras terminadas", "Obras programadas"),
    ("(A/B)*100", "A.- Obras terminadas; B.- Obras programadas", "Obras terminadas", "Obras programadas"),
    ("(A/B)*100", "A) Obras terminadas B) Obras programadas", "Obras terminadas", "Obras programadas"),
    (
        "(Σ de solicitudes atendidas / Σ de solicitudes recibidas) * 100",
        "",
        "solicitudes atendidas",
        "solicitudes recibidas",
    ),
    ("(Σ solicitudes atendidas/Σ solicitudes recibidas)*100", "", "solicitudes atendidas", "solicitudes recibidas"),
    (
        "Porcentaje = [Informes entregados] entre [Informes programados] por 100",
        "",
        "Informes entregados",
        "Informes programados",
    ),
    ("([V1]/[V2])*100", "V1: Becas entregadas\nV2: Becas solicitadas", "Becas entregadas", "Becas solicitadas"),
    ("([V1]/[V2])*100", "[V1] Becas entregadas [V2] Becas solicitadas", "Becas entregadas", "Becas solicitadas"),
    (
        "(Número de niñas y/o niños atendidos / Total de niñas y/o niños inscritos) x 100",
        "",
        "Número de niñas y/o niños atendidos",
        "Total de niñas y/o niños inscritos",
    ),
    (
        "Número de m2/día barridos / Total de m2/día programados",
        "",
        "Número de m2/día barridos",
        "Total de m2/día programados",
    ),
    (
        "Becas ciclo 2015/2016 entregadas / Becas ciclo 2015/2016 solicitadas * 100",
        "",
        "Becas ciclo 2015/2016 entregadas",
        "Becas ciclo 2015/2016 solicitadas",
    ),
    (
        "((Número de obras (con recurso propio) terminadas / Total de obras (con recurso propio)) * 100)",
        "",
        "Número de obras (con recurso propio) terminadas",
        "Total de obras (con recurso propio)",
    ),
    (
        "(Número de quejas, denuncias y dudas atendidas / Total de quejas, denuncias y dudas recibidas)*100",
        "",
        "Número de quejas, denuncias y dudas atendidas",
        "Total de quejas, denuncias y dudas recibidas",
    ),
    (
        "(Número de solicitudes atendidas/Total de solicitudes recibidas)*100",
        "",
        "Número de solicitudes atendidas",
        "Total de solicitudes recibidas",
    ),
    ("Solicitudes atendidas/solicitudes recibidas*100", "", "Solicitudes atendidas", "solicitudes recibidas"),
    (
        "PSA = (SA/SR)*100 Donde: PSA = Porcentaje, SA = Solicitudes atendidas, SR = Solicitudes recibidas",
        "",
        "Solicitudes atendidas",
        "Solicitudes recibidas",
    ),
    (
        "PSA=(NSA/NSR)x100\nPSA: Porcentaje\nNSA: Número de quejas atendidas\nNSR: Número de quejas recibidas",
        "",
        "Número de quejas atendidas",
        "Número de quejas recibidas",
    ),
    (
        "Numerador: Solicitudes atendidas Denominador: Solicitudes recibidas",
        "",
        "Solicitudes atendidas",
        "Solicitudes recibidas",
    ),
    ("100 * A / B", "A=x uno; B=y dos", "x uno", "y dos"),
    ("(A x 100) / B", "A=x uno; B=y dos", "x uno", "y dos"),
    ("A*100/B", "A=x uno; B=y dos", "x uno", "y dos"),
    ("Número de niños/as atendidos / Total de niños/as", "", "Número de niños/as atendidos", "Total de niños/as"),
    ("(A+B)/C*100", "A: Altas B: Bajas C: Total de movimientos", "Altas + Bajas", "Total de movimientos"),
    ("A/B", "A: Alumnos, B: Escuelas", "Alumnos", "Escuelas"),
    (
        "(Total de solicitudes atendidas ÷ Total de solicitudes recibidas) × 100 %",
        "",
        "Total de solicitudes atendidas",
        "Total de solicitudes recibidas",
    ),
    (
        "Solicitudes atendidas dividido entre solicitudes recibidas por 100",
        "",
        "Solicitudes atendidas",
        "solicitudes recibidas",
    ),
    (
        "(Acuerdos entre dependencias cumplidos / Acuerdos entre dependencias firmados) * 100",
        "",
        "Acuerdos entre dependencias cumplidos",
        "Acuerdos entre dependencias firmados",
    ),
    ("Porcentaje de avance = (Obra ejecutada / Obra programada) * 100", "", "Obra ejecutada", "Obra programada"),
    (
        "(Número de solicitudes atendidas / Total de solicitudes recibidas * 100",
        "",
        "Número de solicitudes atendidas",
        "Total de solicitudes recibidas",
    ),
    ("[(Número de a) / (Número de b)] * 100", "", "Número de a", "Número de b"),
    (
        "(Número de solicitudes atendidas)/(Total de solicitudes recibidas)*100",
        "",
        "Número de solicitudes atendidas",
        "Total de solicitudes recibidas",
    ),
    (
        "(Número de solicitudes atendidas /\nTotal de solicitudes recibidas) *\n100",
        "",
        "Número de solicitudes atendidas",
        "Total de solicitudes recibidas",
    ),
    (
        "(Variable 1 / Variable 2) * 100",
        "Variable 1: Becas pagadas. Variable 2: Becas autorizadas.",
        "Becas pagadas",
        "Becas autorizadas",
    ),
    ("(Var A/Var B)*100", "Var A = Becas pagadas; Var B = Becas autorizadas", "Becas pagadas", "Becas autorizadas"),
    ("(a/b)*100", "a: becas pagadas, b: becas autorizadas", "becas pagadas", "becas autorizadas"),
    (
        "(NTA/NTP)*100",
        "NTA: Número de talleres de la zona A; NTP: Número de talleres programados",
        "Número de talleres de la zona A",
        "Número de talleres programados",
    ),
    (
        "(A/B)*100",
        "A = Talleres de la zona B impartidos; B = Talleres programados",
        "Talleres de la zona B impartidos",
        "Talleres programados",
    ),
    ("(12 informes / 12 informes programados) x 100", "", "12 informes", "12 informes programados"),
    (
        "(No. de reportes atendidos/No. de reportes recibidos) X 100",
        "",
        "No. de reportes atendidos",
        "No. de reportes recibidos",
    ),
    ("% = (Reportes atendidos / reportes recibidos) x 100%", "", "Reportes atendidos", "reportes recibidos"),
    (
        "(Número de solicitudes atendidas en el mes/Número de solicitudes recibidas en el mes)*100=",
        "",
        "Número de solicitudes atendidas en el mes",
        "Número de solicitudes recibidas en el mes",
    ),
    ("Índice = (Calificación obtenida / Calificación máxima)(100)", "", "Calificación obtenida", "Calificación máxima"),
    ("(A/B) 100", "A: uno dos B: tres cuatro", "uno dos", "tres cuatro"),
    (
        "V1/V2*100",
        "Variable 1 (V1): Becas pagadas\nVariable 2 (V2): Becas autorizadas",
        "Becas pagadas",
        "Becas autorizadas",
    ),
    ("(Solicitudes pre-autorizadas / Solicitudes) * 100", "", "Solicitudes pre-autorizadas", "Solicitudes"),
    ("A = Acciones realizadas; B = Acciones programadas; (A/B)*100", "", "Acciones realizadas", "Acciones programadas"),
    ("A = Acciones realizadas\nB = Acciones programadas\n(A/B)*100", "", "Acciones realizadas", "Acciones programadas"),
    (
        "Numerador= reportes atendidos\nDenominador= reportes recibidos\nFórmula (N/D)*100",
        "",
        "reportes atendidos",
        "reportes recibidos",
    ),
    ("Meta alcanzada / Meta programada = %", "", "Meta alcanzada", "Meta programada"),
    ("[(Meta alcanzada) / (Meta programada)] X 100 = Porcentaje", "", "Meta alcanzada", "Meta programada"),
    ("(Número de obras)\n__________\n(Total de obras) X 100", "", "Número de obras", "Total de obras"),
    ("(AR/AP)*100 AR=Acciones realizadas AP=Acciones programadas", "", "Acciones realizadas", "Acciones programadas"),
]

DOUBTFUL = [
    (
        "((A-B)/B)*100",
        "A: Visitas 2016\nB: Visitas 2015",
        "Visitas 2016 - Visitas 2015",
        "Visitas 2015",
        "tasa de variación",
    ),
    (
        "((Visitas 2016 - Visitas 2015) / Visitas 2015) * 100",
        "",
        "Visitas 2016 - Visitas 2015",
        "Visitas 2015",
        "tasa de variación",
    ),
    ("[(A/B)-1]*100", "A = Delitos 2016, B = Delitos 2015", "Delitos 2016", "Delitos 2015", "tasa de variación"),
    ("Número de informes", "", "Número de informes", "", "no se encontró la división"),
    ("(A/B)*100. Medición trimestral", "A: uno, B: dos", "uno", "dos", "no se usó"),
    (
        "(Solicitudes atendidas / Solicitudes recibidas) * 100 El indicador se mide por trimestre",
        "",
        "Solicitudes atendidas",
        "Solicitudes recibidas",
        "no se usó",
    ),
    ("(Homicidios / Población) x 100,000 habitantes", "", "Homicidios", "Población", "y no por 100"),
    ("(Homicidios/Población)*1000", "", "Homicidios", "Población", "y no por 100"),
    ("Número de niños/as atendidos", "", "Número de niños/as atendidos", "", "no se encontró la división"),
    ("(A/B)*100", "", "A", "B", "no se dice qué es"),
    (
        "Acuerdos entre dependencias cumplidos",
        "",
        "Acuerdos entre dependencias cumplidos",
        "",
        "no se encontró la división",
    ),
    ("Promedio = Costo total / Número de obras", "", "Costo total", "Número de obras", "no multiplica por 100"),
    ("", "A: uno\nB: dos", "uno", "dos", "explica dos variables"),
    ("A:", "", "A", "", "no se encontró la división"),
    ("Texto de la columna 9, renglón 9", "", "Texto de la columna 9, renglón 9", "", "no se encontró la división"),
    ("(A / B) * 100", "Texto de la columna 17, renglón 5", "A", "B", "no se dice qué es"),
    (
        "(Total de A / Total de B / Total de C) * 100",
        "",
        "Total de A",
        "Total de B / Total de C",
        "más de una división",
    ),
    ("1 - (A/B)", "A=quejas; B=servicios", "quejas", "servicios", "tasa de variación"),
    ("(A/B)*C", "A: x uno; B: y dos; C: z tres", "(A/B)*C", "", "no se encontró la división"),
    ("Número de informes entregados / 12 * 100", "", "Número de informes entregados", "12", "número fijo"),
    ("Sumatoria de obras", "", "Sumatoria de obras", "", "no se encontró la división"),
    ("Informes presentados entre informes programados", "", "Informes presentados", "informes programados", "entre"),
    (
        "(Calles pavimentadas en 2016-Calles pavimentadas en 2015)/Calles pavimentadas en 2015*100",
        "",
        "Calles pavimentadas en 2016-Calles pavimentadas en 2015",
        "Calles pavimentadas en 2015",
        "tasa de variación",
    ),
    (
        "((A - B) / A) * 100 donde A es el presupuesto autorizado y B es el presupuesto ejercido",
        "",
        "el presupuesto autorizado - el presupuesto ejercido",
        "el presupuesto autorizado",
        "resta",
    ),
    ("km/h promedio", "", "km/h promedio", "", "no se encontró la división"),
    ("Numerador: A / Denominador: B", "", "A", "B", "no se dice qué es"),
]


@pytest.mark.parametrize(("formula", "variables", "numerator", "denominator"), CERTAIN)
def test_both_labels_are_found(formula, variables, numerator, denominator):
    assert labels_of(formula, variables) == (numerator, denominator, "")


@pytest.mark.parametrize(("formula", "variables", "numerator", "denominator", "doubt"), DOUBTFUL)
def test_what_is_not_certain_is_said(formula, variables, numerator, denominator, doubt):
    found = labels_of(formula, variables)
    assert found[:2] == (numerator, denominator)
    assert doubt in found.doubt


@pytest.mark.parametrize("before", ["\n", " ", "; "])
def test_the_formula_behind_what_it_means_is_no_part_of_a_label(before):
    said = f"A=Informes hechos B=Informes programados{before}(A/B)*100"
    assert labels_of(said)[:2] == labels_of("(A/B)*100", said)[:2] == ("Informes hechos", "Informes programados")


def test_nothing_is_made_up_of_two_empty_cells():
    assert labels_of("", "") == ("", "", "")


_PIECES = st.lists(
    st.sampled_from(
        ["(", ")", "[", "]", "/", "*", "100", "A", "B", "V1", "=", ":", " ", "donde", "\n", "entre", "-", "Σ", "y/o",
         ",", "Número de obras", "Total", "x", "Numerador", "Denominador", ";", ".", "«", "»"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(_PIECES | st.text(max_size=200), _PIECES)
def test_any_formula_has_both_labels_or_a_doubt(formula, variables):
    found = labels_of(formula, variables)
    assert found.doubt or (found.numerator and found.denominator) or not (formula.strip() or variables.strip())


_LABELS = st.lists(
    st.sampled_from(["solicitudes", "atendidas", "de", "y/o", "m2/día", "(urgentes)", "2015/2016", "obras,", "niñas"]),
    min_size=1, max_size=6,
).map(lambda words: ("Número de " + " ".join(words)).rstrip(","))  # fmt: skip


@given(_LABELS, _LABELS)
def test_two_labels_come_back_as_they_were(top, bottom):
    assert labels_of(f"PRE-01-01 = ({top} / {bottom}) * (100).") == (top, bottom, "")
    assert labels_of("(A / B) x 100", f"A: {top}\nB: {bottom}") == (top, bottom, "")
