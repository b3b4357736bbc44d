/* One row of the grid: what is typed in it, whether the server has it, and what the server answered.

What the server has (`saved`), what the cells show and what the form would post are one thing wherever nobody typed since
the row was sent: an answer is shown in all of those cells, also in the one that has the focus. */

import { pointerReleased } from "./grid-pointer.js";
import { amountOf, isSame, plainText } from "./grid-same.js";

const FIELDS = ["numerator", "denominator", "no_activity", "justification", "reason"];
const SIDES = ["numerator", "denominator"];
const SAVED = ["numerator", "denominator", "no_activity", "justification"];
const PARTS = ["month", "total", "state", "notes"];
const SAYS = ["numerator", "denominator", "no_activity", "justification", "reason"];
const PAUSE = 250; // milliseconds after leaving a cell
const REST = 1000; // without a key: nobody is in the middle of a figure
const SLOW = 300; // a save that is faster is announced only once
const TIMEOUT = 20000;

export class Row {
  constructor(body, grid) {
    this.body = body;
    this.grid = grid;
    this.code = body.dataset.code;
    this.inputs = {};
    for (const name of FIELDS) {
      const input = body.querySelector(`[name$="-${name}"]`);
      if (input) this.inputs[name] = input;
    }
    this.hidden = {
      indicator: body.querySelector('[name$="-indicator"]'),
      version: body.querySelector('[name$="-version"]'),
      seen: body.querySelector('[name$="-seen"]'),
    };
    this.saved = Object.fromEntries(Object.entries(this.inputs).map(([name, input]) => [name, asItCame(input)]));
    this.edits = 0; // every change of the inputs raises it: a reply knows whether it is late
    this.editedAt = 0;
    this.tried = []; // what was sent and never answered
    this.posted = null; // what the form took along, while the page is leaving
    this.clash = null;
    this.refused = false;
    this.isShut = false;
    this.unsaved = "unsaved" in body.dataset;
    this.asking = Boolean(body.querySelector(".clash"));
    this.markRead(body, SIDES.filter((name) => this.inputs[name]?.classList.contains("was-read")));
  }

  values() {
    return Object.fromEntries(Object.entries(this.inputs).map(([name, input]) => [name, input.value]));
  }

  get isDirty() {
    return this.isPending || Object.entries(this.inputs).some(([name, input]) => input.value !== this.saved[name]);
  }

  /** Whether there is something to send: the reason of a correction goes with the figure that it corrects. */
  get isPending() {
    return this.unsaved || SAVED.some((name) => this.inputs[name].value !== this.saved[name]);
  }

  get isBusy() {
    return Boolean(this.sending || this.timer);
  }

  /* --- Typing --- */

  /** What was typed while the scripts were still on their way: it is in the cells, and nobody has saved it. */
  takeTypedAhead() {
    if (this.unsaved || !this.isDirty) return;
    this.touched();
    if (!this.body.contains(document.activeElement)) this.left();
  }

  touched() {
    this.edits += 1;
    this.editedAt = Date.now();
    this.offerUndo(null);
    this.grid.recovery.keep(this.code);
    if (this.posted) return this.typedOn();
    if (!this.isDirty && !this.sending && !this.tried.length) {
      this.grid.store.remove(this.code);
      this.say("");
      return;
    }
    this.grid.store.put(this.code, this.kept());
    this.say("sin guardar", { quiet: true });
  }

  /** What the browser keeps of it: what is typed, and on top of which figures. */
  kept() {
    const { version, seen } = this.hidden;
    return { fields: this.values(), version: version.value, seen: seen.value, at: Date.now() };
  }

  /** While the page is leaving: the next one puts it where it belongs. */
  typedOn() {
    const kept = this.kept();
    const isBack = isSame(kept.fields, this.posted);
    if (isBack && !this.isDirty) this.grid.store.remove(this.code);
    else this.grid.store.put(this.code, isBack ? { ...kept, posted: true } : { ...kept, base: this.posted });
    this.say("sin guardar", { quiet: true });
  }

  /** Whether the cells show these values, however they are written. */
  shows(fields) {
    return isSame(this.values(), fields);
  }

  /** Whether the page shows what was kept of this row; the reason of a correction went with its figures. */
  holds({ fields, version }) {
    const { reason = "", ...figures } = fields;
    const isGone = Number(this.hidden.version.value) > Number(version);
    return this.shows(figures) && (isGone || this.shows({ reason }));
  }

  /** Put values into the inputs as if they had been typed. */
  fill(values) {
    for (const [name, value] of Object.entries(values)) if (this.inputs[name]) this.inputs[name].value = value;
    this.touched();
  }

  /** 0/0 with its reason. Half a pair that was in the cells is told beside them and comes back with one click. */
  withoutActivity(reason) {
    const before = this.values();
    const isHalf = (before.numerator === "") !== (before.denominator === "");
    const isTyped = this.isDirty || this.hidden.version.value !== "0"; // a «último» side fills itself in
    const isWhole = before.numerator !== "" && before.denominator !== "";
    this.fill(isWhole ? { no_activity: reason } : { numerator: "0", denominator: "0", no_activity: reason });
    if (isHalf && isTyped) this.offerUndo(before);
    this.save();
  }

  /** What was there before comes back with one click; null takes the offer away. */
  offerUndo(before, what = "el 0/0") {
    const place = this.body.querySelector("[data-undo]");
    if (!place || (!before && place.hidden)) return;
    place.hidden = !before;
    place.replaceChildren();
    if (!before) return;
    const undo = document.createElement("button");
    undo.type = "button";
    undo.textContent = "Deshacer";
    undo.setAttribute("aria-label", `Deshacer ${what} de ${this.code}`);
    undo.addEventListener("click", () => {
      const { numerator, denominator, no_activity } = before;
      this.fill({ numerator, denominator, no_activity });
      this.save();
      this.inputs.numerator.focus();
    });
    place.append(`decía ${before.numerator || "vacío"} / ${before.denominator || "vacío"} · `, undo);
  }

  /** Esc took back what was typed in a cell: what was said of that is said no more. */
  tookBack() {
    if (!this.isDirty) this.clearErrors();
  }

  left() {
    if (this.isPending && !this.asking && !this.clash && !this.posted) this.schedule(PAUSE);
  }

  /** Also while somebody is in the row, as soon as they are not in the middle of a figure. */
  saveAtRest() {
    if (this.asking || this.clash || this.posted) return;
    const rest = this.body.contains(document.activeElement) ? this.editedAt + REST - Date.now() : 0;
    if (rest <= 0) return this.save();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.saveAtRest();
    }, rest);
  }

  schedule(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.save();
    }, delay);
  }

  /* --- Saving --- */

  async save(choice = "") {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.posted || this.isShut) return;
    if (this.sending) {
      this.again = true;
      return;
    }
    if (!choice && (this.clash || (!this.isPending && !this.tried.length))) return;
    this.grid.line.waiting.delete(this);
    const sent = { edits: this.edits, fields: this.values() };
    this.tried.push(sent.fields);
    this.settleCursor();
    const slow = setTimeout(() => this.say("guardando…"), SLOW);
    this.sending = this.send(sent, choice).finally(() => clearTimeout(slow));
    const reply = await this.sending;
    await pointerReleased();
    this.sending = null;
    this.settle(reply, sent, choice);
    if (this.again) {
      this.again = false;
      if (this.isPending && !this.clash) this.schedule(0);
    }
    this.grid.changed();
  }

  async send(sent, choice) {
    const body = new URLSearchParams(sent.fields);
    body.set("indicator", this.hidden.indicator.value);
    body.set("version", this.clash && choice ? this.clash.version : this.hidden.version.value);
    body.set("seen", "");
    body.set("base", this.hidden.seen.value);
    body.set("choice", choice);
    this.giving = { up: new AbortController(), since: Date.now() };
    const late = setTimeout(() => this.giveUp(), TIMEOUT);
    try {
      const response = await fetch(`${this.grid.base}fila/${this.code}/`, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": this.grid.token },
        redirect: "manual",
        keepalive: true,
        signal: this.giving.up.signal,
      });
      const text = response.type === "opaqueredirect" ? "" : await response.text();
      return { response, text };
    } catch {
      return { response: null, text: "" };
    } finally {
      clearTimeout(late);
    }
  }

  /** No answer is waited for any more, if it was for so long. Perhaps the server has it: see `tried`. */
  giveUp(after = 0) {
    if (this.sending && Date.now() - this.giving.since >= after) this.giving.up.abort();
  }

  settle({ response, text }, sent, choice) {
    const known = response && response.headers.get("X-Fila");
    if (known) {
      this.answer(new DOMParser().parseFromString(text, "text/html"), sent, choice);
      this.grid.reached();
    } else if (response && (response.type === "opaqueredirect" || response.status === 403 || response.status === 401)) {
      this.say("no se pudo guardar: su sesión terminó", { failed: true });
      this.grid.sessionEnded();
    } else if (response && response.status >= 400 && response.status < 500) {
      this.say("no se pudo guardar: recargue la página", { failed: true });
    } else {
      this.say("no se pudo guardar; se intentará de nuevo", { failed: true });
      this.grid.failed(this);
    }
  }

  answer(page, sent, choice) {
    const root = page.querySelector("[data-result]");
    const { result, version, seen } = root.dataset;
    const saved = heldBy(JSON.parse(root.dataset.saved));
    const isLate = this.edits !== sent.edits;
    const known = result === "conflict" && !this.clash && this.known(saved, root.dataset.own);
    if (known) {
      this.base(saved, { version, seen });
      this.showWhere(known, saved);
      this.tried = [];
      this.again = true;
      return;
    }
    this.tried = [];
    this.grid.showAround(page);
    for (const part of PARTS) this.take(page, part);
    const read = this.readBack(JSON.parse(root.dataset.read), sent.fields, saved);
    if (result === "saved" || result === "unchanged") this.accept(page, saved, { result, version, seen, sent, choice });
    else if (result === "invalid") this.complain(page, isLate);
    else if (result === "conflict") {
      this.ask(page, version, root.dataset.own);
      if (!isLate) this.saysOf(page);
    }
    else {
      this.refused = true;
      const { message, shut } = root.dataset;
      // Why the month takes nothing is told once, below the grid.
      this.say(`no se guardó: ${message === shut ? "el mes ya no admite capturas" : message}`, { failed: true });
      if (shut) this.grid.shut(this, shut);
    }
    this.markRead(page, read);
  }

  /** What changed meanwhile is no other figure: this very row, saved by a request whose answer never came, or the figures
  that this page goes by, of which only something beside them changed. What is typed now goes on top of it. */
  known(saved, own) {
    const tried = own && this.tried.slice(0, -1).find((fields) => isSame(fields, saved));
    return tried || (!this.unsaved && isSame(this.saved, saved) && this.saved);
  }

  /** What the server has, from which the row goes on. */
  base(saved, { version, seen }) {
    this.hidden.version.value = version;
    this.hidden.seen.value = seen;
    Object.assign(this.saved, saved);
  }

  accept(page, saved, { result, version, seen, sent, choice }) {
    this.base(saved, { version, seen });
    if (result === "saved" && this.inputs.reason) this.saved.reason = sent.fields.reason; // it went with the figures
    this.unsaved = false;
    this.refused = false;
    this.closeClash();
    this.showWhere(choice === "theirs" ? this.values() : sent.fields, saved);
    if (this.isDirty) {
      this.grid.store.put(this.code, this.kept());
      this.say("sin guardar", { quiet: true });
      if (!this.body.contains(document.activeElement)) this.left();
      return;
    }
    this.saysOf(page);
    this.grid.store.remove(this.code);
    this.say(`guardado ${page.querySelector("[data-result]").dataset.clock}`);
  }

  /** In the cells that still hold what was sent. */
  showWhere(sent, saved) {
    for (const name of SAVED) if (this.inputs[name].value === sent[name]) this.show(name, saved[name]);
  }

  /** The value as the server wrote it, also in the cell that somebody is in: what they type next goes on from there. */
  show(name, value) {
    const input = this.inputs[name];
    const isIn = input === document.activeElement && typeof input.selectionStart === "number";
    if (isIn && name === "justification" && input.value.trim() === value) {
      this.saved[name] = input.value; // the space after a word, with the next one to come
      return;
    }
    if (input.value !== value) this.put(input, value);
  }

  /** Whoever is in the cell stays where they are in it. */
  put(input, value) {
    const isIn = input === document.activeElement && typeof input.selectionStart === "number";
    const { selectionStart: from, selectionEnd: to } = input;
    const isAll = from === 0 && to === input.value.length;
    input.value = value;
    if (!isIn) return;
    if (isAll) input.select();
    else input.setSelectionRange(from, to);
    this.settleCursor();
  }

  /** What stands in the cell now is where Esc goes back to: it is on its way, or the server has it. */
  settleCursor() {
    if (this.body.contains(document.activeElement)) window.gridEarly.settle();
  }

  /** Where a comma was read as the decimal sign, the cell shows the number as it was read, unless somebody typed on. */
  readBack(read, sent, saved) {
    return Object.entries(read).flatMap(([name, text]) => {
      const input = this.inputs[name];
      if (amountOf(saved[name]) === amountOf(text)) saved[name] = text;
      if (input.value !== sent[name]) return [];
      this.put(input, text);
      return [name];
    });
  }

  /** …and says so beside it, until the next key in it. */
  markRead(page, names) {
    for (const name of names) {
      const input = this.inputs[name];
      const said = () => this.body.querySelector(`[data-part="${name}"] .field-read`);
      if (!said()) this.take(page, name); // a late answer took nothing
      const words = said();
      input.classList.add("was-read");
      input.title = words.textContent;
      const unmark = () => {
        input.classList.remove("was-read");
        input.removeAttribute("title");
        words.remove();
        for (const heard of ["input", "keydown"]) input.removeEventListener(heard, unmark);
      };
      for (const heard of ["input", "keydown"]) input.addEventListener(heard, unmark);
    }
  }

  complain(page, isLate) {
    this.say("no se guardó: vea la casilla marcada", { failed: true });
    if (!isLate) this.saysOf(page);
  }

  /** What is said of the figures, at once with them: a sentence about an earlier pair would be true of none. */
  saysOf(page) {
    for (const part of SAYS) this.take(page, part);
    this.markErrors(page);
    if (page.querySelector("details.why[open]")) this.openWhy();
  }

  ask(page, version, own) {
    this.clash = { version };
    this.take(page, "clash");
    this.body.querySelector(".row-clash").hidden = false;
    this.body.classList.add("has-errors");
    const who = own ? "usted ya había guardado otra cifra" : "otra persona guardó esta fila";
    this.say(`${who}: elija cuál cifra queda`, { failed: true });
  }

  closeClash() {
    this.clash = null;
    const line = this.body.querySelector(".row-clash");
    if (line && !this.asking) {
      line.hidden = true;
      line.querySelector('[data-part="clash"]').replaceChildren();
      this.body.classList.remove("has-errors");
    }
  }

  /** The month closed: what is in the cells can be read and copied, and the browser keeps what was not saved. */
  shut() {
    this.isShut = true;
    this.hold(true);
    for (const act of this.body.querySelectorAll("[data-no-activity], .row-mark, select")) act.disabled = true;
  }

  hold(on) {
    for (const field of this.body.querySelectorAll("input.num, textarea")) field.readOnly = on;
  }

  /* --- Showing --- */

  take(page, part) {
    const here = this.body.querySelector(`[data-part="${part}"]`);
    const there = page.querySelector(`tbody[data-code] [data-part="${part}"]`);
    if (here && there) here.replaceChildren(...there.childNodes);
  }

  markErrors(page) {
    for (const [name, input] of Object.entries(this.inputs)) {
      const there = page.querySelector(`tbody[data-code] [name$="${name}"]`);
      if (!there) continue;
      input.classList.toggle("is-invalid", there.classList.contains("is-invalid"));
      for (const attribute of ["aria-invalid", "aria-describedby"]) {
        if (there.hasAttribute(attribute)) input.setAttribute(attribute, there.getAttribute(attribute));
        else input.removeAttribute(attribute);
      }
    }
    this.body.classList.toggle("has-errors", Boolean(this.body.querySelector(".is-invalid")) || this.clash !== null);
  }

  clearErrors() {
    for (const input of Object.values(this.inputs)) {
      input.classList.remove("is-invalid");
      input.removeAttribute("aria-invalid");
    }
    this.body.querySelectorAll(".field-error").forEach((error) => error.remove());
  }

  openWhy() {
    const details = this.body.querySelector("details.why");
    if (details) details.open = true;
  }

  say(text, { failed = false, quiet = false } = {}) {
    const region = this.body.querySelector("[data-status]");
    if (!region || region.textContent === text) return;
    region.setAttribute("aria-live", quiet ? "off" : "polite");
    region.textContent = text;
    region.classList.toggle("is-failed", failed);
  }
}

/** The field's value as the page brought it, which is what the server has, whatever was typed since. */
function asItCame(input) {
  if (!input.options) return input.defaultValue;
  const chosen = [...input.options].find((option) => option.defaultSelected) ?? input.options[0];
  return chosen.value;
}

/** The values as the cells give them back. */
function heldBy(saved) {
  return Object.fromEntries(SAVED.map((name) => [name, plainText(saved[name])]));
}
