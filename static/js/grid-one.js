/* On a phone the grid shows one indicator at a time, with «Anterior» and «Siguiente» in reach of the thumb, or a short list
of all. The rows that are not shown stay in the form: what is typed in one is saved when it is left, and one that could not
be saved is named. Without this file there is the list of all cards. */

import { element } from "./kept.js";
import { EMPTY } from "./grid-match.js";

const PHONE = "(max-width: 767.98px)";

export class OneByOne {
  constructor(grid) {
    this.grid = grid;
    this.form = grid.form;
    this.table = grid.form.querySelector("table.grid");
    this.bodies = [...this.table.querySelectorAll("tbody.grid-row")];
    this.current = null;
    this.draw();
    this.listen();
    const phone = matchMedia(PHONE);
    phone.addEventListener("change", () => this.turn(phone.matches));
    this.turn(phone.matches);
  }

  draw() {
    this.said = element("p", "", { class: "one-said", role: "status" });
    this.back = this.button("‹ Anterior", () => this.step(-1));
    this.list = this.button("", () => this.toggleList());
    this.next = this.button("", () => this.step(1));
    this.next.className = "btn btn-primary";
    this.bar = element("div", "", { class: "one-bar", role: "group", "aria-label": "Un indicador a la vez" });
    this.bar.append(this.said, this.back, this.list, this.next);
    // A press leaves the cursor, and the keyboard of the phone, where they are until the next cell has them.
    this.bar.addEventListener("mousedown", (event) => event.preventDefault());
    this.bar.hidden = true;
    this.table.after(this.bar);
  }

  button(text, act) {
    const made = element("button", text, { type: "button", class: "btn btn-outline-primary" });
    made.addEventListener("click", act);
    return made;
  }

  listen() {
    this.table.addEventListener("pmd:reveal", (event) => this.show(event.target.closest("tbody.grid-row")));
    this.table.addEventListener("pmd:filtered", () => this.isOn && this.show(this.seen.includes(this.current) ? this.current : this.seen[0]));
    this.table.addEventListener("click", (event) => {
      const row = this.isList && event.target.closest("tbody.grid-row");
      if (!row) return;
      event.preventDefault();
      this.show(row);
      (row.querySelector("input.num") ?? row.querySelector("summary")).focus();
    });
  }

  turn(on) {
    this.isOn = on;
    this.bar.hidden = !on;
    this.form.classList.toggle("one-by-one", on);
    this.form.classList.remove("as-list");
    if (on) this.show(this.current ?? this.first());
  }

  /** Where somebody is or is led to, else what was returned, else what is missing. */
  first() {
    const code = /^#(?:fila|numerador|denominador)-(.+)$/.exec(decodeURIComponent(window.location.hash))?.[1];
    const { seen } = this;
    return (
      seen.find((row) => row.contains(document.activeElement)) ??
      seen.find((row) => row.dataset.code === code) ??
      seen.find((row) => row.classList.contains("has-errors")) ??
      seen.find((row) => row.classList.contains("is-returned")) ??
      seen.find((row) => row.dataset.row && EMPTY(row)) ??
      seen[0]
    );
  }

  get seen() {
    return this.bodies.filter((row) => !row.hidden);
  }

  get isList() {
    return this.form.classList.contains("as-list");
  }

  show(row) {
    if (!this.isOn) return;
    const isMoved = this.current && (row !== this.current || this.isList);
    if (this.current && row !== this.current && this.current.contains(document.activeElement)) document.activeElement.blur();
    this.form.classList.remove("as-list");
    this.current = row ?? null;
    let band = null;
    for (const body of this.table.tBodies) {
      if (body.classList.contains("grid-group")) band = body;
      body.classList.remove("is-current");
      if (body !== row) continue;
      body.classList.add("is-current");
      band?.classList.add("is-current");
    }
    this.tell();
    if (isMoved) this.top();
  }

  /** The card begins at the head of the screen, unless it is in sight as a whole. */
  top() {
    const box = this.current?.getBoundingClientRect();
    const end = this.bar.getBoundingClientRect().top;
    if (box && (box.top < 0 || box.bottom > end)) this.table.scrollIntoView({ block: "start" });
  }

  step(by) {
    const isTyping = document.activeElement.matches("input.num, textarea");
    const to = this.seen[this.seen.indexOf(this.current) + by];
    if (!to && by > 0) return this.review?.click();
    if (!to) return;
    this.show(to);
    if (isTyping) (EMPTY(to) ?? to.querySelector("input.num"))?.focus({ preventScroll: true });
  }

  get review() {
    return this.form.querySelector(".grid-actions [data-holds]");
  }

  toggleList() {
    if (this.isList) return this.show(this.current);
    if (this.current?.contains(document.activeElement)) document.activeElement.blur();
    this.form.classList.add("as-list");
    this.tell();
    this.current?.scrollIntoView({ block: "center" });
  }

  /** Also after an answer: the band may be a new one, and a row that is not shown may have been refused. */
  changed() {
    if (!this.isOn) return;
    const bodies = [...this.table.tBodies];
    const before = bodies.slice(0, bodies.indexOf(this.current)).filter((body) => body.classList.contains("grid-group"));
    before.at(-1)?.classList.add("is-current");
    this.tell();
  }

  tell() {
    const { seen } = this;
    const place = seen.indexOf(this.current);
    const isLast = place === seen.length - 1;
    const number = `${place + 1} de ${seen.length}`;
    this.list.textContent = this.isList ? "Cerrar la lista" : `${number} · lista`;
    this.list.setAttribute("aria-expanded", String(this.isList));
    this.back.hidden = this.next.hidden = this.isList;
    this.back.disabled = place <= 0;
    this.next.textContent = isLast && this.review ? "Revisar y enviar…" : "Siguiente ›";
    this.next.disabled = isLast && !this.review;
    const failed = this.grid.rows.filter((row) => row.body !== this.current && row.body.querySelector(".save-status.is-failed"));
    const what = failed.map(({ code }) => code).join(", ");
    const said = failed.length ? `No se ${failed.length === 1 ? "guardó" : "guardaron"} ${what}. ` : "";
    if (this.said.firstChild?.textContent === said) return;
    this.said.replaceChildren(said);
    if (!failed.length) return;
    const see = element("button", "Ver", { type: "button", class: "btn-quick" });
    see.addEventListener("click", () => {
      this.grid.filter.reveal(failed[0].body);
      failed[0].inputs.numerator.focus();
    });
    this.said.append(see);
  }
}
