/* On every page: what the browser keeps of this person's captures and forms is told, and led to, until the server has it.

The menu carries a mark, the first page and the list of months a line for each month and form, and the page that sends a
month says what would not go with it. Nothing of another person is ever looked at. */

import { counted, listed } from "./figures.js";
import { isSame } from "./grid-same.js";
import { isOfThisPage, keptOf } from "./grid-store.js";
import { countedTexts, discardText, keptTexts } from "./kept-texts.js";

const MOST = 4; // figures that a line names
const PAUSE = 200; // milliseconds: typing writes with every key
const PATIENCE = 5000; // milliseconds for the server to say what it has

export const user = document.body.dataset.user;

/** The page that is on the screen, where it writes captures itself: grid.js puts itself here. */
export const page = { grid: null };

/** What the server has already is forgotten; of the rest it is known where it can be written, if anywhere. */
export async function settle(months) {
  await Promise.all(months.map(settleMonth));
  return keptOf(user);
}

async function settleMonth({ url, store, items }) {
  const others = items.filter((item) => !isOfThisPage(item));
  if (!others.length) return;
  const found = await rowsOf(url);
  if (found?.user !== user) return;
  for (const item of others) {
    const row = found.rows[item.code];
    const { reason, ...fields } = item.fields; // of a correction; the server shows none
    if (row && !reason && isSame(row.fields, fields)) store.forget(item);
    else store.mark(item, { look: row?.open ? "open" : "shut", part: row?.part ?? "1" });
  }
}

async function rowsOf(url) {
  try {
    const response = await fetch(`${url}filas/`, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    return response.ok ? await response.json() : null;
  } catch {
    return null; // no line: it stays as it is known
  }
}

/** The part of the month where the first of them can be written. */
export function linkTo({ url, items }) {
  const part = (items.find((item) => item.look === "open") ?? items[0]).part ?? "1";
  return part === "1" ? url : `${url}?parte=${part}`;
}

export function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/* --- The menu --- */

function markMenu(months, texts) {
  document.querySelector(".kept-mark")?.remove();
  const menu = document.querySelector(".site-nav ul");
  const number = months.flatMap(({ items }) => items).length + texts.length;
  const folded = document.querySelector("[data-kept-count]"); // beside «Menú», where the menu is folded
  if (folded) folded.textContent = number ? `: ${number} sin guardar` : "";
  if (!menu || !number) return;
  const ways = [...months.map(linkTo), ...texts.map(({ url }) => url)];
  const link = element("a", `${number} sin guardar`, {
    href: ways.length === 1 ? ways[0] : "/",
    title: "Lo escribió usted y está solo en este equipo",
  });
  const line = element("li", "", { class: "kept-mark" });
  line.append(link);
  menu.append(line);
}

/* --- A line for each month, and for each form --- */

function tellAll(months, texts) {
  const place = document.querySelector("[data-kept]");
  if (!place) return;
  place.replaceChildren();
  for (const month of months) {
    const said = element("p", `${left(month.items)} sin guardar en este equipo: `);
    const link = element("a", `${month.where} →`, { href: linkTo(month) });
    said.append(link, element("span", listed(month.items, MOST), { class: "detail" }));
    place.append(said);
  }
  for (const text of texts) place.append(lineOf(text));
  place.className = months.length + texts.length ? "alert alert-warning kept" : "";
}

function lineOf(text) {
  const said = element("p", `Queda ${countedTexts([text])} sin enviar en este equipo: `);
  const discard = element("button", "Descartarlo", { type: "button", class: "btn btn-sm btn-link" });
  discard.addEventListener("click", () => {
    discardText(text);
    show();
  });
  said.append(element("a", `${text.name} →`, { href: text.url }), " ", discard, element("span", text.said, { class: "detail" }));
  return said;
}

function left(items) {
  return `${items.length === 1 ? "Queda" : "Quedan"} ${counted(items)}`;
}

/* --- The page that sends a month --- */

function guardSending(place, settled) {
  const form = document.querySelector("form[data-sends-month]");
  const ofMonth = () => keptOf(user).filter(({ month }) => month === place.dataset.keptMonth);
  let isRead = false; // the person was led to it and presses again
  const tell = () => tellUnsent(place, ofMonth()[0]);
  settled.then(() => {
    tell();
    const isAtStart = document.activeElement === document.body || form.contains(document.activeElement);
    if (place.childElementCount && isAtStart) place.querySelector("a").focus(); // Enter would send
    for (const [target, type] of [[document, "pmd:kept"], [window, "storage"]]) target.addEventListener(type, tell);
  });
  form.addEventListener("submit", (event) => {
    if (isRead || !ofMonth().length) return;
    event.preventDefault();
    const button = event.submitter;
    settle(ofMonth()).then(() => {
      tell();
      if (!place.childElementCount) return send(form, button);
      isRead = true;
      place.append(element("p", "Si así quiere enviarlo, presione el botón otra vez."));
      place.focus();
    });
  });
}

function tellUnsent(place, month) {
  const items = month?.items.filter((item) => item.look !== "shut") ?? [];
  const figures = listed(items, MOST);
  if (place.dataset.told === figures) return; // the focus may be in it
  place.dataset.told = figures;
  place.replaceChildren();
  place.className = items.length ? "alert alert-warning kept" : "";
  if (!items.length) return;
  const isOne = items.length === 1;
  const said = element("p", `${left(items)} de este mes sin guardar en este equipo, y no se ${isOne ? "envía" : "envían"}: `);
  said.append(element("span", figures, { class: "detail" }));
  const line = element("p");
  const words = `Volver a la captura para ${isOne ? "guardarla o descartarla" : "guardarlas o descartarlas"}`;
  line.append(element("a", words, { href: linkTo(month), class: "btn btn-sm btn-outline-primary" }));
  place.append(said, line);
}

function send(form, button) {
  if (button) form.append(element("input", "", { type: "hidden", name: button.name, value: button.value }));
  form.submit();
}

/* --- --- */

function show() {
  const months = keptOf(user)
    .map((month) => ({ ...month, items: month.items.filter((item) => !isOfThisPage(item)) }))
    .filter(({ items }) => items.length);
  const texts = keptTexts().filter(({ isHere }) => !isHere);
  markMenu(months, texts);
  tellAll(months, texts);
}

let timer = null;
function showSoon() {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
}

if (user) {
  const settled = settle(keptOf(user));
  const sending = document.querySelector("[data-kept-month]");
  if (sending) guardSending(sending, settled);
  document.addEventListener("pmd:kept", showSoon);
  window.addEventListener("storage", showSoon);
  window.addEventListener("pageshow", (event) => event.persisted && show());
  settled.then(show);
}
