/* From the moment the form is sent until the next page is there, which over a slow line takes seconds. What is typed
meanwhile goes into that page, in the same cell, with the cursor where it was: whoever looks at a paper and not at the
screen neither loses a figure nor goes on with half of it in another cell. */

const PATIENCE = 20000; // milliseconds; a page that is still here by then does not leave any more

export class Leaving {
  constructor(grid) {
    this.grid = grid;
    this.isOn = false; // leaving needs no warning
    this.isSent = false;
    for (const type of ["focusin", "input", "keyup", "pointerup"]) {
      grid.form.addEventListener(type, (event) => this.keepCursor(event.target));
    }
    // Brought back by the browser as it was: what the server has may be newer, and what it lacks is offered.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted && this.isOn) window.location.reload();
    });
  }

  /** `holds`: what is sent is looked at on the next page, so that nothing can be added to it. */
  begin({ holds = false } = {}) {
    const { rows, store } = this.grid;
    this.isOn = this.isSent = true;
    this.holds = holds;
    for (const row of rows) row.posted = row.values();
    store.markPosted();
    if (holds) this.hold(true);
    else this.keepCursor(document.activeElement);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stay(), PATIENCE);
  }

  hold(on) {
    this.grid.form.setAttribute("aria-busy", String(on));
    for (const row of this.grid.rows) if (!row.isShut) row.hold(on);
    this.grid.notice(on ? "Un momento: se abre la revisión de lo que capturó." : "");
  }

  /** The page does not leave after all (the person stopped it, or no answer came): rows save themselves again. */
  stay() {
    this.isOn = this.isSent = false;
    if (this.holds) this.hold(false);
    for (const row of this.grid.rows) {
      if (row.isDirty) row.tried.push(row.posted); // perhaps the server has it
      row.posted = null;
      row.left();
    }
  }

  keepCursor(field) {
    if (!this.isSent || this.holds) return;
    const row = this.grid.rowOf(field);
    const name = row && Object.keys(row.inputs).find((key) => row.inputs[key] === field);
    if (!name) return;
    this.grid.store.keepCursor({ code: row.code, name, from: field.selectionStart, to: field.selectionEnd });
  }

  /** Whether the page before this one says where the cursor belongs; an error that is told is read first. */
  bringCursorBack() {
    const cursor = this.grid.store.takeCursor();
    if (!cursor) return false;
    const row = this.grid.rows.find((one) => one.code === cursor.code);
    const field = row?.inputs[cursor.name];
    const isTold = document.querySelector(".month-alert") && !row?.isDirty;
    if (!field || isTold) return true;
    if (field.closest(".row-why")) row.openWhy();
    this.grid.filter.reveal(row.body);
    field.focus();
    if (typeof cursor.from === "number") field.setSelectionRange(cursor.from, cursor.to);
    return true;
  }
}
