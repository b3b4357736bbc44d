/* A block copied from a spreadsheet is sent to the server, which shows what it would do; nothing counts before that. */

import { element } from "./kept.js";
import { isSignedIn } from "./session-now.js";

const LOST = "Lo que pegó no se guardó: péguelo otra vez después de entrar.";

export async function pasteInto(text, cell, grid, decimal = "", isAgain = false) {
  const row = grid.rowOf(cell);
  const side = row.inputs.numerator === cell ? "numerator" : "denominator";
  grid.notice("Revisando lo que pegó…");
  await grid.idle();
  const body = new URLSearchParams({ text, start: row.code, side, decimal, partial: "1" });
  try {
    const response = await fetch(`${grid.base}pegar/`, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": grid.token },
      redirect: "manual",
    });
    if (response.type === "opaqueredirect" || response.status === 403) {
      if (isAgain || !(await isSignedIn())) return grid.sessionEnded(LOST);
      grid.token = document.querySelector('[name="csrfmiddlewaretoken"]').value;
      return pasteInto(text, cell, grid, decimal, true);
    }
    if (!response.ok) throw new Error(String(response.status));
    grid.notice("");
    show(await response.text(), grid, cell, text);
  } catch {
    grid.notice("No se pudo revisar lo que pegó: no hay conexión con el sistema. Pegue otra vez en un momento.");
  }
}

function show(html, grid, cell, text) {
  const dialog = document.createElement("dialog");
  dialog.className = "paste-dialog";
  dialog.setAttribute("aria-label", "Lo que pegó");
  dialog.innerHTML = html;
  if (grid.filter.hidden.length) {
    const words = "Sin claves ni nombres, el bloque sigue el orden de la captura, también por las filas que ahora no se ven.";
    dialog.prepend(element("p", words, { class: "alert alert-warning" }));
  }
  const token = dialog.querySelector('[name="csrfmiddlewaretoken"]');
  if (token) token.value = grid.token;
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener("submit", (event) => {
    if (event.submitter?.name === "decimal") {
      // How the block writes decimals is answered here: the same block, read again.
      event.preventDefault();
      dialog.close();
      pasteInto(text, cell, grid, event.submitter.value);
    } else grid.leaving.isOn = true;
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    cell.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}
