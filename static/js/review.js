// The review by keyboard: the arrows move from one figure's box to the next; space selects it, as in any page.
const form = document.getElementById("revision");
if (form) {
  for (const hint of form.querySelectorAll(".review-keys")) hint.hidden = false;
  form.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches('input[name="selected"]')) return;
    const boxes = [...form.querySelectorAll('input[name="selected"]')];
    const next = boxes[boxes.indexOf(event.target) + step];
    event.preventDefault();
    if (next) {
      next.focus();
      next.closest("tbody").scrollIntoView({ block: "center" });
    }
  });
  if (!form.querySelector("[autofocus]")) form.querySelector('input[name="selected"]')?.focus({ preventScroll: true });
}
