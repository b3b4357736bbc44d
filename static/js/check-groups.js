// In a form of many boxes: one button a group marks all of it or none, and a line says how many are marked.
// Without this the boxes are marked one by one.
for (const group of document.querySelectorAll("[data-check-group]")) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]:not(:disabled)")];
  const button = group.querySelector("[data-check-all]");
  const tell = () => {
    const all = boxes.every((box) => box.checked);
    button.textContent = all ? button.dataset.none : button.dataset.all;
    return all;
  };
  if (!button || boxes.length < 2) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const mark = !tell();
    for (const box of boxes) box.checked = mark;
    tell();
  });
  group.addEventListener("change", tell);
  tell();
}
