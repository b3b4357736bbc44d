/* What the page said is still to be mended: each datum leaves the list once its row is saved, and the list with the last. */

export class Mending {
  constructor(form) {
    this.form = form;
    this.place = document.querySelector("[data-mend]");
  }

  update() {
    if (!this.place) return;
    for (const item of this.place.querySelectorAll("[data-mend-row]")) {
      const { mendRow, mendField } = item.dataset;
      const row = this.form.querySelector(`tbody[data-code="${mendRow}"]`);
      const says = row?.querySelector(`[data-part="${mendField}"]`); // what no part tells is known after the next save only
      if (says && !says.querySelector(".field-error")) item.remove();
    }
    const left = this.place.querySelectorAll("[data-mend-row]").length;
    if (left) this.place.querySelector("[data-mend-count]").textContent = `Falta corregir ${left} ${left === 1 ? "dato" : "datos"}`;
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
