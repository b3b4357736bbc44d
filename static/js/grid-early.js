/* The keyboard of the grid from the moment its cells are on the screen: like a spreadsheet between the cells, like any
text field inside one.

A classic script in the head, because on a slow line people type before the modules have come. Whatever moves between
the cells needs the page alone and works at once; what needs the grid (looking at a pasted block, attaching a file) is
held until grid.js takes it. What was typed meanwhile is in the cells, and the grid finds it there. */

(() => {
  "use strict";

  const FORM = "form[data-grid]";
  const CELLS = `${FORM} tbody[data-row]:not([hidden]) input.num`;
  const PREPARING = "Preparando la hoja: lo que hizo se atiende en un momento.";
  const FAILED =
    "La hoja no terminó de cargar. Lo escrito sigue aquí: guárdelo con «Guardar borrador», o recargue la página. " +
    "Un bloque de Excel se pega en «Pegar desde Excel».";

  const NONE_EMPTY = "Ninguna fila tiene casillas vacías.";
  const ONLY_THIS = "Solo esta fila tiene casillas vacías.";
  const NONE_IN_SIGHT = "De las filas que se ven, ninguna otra tiene casillas vacías.";
  const OF_EMPTY = [NONE_EMPTY, ONLY_THIS, NONE_IN_SIGHT];

  const held = [];
  let grid = null; // grid.js, once it is there
  let failed = false;
  let leaving = false;
  let tabbedTo = null; // the cell that Tab reached within its row
  let entered = { cell: null, value: "" }; // what was in the cell when the person came to it

  window.gridEarly = {
    /** The form was sent before there was a grid. */
    get isLeaving() {
      return leaving;
    },
    /** What stands in the cell is no more what somebody is typing: it was sent, or the server wrote it. */
    settle() {
      enter(document.activeElement);
    },
    /** The grid is alive: from now on it hears what concerns it, first what was held for it. */
    take(alive) {
      grid = alive;
      if (held.length) grid.notice("");
      for (const act of held.splice(0)) act(grid);
    },
  };

  function withGrid(act) {
    if (grid) return act(grid);
    if (!failed) held.push(act);
    say(failed ? FAILED : PREPARING);
  }

  function say(text) {
    const region = document.querySelector(`${FORM} [data-notice]`);
    if (!region) return;
    region.textContent = text;
    region.classList.toggle("is-failed", Boolean(text));
  }

  /** Through the grid, which then says again what else there is to say. */
  function tell(text) {
    if (grid) grid.notice(text);
    else say(text);
  }

  /* --- Keys --- */

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (isReview(event)) return review(event);
    if (isNextEmpty(event)) return goToNextEmpty(event);
    if (isSearch(event)) return search(event);
    const body = event.target.closest?.(`${FORM} tbody[data-row]`);
    if (!body) return;
    if (isJustify(event)) openJustification(event, body);
    else if (isAttach(event)) attachEvidence(event, body);
    else if (event.target.matches(CELLS)) inCell(event, body);
    else if (event.key === "Escape" && event.target.closest(".row-why, .row-clash")) leaveBelow(event, body);
  });

  /** From anywhere in the grid, also from a justification; not from a dialog or the menu. */
  function isReview(event) {
    const isHere = event.target === document.body || event.target.closest?.(FORM);
    return isHere && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  }

  function review(event) {
    const button = document.querySelector(`${FORM} .grid-actions [data-holds]`);
    if (!button) return;
    event.preventDefault();
    if (!event.repeat) button.click();
  }

  function isNextEmpty(event) {
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    return plain && ((event.key === "F8" && !event.altKey) || (event.altKey && event.key.toLowerCase() === "n"));
  }

  function isSearch(event) {
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    return plain && ((event.key === "F4" && !event.altKey) || (event.altKey && event.key.toLowerCase() === "b"));
  }

  /** From anywhere in the grid, to the words by which its rows are found. */
  function search(event) {
    if (!document.querySelector(FORM)) return;
    event.preventDefault();
    withGrid((alive) => alive.filter.focus());
  }

  /** The first empty cell of the next row that has one, from the top again after the last. */
  function goToNextEmpty(event) {
    const rows = [...document.querySelectorAll(`${FORM} tbody[data-row]:not([hidden])`)];
    if (!document.querySelector(`${FORM} tbody[data-row]`)) return;
    event.preventDefault();
    const place = rows.indexOf(event.target.closest?.("tbody[data-row]"));
    const emptyIn = (row) => [...row.querySelectorAll("input.num")].find((cell) => cell.value.trim() === "");
    const next = [...rows.slice(place + 1), ...rows.slice(0, place + 1)].map(emptyIn).find(Boolean);
    if (next && !rows[place]?.contains(next)) return goTo(next);
    const isPart = document.querySelector(`${FORM} tbody[data-row][hidden]`);
    tell(isPart ? NONE_IN_SIGHT : next ? ONLY_THIS : NONE_EMPTY);
  }

  /** What was said of the empty rows holds no longer than one stays. */
  document.addEventListener("focusin", () => {
    const region = document.querySelector(`${FORM} [data-notice]`);
    if (OF_EMPTY.includes(region?.textContent)) tell("");
  });

  function isJustify(event) {
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    return plain && ((event.key === "F2" && !event.altKey) || (event.altKey && event.key.toLowerCase() === "j"));
  }

  function isAttach(event) {
    return event.altKey && !event.ctrlKey && !event.metaKey && event.key.toLowerCase() === "a";
  }

  /** Tab stays between the cells, so the row's «Adjuntar» needs a key of its own. */
  function attachEvidence(event, body) {
    if (!body.querySelector("[data-evidence-attach]")) return;
    event.preventDefault();
    withGrid(() => body.querySelector("[data-evidence-attach]")?.click());
  }

  function openJustification(event, body) {
    event.preventDefault();
    if (event.target.closest(".row-why")) return firstCell(body).focus();
    const details = body.querySelector("details.why");
    if (details) details.open = true;
    body.querySelector('textarea[name$="-justification"]')?.focus();
  }

  function firstCell(body) {
    return body.querySelector("input.num");
  }

  /** What was written below stays, as with F2. */
  function leaveBelow(event, body) {
    event.preventDefault();
    firstCell(body).focus();
  }

  function inCell(event, body) {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      const mark = body.querySelector(".row-mark");
      mark.checked = !mark.checked;
      return;
    }
    if (event.key === "Escape") {
      if (takeBack(event.target, body)) event.preventDefault();
      event.target.select();
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = destination(event);
    if (target === undefined) return;
    tabbedTo = event.key === "Tab" && !event.shiftKey && target && body.contains(target) ? target : null;
    if (target === null && event.key === "Tab") return; // past the ends of the grid Tab goes on through the page
    event.preventDefault();
    if (target) goTo(target);
  }

  /** The cell to go to; null where there is none, undefined for a key that is not ours. */
  function destination(event) {
    const cell = event.target;
    const cells = [...document.querySelectorAll(CELLS)];
    const place = cells.indexOf(cell);
    const at = (index) => cells[index] ?? null;
    switch (event.key) {
      case "Enter":
        // After Tab along the row it begins the next one, as in a spreadsheet: «3 Tab 4 Enter 5 Tab 6».
        if (cell === tabbedTo && !event.shiftKey) return at(place + 1);
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
    cell.dispatchEvent(new Event("pmd:reveal", { bubbles: true })); // on a phone one row is shown at a time
    cell.focus();
    cell.select();
  }

  /* --- What the row asks, whole in the bar of the buttons as long as one is in it (grid-reading.css) --- */

  document.addEventListener("focusin", (event) => read(event.target.closest?.("tbody.grid-row")));
  document.addEventListener("focusout", (event) => {
    if (!event.relatedTarget) read(null);
  });

  /** The cells say the same to a screen reader (aria-describedby), each its side. */
  function read(body) {
    const place = document.querySelector("[data-reads]");
    if (!place) return;
    const words = (part) => body.querySelector(`.what ${part}`).textContent.replace(/\s+/g, " ").trim();
    place.replaceChildren();
    if (!body) return;
    const name = document.createElement("strong");
    name.textContent = words(".title");
    place.append(name, ` ${words(".formula")}`);
  }

  /* --- Esc, as in a spreadsheet: the cell as it was when the person came to it --- */

  document.addEventListener("focusin", (event) => enter(event.target));

  function enter(cell) {
    if (cell?.matches?.(CELLS)) entered = { cell, value: cell.value };
  }

  /** Nothing that was left to be saved, and with one click back. */
  function takeBack(cell, body) {
    const typed = cell.value;
    if (entered.cell !== cell || cell.readOnly || typed === entered.value) return false;
    write(cell, entered.value);
    grid?.rowOf(cell).tookBack();
    if (typed.trim()) offerBack(cell, typed, body);
    return true;
  }

  function write(cell, value) {
    cell.value = value;
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function offerBack(cell, typed, body) {
    const place = body.querySelector("[data-undo]");
    const undo = document.createElement("button");
    undo.type = "button";
    undo.textContent = "Deshacer";
    undo.setAttribute("aria-label", `Deshacer: vuelve a escribir ${typed} en ${cell.getAttribute("aria-label")}`);
    undo.addEventListener("click", () => {
      write(cell, typed);
      goTo(cell);
    });
    place.hidden = false;
    place.replaceChildren(`Esc quitó ${typed} · `, undo);
  }

  document.addEventListener("input", (event) => {
    const place = event.target.closest?.(`${FORM} tbody[data-row]`)?.querySelector("[data-undo]");
    if (!place || grid) return;
    place.hidden = true;
    place.replaceChildren();
  });

  /* --- A pasted block: a cell would take its first line only, or all of its figures as one --- */

  document.addEventListener("paste", (event) => {
    const cell = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell.matches?.(CELLS) || !/[\t\n]/.test(text.replace(/[\r\n]+$/, ""))) return;
    event.preventDefault();
    withGrid((alive) => alive.paste(text, cell));
  });

  /* --- What leads to other months is folded on a phone only; newer browsers need no script for that --- */

  document.addEventListener("DOMContentLoaded", () => {
    const more = document.querySelector(".month-more");
    if (more && matchMedia("(min-width: 768px)").matches && !CSS.supports("selector(::details-content)")) more.open = true;
  });

  /* --- While there is no grid --- */

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(FORM) || grid) return;
    leaving = true;
    hold(true); // what is typed now would not be on the next page
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || grid) return;
    leaving = false;
    hold(false);
  });
  function hold(on) {
    for (const field of document.querySelectorAll(`${FORM} tbody[data-row] :is(input.num, textarea)`)) field.readOnly = on;
  }
  window.addEventListener("beforeunload", (event) => {
    if (grid || leaving) return;
    const fields = document.querySelectorAll(`${FORM} tbody[data-row] :is(input.num, textarea)`);
    if ([...fields].some((field) => field.value !== field.defaultValue)) event.preventDefault();
  });
  // The modules run before the page counts as loaded: a grid that is not there by then does not come.
  window.addEventListener("load", () => {
    if (grid || !document.querySelector(FORM)) return;
    failed = true;
    held.length = 0;
    say(FAILED);
  });
})();
