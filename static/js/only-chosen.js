// An address to share holds what was chosen: lists left at their first choice and empty boxes are not sent.
// Without this they are sent too, and the page is the same.
for (const form of document.querySelectorAll("form[data-only-chosen]")) {
  const left = (field) => (field.matches("select") ? field.selectedIndex === 0 : !field.value.trim());
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll("select, input[type=search]")) field.disabled = left(field);
  });
  // A page that one goes back to comes as it was left.
  window.addEventListener("pageshow", () => {
    for (const field of form.querySelectorAll(":disabled")) field.disabled = false;
  });
}
