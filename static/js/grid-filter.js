/* Which rows of the grid are in sight: by what they lack, and by words. What is out of sight stays in the form, is saved
and is sent; what of it the server does not have is named. The address keeps the choice.

A row that stops being what was chosen stays until the next choice: nothing goes away under the hands of who types. */

import { element } from "./kept.js";
import { isOf, plain, says } from "./grid-match.js";

const KINDS = { falta: "missing", observados: "returned", "sin-justificar": "unexplained" };
const WAIT = 150; // milliseconds without a key

export class Filter {
  /** `unsaved`: the codes of the rows that the server does not have. */
  constructor(table, unsaved = () => []) {
    this.table = table;
    this.unsaved = unsaved;
    this.box = document.querySelector("[data-filter]");
    this.search = this.box.querySelector("[data-search]");
    this.which = this.box.querySelector("[data-which]");
    this.said = document.querySelector("[data-filter-says]");
    this.bodies = [...table.querySelectorAll("tbody.grid-row")];
    this.box.hidden = false;
    this.unfold(matchMedia("(min-width: 992px)"));
    this.readAddress();
    this.listen();
    this.count();
    if (this.isOn) this.apply();
  }

  listen() {
    this.search.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.apply(), WAIT);
    });
    this.search.addEventListener("keydown", (event) => this.inSearch(event));
    this.which.addEventListener("change", () => this.apply());
    document.addEventListener("click", (event) => {
      const target = event.target.closest?.('a[href*="#fila-"]')?.hash.slice(1);
      const row = target && document.getElementById(decodeURIComponent(target));
      if (row) this.reveal(row);
    });
  }

  unfold(wide) {
    this.box.open = wide.matches || this.isOn;
    wide.addEventListener("change", () => (this.box.open = wide.matches || this.isOn));
  }

  inSearch(event) {
    const isDown = event.key === "Enter" || event.key === "ArrowDown";
    if (isDown && !event.ctrlKey && !event.metaKey) {
      event.preventDefault(); // Enter would send the form
      this.apply();
      const first = this.bodies.find((row) => !row.hidden);
      (first?.querySelector("input.num") ?? first?.querySelector("summary"))?.focus();
    } else if (event.key === "Escape" && this.search.value) {
      event.preventDefault();
      this.search.value = "";
      this.apply();
    }
  }

  focus() {
    this.box.open = true;
    this.search.focus();
    this.search.select();
  }

  get isOn() {
    return Boolean(this.which.value || this.search.value.trim());
  }

  get hidden() {
    return this.bodies.filter((row) => row.hidden);
  }

  apply() {
    clearTimeout(this.timer);
    const kind = KINDS[this.which.value];
    const words = plain(this.search.value).split(" ").filter(Boolean);
    for (const row of this.bodies) row.hidden = !((!kind || isOf(row, kind)) && says(row, words));
    this.showBands();
    this.count();
    this.writeAddress();
    this.tell();
    this.table.dispatchEvent(new Event("pmd:filtered"));
  }

  /** A programme without a row in sight has no band. */
  showBands() {
    let band = null;
    for (const body of this.table.tBodies) {
      if (body.classList.contains("grid-group")) {
        band = body;
        band.hidden = this.isOn;
      } else if (!body.hidden && band) band.hidden = false;
    }
  }

  /** How many rows each choice would show. */
  count() {
    for (const option of this.which.options) {
      const kind = KINDS[option.value];
      if (!kind) continue;
      option.dataset.text ??= option.textContent;
      option.textContent = `${option.dataset.text} (${this.bodies.filter((row) => isOf(row, kind)).length})`;
    }
  }

  /** After an answer: the numbers may be others, and what was unsaved may not be. */
  changed() {
    this.count();
    this.showBands();
    if (this.isOn) this.tell();
  }

  tell() {
    const codes = this.hidden.map((row) => row.dataset.code);
    const kept = this.unsaved().filter((code) => codes.includes(code));
    const said = this.isOn ? this.sentence(kept) : "";
    if (this.said.firstChild?.textContent === said) return;
    this.said.replaceChildren(said);
    if (!this.isOn) return;
    if (kept.length) this.said.append(" ", this.button(kept.length === 1 ? "Verla" : "Verlas", () => this.reveal(this.rowOf(kept[0]))));
    this.said.append(" ", this.button("Ver todas", () => this.clear()));
  }

  /** Besides what it says of the rows, until the next choice. */
  add(words) {
    this.said.append(` ${words}`);
  }

  sentence(kept) {
    const seen = this.bodies.length - this.hidden.length;
    const all = this.bodies.length === 1 ? "1 fila" : `${this.bodies.length} filas`;
    const part = document.querySelector(".parts") ? " de esta parte" : "";
    const shown = seen ? `Se ${seen === 1 ? "ve" : "ven"} ${seen} de ${all}${part}.` : `Ninguna de ${all}${part} es así.`;
    if (!kept.length) return shown;
    const what = kept.length === 1 ? "1 fila que no se ve tiene algo" : `${kept.length} filas que no se ven tienen algo`;
    return `${shown} ${what} sin guardar: ${kept.join(", ")}.`;
  }

  button(text, act) {
    const made = element("button", text, { type: "button", class: "btn-quick" });
    made.addEventListener("click", act);
    return made;
  }

  rowOf(code) {
    return this.bodies.find((row) => row.dataset.code === code);
  }

  clear() {
    this.search.value = this.which.value = "";
    this.apply();
    this.search.focus();
  }

  /** Whoever goes to a row that is out of sight gets it, with all the others; on a phone that row alone (grid-one.js). */
  reveal(row) {
    if (row && !row.hidden) row.dispatchEvent(new Event("pmd:reveal", { bubbles: true }));
    if (!row?.hidden) return;
    this.search.value = this.which.value = "";
    this.apply();
    row.dispatchEvent(new Event("pmd:reveal", { bubbles: true }));
    this.said.textContent = `Se ven otra vez todas las filas, para llegar a ${row.dataset.code}.`;
    (row.querySelector("input.num") ?? row.querySelector("summary"))?.focus();
  }

  /* --- The address --- */

  readAddress() {
    const asked = new URLSearchParams(window.location.search);
    if (KINDS[asked.get("filtro")]) this.which.value = asked.get("filtro");
    this.search.value = (asked.get("buscar") ?? "").slice(0, this.search.maxLength);
  }

  writeAddress() {
    const url = new URL(window.location.href);
    // Always in the same order, so that one view has one address.
    for (const [name, value] of [["filtro", this.which.value], ["buscar", this.search.value.trim()]]) {
      url.searchParams.delete(name);
      if (value) url.searchParams.append(name, value);
    }
    if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
  }
}
