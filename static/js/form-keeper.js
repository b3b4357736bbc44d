/* What is typed in a form is kept until the server has it, whatever happens to the page in between: whoever leaves is
asked, and after an ended session, a lost line or «Back» what was typed stands in the form again.

It is so for every form that is sent by POST. Left out are the capture grid, which keeps its own rows, forms with a
password, and those that say `data-not-kept`; a field with `data-quiet` is kept and does not hold back who leaves.
Without this file the pages are the same and the browser's own «Back» is what there is. */

import { areSame, fieldsOf, fill, hasFile, labelOf, offered, takes, valuesAsCame, valuesNow, words } from "./form-fields.js";
import { Offer } from "./form-offer.js";
import { TextStore } from "./form-store.js";

const REST = 250; // milliseconds without a key
const PATIENCE = 20000; // milliseconds; a page that is still here by then does not leave any more

class KeptForm {
  constructor(form, name, keeper) {
    this.form = form;
    this.keeper = keeper;
    this.store = keeper.store;
    this.name = name;
    this.key = this.store.keyOf(name);
    this.was = {}; // by name, where the page came with what had been typed before
    this.homeless = {}; // what was typed and is not in the form: its field is gone, or says something else now
    this.isTouched = keeper.isFresh && form.contains(document.activeElement); // perhaps typed in before this script ran
    this.isSent = this.isBack = this.isSearched = false;
  }

  /** [[name, fields, values as they were, values now]] of what the person changed. */
  changes() {
    const all = [...fieldsOf(this.form)].map(([name, fields]) => [
      name, fields, this.was[name] ?? valuesAsCame(fields), valuesNow(fields),
    ]);
    return all.filter(([, , was, now]) => !areSame(was, now));
  }

  get holdsBack() {
    if (!this.isTouched || this.isSent) return false;
    return hasFile(this.form) || this.changes().some(([, [field]]) => !("quiet" in field.dataset));
  }

  touched() {
    this.isTouched = true;
    this.isSent = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), REST);
  }

  write(state = {}) {
    clearTimeout(this.timer);
    if (!this.isTouched) return;
    const fields = { ...this.homeless };
    for (const [name, found, was, now] of this.changes()) {
      fields[name] = { was, now, label: labelOf(found[0]), said: words(found), isQuiet: "quiet" in found[0].dataset };
    }
    if (!Object.keys(fields).length) return this.store.remove(this.key);
    const page = window.location.pathname + window.location.search;
    this.store.put(this.key, { page, title: document.title, file: hasFile(this.form), fields, ...state });
  }

  send() {
    this.isTouched = true;
    this.write({ sent: true });
    this.isSent = true;
    return this.store.get(this.key) ? [this.key] : [];
  }

  /** The person was asked about it by name and leaves: no second question. */
  letGo() {
    if (this.store.get(this.key)) this.isSent = true;
  }

  /** To what was typed in it. */
  goTo() {
    const [[, [field]]] = this.changes();
    for (let at = field.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    field.focus();
  }

  /** It does not leave after all: the person stopped it, or no answer came. */
  stay() {
    if (!this.isSent) return;
    this.isSent = false;
    this.write();
  }

  /** The page is the answer to what was sent, and the form stands in it once more with what the server makes of it. */
  comesBack(entry) {
    const fields = fieldsOf(this.form);
    for (const [name, kept] of Object.entries(entry.fields)) {
      if (kept.isHomeless) this.homeless[name] = kept;
      else if (fields.has(name)) this.was[name] = kept.was;
    }
    this.isTouched = this.isBack = true;
    this.write();
    if (Object.keys(this.homeless).length) new Offer(this, entry, { ready: {}, homeless: this.homeless }).tellPutIn("");
  }

  /* --- What is kept of this form when its page is opened --- */

  recover() {
    this.isSearched = true;
    for (const key of this.store.keysOf(this.name)) {
      const entry = this.store.get(key);
      const sorted = this.sort(entry);
      if (!sorted) this.store.remove(key);
      else if (key === this.key && this.keeper.wasUnasked(entry)) this.putIn(key, entry, sorted);
      else this.offer(key === this.key ? this.store.setAside(key) : key, entry, sorted);
    }
  }

  /** Which of the kept fields can be put in and which cannot; null if the page says it all already. */
  sort(entry) {
    const here = fieldsOf(this.form);
    const sorted = { ready: {}, homeless: {} };
    for (const [name, kept] of Object.entries(entry.fields)) {
      const fields = here.get(name) ?? [];
      const [came, now, was] = [valuesAsCame(fields), offered(fields, kept.now), offered(fields, kept.was)];
      if (fields.length && areSame(came, now)) continue;
      const isAsItWas = fields.length && areSame(came, was) && takes(fields, now);
      const isFree = [came, now].some((values) => areSame(values, valuesNow(fields))); // nothing else is typed there
      if (isAsItWas && isFree) sorted.ready[name] = { ...kept, now };
      else if (kept.said) sorted.homeless[name] = { ...kept, isHomeless: true, saysNow: fields.length ? words(fields) : null };
    }
    return Object.keys(sorted.ready).length || Object.keys(sorted.homeless).length ? sorted : null;
  }

  putIn(key, entry, sorted) {
    const fields = fieldsOf(this.form);
    for (const [name, { now }] of Object.entries(sorted.ready)) fill(fields.get(name), now);
    this.homeless = sorted.homeless;
    this.isTouched = true;
    if (key !== this.key) this.store.remove(key);
    this.write();
    new Offer(this, entry, sorted).tellPutIn(this.keeper.reason(entry));
  }

  offer(key, entry, sorted) {
    new Offer(this, entry, sorted).ask({
      take: () => this.putIn(key, entry, this.sort(entry) ?? sorted),
      discard: () => this.store.remove(key),
    });
  }

  /** As the page came, with nothing of what was recovered. */
  discard() {
    for (const [, fields, was] of this.changes()) fill(fields, was);
    this.homeless = {};
    this.write();
  }

  /** What could not be put in without being asked, over what the page says now. */
  insist(name) {
    const fields = fieldsOf(this.form).get(name);
    fill(fields, this.homeless[name].now);
    delete this.homeless[name];
    this.write();
    fields[0].focus();
  }
}

class Keeper {
  constructor(user) {
    this.store = new TextStore(user);
    this.forms = new Map();
    this.carried = []; // what was sent and stands in this page in another shape: a question before it is saved
    this.arrival = performance.getEntriesByType("navigation")[0];
    this.readAnswer();
    this.recoverAll();
    this.listen();
  }

  of(form) {
    if (this.forms.has(form)) return this.forms.get(form);
    const name = form && nameOf(form);
    const kept = name ? new KeptForm(form, name, this) : null;
    if (form) this.forms.set(form, kept);
    return kept;
  }

  /* --- Coming to a page --- */

  /** What became of what this tab sent last: taken, asked about once more, or unknown. */
  readAnswer() {
    const sending = this.store.sending;
    this.store.sending = null;
    if (!sending) return;
    if (isAnswer) this.takeUp(sending.keys);
    else if (sending.isOnItsWay && this.isTaken(sending.page)) for (const key of sending.keys) this.store.remove(key);
  }

  takeUp(keys) {
    const here = new Map([...document.forms].map((form) => this.of(form)).filter(Boolean).map((kept) => [kept.key, kept]));
    for (const key of keys) {
      const entry = this.store.get(key);
      if (entry && here.has(key)) here.get(key).comesBack(entry);
      else if (entry) {
        this.store.put(key, { ...entry, sent: false });
        this.carried.push(key);
      }
    }
    if (this.carried.length) this.store.sending = { page: "", keys: this.carried, isOnItsWay: false };
  }

  /** The server answers what it took by leading elsewhere, from the page on which it was sent. */
  isTaken(page) {
    const isRefused = document.querySelector(".messages .alert-danger");
    return this.arrival?.redirectCount > 0 && document.referrer === page && !isRefused;
  }

  recoverAll() {
    for (const form of document.forms) {
      const kept = this.of(form);
      if (kept && !kept.isBack && !kept.isSearched) kept.recover();
    }
  }

  /** Whether what was typed was cut off, and not left by the person. */
  wasUnasked(entry) {
    return Boolean(entry.sent || entry.isResumed) || this.comesFromSignIn || !this.isFresh;
  }

  /** Whether the page was asked for, and neither reloaded nor gone back to. */
  get isFresh() {
    return !this.arrival || this.arrival.type === "navigate";
  }

  get comesFromSignIn() {
    return document.referrer !== "" && new URL(document.referrer).pathname === "/entrar/";
  }

  reason(entry) {
    if (!entry.sent) return "Todavía no se guarda.";
    if (this.comesFromSignIn) return "Su sesión terminó antes de que se guardara: revíselo y envíelo otra vez.";
    return "Se envió y no llegó respuesta: antes de enviarlo otra vez, vea si ya quedó guardado.";
  }

  /* --- While it is open --- */

  listen() {
    for (const type of ["input", "change"]) {
      document.addEventListener(type, (event) => this.of(event.target.form)?.touched());
    }
    // Buttons that mark many boxes at once.
    document.addEventListener("click", (event) => {
      const form = event.target.closest?.("button[type=button]")?.form;
      if (form) setTimeout(() => this.of(form)?.touched());
    });
    document.addEventListener("click", (event) => this.ledBack(event.target.closest?.("[data-typed]")?.dataset.typed));
    document.addEventListener("htmx:load", () => this.recoverAll());
    window.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("pagehide", () => this.writeAll());
    window.addEventListener("beforeunload", (event) => {
      if (this.kept().some((one) => one.holdsBack)) event.preventDefault();
    });
    // Brought back by the browser as it was when it was sent: the server may have it.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted && this.kept().some((one) => one.isSent)) window.location.reload();
    });
    for (const link of document.querySelectorAll("[data-typed][hidden]")) link.hidden = !this.carried.length;
  }

  kept() {
    return [...this.forms.values()].filter(Boolean);
  }

  writeAll() {
    for (const one of this.kept()) if (!one.isSent) one.write();
  }

  letGo() {
    for (const one of this.kept()) one.letGo();
  }

  /** To what is kept of this page: in its form, or offered above it. */
  goTo(key) {
    const kept = this.kept().find((one) => one.key === key && one.changes().length);
    if (kept) kept.goTo();
    else document.querySelector(".kept-text button")?.focus();
  }

  submitted(event) {
    const form = event.target;
    if (event.defaultPrevented || !isPost(form)) return;
    const going = this.kept().filter((one) => one.form === form || (one.isTouched && isCarriedBy(form, one)));
    if (this.of(form) && !going.includes(this.of(form))) going.push(this.of(form));
    const keys = [...this.carried, ...going.flatMap((one) => one.send())];
    if (!keys.length) return;
    this.store.sending = { page: window.location.href.split("#")[0], keys, isOnItsWay: true };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => going.forEach((one) => one.stay()), PATIENCE);
  }

  /** From a page that could not take what was sent, back to the form: with what was typed, or without. */
  ledBack(how) {
    for (const key of how ? this.carried : []) {
      if (how === "discard") this.store.remove(key);
      else this.store.put(key, { ...this.store.get(key), isResumed: true });
    }
  }
}

/** Whether a form hands on, in hidden fields, what was typed in another one: a question before it is saved. */
function isCarriedBy(form, kept) {
  return kept.form !== form && kept.changes().every(([name]) => form.elements.namedItem(name));
}

const isPost = (form) => (form.getAttribute("method") || "").toLowerCase() === "post" && !form.matches("[data-sign-out]");

const isKept = (form) => isPost(form) && !form.matches("[data-grid], [data-not-kept]") && !form.querySelector("[type=password]");

/** What tells a form from all others, on this page and on the one that answers it; null if nothing is typed in it. */
function nameOf(form) {
  const base = baseName(form);
  const alike = base ? [...document.forms].filter((other) => baseName(other) === base) : [];
  return base && alike.indexOf(form) > 0 ? `${base} ${alike.indexOf(form) + 1}` : base;
}

function baseName(form) {
  const [first] = isKept(form) ? fieldsOf(form).keys() : [];
  if (!first) return null;
  const { pathname, search } = new URL(form.getAttribute("action") || "", window.location.href);
  const act = form.querySelector("button[name]:not([hidden])")?.value ?? "";
  return `${pathname}${search} ${form.getAttribute("id") || `${first} ${act}`}`;
}

// On the page's body; the administration's pages, whose body is not ours, say both in their contents.
const user = document.querySelector("[data-user]")?.dataset.user;
const isAnswer = document.querySelector("[data-posted]") !== null;

// The answer to a form is asked for anew by whoever comes back to it or reloads it, and never sent a second time.
if (isAnswer) window.history.replaceState(window.history.state, "", window.location.href);

/** Null where nobody is signed in. */
export const keeper = user ? new Keeper(user) : null;
