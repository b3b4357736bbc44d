/* Signing out loses nothing that the browser keeps: what can be saved is saved first, the rest is named, and the person
says whether it waits here for them or is erased. With nothing kept it is one press. */

import { counted, listed } from "./figures.js";
import "./form-session.js";
import { eraseAllOf, keptOf } from "./grid-store.js";
import { element, linkTo, page, settle, user } from "./kept.js";

let isAsking = false;
document.addEventListener("submit", (event) => {
  if (!user || event.defaultPrevented || !event.target.matches("form[data-sign-out]")) return;
  if (!page.grid && !keptOf(user).length) return;
  event.preventDefault();
  if (!isAsking) leave(event.target, event.submitter);
});

async function leave(form, button) {
  isAsking = true;
  button?.setAttribute("aria-busy", "true");
  const loose = (await page.grid?.saveAll()) ?? []; // on the screen only: the browser could not keep it
  const months = await settle(keptOf(user));
  button?.removeAttribute("aria-busy");
  isAsking = false;
  if (!months.length && !loose.length) return signOut(form);
  ask(form, months, loose);
}

function signOut(form) {
  page.grid?.letGo(); // the person has decided: no second question
  form.submit();
}

function ask(form, months, loose) {
  const items = [...months.flatMap((month) => month.items), ...loose];
  const isOne = items.length === 1;
  const dialog = element("dialog", "", { class: "leave-dialog", "aria-labelledby": "salir-titulo" });
  const close = () => dialog.close();
  const list = element("ul");
  for (const month of months) list.append(lineOf(month.where, linkTo(month), month.items, close));
  if (loose.length) list.append(lineOf("En esta página", window.location.href, loose, close));
  dialog.append(
    element("h2", `Antes de salir: ${isOne ? "queda" : "quedan"} ${counted(items)} sin guardar`, { id: "salir-titulo" }),
    element("p", loose.length ? "El sistema todavía no lo tiene:" : `El sistema todavía no ${isOne ? "la" : "las"} tiene; ${isOne ? "está solo" : "están solo"} en este equipo:`),
    list,
  );
  const choices = element("div", "", { class: "leave-choices" });
  const first = months.length ? linkTo(months[0]) : window.location.href;
  const go = goTo(element("a", `Ir a ${isOne ? "guardarla" : "guardarlas"}`, { class: "btn btn-primary", href: first }), close);
  choices.append(go);
  if (!loose.length) {
    choices.append(
      choice(`Salir y ${isOne ? "dejarla" : "dejarlas"} en este equipo`, "btn-outline-primary", () => signOut(form)),
      element("p", `Se le ${isOne ? "ofrecerá" : "ofrecerán"} a usted, y a nadie más, cuando vuelva a entrar aquí.`, { class: "muted" }),
    );
  }
  choices.append(
    choice(`Salir y ${isOne ? "borrarla" : "borrarlas"}`, "btn-outline-danger", () => {
      window.addEventListener("pagehide", () => eraseAllOf(user), { once: true });
      signOut(form);
    }),
    element("p", `Para un equipo que usan otras personas. Ya no se ${isOne ? "podrá" : "podrán"} recuperar.`, { class: "muted" }),
    choice("No salir", "btn-link", close),
  );
  dialog.append(choices);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  go.focus();
}

function lineOf(name, href, items, close) {
  const line = element("li");
  line.append(goTo(element("a", name, { href }), close), `: ${listed(items)}`);
  return line;
}

/** To the month; on its own page to what is unsaved there. */
function goTo(link, close) {
  link.addEventListener("click", (event) => {
    const isHere = new URL(link.href).pathname + new URL(link.href).search === window.location.pathname + window.location.search;
    if (!isHere || !page.grid) return;
    event.preventDefault();
    close();
    page.grid.goToUnsaved();
  });
  return link;
}

function choice(text, kind, act) {
  const made = element("button", text, { type: "button", class: `btn ${kind}` });
  made.addEventListener("click", act);
  return made;
}
