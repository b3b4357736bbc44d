/* The box above a form that says what was recovered, and what could not be put back. */

import { excerptOf, fieldsOf } from "./form-fields.js";

export class Offer {
  constructor(kept, entry, sorted) {
    this.kept = kept;
    this.entry = entry;
    this.sorted = sorted;
    this.box = document.createElement("div");
    this.box.className = "alert alert-warning kept-text d-print-none";
    this.box.setAttribute("role", "alert");
    kept.form.before(this.box);
    for (let at = this.box.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  }

  /** It stands in the form already. */
  tellPutIn(why) {
    const isAny = Object.keys(this.sorted.ready).length > 0;
    if (isAny) this.say(`Recuperamos lo que había escrito. ${why}${this.file()}`);
    for (const [name, kept] of Object.entries(this.sorted.homeless)) this.tellHomeless(name, kept);
    this.acts(button("Descartar", "btn-outline-secondary", () => this.close(() => this.kept.discard())));
  }

  /** It was left behind some time ago, or in another window: the person says what becomes of it. */
  ask({ take, discard }) {
    this.say(`Aquí quedó algo escrito sin guardar, ${moment(this.entry.at)}. ${this.excerpt()}${this.file()}`);
    this.acts(
      button("Ponerlo en el formulario", "btn-primary", () => this.close(take)),
      button("Descartar", "btn-outline-secondary", () => this.close(discard)),
    );
  }

  tellHomeless(name, { label, said, saysNow }) {
    if (saysNow === null) return this.say(`«${label}» ya no está en esta página. Usted había escrito: «${said}».`);
    const now = saysNow ? `«${saysNow}»` : "vacío";
    const line = this.say(`«${label}» cambió mientras tanto y ahora dice ${now}. Usted había escrito: «${said}». `);
    line.append(
      button("Poner lo mío", "btn-outline-primary", (event) => {
        event.target.remove();
        this.kept.insist(name);
      }),
    );
  }

  excerpt() {
    return excerptOf({ ...this.sorted.ready, ...this.sorted.homeless });
  }

  file() {
    return this.entry.file ? " El archivo no se conserva: elíjalo otra vez." : "";
  }

  say(text) {
    const line = document.createElement("p");
    line.textContent = text;
    this.box.append(line);
    return line;
  }

  acts(...buttons) {
    const line = this.say("");
    line.className = "kept-text-acts mb-0";
    line.append(...buttons);
  }

  close(act) {
    this.box.remove();
    act();
    fieldsOf(this.kept.form).values().next().value?.[0].focus();
  }
}

/** «el 28 de noviembre a las 18:40» */
function moment(at) {
  const day = new Intl.DateTimeFormat("es-MX", { day: "numeric", month: "long" }).format(at);
  const time = new Intl.DateTimeFormat("es-MX", { hour: "numeric", minute: "2-digit", hourCycle: "h23" }).format(at);
  return `el ${day} a las ${time}`;
}

function button(text, kind, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `btn btn-sm ${kind}`;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}
