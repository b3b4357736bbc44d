/* Signing out erases what the browser kept of this person's unfinished captures. */

import { eraseAllOf } from "./grid-store.js";

const PATIENCE = 5000; // milliseconds in which leaving the page belongs to the pressed button

let signingOut = false;
document.addEventListener("submit", (event) => {
  if (!event.target.matches('form[action="/salir/"]')) return;
  signingOut = true;
  setTimeout(() => (signingOut = false), PATIENCE);
});
window.addEventListener("pagehide", () => {
  if (signingOut) eraseAllOf(document.body.dataset.user);
});
