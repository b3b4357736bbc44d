/* A row's figures as they were typed, told in a line. */

/** «PRE-01-01: 3 / 4 · PRE-01-02: 5 / vacío»; of very many the first ones. */
export function listed(items, most = Infinity) {
  const shown = items.slice(0, most).map(({ code, fields }) => `${code}: ${told(fields)}`);
  const rest = items.length - shown.length;
  return shown.join(" · ") + (rest > 0 ? ` · y ${rest} más` : "");
}

function told(fields) {
  const pair = `${fields.numerator || "vacío"} / ${fields.denominator || "vacío"}`;
  return fields.justification ? `${pair}, «${fields.justification}»` : pair;
}

/** «1 captura» or «3 capturas». */
export function counted(items) {
  return items.length === 1 ? "1 captura" : `${items.length} capturas`;
}
