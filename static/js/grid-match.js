/* What a row of the grid is: in which state, whether something is missing in it or to be explained, and what it is called. */

const UNEXPLAINED = '[data-part="justification"] :is(.field-hint, .field-error), [data-part="no_activity"] :is(.field-hint, .field-error)';

export const EMPTY = (row) => [...row.querySelectorAll("input.num")].find((cell) => cell.value.trim() === "");

/** `kind`: a state of a figure, «missing» or «unexplained». */
export function isOf(row, kind) {
  if (kind === "unexplained") return Boolean(row.querySelector(UNEXPLAINED));
  const state = row.querySelector('[data-part="state"] .state');
  return state.classList.contains(`state-${kind}`) || (kind === "missing" && Boolean(EMPTY(row)));
}

/** Without accents and capitals, as people type when they look for something. */
export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

const texts = new WeakMap();

/** Whether each of the words is in its code, its name or in what it counts. */
export function says(row, words) {
  if (!texts.has(row)) texts.set(row, plain(row.querySelector(".what > summary").textContent));
  return words.every((word) => texts.get(row).includes(word));
}
