/* What the browser kept of this month and the server does not have: offered when the page opens, and kept until the
person takes it or discards it, whatever is typed meanwhile. Where the rows admit no changes it is there to be read. */

import { amountOf } from "./grid-same.js";

export class Recovery {
  /** `place`: the element above which the offer stands. `rows`: those that can be written. */
  constructor(store, place, rows = []) {
    this.store = store;
    this.place = place;
    this.rows = new Map(rows.map((row) => [row.code, row]));
    this.opened = new Map(rows.map((row) => [row.code, row.hidden.version.value]));
    this.box = null;
    this.typedOn = [];
    this.offered = store.waiting().filter((item) => this.isLost(item));
    this.show();
  }

  isLost(item) {
    const body = document.getElementById(`fila-${item.code}`);
    if (!body) return false; // in another part of the month
    const row = this.rows.get(item.code);
    if (item.base && !item.aside && row?.shows(item.base)) {
      this.typedOn.push(item);
      return false;
    }
    const isTold = Boolean(body.querySelector(".lost"));
    if (isTold && item.posted && !row) {
      const { code, ...entry } = item;
      this.store.put(code, { ...entry, posted: false }); // the row says it now; the next page has to
      return false;
    }
    const isThere = row ? row.holds(item) : item.posted || stands(body, item.fields);
    if (!isThere && !(row?.unsaved && !item.aside)) return true;
    this.store.forget(item);
    return false;
  }

  /** What was typed while the page before this one was leaving, on top of what that one sent: typed here. */
  handOver() {
    for (const { code, fields, base } of this.typedOn) {
      const row = this.rows.get(code);
      const changed = Object.entries(fields).filter(([name, value]) => value !== base[name]);
      row.fill(Object.fromEntries(changed));
      if (changed.some(([name]) => row.inputs[name]?.closest(".row-why"))) row.openWhy();
      if (!row.body.contains(document.activeElement)) row.left();
    }
  }

  /** Before the row's place in the store is taken by what is typed now. */
  keep(code) {
    const item = this.offered.find((one) => one.code === code && !one.aside);
    if (!item) return;
    this.store.setAside(code);
    item.aside = true;
  }

  show() {
    this.box?.remove();
    this.box = null;
    if (!this.offered.length) return;
    const open = this.offered.filter(({ code }) => this.rows.has(code));
    const shut = this.offered.filter(({ code }) => !this.rows.has(code));
    this.box = document.createElement("div");
    this.box.className = "alert alert-warning month-alert recovered";
    this.box.setAttribute("role", "alert");
    if (open.length) {
      const what = open.length === 1 ? "1 captura sin guardar" : `${open.length} capturas sin guardar`;
      this.box.append(paragraph(`Recuperamos ${what}. ${listed(open)}`));
    }
    if (shut.length) {
      this.box.append(
        paragraph(`Quedó sin guardar, y su fila ya no admite cambios: ${listed(shut)}`),
        paragraph("Está solo en este equipo: cópielo de aquí, o pida una prórroga; si se la dan, aquí mismo podrá guardarlo."),
      );
    }
    const buttons = document.createElement("p");
    if (open.length) buttons.append(button("Ponerlas en sus casillas y guardarlas", "btn-primary", () => this.take()), " ");
    buttons.append(button("Descartarlas", "btn-outline-secondary", () => this.discard()));
    this.box.append(buttons);
    this.place.before(this.box);
  }

  /** Of two for the same row the later one; the other stays offered. */
  take() {
    const latest = new Map(this.offered.filter(({ code }) => this.rows.has(code)).map((item) => [item.code, item]));
    this.offered = this.offered.filter((item) => latest.get(item.code) !== item);
    for (const [code, item] of latest) this.putIn(this.rows.get(code), item);
    this.show();
    const [first] = latest.keys();
    this.rows.get(first).inputs.numerator.focus();
  }

  putIn(row, item) {
    const before = row.values();
    const isNewer = row.isDirty || row.hidden.version.value !== this.opened.get(row.code);
    // What the person saw then: a newer figure of somebody else is asked about. What was saved from this very page
    // since then is on the screen, and makes way with one click back.
    if (item.version !== this.opened.get(row.code)) row.hidden.version.value = item.version;
    row.fill(item.fields);
    if (isNewer) row.offerUndo(before, "lo recuperado");
    this.store.forget(item);
    row.save();
  }

  discard() {
    for (const item of this.offered) this.store.forget(item);
    this.offered = [];
    this.show();
  }
}

/** Whether a row without inputs shows these figures. */
function stands(body, fields) {
  const shown = (side) => body.querySelector(`td[data-label="${side}"]`).textContent.trim().replace("—", "");
  const isSame = (typed, side) => amountOf(typed || "") === amountOf(shown(side));
  const words = (fields.justification || "").trim();
  return isSame(fields.numerator, "Numerador") && isSame(fields.denominator, "Denominador") && body.textContent.includes(words);
}

function listed(items) {
  return items.map(({ code, fields }) => `${code}: ${told(fields)}`).join(" · ");
}

function told(fields) {
  const pair = `${fields.numerator || "vacío"} / ${fields.denominator || "vacío"}`;
  return fields.justification ? `${pair}, «${fields.justification}»` : pair;
}

function paragraph(text) {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}

function button(text, kind, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `btn btn-sm ${kind}`;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}
