/* The counts in the month's head: each leads to the next of its rows, as the page stands now.

The page writes where the first such row is, for whoever has no script and for the rows of another part of the month. */

import { EMPTY, isOf } from "./grid-match.js";

export class Counts {
  /** `filter`: what hides rows. */
  constructor(filter) {
    this.filter = filter;
    this.last = null; // where the last click led
    document.addEventListener("click", (event) => this.clicked(event));
  }

  clicked(event) {
    const link = event.target.closest?.("#avance-mes [data-count]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const rows = [...document.querySelectorAll("tbody.grid-row")];
    const place = rows.indexOf(this.last);
    const next = [...rows.slice(place + 1), ...rows.slice(0, place + 1)].find((row) => isOf(row, link.dataset.count));
    if (!next) return; // in another part of the month
    event.preventDefault();
    this.last = next;
    this.filter.reveal(next);
    const cell = (link.dataset.count === "missing" && EMPTY(next)) || next.querySelector("input.num");
    (cell ?? next.querySelector("summary")).focus();
  }

  /** The head of an answer, which does not know where the rows are. */
  keep(old, fresh) {
    for (const link of old.querySelectorAll("[data-count]")) {
      fresh.querySelector(`[data-count="${link.dataset.count}"]`)?.setAttribute("href", link.getAttribute("href"));
    }
    const focused = document.activeElement.closest("#avance-mes [data-count]")?.dataset.count;
    return () => focused && document.querySelector(`#avance-mes [data-count="${focused}"]`)?.focus();
  }
}
