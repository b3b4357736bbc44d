// Uploading evidence without leaving the page: by dragging a file to a row of the grid or to the page of a month's
// files, or by choosing one. The server decides what is accepted; its sentence is shown as it comes.

import { ENDED, isSignedIn, signInLink } from "./session-now.js";

const TYPES = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx";
const MEGABYTE = 1024 * 1024;
const DEFAULT_MAX = 10 * MEGABYTE;
const SIGNED_OUT = `${ENDED} y el archivo no se ha subido: entre en otra pestaña y regrese a esta, donde se subirá.`;
const LOST = "Se perdió la conexión y el archivo no se subió. Reintente cuando vuelva.";

const queue = [];
const stranded = new Set(); // what was not taken and can be tried again: leaving the page would lose the file
let busy = false;

function token() {
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return field ? field.value : "";
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function button(text, label, act) {
  const made = element("button", "btn btn-sm btn-outline-secondary", text);
  made.type = "button";
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

// One line that says how a file is doing: text, progress, and what can be done about it.
class Line {
  constructor(place, file) {
    this.file = file;
    this.place = place;
    this.box = element("div", "upload");
    this.says = element("span", "upload-says");
    this.bar = element("progress");
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", `Avance de ${file.name}`);
    this.acts = element("span", "upload-acts");
    this.box.append(this.says, this.bar, this.acts);
    this.say("en espera");
  }

  say(text) {
    // A save may have drawn the row anew meanwhile.
    if (!this.box.isConnected) this.place().append(this.box);
    this.says.textContent = `${this.file.name}: ${text}`;
  }

  progress(percent) {
    this.bar.value = percent;
    // A screen reader is told every quarter, not every percent.
    const told = percent >= 100 ? "revisando el archivo…" : `subiendo, ${Math.floor(percent / 25) * 25} %`;
    if (told !== this.told) this.say(told);
    this.told = told;
  }

  offer(...buttons) {
    this.acts.replaceChildren(...buttons);
  }

  end(className, text, ...buttons) {
    this.bar.hidden = true;
    this.box.classList.add(className);
    this.say(text);
    this.offer(...buttons);
  }
}

function statusPlace(target) {
  const own = target.querySelector("[data-evidence-status]");
  if (own) return own;
  const made = element("div", "uploads");
  made.setAttribute("role", "status");
  made.dataset.evidenceStatus = "";
  target.append(made);
  return made;
}

function enqueue(job) {
  job.line = job.line || new Line(job.place, job.file);
  const max = job.maxBytes || DEFAULT_MAX;
  if (job.file.size > max) {
    return job.line.end("is-refused", `pesa más de ${Math.round(max / MEGABYTE)} MB, que es lo más que se acepta.`, remove(job));
  }
  job.line.offer(button("Cancelar", `Cancelar ${job.file.name}`, () => cancel(job)));
  queue.push(job);
  next();
}

function remove(job) {
  return button("Quitar", `Quitar el aviso de ${job.file.name}`, () => {
    stranded.delete(job);
    job.line.box.remove();
  });
}

function retry(job) {
  return button("Reintentar", `Reintentar ${job.file.name}`, () => again(job));
}

/** With the session that there is now: another one, if the person signed in again meanwhile. */
async function again(job) {
  const isIn = await isSignedIn();
  if (!stranded.has(job)) return; // tried already
  if (!isIn) return strand(job, isIn === null ? LOST : SIGNED_OUT, isIn === false);
  stranded.delete(job);
  job.line.box.remove();
  job.line = null;
  job.isSignedOut = false;
  enqueue(job);
}

function strand(job, why, isSignedOut = false) {
  stranded.add(job);
  job.isSignedOut = isSignedOut;
  const ways = isSignedOut ? [signInLink("Entrar en otra pestaña"), " "] : [];
  job.line.end("is-refused", why, ...ways, retry(job), remove(job));
}

// Whoever signed in beside this page comes back to it.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const job of stranded) if (job.isSignedOut) again(job);
});

function cancel(job) {
  const waiting = queue.indexOf(job);
  if (waiting >= 0) queue.splice(waiting, 1);
  if (job.request) job.request.abort();
  job.line.end("is-cancelled", "cancelado; no se subió.", remove(job));
}

function next() {
  if (busy || !queue.length) return;
  busy = true;
  send(queue.shift(), () => {
    busy = false;
    next();
  });
}

function send(job, done) {
  const data = new FormData();
  data.append("act", "subir");
  for (const id of job.indicators()) data.append("indicators", id);
  data.append("file", job.file);
  const request = (job.request = new XMLHttpRequest());
  request.open("POST", job.url);
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.setRequestHeader("X-CSRFToken", token());
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) job.line.progress((event.loaded / event.total) * 100);
  });
  request.addEventListener("load", () => answer(job, request));
  request.addEventListener("error", () => strand(job, LOST));
  request.addEventListener("loadend", done);
  job.line.progress(0);
  request.send(data);
}

function answer(job, request) {
  let told = null;
  try {
    told = JSON.parse(request.responseText);
  } catch {
    // A page and not an answer: the sign-in page, or an error page.
  }
  if (request.status === 200 && told) return accepted(job, told);
  if (request.status === 422 && told) return job.line.end("is-refused", told.message, remove(job));
  if (request.status === 200) return strand(job, SIGNED_OUT, true);
  if (request.status === 403 && !job.isRenewed) {
    job.isRenewed = true; // perhaps the page is older than the session
    stranded.add(job);
    return again(job);
  }
  const why = {
    403: "usted ya no puede adjuntar aquí, o su sesión cambió. Reintente; si se repite, recargue la página.",
    404: "este mes o indicador ya no está a su alcance. Recargue la página.",
    413: "el archivo es más grande de lo que acepta el servidor.",
  };
  strand(job, why[request.status] || "el servidor no pudo recibirlo. Reintente en un momento.");
}

function accepted(job, told) {
  job.line.end("is-done", "guardado.");
  for (const [id, html] of Object.entries(told.cells)) {
    document.querySelector(`[name=indicators][value="${id}"]`)?.closest("label").querySelector(".evidence-missing")?.remove();
    const cell = cellOf(id);
    if (!cell) continue;
    // The server's own markup: the same include that drew the page.
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(".evidence-cell");
    const says = cell.querySelector("[data-evidence-status]");
    const focused = cell.contains(document.activeElement);
    if (says) fresh.append(says);
    cell.replaceWith(fresh);
    if (focused) fresh.querySelector("a")?.focus();
  }
  const lacking = document.querySelector("[data-evidence-lacking]");
  if (lacking) {
    lacking.textContent = told.lacking;
    lacking.hidden = !told.lacking;
  }
  const list = document.querySelector("[data-evidence-list]");
  if (list && told.list) {
    const fresh = new DOMParser().parseFromString(told.list, "text/html");
    list.replaceChildren(...fresh.body.childNodes);
  }
}

function hasFiles(event) {
  return event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");
}

function acceptDrops(zone, take) {
  zone.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
  });
  zone.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    zone.classList.remove("is-over");
    take(Array.from(event.dataTransfer.files));
  });
}

function cellOf(id) {
  return document.querySelector(`.evidence-cell[data-evidence="${id}"]`);
}

function choose(take) {
  const input = element("input");
  input.type = "file";
  input.accept = TYPES;
  input.multiple = true;
  input.addEventListener("change", () => take(Array.from(input.files)));
  input.click();
}

function attachToRow(id, files) {
  const url = new URL("evidencia/", window.location.href.split(/[?#]/)[0]).href;
  for (const file of files) enqueue({ file, url, place: () => statusPlace(cellOf(id)), indicators: () => [id] });
}

// The grid: each row takes files, and «Adjuntar» opens the file chooser instead of the page. One set of listeners for
// the table: rows that a save draws anew take files all the same.
function enhanceGrid(grid) {
  let over = null;
  const mark = (row) => {
    if (over === row) return;
    over?.classList.remove("is-over");
    row?.classList.add("is-over");
    over = row;
  };
  const openCell = (event) => event.target.closest(".grid-row")?.querySelector(".evidence-cell[data-evidence-open]");
  grid.addEventListener("click", (event) => {
    const link = event.target.closest("[data-evidence-attach]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const id = link.closest(".evidence-cell").dataset.evidence;
    choose((files) => attachToRow(id, files));
  });
  grid.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    const cell = openCell(event);
    event.dataTransfer.dropEffect = cell ? "copy" : "none";
    mark(cell ? cell.closest(".grid-row") : null);
  });
  grid.addEventListener("dragleave", (event) => {
    if (!grid.contains(event.relatedTarget)) mark(null);
  });
  grid.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    const cell = openCell(event);
    mark(null);
    if (cell) attachToRow(cell.dataset.evidence, Array.from(event.dataTransfer.files));
  });
}

// The page of a month's files: the form keeps its indicators, files go one after the other.
function enhanceForm(form) {
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector("[data-evidence-drop]");
  const marked = () => Array.from(form.querySelectorAll("[name=indicators]:checked"), (box) => box.value);
  const take = (files) => {
    const maxBytes = Number(form.dataset.maxBytes);
    for (const file of files) enqueue({ file, maxBytes, url: form.action, place: () => statusPlace(form), indicators: marked });
    input.value = "";
  };
  form.querySelector(".drop-hint").hidden = false;
  acceptDrops(zone, take);
  input.multiple = true;
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return; // the server says what is missing
    event.preventDefault();
    take(Array.from(input.files));
  });
}

const grid = document.querySelector("table.grid:not(.review)");
if (grid) enhanceGrid(grid);
document.querySelectorAll("[data-evidence-form]").forEach(enhanceForm);
// A file that misses its place must not replace the page, with what is typed in it.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => {
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  });
}
window.addEventListener("beforeunload", (event) => {
  if (busy || queue.length || stranded.size) event.preventDefault();
});
