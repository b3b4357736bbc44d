/* The capture grid: each cell saves itself when it is left, nothing typed is lost, and it is worked without a mouse.

Without this file the page is one form with one Save. All figures come from the server. The keys and the clipboard are
heard by grid-early.js, which is there before the cells are. */

import { Counts } from "./grid-counts.js";
import { Filter } from "./grid-filter.js";
import { Row } from "./grid-row.js";
import { Leaving } from "./grid-leaving.js";
import { Line } from "./grid-line.js";
import { OneByOne } from "./grid-one.js";
import { Correcting } from "./grid-correcting.js";
import { pasteInto } from "./grid-paste.js";
import { Recovery } from "./grid-recovery.js";
import { Store } from "./grid-store.js";
import { UndoPaste } from "./grid-undo-paste.js";
import { element, page } from "./kept.js";
import { isSignedIn, signInLink } from "./session-now.js";

const IDLE_PATIENCE = 8000; // milliseconds
const RENEWAL = 5000; // a page that was refused so soon again is refused for another reason

class Grid {
  constructor(form) {
    this.form = form;
    this.base = form.dataset.base;
    this.token = form.querySelector('[name="csrfmiddlewaretoken"]').value;
    this.store = new Store(form.dataset.user, form.dataset.grid, form.dataset.where);
    this.rows = [...form.querySelectorAll("tbody[data-row]")].map((body) => new Row(body, this));
    this.byBody = new Map(this.rows.map((row) => [row.body, row]));
    this.line = new Line(this);
    this.shownAt = this.renewedAt = 0;
    this.why = ""; // why the month takes nothing more
    this.leaving = new Leaving(this);
    this.correcting = new Correcting(form);
    this.filter = new Filter(form.querySelector("table.grid"), () => this.unsaved().map(({ code }) => code));
    this.counts = new Counts(this.filter);
    this.one = new OneByOne(this);
    this.listen();
    this.recovery = new Recovery(this.store, form, this.rows);
    if (window.gridEarly.isLeaving) this.leaving.begin({ holds: true });
    this.recovery.handOver();
    for (const row of this.rows) row.takeTypedAhead();
    this.start();
    new UndoPaste(this);
    window.gridEarly.take(this);
    page.grid = this;
  }

  /** A block from the clipboard, from that cell on. */
  paste(text, cell) {
    pasteInto(text, cell, this);
  }

  rowOf(element) {
    return this.byBody.get(element.closest("tbody"));
  }

  listen() {
    const { form } = this;
    form.addEventListener("input", (event) => this.rowOf(event.target)?.touched());
    form.addEventListener("change", (event) => {
      if (!event.target.matches(".row-mark")) this.rowOf(event.target)?.left();
    });
    form.addEventListener("focusout", (event) => this.rowOf(event.target)?.left());
    form.addEventListener("focusin", (event) => {
      if (event.target.matches("input.num")) event.target.select();
    });
    form.addEventListener("click", (event) => this.clicked(event));
    form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("visibilitychange", () => document.hidden || this.renew());
    window.addEventListener("beforeunload", (event) => {
      if (!this.leaving.isOn && this.unsaved().length) event.preventDefault();
    });
  }

  unsaved() {
    return this.rows.filter((row) => !row.isShut && (row.isDirty || row.sending || row.tried.length));
  }

  /* --- Buttons --- */

  clicked(event) {
    const choice = event.target.closest("[data-choice]");
    if (!choice) return;
    const row = this.rowOf(choice);
    if (choice.dataset.fields) {
      row.fill(JSON.parse(choice.dataset.fields)); // what both wrote, in the cells before it is sent
      if (row.inputs.justification.value) row.openWhy();
    }
    row.save(choice.dataset.choice);
    row.inputs.numerator.focus();
  }

  async submitted(event) {
    const button = event.submitter;
    if (this.isShut) {
      event.preventDefault();
    } else if (button?.dataset.noActivity) {
      event.preventDefault();
      this.withoutActivity([this.rowOf(button)], button.dataset.noActivity);
    } else if (button && "bulk" in button.dataset) {
      event.preventDefault();
      this.withoutActivityInMarked();
    } else if ("holds" in (button?.dataset ?? {}) && this.recovery.isUndecided) {
      event.preventDefault();
      this.recovery.insist();
    } else if (this.rows.some((row) => row.isBusy)) {
      event.preventDefault();
      await this.idle();
      this.form.requestSubmit(button);
    } else if (this.line.isCut) {
      event.preventDefault(); // the browser would show its own page in place of this one
      if (!(await this.line.answers())) return this.line.tryNow();
      this.line.isCut = false;
      this.form.requestSubmit(button);
    } else {
      this.leaving.begin({ holds: "holds" in (button?.dataset ?? {}) }); // the form carries everything
    }
  }

  /* --- Signing out --- */

  /** What can be saved is saved now; of the rest, what the browser could not keep either. */
  async saveAll() {
    for (const row of this.unsaved()) if (!row.clash && !row.asking && !row.sending) row.save();
    await this.idle();
    const kept = this.store.all();
    return this.unsaved()
      .filter(({ code }) => !kept[code])
      .map((row) => ({ code: row.code, fields: row.values() }));
  }

  /** Leaving needs no warning any more. */
  letGo() {
    this.leaving.isOn = true;
  }

  /** To what is offered, or else to the first row that the server does not have. */
  goToUnsaved() {
    if (this.recovery.isUndecided) return this.recovery.focus();
    const [row] = this.unsaved();
    const choice = row?.body.querySelector(".row-clash:not([hidden]) :is(button, input:not([type=hidden]))");
    this.filter.reveal(row?.body);
    (choice ?? row?.inputs.numerator)?.focus();
  }

  withoutActivityInMarked() {
    const all = this.rows.filter((row) => row.body.querySelector(".row-mark").checked);
    const marked = all.filter((row) => !row.body.hidden);
    const more = all.length - marked.length; // nobody puts 0/0 where they do not look
    const told = more ? `${more === 1 ? "1 fila marcada no se ve" : `${more} filas marcadas no se ven`}: sigue igual.` : "";
    if (told) this.filter.add(told);
    if (!marked.length) {
      if (!told) this.notice("Marque primero las filas, con la casilla junto a la clave (o con Ctrl+Espacio).");
      return;
    }
    this.withoutActivity(marked, this.form.querySelector('[name="reason"]').value);
    for (const row of marked) row.body.querySelector(".row-mark").checked = false;
    this.notice("");
  }

  withoutActivity(rows, reason) {
    for (const row of rows) row.withoutActivity(reason);
    // The pressed button disappears with the answer; the keyboard goes on from the row.
    if (rows.length === 1) rows[0].inputs.numerator.focus();
  }

  /* --- Leaving and coming back --- */

  /** Wait until nothing is on its way, or for as long as a person waits. */
  async idle() {
    const end = Date.now() + IDLE_PATIENCE;
    while (this.rows.some((row) => row.isBusy) && Date.now() < end) {
      for (const row of this.rows) if (row.timer) row.save();
      await new Promise((done) => setTimeout(done, 50));
    }
    for (const row of this.rows) clearTimeout(row.timer);
    for (const row of this.rows) row.timer = null;
  }

  /** The cursor starts where the address says, otherwise in the first row that was returned, otherwise in the first empty
  cell; not over something to be read first.

  Before that comes where the person was when the page before this one left. */
  start() {
    if (this.leaving.bringCursorBack()) return;
    if (document.activeElement !== document.body || matchMedia("(pointer: coarse)").matches) return;
    const [, side, code] = /^#(numerador|denominador)-(.+)$/.exec(window.location.hash) ?? [];
    const named = this.rows.find((row) => row.code === code);
    if (named) {
      this.filter.reveal(named.body);
      return named.inputs[side === "denominador" ? "denominator" : "numerator"].focus();
    }
    if (window.location.hash || document.querySelector(".month-alert")) return;
    const rows = this.rows.filter((row) => !row.body.hidden);
    const returned = rows.find((row) => row.body.classList.contains("is-returned"));
    const cells = rows.flatMap((row) => [row.inputs.numerator, row.inputs.denominator]);
    const first = returned?.inputs.numerator ?? cells.find((cell) => cell.value === "");
    if (!first) return;
    this.filter.reveal(first.closest("tbody"));
    first.focus();
  }

  /* --- The connection --- */

  failed(row) {
    this.line.failed(row);
  }

  reached() {
    if (this.line.reached() && !this.expired) this.notice("");
  }

  /** `more`: what is lost with it. Where only the page is older than the session, it goes on with that. */
  async sessionEnded(more = "") {
    if (!this.expired) {
      this.expired = true;
      if (await this.renew()) return;
    }
    this.tellEnded(more);
  }

  tellEnded(more = "") {
    const region = this.form.querySelector("[data-notice]");
    if (!more && region.querySelector("a")) return;
    region.className = "grid-notice is-failed";
    if (this.store.holds) {
      const link = element("a", "Entre de nuevo", { href: window.location.pathname + window.location.search });
      link.addEventListener("click", () => this.letGo());
      region.replaceChildren("Su sesión terminó. ", link, ` y recuperará lo que escribió: está guardado en este equipo. ${more}`);
    } else {
      const why = "Su sesión terminó, y este navegador no pudo guardar copia de lo que escribió. ";
      region.replaceChildren(why, signInLink(), ` y regrese a esta: aquí mismo se guardará. ${more}`);
    }
  }

  /** Whether the person is signed in by now, beside this page: then it goes on. */
  async renew() {
    if (!this.expired || Date.now() - this.renewedAt < RENEWAL || !(await isSignedIn())) return false;
    this.renewedAt = Date.now();
    this.expired = false;
    this.token = this.form.querySelector('[name="csrfmiddlewaretoken"]').value;
    this.notice("");
    for (const row of this.unsaved()) row.save();
    return true;
  }

  /* --- A month that closes while it is on the screen --- */

  /** The row was refused for that reason: so is every other, save what was returned and may still be corrected. */
  shut(refused, reason) {
    for (const row of this.rows) {
      if (row === refused || !row.body.classList.contains("is-returned")) row.shut();
    }
    const isAll = this.isShut;
    const rest = isAll ? "" : " Lo observado todavía se puede corregir.";
    this.why = `${reason}${rest} Lo que escribió sigue aquí y en este equipo: si le dan la prórroga, recargue la página.`;
    this.notice("");
    if (!isAll) return;
    document.querySelector("[data-month-state]").textContent = "ya no admite capturas";
    for (const button of this.form.querySelectorAll(".grid-actions button")) {
      button.setAttribute("aria-disabled", "true"); // and not disabled: the focus stays, and the reason is read
      button.setAttribute("aria-describedby", "aviso-captura");
    }
  }

  get isShut() {
    return this.rows.every((row) => row.isShut);
  }

  changed() {
    this.correcting.update();
    this.filter.changed();
    this.one.changed();
    if (!this.unsaved().length && !this.expired) this.notice("");
  }

  /** What is told below the grid; without anything else that the session ended or the month is closed, if so. */
  notice(said, button) {
    if (this.expired && !said) return this.tellEnded();
    const text = said || this.why;
    const region = this.form.querySelector("[data-notice]");
    if (region.textContent === text + (button?.textContent ?? "")) return;
    const hadFocus = button && button === document.activeElement;
    region.replaceChildren(text, ...(button ? [button] : []));
    if (hadFocus) button.focus();
    region.classList.toggle("is-failed", Boolean(text));
  }

  /** The programme's band and the month's progress, unless a later answer was shown already. */
  showAround(page) {
    const at = Number(page.querySelector("[data-result]").dataset.at);
    if (at < this.shownAt) return;
    this.shownAt = at;
    for (const fresh of page.querySelectorAll("tbody.grid-group, #avance-mes")) {
      const old = document.getElementById(fresh.id);
      const focus = old && this.counts.keep(old, fresh);
      old?.replaceWith(document.importNode(fresh, true));
      focus?.();
    }
  }
}

const form = document.querySelector("form[data-grid]");
if (form) new Grid(form);
const shut = document.querySelector("[data-shut-grid]");
if (shut) {
  new Recovery(new Store(shut.dataset.user, shut.dataset.shutGrid), shut);
  new Counts(new Filter(document.querySelector("table.grid")));
}
