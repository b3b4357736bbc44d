/* What the browser kept of this month and the server does not have: offered when the page opens, and kept until the
person takes it or discards it, whatever is typed meanwhile. Where the rows admit no changes it is there to be read; what
belongs to another part of the month is named, with the way there. */

import { counted, listed } from "./figures.js";
import { isSame } from "./grid-same.js";
import { keptOf } from "./grid-store.js";
import { element, linkTo, settle, user } from "./kept.js";

export class Recovery {
  /** `place`: the element above which the offer stands. `rows`: those that can be written. */
  constructor(store, place, rows = []) {
    this.store = store;
    this.place = place;
    this.rows = new Map(rows.map((row) => [row.code, row]));
    this.opened = new Map(rows.map((row) => [row.code, row.hidden.version.value]));
    this.box = null;
    this.typedOn = [];
    this.discarded = [];
    const isHere = ({ code }) => Boolean(document.getElementById(`fila-${code}`));
    const waiting = store.waiting();
    this.offered = waiting.filter((item) => isHere(item) && this.isLost(item));
    this.elsewhere = waiting.filter((item) => !isHere(item)); // in another part of the month, or not asked for any more
    // Shown again as it was typed, because it could not be saved: it is not with the server yet.
    for (const row of rows.filter(({ unsaved }) => unsaved)) {
      store.put(row.code, row.kept());
    }
    this.show();
    this.looking = this.elsewhere.length ? this.lookElsewhere(isHere) : null;
  }

  isLost(item) {
    const body = document.getElementById(`fila-${item.code}`);
    const row = this.rows.get(item.code);
    if (item.base && !item.aside && row?.shows(item.base)) {
      this.typedOn.push(item);
      return false;
    }
    const isTold = Boolean(body.querySelector(".lost"));
    if (isTold && item.posted && !row) {
      this.store.mark(item, { posted: false }); // the row says it now; the next page has to
      return false;
    }
    const isThere = row ? row.holds(item) : item.posted || stands(body, item.fields);
    if (!isThere && !(row?.unsaved && !item.aside)) return true;
    this.store.forget(item);
    return false;
  }

  /** What was typed while the page before this one was leaving, on top of what that one sent: typed here. */
  handOver() {
    for (const item of this.typedOn) {
      const row = this.rows.get(item.code);
      const changed = Object.entries(item.fields).filter(([name, value]) => value !== item.base[name]);
      this.store.forget(item);
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

  /** Which part of the month has the others, and whether they can still be written there. */
  async lookElsewhere(isHere) {
    const isOfMonth = ({ store }) => store.key === this.store.key;
    const [month] = (await settle(keptOf(user).filter(isOfMonth))).filter(isOfMonth);
    this.elsewhere = month?.items.filter((item) => !isHere(item)) ?? [];
    this.show();
  }

  /* --- What waits for the person --- */

  get open() {
    return this.offered.filter(({ code }) => this.rows.has(code));
  }

  get shut() {
    const others = this.elsewhere.filter(({ look }) => look === "shut");
    return [...this.offered.filter(({ code }) => !this.rows.has(code)), ...others];
  }

  get inOtherParts() {
    return this.elsewhere.filter(({ look }) => look !== "shut");
  }

  /** Whether the month would be sent without something that could still be saved. */
  get isUndecided() {
    return Boolean(this.open.length || this.inOtherParts.length);
  }

  /** Sending waits for the decision, and says so where it is taken. */
  insist() {
    this.insists = true;
    this.show();
    this.focus();
  }

  focus() {
    this.box.querySelector("a, button").focus();
    this.box.scrollIntoView({ block: "center" });
  }

  show() {
    const hadFocus = this.box?.contains(document.activeElement);
    this.draw();
    if (hadFocus && this.box) this.box.querySelector("a, button").focus();
  }

  draw() {
    this.box?.remove();
    this.box = null;
    const { open, shut, inOtherParts } = this;
    if (![open, shut, inOtherParts, this.discarded].some((items) => items.length)) return;
    this.box = element("div", "", { class: "alert alert-warning month-alert recovered", role: "alert" });
    if (this.insists && this.isUndecided) this.box.append(element("p", "Antes de enviar el mes, decida qué hacer con lo recuperado.", { class: "fw-bold" }));
    if (open.length) this.box.append(element("p", `Recuperamos ${counted(open)} sin guardar. ${listed(open)}`));
    if (inOtherParts.length) this.box.append(this.wayThere(inOtherParts));
    if (shut.length) {
      this.box.append(
        element("p", `Quedó sin guardar, y su fila ya no admite cambios: ${listed(shut)}`),
        element("p", "Está solo en este equipo: cópielo de aquí, o pida una prórroga; si se la dan, aquí mismo podrá guardarlo."),
      );
    }
    const buttons = element("p");
    const take = open.length === 1 ? "Ponerla en sus casillas y guardarla" : "Ponerlas en sus casillas y guardarlas";
    if (open.length) buttons.append(button(take, "btn-primary", () => this.take()), " ");
    const discard = open.length + shut.length === 1 ? "Descartarla" : "Descartarlas";
    if (open.length || shut.length) buttons.append(button(discard, "btn-outline-secondary", () => this.discard()));
    if (buttons.childElementCount) this.box.append(buttons);
    if (this.discarded.length) {
      const said = element("p", `Se ${this.discarded.length === 1 ? "descartó" : "descartaron"} ${listed(this.discarded)}. `);
      said.append(button("Deshacer", "btn-outline-secondary", () => this.bringBack()));
      this.box.append(said);
    }
    this.place.before(this.box);
  }

  wayThere(items) {
    const said = element("p", `En otra parte de este mes ${items.length === 1 ? "quedó" : "quedaron"} sin guardar ${listed(items)}. `);
    const url = this.place.dataset.base ?? window.location.pathname;
    const link = element("a", "Abrir esa parte", { href: linkTo({ url, items }) });
    link.addEventListener("click", (event) => this.goThere(event, url, items));
    said.append(link);
    return said;
  }

  /** Whoever is quicker than the server's word on which part it is, waits for it instead of coming back to this one. */
  async goThere(event, url, items) {
    if (items.some(({ part }) => part)) return;
    event.preventDefault();
    await this.looking;
    if (this.inOtherParts.length) window.location.assign(linkTo({ url, items: this.inOtherParts }));
  }

  /** Of two for the same row the later one; the other stays offered. */
  take() {
    const latest = new Map(this.open.map((item) => [item.code, item]));
    this.offered = this.offered.filter((item) => latest.get(item.code) !== item);
    for (const [code, item] of latest) this.putIn(this.rows.get(code), item);
    this.show();
    const [first] = latest.keys();
    const { grid, body, inputs } = this.rows.get(first);
    grid.filter.reveal(body);
    inputs.numerator.focus();
  }

  putIn(row, item) {
    const before = row.values();
    const isNewer = row.isDirty || row.hidden.version.value !== this.opened.get(row.code);
    // What the person saw then: a newer figure of somebody else is asked about. What was saved from this very page
    // since then is on the screen, and makes way with one click back.
    if (item.version !== this.opened.get(row.code)) {
      row.hidden.version.value = item.version;
      row.hidden.seen.value = item.seen ?? "";
      row.unsaved = true; // what the page shows is not what was typed upon
    }
    this.store.forget(item);
    row.fill(item.fields);
    if (isNewer) row.offerUndo(before, "lo recuperado");
    row.save();
  }

  /** What can be seen here; it comes back with one press while the page stays. */
  discard() {
    const { shut } = this;
    this.discarded = [...this.offered, ...shut.filter((item) => !this.offered.includes(item))];
    for (const item of this.discarded) this.store.forget(item);
    this.offered = [];
    this.elsewhere = this.inOtherParts;
    this.show();
    this.box?.querySelector("button")?.focus();
  }

  bringBack() {
    for (const item of this.discarded) {
      this.store.bringBack(item);
      const isHere = Boolean(document.getElementById(`fila-${item.code}`));
      (isHere ? this.offered : this.elsewhere).push({ ...item, aside: true });
    }
    this.discarded = [];
    this.show();
    this.focus();
  }
}

/** Whether a row without inputs shows these fields; the reason of a correction is in none. */
function stands(body, { reason, ...fields }) {
  const figure = (side) => body.querySelector(`td[data-label="${side}"]`).textContent.trim().replace("—", "");
  const shown = {
    numerator: figure("Numerador"),
    denominator: figure("Denominador"),
    no_activity: body.querySelector("[data-no-activity]")?.dataset.noActivity ?? "",
    justification: body.querySelector("[data-justification]")?.textContent ?? "",
  };
  return isSame(shown, fields);
}

function button(text, kind, act) {
  const made = element("button", text, { type: "button", class: `btn btn-sm ${kind}` });
  made.addEventListener("click", act);
  return made;
}
