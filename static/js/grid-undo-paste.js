/* «Deshacer el pegado», also by Ctrl+Z as long as nothing was typed since the block was saved: after that Ctrl+Z is the
browser's own. What is on its way is saved before the page leaves. */

import { element } from "./kept.js";

export class UndoPaste {
  constructor(grid) {
    this.grid = grid;
    this.form = document.querySelector("[data-undo-paste]");
    if (!this.form) return;
    this.form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  pressed(event) {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
    const isHere = event.target === document.body || this.grid.form.contains(event.target);
    if (!isUndo || !isHere || event.repeat || this.grid.rows.some((row) => row.edits)) return;
    event.preventDefault();
    this.form.requestSubmit(this.form.querySelector("button"));
  }

  async submitted(event) {
    if (this.grid.unsaved().length) {
      event.preventDefault();
      await this.grid.saveAll();
      this.form.append(element("input", "", { type: "hidden", name: "act", value: "deshacer" })); // submit() names no button
      this.form.submit(); // what could not be saved is in this browser, or leaving asks
      return;
    }
    this.grid.letGo();
  }
}
