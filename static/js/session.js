/* Signing out loses nothing that the browser keeps: what can be saved is saved first, the rest is named, and the person
says whether it waits here for them or is erased. With nothing kept it is one press. */

import { counted, listed } from "./figures.js";
import { keeper } from "./form-keeper.js";
import "./form-session.js";
import { eraseAllOf, keptOf } from "./grid-store.js";
import { countedTexts, keptTexts } from "./kept-texts.js";
import { element, linkTo, page, settle, user } from "./kept.js";

let isAsking = false;
document.addEventListener("submit", (event) => {
  if (!user || event.defaultPrevented || !event.target.matches("form[data-sign-out]")) return;
  keeper.writeAll();
  if (!page.grid && !keptOf(user).length && !keptTexts().length) return;
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
  const texts = keptTexts();
  if (!months.length && !loose.length && !texts.length) return signOut(form);
  ask(form, months, loose, texts);
}

function signOut(form) {
  page.grid?.letGo(); // the person has decided: no second question
  keeper.letGo();
  form.submit();
}

function ask(form, months, loose, texts) {
  const items = [...months.flatMap((month) => month.items), ...loose];
  const isOne = items.length + texts.length === 1;
  const them = `l${texts.length ? "o" : "a"}${isOne ? "" : "s"}`; // captures are feminine, forms are not
  const dialog = element("dialog", "", { class: "leave-dialog", "aria-labelledby": "salir-titulo" });
  const close = () => dialog.close();
  const list = element("ul");
  for (const month of months) list.append(lineOf(goTo(month.where, linkTo(month), close), listed(month.items)));
  if (loose.length) list.append(lineOf(goTo("En esta página", window.location.href, close), listed(loose)));
  for (const text of texts) list.append(lineOf(goToText(text.name, text, close), text.said));
  const what = [items.length && counted(items), countedTexts(texts)].filter(Boolean).join(" y ");
  dialog.append(
    element("h2", `Antes de salir: ${isOne ? "queda" : "quedan"} ${what} sin guardar`, { id: "salir-titulo" }),
    element("p", loose.length ? "El sistema todavía no lo tiene:" : `El sistema todavía no ${them} tiene; ${isOne ? "está solo" : "están solo"} en este equipo:`),
    list,
  );
  const choices = element("div", "", { class: "leave-choices" });
  const lead = `Ir a guardar${them}`;
  const go =
    texts.length && !items.length
      ? goToText(lead, texts[0], close)
      : goTo(lead, months.length ? linkTo(months[0]) : window.location.href, close);
  go.className = "btn btn-primary";
  choices.append(go);
  if (!loose.length) {
    choices.append(
      choice(`Salir y dejar${them} en este equipo`, "btn-outline-primary", () => signOut(form)),
      element("p", `Se le ${isOne ? "ofrecerá" : "ofrecerán"} a usted, y a nadie más, cuando vuelva a entrar aquí.`, { class: "muted" }),
    );
  }
  choices.append(
    choice(`Salir y borrar${them}`, "btn-outline-danger", () => {
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

function lineOf(link, said) {
  const line = element("li");
  line.append(link, said && `: ${said}`);
  return line;
}

/** To the month; on its own page to what is unsaved there. */
function goTo(name, href, close) {
  return linkOr(name, href, page.grid && (() => page.grid.goToUnsaved()), close);
}

/** To the form; on its own page to what was typed there. */
function goToText(name, { key, url }, close) {
  return linkOr(name, url, () => keeper.goTo(key), close);
}

function linkOr(name, href, go, close) {
  const link = element("a", name, { href });
  link.addEventListener("click", (event) => {
    const isHere = new URL(link.href).pathname + new URL(link.href).search === window.location.pathname + window.location.search;
    if (!isHere || !go) return;
    event.preventDefault();
    close();
    go();
  });
  return link;
}

function choice(text, kind, act) {
  const made = element("button", text, { type: "button", class: `btn ${kind}` });
  made.addEventListener("click", act);
  return made;
}
