/* The keyboard of the grid: like a spreadsheet between the cells, like any text field inside one. */

const CELLS = "tbody[data-row] input.num";

export function moveBetweenCells(event, grid) {
  if (event.defaultPrevented || event.isComposing) return;
  const row = grid.rowOf(event.target);
  if (!row) return;
  if (isJustify(event)) return openJustification(event, row);
  if (isAttach(event)) return attachEvidence(event, row);
  if (event.target.matches("input.num")) inCell(event, row, grid);
  else if (event.key === "Escape" && event.target.closest(".row-why, .row-clash")) leaveBelow(event, row);
}

function isJustify(event) {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  return plain && ((event.key === "F2" && !event.altKey) || (event.altKey && event.key.toLowerCase() === "j"));
}

function isAttach(event) {
  return event.altKey && !event.ctrlKey && !event.metaKey && event.key.toLowerCase() === "a";
}

/** Tab stays between the cells, so the row's «Adjuntar» needs a key of its own. */
function attachEvidence(event, row) {
  const link = row.body.querySelector("[data-evidence-attach]");
  if (!link) return;
  event.preventDefault();
  link.click();
}

function openJustification(event, row) {
  event.preventDefault();
  if (event.target.closest(".row-why")) {
    row.inputs.numerator.focus();
    return;
  }
  row.openWhy();
  row.inputs.justification.focus();
}

function leaveBelow(event, row) {
  event.preventDefault();
  if (event.target.matches("textarea, select")) row.restore(event.target);
  row.inputs.numerator.focus();
}

function inCell(event, row, grid) {
  if (event.key === " " && event.ctrlKey) {
    event.preventDefault();
    const mark = row.body.querySelector(".row-mark");
    mark.checked = !mark.checked;
    return;
  }
  if (event.key === "Escape") {
    if (row.restore(event.target)) event.preventDefault();
    event.target.select();
    return;
  }
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const target = destination(event, grid);
  if (target === undefined) return;
  if (target === null && event.key === "Tab") return; // past the ends of the grid Tab goes on through the page
  event.preventDefault();
  if (target) goTo(target);
}

/** The cell to go to; null where there is none, undefined for a key that is not ours. */
function destination(event, grid) {
  const cell = event.target;
  const cells = [...grid.form.querySelectorAll(CELLS)];
  const place = cells.indexOf(cell);
  const at = (index) => cells[index] ?? null;
  switch (event.key) {
    case "Enter":
      return at(place + (event.shiftKey ? -2 : 2));
    case "ArrowDown":
      return at(place + 2);
    case "ArrowUp":
      return at(place - 2);
    case "Tab":
      return at(place + (event.shiftKey ? -1 : 1));
    case "ArrowRight":
      return !event.shiftKey && cell.selectionEnd === cell.value.length ? at(place + 1) : undefined;
    case "ArrowLeft":
      return !event.shiftKey && cell.selectionStart === 0 ? at(place - 1) : undefined;
    default:
      return undefined;
  }
}

function goTo(cell) {
  cell.focus();
  cell.select();
}
