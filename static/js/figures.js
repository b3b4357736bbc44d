/* A row's figures as they were typed, told in a line. */

/** «PRE-01-01: 3 / 4 · PRE-01-02: 5 / vacío»; of very many the first ones. */
export function listed(items, most = Infinity) {
  const shown = items.slice(0, most).map(({ code, fields }) => `${code}: ${told(fields)}`);
  const rest = items.length - shown.length;
  return shown.join(" · ") + (rest > 0 ? ` · y ${rest} más` : "");
}

// As `NoActivity` says them: what is kept is told on pages that have no grid, too.
const NO_ACTIVITY = { no_demand: "sin demanda", not_scheduled: "nada programado", suspended: "suspendido" };

/** What saving it would write: a reason alone is 0/0. */
function told({ numerator, denominator, no_activity: why, justification, reason }) {
  const empty = why && !numerator && !denominator ? "0" : "vacío";
  return [
    `${numerator || empty} / ${denominator || empty}`,
    NO_ACTIVITY[why],
    justification && `«${justification}»`,
    reason && `motivo: «${reason}»`,
  ].filter(Boolean).join(", ");
}

/** «1 captura» or «3 capturas». */
export function counted(items) {
  return items.length === 1 ? "1 captura" : `${items.length} capturas`;
}
