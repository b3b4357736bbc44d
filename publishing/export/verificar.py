#!/usr/bin/env python3
"""Comprueba esta carpeta sin el sistema que la publicó: solo con Python (3.8 o posterior) y sin red.

    python3 verificar.py                      la carpeta en que está este archivo
    python3 verificar.py CARPETA              otra copia de ella
    python3 verificar.py --huella SHA256      además, que ese cierre (el de un acta impresa) está en la cadena

Comprueba cada archivo contra SHA256SUMS; que los cierres forman una sola cadena y ninguno falta, sobra o cambió; y
vuelve a calcular, con fracciones exactas y a partir de numeradores y denominadores, cada porcentaje, avance,
cumplimiento, semáforo y total de cada cierre.json. Compara además cada celda de los CSV con su cierre.json.
Nombra lo que no coincide. Termina con 0 si todo coincide, con 1 si algo no, con 2 si no hay qué comprobar.
"""

import csv
import hashlib
import io
import json
import os
import re
import sys
from fractions import Fraction
from functools import lru_cache

MONTHS_BETWEEN = {"monthly": 1, "bimonthly": 2, "quarterly": 3, "four_monthly": 4, "half_yearly": 6, "yearly": 12}
HUNDRED = Fraction(100)
AMOUNT = re.compile(r"[0-9]{1,40}\.[0-9]{4}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
SUMS_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)", re.ASCII)
DOCUMENT_PLACE = re.compile(r"([0-9]{4})/([0-9]{2})/(?:v([0-9]+)/)?datos/cierre\.json", re.ASCII)
SUMS, INDEX, DOCUMENT, DICTIONARY = "SHA256SUMS", "cierres.json", "cierre.json", "diccionario.csv"
# Lo que había antes de una publicación que se interrumpió a la mitad, y lo que iba a ponerse en su lugar.
BEFORE, NEXT = ".pmd-antes", ".pmd-nuevo"
# Lo que los sistemas de archivos dejan por su cuenta.
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini", "__pycache__", BEFORE, NEXT}
MOST_SHOWN = 80


class Malformed(Exception):
    """El documento no tiene la forma que dice tener; el texto dice qué."""


class Folder:
    """Los archivos de la carpeta, tal como estaban al terminar la última publicación completa."""

    def __init__(self, root):
        self.root = root
        self.before = os.path.join(root, BEFORE)
        # La copia de antes vale mientras SHA256SUMS, que se pone al final, siga siendo el de antes.
        ours, kept = self._bytes(os.path.join(root, SUMS)), self._bytes(os.path.join(self.before, SUMS))
        self.interrupted = ours is not None and ours == kept

    def read(self, name):
        """Los bytes del archivo, o None si no está."""
        parts = name.split("/")
        kept = self._bytes(os.path.join(self.before, *parts)) if self.interrupted else None
        return self._bytes(os.path.join(self.root, *parts)) if kept is None else kept

    def names(self):
        """Todos los archivos; de una publicación a medias, los de la anterior."""
        if self.interrupted:
            lines = (SUMS_LINE.fullmatch(line) for line in self.read(SUMS).decode("utf-8", "replace").splitlines())
            return [line.group(2) for line in lines if line]
        found = []
        for place, folders, files in os.walk(self.root):
            folders[:] = sorted(one for one in folders if one not in LITTER)
            inside = os.path.relpath(place, self.root).replace(os.sep, "/")
            found += [one if inside == "." else inside + "/" + one for one in sorted(files) if one not in LITTER]
        return found

    @staticmethod
    def _bytes(path):
        try:
            with open(path, "rb") as file:
                return file.read()
        except (OSError, ValueError):
            return None


class Report:
    """Lo que no coincide, y cuánto se comparó."""

    def __init__(self):
        self.faults = []
        self.compared = 0

    def fault(self, sentence):
        self.faults.append(sentence)

    def same(self, where, what, said, found):
        """Compara lo que está escrito con lo que resulta; en los dos, None es «no hay»."""
        self.compared += 1
        if said != found or type(said) is not type(found):
            self.fault("%s: %s dice %s y resulta %s" % (where, what, shown(said), shown(found)))


def shown(value):
    if value is None:
        return "«no hay»"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"


# --- Archivos y huellas


def check_files(folder, report):
    """Cada archivo tiene la huella de SHA256SUMS, ninguno falta y ninguno sobra."""
    content = folder.read(SUMS)
    if content is None:
        report.fault("Falta el archivo %s: sin él no se puede saber si otro archivo cambió" % SUMS)
        return
    listed = set()
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        found = SUMS_LINE.fullmatch(line)
        parts = found.group(2).split("/") if found else [".."]
        if ".." in parts or "" in parts or found.group(2) in listed:
            report.fault("%s, línea %d: no es una huella y un archivo de esta carpeta" % (SUMS, number))
            continue
        name = found.group(2)
        listed.add(name)
        report.compared += 1
        inside = folder.read(name)
        if inside is None:
            report.fault("%s: el archivo falta" % name)
        elif hashlib.sha256(inside).hexdigest() != found.group(1):
            report.fault("%s: el archivo cambió; su huella no es la de %s" % (name, SUMS))
    if not folder.interrupted:
        for name in folder.names():
            if name not in listed and name != SUMS:
                report.fault("%s: el archivo sobra; no está en %s" % (name, SUMS))


# --- Documentos y cadena


def read_json(content):
    """El contenido de un archivo JSON; Malformed si no lo es o si tiene números con exponente o decimales sueltos."""

    def refuse(text):
        raise Malformed("tiene el número %s fuera de comillas" % shown(text))

    try:
        return json.loads(content.decode("utf-8"), parse_float=refuse, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Malformed("no es un archivo JSON") from None


def is_canonical(content, document):
    """Claves en orden y sin espacios: hay una sola manera de escribirlo, y ninguna clave está dos veces."""
    try:
        written = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        return False
    return written == content


def read_documents(folder, report):
    """Los cierres de la carpeta: su ruta, su huella y su contenido."""
    found = []
    for name in folder.names():
        content = None
        if name.rsplit("/", 1)[-1] == DOCUMENT:
            content = folder.read(name)
        if content is None:
            continue
        try:
            document = read_json(content)
            if not isinstance(document, dict) or document.get("format") != "pmd-cierre/1":
                raise Malformed("no es un cierre en el formato pmd-cierre/1")
            for key, kind in (("year", int), ("month", int), ("version", int), ("programs", list), ("rules", dict)):
                taken(document, key, kind)
            if not 1 <= document["month"] <= 12:
                raise Malformed("el mes %d no existe" % document["month"])
        except Malformed as error:
            report.fault("%s: %s" % (name, error))
            continue
        if not is_canonical(content, document):
            report.fault("%s: no está escrito en forma canónica (claves en orden, sin espacios)" % name)
        found.append((name, hashlib.sha256(content).hexdigest(), document))
    return found


def title(document):
    """«2016-09», con su versión si es una rectificación."""
    text = "%04d-%02d" % (document["year"], document["month"])
    return text if document["version"] == 1 else "%s v%d" % (text, document["version"])


def check_chain(folder, documents, report):
    """Cada cierre nombra al anterior; la cadena es una, y cierres.json la cuenta como es. Devuelve su orden."""
    by_digest = {}
    for name, digest, document in documents:
        if digest in by_digest:
            report.fault("%s: es el mismo cierre que %s" % (name, by_digest[digest][0]))
        else:
            by_digest[digest] = (name, document)
    after = {}
    for digest, (name, document) in by_digest.items():
        previous = document.get("previous")
        before = previous.get("sha256") if isinstance(previous, dict) else None
        if previous is not None and not (isinstance(before, str) and DIGEST.fullmatch(before)):
            report.fault("%s: no dice bien cuál es el cierre anterior" % name)
        if before in after:
            report.fault("%s y %s dicen seguir al mismo cierre" % (by_digest[after[before]][0], name))
            continue
        after[before] = digest
        if before is not None and before not in by_digest:
            report.fault("%s: falta el cierre anterior, de huella %s" % (name, before))
        elif before is not None:
            earlier = by_digest[before][1]
            for key in ("year", "month", "version"):
                report.same("%s, cierre anterior" % name, key, previous.get(key), earlier[key])
    chain = []
    step = after.get(None)
    while step is not None and step not in chain:
        chain.append(step)
        step = after.get(step)
    for digest, (name, _) in by_digest.items():
        if digest not in chain:
            report.fault("%s: no se llega a él desde el primer cierre de la cadena" % name)
    check_versions([(digest,) + by_digest[digest] for digest in chain], report)
    check_index(folder, chain, by_digest, report)
    return chain


def check_versions(chain, report):
    """Las versiones de un mes van de 1 en 1, cada una rectifica a la de antes, y está en su carpeta."""
    latest = {}
    for digest, name, document in chain:
        key = (document["year"], document["month"])
        number, before = latest.get(key, (0, None))
        report.same(name, "version", document["version"], number + 1)
        rectification = document.get("rectification")
        said = rectification.get("of") if isinstance(rectification, dict) else None
        report.same(name, "rectification.of", said, before)
        latest[key] = (document["version"], digest)
    for digest, name, document in chain:
        found = DOCUMENT_PLACE.fullmatch(name)
        if found:
            key = (document["year"], document["month"])
            earlier = None if latest[key][1] == digest else str(document["version"])
            said = (found.group(1), found.group(2), found.group(3))
            if said != ("%04d" % key[0], "%02d" % key[1], earlier):
                report.fault("%s: ahí no va el cierre %s" % (name, title(document)))


def check_index(folder, chain, by_digest, report):
    content = folder.read(INDEX)
    if content is None:
        report.fault("Falta el archivo %s, que enumera los cierres" % INDEX)
        return
    try:
        listed = taken(read_json(content), "closings", list)
    except Malformed as error:
        report.fault("%s: %s" % (INDEX, error))
        return
    if not all(isinstance(one, dict) for one in listed):
        report.fault("%s: no enumera los cierres" % INDEX)
        return
    said = [one.get("sha256") for one in listed]
    for digest in chain:
        if digest not in said:
            report.fault("%s: no menciona el cierre %s" % (INDEX, by_digest[digest][0]))
    for one in listed:
        if one.get("sha256") not in by_digest:
            report.fault("%s: menciona un cierre que no está, de huella %s" % (INDEX, shown(one.get("sha256"))))
    if sorted(map(str, said)) == sorted(chain):
        report.same(INDEX, "el orden de los cierres", said, chain)
    for one in listed:
        if one.get("sha256") in by_digest:
            name, document = by_digest[one["sha256"]]
            where = "%s, cierre %s" % (INDEX, title(document))
            for key in ("year", "month", "version", "closed_on"):
                report.same(where, key, one.get(key), document.get(key))
            report.same(where, "document", one.get("document"), name)


# --- El cálculo, con fracciones exactas


def taken(holder, key, kind):
    """Lo que el documento dice bajo esa clave; Malformed si no está o es otra cosa."""
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise Malformed("falta «%s» o no es lo que debe ser" % key)
    return value


def chosen(holder, key, choices):
    value = taken(holder, key, str)
    if value not in choices:
        raise Malformed("«%s» no puede ser %s" % (key, shown(value)))
    return value


def amount(text, key):
    """Una cantidad escrita con 4 decimales, como fracción exacta."""
    if not isinstance(text, str) or not AMOUNT.fullmatch(text):
        raise Malformed("«%s» no es un número con 4 decimales: %s" % (key, shown(text)))
    return exactly(text)


@lru_cache(maxsize=100000)  # las mismas cantidades vuelven cada mes, y en cada tabla
def exactly(text):
    return Fraction(int(text.replace(".", "")), 10000)


def written(value):
    """Como lo escriben los cierres: 4 decimales, la mitad hacia arriba; None si no hay."""
    if value is None:
        return None
    units = (value.numerator * 20000 + value.denominator) // (2 * value.denominator)
    return "%d.%04d" % divmod(units, 10000)


def exact_sum(values):
    """La suma de dos en dos, para que los denominadores crezcan juntos: así es muchas veces más rápida."""
    while len(values) > 1:
        values = [sum(values[place : place + 2], Fraction(0)) for place in range(0, len(values), 2)]
    return values[0] if values else Fraction(0)


def mean(values):
    return exact_sum(values) / len(values) if values else None


def captured_months(indicator, cut_off):
    """Los meses capturados: (mes, numerador, denominador), en orden y ninguno después del corte."""
    found = []
    for one in taken(indicator, "months", list):
        month = taken(one, "month", int)
        if not 1 <= month <= cut_off or (found and month <= found[-1][0]):
            raise Malformed("el mes %d está de más o fuera de orden" % month)
        found.append((month, amount(one.get("numerator"), "numerator"), amount(one.get("denominator"), "denominator")))
    return found


def accumulated(months, side, mode):
    """Regla 2: la suma, o el último valor; los meses 0/0 no cuentan y un denominador 0 no es el último de ninguno."""
    if mode == "sum":
        return sum((one[side] for one in months), Fraction(0))
    active = [one for one in months if one[2] or (side == 1 and one[1])]
    return active[-1][side] if active else Fraction(0)


def expected_share(indicator, until):
    """Regla 10: la parte de la meta que se espera al corte."""
    schedule = chosen(indicator, "schedule", ("flat", "linear", "explicit"))
    starts = taken(indicator, "starts_in", int)
    if not 1 <= starts <= 12:
        raise Malformed("«starts_in» no es un mes")
    if schedule == "flat" or indicator["direction"] == "descending":
        return Fraction(1)
    if schedule == "linear" or until == 0:
        return Fraction(max(0, until - starts + 1), 13 - starts)
    shares = taken(indicator, "shares", list)
    if len(shares) != 12:
        raise Malformed("«shares» no tiene doce meses")
    return amount(shares[until - 1], "shares") / 100


def borders(rules, own):
    """Regla 12: los umbrales del ejercicio o, en su lugar, los que el indicador tiene."""
    found = []
    for key in ("green_from", "amber_from", "over_above"):
        text = own.get(key) if isinstance(own, dict) else None
        found.append(amount(rules.get(key) if text is None else text, key))
    return found


def due_months(indicator, until):
    """Regla 4: los meses que se piden hasta ese, según la frecuencia, el comienzo y el retiro."""
    step = MONTHS_BETWEEN[chosen(indicator, "frequency", MONTHS_BETWEEN)]
    return [month for month in range(taken(indicator, "starts_in", int), until + 1) if month % step == 0]


def computed_indicator(indicator, cut_off, rules):
    """Reglas 1 a 12: los resultados de un indicador, exactos; None donde no hay."""
    descending = chosen(indicator, "direction", ("ascending", "descending")) == "descending"
    by_percentage = chosen(indicator, "target_kind", ("percentage", "absolute")) == "percentage"
    modes = [chosen(indicator, key, ("sum", "last")) for key in ("numerator_mode", "denominator_mode")]
    target = amount(indicator.get("target"), "target")
    retired = indicator.get("retired_from")
    if retired is not None and not 1 <= taken(indicator, "retired_from", int) <= 12:
        raise Malformed("«retired_from» no es un mes")
    # Regla 4a: de un indicador retirado no se pide ni se espera nada después de su último mes.
    until = cut_off if retired is None else min(cut_off, retired - 1)
    months = captured_months(indicator, cut_off)
    due = due_months(indicator, until)
    expected = target * expected_share(indicator, until)
    numerator = denominator = percentage = compliance = annual = advance = None
    if months:
        numerator, denominator = accumulated(months, 1, modes[0]), accumulated(months, 2, modes[1])
        status = "ok" if denominator else "no_demand"
    else:
        status = "missing" if due else "not_due"
    if status == "ok":
        percentage = numerator / denominator * 100
        value = percentage if by_percentage else numerator
        if descending:
            compliance = annual = min(HUNDRED, target / value * 100) if value else HUNDRED
        else:
            compliance = value / expected * 100 if expected else None
            annual = value / target * 100 if target else None
        by_compliance = chosen(rules, "descending_enters_as", ("compliance", "percentage")) == "compliance"
        advance = compliance if descending and by_compliance else percentage
    green, amber, over = borders(rules, indicator.get("thresholds"))
    if compliance is None or annual is None:
        light = "none"
    elif not descending and annual > over:
        light = "over"
    else:
        light = "green" if compliance >= green else "amber" if compliance >= amber else "red"
    return {
        "status": status, "numerator": numerator, "denominator": denominator, "percentage": percentage,
        "advance": advance, "expected": expected, "compliance": compliance, "annual_compliance": annual,
        "light": light, "months_captured": len({one[0] for one in months} & set(due)), "months_due": len(due),
    }  # fmt: skip


def computed_program(results, rules):
    """Reglas 6 a 8 y 13; ``results`` son los de los indicadores considerados."""
    advances = [one["advance"] for one in results if one["advance"] is not None]
    compliances = [min(HUNDRED, one["compliance"]) for one in results if one["compliance"] is not None]
    if taken(rules, "missing_as_zero", bool):
        zeros = [Fraction(0) for one in results if one["status"] == "missing"]
        advances, compliances = advances + zeros, compliances + zeros
    compliance = mean(compliances)
    green, amber, _ = borders(rules, None)
    light = (
        "none" if compliance is None else "green" if compliance >= green else "amber" if compliance >= amber else "red"
    )
    return {
        "global": mean(advances), "considered": len(advances), "total": len(results), "compliance": compliance,
        "light": light,
    }  # fmt: skip


def computed_group(programs):
    """Regla 14: la media de los programas que tienen dato, nunca una media de medias."""
    globals_ = [one["global"] for one in programs if one["global"] is not None]
    compliances = [one["compliance"] for one in programs if one["compliance"] is not None]
    return {
        "global": mean(globals_), "compliance": mean(compliances), "with_data": len(globals_),
        "programs": len(programs),
    }  # fmt: skip


def compare(report, where, said, found):
    """Cada cifra del documento con la que resulta."""
    for key, value in found.items():
        if key not in said:
            report.fault("%s: falta «%s»" % (where, key))
        else:
            report.same(where, key, said[key], written(value) if isinstance(value, Fraction) else value)


def check_document(name, document, report):
    """Vuelve a calcular un cierre completo. Malformed donde le falta de qué."""
    where, cut_off, rules = name, document["month"], document["rules"]
    places = known_places(document)
    programs, seen = [], set()
    captured = due = 0
    for program in document["programs"]:
        code = taken(program, "code", str)
        here = "%s, programa %s" % (where, shown(code))
        results = []
        for key in places:
            if program.get(key) not in places[key]:
                report.fault("%s: «%s» no está en el catálogo del cierre: %s" % (here, key, shown(program.get(key))))
        for indicator in taken(program, "indicators", list):
            inside = taken(indicator, "code", str)
            there = "%s, indicador %s" % (where, shown(inside))
            if inside in seen:
                report.fault("%s: está dos veces" % there)
            seen.add(inside)
            try:
                result = computed_indicator(indicator, cut_off, rules)
                considered = taken(indicator, "considered", bool)
            except Malformed as error:
                report.fault("%s: no se puede volver a calcular: %s" % (there, error))
                continue
            compare(report, there, indicator, result)
            if considered:
                results.append(result)
                captured, due = captured + result["months_captured"], due + result["months_due"]
        found = computed_program(results, rules)
        compare(report, here, program, found)
        programs.append((program, found))
    codes = [one["code"] for one in document["programs"]]
    for code in sorted({one for one in codes if codes.count(one) > 1}):
        report.fault("%s, programa %s: está dos veces" % (where, shown(code)))
    check_groups(where, document, programs, (captured, due), report)


def known_places(document):
    """Las claves a las que un programa puede pertenecer."""
    places = {"department": {taken(one, "prefix", str) for one in taken(document, "departments", list)}}
    axes = taken(document, "axes", list)
    objectives = [one for axis in axes for one in taken(axis, "objectives", list)]
    strategies = [one for objective in objectives for one in taken(objective, "strategies", list)]
    for key, ones in (("axis", axes), ("objective", objectives), ("strategy", strategies)):
        places[key] = {taken(one, "key", str) for one in ones} | {None}
    return places


def check_groups(where, document, programs, months, report):
    """El plan, cada eje y cada dependencia."""
    everyone = [found for _, found in programs]
    plan = dict(computed_group(everyone), months_captured=months[0], months_due=months[1])
    plan["lights"] = {
        light: sum(1 for one in everyone if one["light"] == light) for light in ("green", "amber", "red", "none")
    }
    compare(report, "%s, el plan" % where, taken(document, "plan_results", dict), plan)
    kinds = (
        ("axis", "key", "axis_results", "el eje"),
        ("department", "prefix", "department_results", "la dependencia"),
    )
    for belongs, key, results, word in kinds:
        groups = {}
        for program, found in programs:
            groups.setdefault(program.get(belongs), []).append(found)
        listed = [taken(one, key, str) for one in taken(document, results, list)]
        for missing in sorted(one for one in groups if one is not None and one not in listed):
            report.fault("%s: falta el resultado de %s %s" % (where, word, shown(missing)))
        for one in document[results]:
            here = "%s, %s %s" % (where, word, shown(one[key]))
            if listed.count(one[key]) > 1:
                report.fault("%s: está dos veces" % here)
            compare(report, here, one, computed_group(groups.get(one[key], [])))


# --- Los CSV, celda por celda

WORDS = {
    "direction": {"ascending": "ascendente", "descending": "descendente"},
    "target_kind": {"percentage": "porcentaje", "absolute": "absoluta"},
    "frequency": {
        "monthly": "mensual", "bimonthly": "bimestral", "quarterly": "trimestral", "four_monthly": "cuatrimestral",
        "half_yearly": "semestral", "yearly": "anual",
    },
    "schedule": {"flat": "constante", "linear": "lineal", "explicit": "mes por mes"},
    "numerator_mode": {"sum": "suma", "last": "último"},
    "denominator_mode": {"sum": "suma", "last": "último"},
    "status": {
        "ok": "con porcentaje", "no_demand": "sin demanda", "missing": "sin captura", "not_due": "no corresponde aún",
    },
    "light": {
        "green": "verde", "amber": "amarillo", "red": "rojo", "over": "sobrecumplimiento", "none": "sin semáforo",
    },
    "considered": {True: "sí", False: "no"},
}  # fmt: skip
PROGRAM_COLUMNS = (
    ("clave_programa", "code"), ("numero", "number"), ("programa", "name"), ("dependencia", "department"),
    ("eje", "axis"), ("objetivo", "objective"), ("estrategia", "strategy"), ("descripcion", "description"),
    ("objetivos", "objectives"), ("ejercicio_anterior", "previous.year"), ("clave_anterior", "previous.code"),
    ("avance_global", "global"), ("considerados", "considered"), ("considerables", "total"),
    ("cumplimiento", "compliance"), ("semaforo", "light"),
)  # fmt: skip
SHARE_COLUMNS = [("programado_%02d" % month, "shares.%d" % month) for month in range(1, 13)]
INDICATOR_COLUMNS = (
    ("clave_indicador", "code"), ("clave_oficial", "official_key"), ("clave_programa", "program"),
    ("dependencia", "department"), ("clave_accion", "action_code"),
    ("clave_oficial_accion", "action_official_key"), ("accion", "action"), ("indicador", "name"),
    ("definicion", "definition"), ("fuente", "source"), ("area_responsable", "responsible_area"), ("unidad", "unit"),
    ("etiqueta_numerador", "numerator_label"), ("etiqueta_denominador", "denominator_label"),
    ("ejercicio_anterior", "previous.year"), ("clave_anterior", "previous.code"), ("considerado", "considered"),
    ("sentido", "direction"), ("tipo_meta", "target_kind"), ("meta", "target"), ("frecuencia", "frequency"),
    ("empieza_en", "starts_in"), ("retirado_desde", "retired_from"), ("programacion", "schedule"),
    *SHARE_COLUMNS,
    ("modo_numerador", "numerator_mode"), ("modo_denominador", "denominator_mode"),
    ("verde_desde", "thresholds.green_from"), ("amarillo_desde", "thresholds.amber_from"),
    ("sobrecumplimiento_arriba_de", "thresholds.over_above"), ("estado", "status"), ("numerador", "numerator"),
    ("denominador", "denominator"), ("porcentaje", "percentage"), ("avance", "advance"), ("esperado", "expected"),
    ("cumplimiento", "compliance"), ("cumplimiento_anual", "annual_compliance"), ("semaforo", "light"),
    ("meses_capturados", "months_captured"), ("meses_exigibles", "months_due"),
)  # fmt: skip
MEASUREMENT_COLUMNS = (
    "ejercicio", "mes", "clave_indicador", "clave_programa", "dependencia", "numerador", "denominador",
    "porcentaje_mes", "motivo",
)  # fmt: skip
CUT_COLUMNS = ("ejercicio", "mes", "version")
# Lo que una hoja de cálculo tomaría por una fórmula lleva un apóstrofo delante.
FORMULA = re.compile(r"'*[=+\-@\t\r]")


def cell(holder, key):
    """El texto que el CSV debe tener de lo que el documento dice bajo esa clave."""
    first, _, inner = key.partition(".")
    value = holder.get(first)
    if inner and value is not None:
        value = value[int(inner) - 1] if first == "shares" else value.get(inner)
    if value is None:
        return ""
    if first in WORDS and isinstance(value, (str, bool)):  # «considered» es también una cuenta, de un programa
        return WORDS[first][value]
    return protected(" | ".join(value) if isinstance(value, list) else str(value))


def protected(text):
    return "'" + text if FORMULA.match(text) else text


def expected_tables(document):
    """Nombre de cada CSV, su encabezado y los renglones que le tocan."""
    cut = [str(document[key]) for key in ("year", "month", "version")]
    programs, indicators, measurements = [], [], []
    for program in document["programs"]:
        belongs = {"program": program["code"], "department": program["department"]}
        programs.append(cut + [cell(program, key) for _, key in PROGRAM_COLUMNS])
        for indicator in program["indicators"]:
            holder = dict(indicator, **belongs)
            indicators.append(cut + [cell(holder, key) for _, key in INDICATOR_COLUMNS])
            keys = [protected(one) for one in (indicator["code"], program["code"], program["department"])]
            for month in indicator["months"]:
                pair = [month["numerator"], month["denominator"]]
                above, below = (amount(text, "months") for text in pair)
                share = written(above / below * 100) if below else ""
                reason = cell(month, "reason")
                measurements.append([cut[0], str(month["month"]), *keys, *pair, share, reason])
    return (
        ("programas.csv", list(CUT_COLUMNS) + [one for one, _ in PROGRAM_COLUMNS], programs),
        ("indicadores.csv", list(CUT_COLUMNS) + [one for one, _ in INDICATOR_COLUMNS], indicators),
        ("mediciones.csv", list(MEASUREMENT_COLUMNS), measurements),
    )


def read_csv(folder, name, report):
    """Los renglones del archivo, o None si no está o no se puede leer."""
    content = folder.read(name)
    if content is None:
        report.fault("%s: el archivo falta" % name)
        return None
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (ValueError, csv.Error):
        report.fault("%s: no es un CSV en UTF-8" % name)
        return None
    if not rows:
        report.fault("%s: está vacío" % name)
        return None
    return rows


def check_tables(folder, place, document, report):
    """Los CSV que están junto a un cierre dicen lo mismo que él, y el diccionario describe sus columnas."""
    described = {}
    for row in (read_csv(folder, place + DICTIONARY, report) or [])[1:]:
        described.setdefault(row[0] if row else "", []).append(row[1] if len(row) > 1 else "")
    for short, header, expected in expected_tables(document):
        name = place + short
        rows = read_csv(folder, name, report)
        if rows is None:
            continue
        report.same(name, "el encabezado", rows[0], header)
        report.same("%s%s" % (place, DICTIONARY), "lo descrito de %s" % short, described.get(short), header)
        if rows[0] == header:
            compare_rows(name, header, rows[1:], expected, report)


def compare_rows(name, header, rows, expected, report):
    """Renglón por renglón; el número de renglón es el que muestra una hoja de cálculo."""
    if len(rows) != len(expected):
        report.fault("%s: tiene %d renglones y le tocan %d" % (name, len(rows), len(expected)))
    for number, (row, right) in enumerate(zip(rows, expected), start=2):
        report.compared += len(right)
        if row == right:
            continue
        if len(row) != len(right):
            report.fault("%s, renglón %d: tiene %d celdas y le tocan %d" % (name, number, len(row), len(right)))
            continue
        for column, said, found in zip(header, row, right):
            if said != found:
                where = "%s, renglón %d" % (name, number)
                report.fault("%s: %s dice «%s» y resulta «%s»" % (where, column, shown(said), shown(found)))


# --- Todo


def verify(root, digest=None):
    """Comprueba la carpeta; devuelve lo que se encontró y las huellas de la cadena, en su orden."""
    folder, report = Folder(root), Report()
    check_files(folder, report)
    documents = read_documents(folder, report)
    if not documents:
        report.fault("La carpeta no contiene ningún cierre.json que se pueda leer")
    chain = check_chain(folder, documents, report)
    for name, _, document in documents:
        place = name[: -len(DOCUMENT)]
        for check, given in ((check_document, (name,)), (check_tables, (folder, place))):
            try:
                check(*given, document, report)
            except Malformed as error:
                report.fault("%s: no se puede volver a calcular: %s" % (name, error))
            except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
                report.fault("%s: no tiene la forma de un cierre (%s)" % (name, shown(str(error))))
    if digest is not None and digest not in chain:
        report.fault("Ningún cierre de la cadena tiene la huella %s" % digest)
    return report, [one for digest_ in chain for one in documents if one[1] == digest_], folder


def arguments(given):
    """Carpeta y huella que se piden; None si así no se llama."""
    root, digest, rest = os.path.dirname(os.path.abspath(__file__)), None, list(given)
    if "--huella" in rest:
        place = rest.index("--huella")
        digest = rest[place + 1].lower() if place + 1 < len(rest) else ""
        del rest[place : place + 2]
        if not DIGEST.fullmatch(digest):
            return None
    if len(rest) > 1 or any(one.startswith("-") for one in rest):
        return None
    return (rest[0] if rest else root), digest


def main(given=None):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # una consola que no tiene acentos los pierde, y nada más
    asked = arguments(sys.argv[1:] if given is None else given)
    if asked is None:
        print(__doc__)
        return 2
    if not os.path.isdir(asked[0]):
        print("No existe la carpeta %s." % asked[0])
        return 2
    report, chain, folder = verify(*asked)
    if folder.interrupted:
        print("Una publicación se quedó a la mitad: se comprueba la anterior, que está completa.")
    for _, digest, document in chain:
        print("%s  %s%s" % (digest, title(document), "  ← huella pedida" if digest == asked[1] else ""))
    for sentence in report.faults:
        print("NO COINCIDE  %s" % sentence)
    if report.faults:
        print("%d cosas no coinciden." % len(report.faults) if len(report.faults) > 1 else "Una cosa no coincide.")
        return 1
    print("Todo coincide: %d cierres y %d comparaciones." % (len(chain), report.compared))
    return 0


if __name__ == "__main__":
    sys.exit(main())
