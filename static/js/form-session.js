/* A file, or a block that was pasted, is in this page alone: it is sent only where it arrives. After an ended session, or
without a line, the page stays with what is in it and says what to do. */

import { ENDED, isSignedIn, signInLink } from "./session-now.js";

const passed = new WeakSet();

/** The evidence sees to its own files. */
function isAtStake(form) {
  if (!form.matches("[method=post]") || form.matches("[data-evidence-form]")) return false;
  const hasFile = [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length);
  return hasFile || "pasted" in form.dataset;
}

// Before anybody else hears of it: what is not sent yet is not leaving.
document.addEventListener("submit", (event) => check(event), { capture: true });

async function check(event) {
  const { target: form, submitter } = event;
  if (passed.delete(form) || !isAtStake(form)) return;
  event.preventDefault();
  event.stopPropagation();
  submitter?.setAttribute("aria-busy", "true");
  const isIn = await isSignedIn();
  submitter?.removeAttribute("aria-busy");
  if (!isIn) return tell(form, isIn);
  passed.add(form);
  form.requestSubmit(submitter);
}

function tell(form, isIn) {
  form.querySelector("[data-session-said]")?.remove();
  const what = "pasted" in form.dataset ? "lo que pegó sigue aquí" : "el archivo sigue elegido";
  const said = document.createElement("p");
  said.className = "alert alert-warning";
  said.setAttribute("role", "alert");
  said.dataset.sessionSaid = "";
  if (isIn === null) said.append(`No hay conexión con el sistema y no se envió nada; ${what}. Cuando vuelva, presione otra vez el botón.`);
  else said.append(`${ENDED} y no se envió nada; ${what}. `, signInLink(), ", regrese a esta y presione otra vez el botón.");
  form.prepend(said);
  said.querySelector("a")?.focus();
}
