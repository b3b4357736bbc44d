/* What the page said is still to be corrected: each datum leaves the list once its row is saved, and the list with the last. */

export class Correcting {
  constructor(form) {
    this.form = form;
    this.place = document.querySelector("[data-correct]");
  }

  update() {
    if (!this.place) return;
    for (const item of this.place.querySelectorAll("[data-correct-row]")) {
      const { correctRow, correctField } = item.dataset;
      const row = this.form.querySelector(`tbody[data-code="${correctRow}"]`);
      const says = row?.querySelector(`[data-part="${correctField}"]`); // what no part tells is known after the next save only
      if (says && !says.querySelector(".field-error")) item.remove();
    }
    const left = this.place.querySelectorAll("[data-correct-row]").length;
    if (left) this.place.querySelector("[data-correct-count]").textContent = `Falta corregir ${left} ${left === 1 ? "dato" : "datos"}`;
    else this.end();
  }

  /** What else the page said stays; «se guardaron 10» alone is no alarm. */
  end() {
    const alert = this.place.closest(".month-alert");
    this.place.remove();
    this.place = null;
    if (!alert.querySelector("[data-alert]")) alert.remove();
  }
}
