/* The fields of a form in which a person types or chooses, as lists of values by name: what the form holds now, and what
it came with. Hidden fields are the server's own and are never among them; neither are passwords and files. */

const NOT_TYPED = new Set(["hidden", "password", "file", "submit", "button", "image", "reset"]);

/** Map: name → the elements of that name. */
export function fieldsOf(form) {
  const found = new Map();
  for (const field of form.elements) {
    if (!isTyped(field)) continue;
    if (!found.has(field.name)) found.set(field.name, []);
    found.get(field.name).push(field);
  }
  return found;
}

function isTyped(field) {
  if (!field.name || !field.matches("input, select, textarea") || NOT_TYPED.has(field.type)) return false;
  return !field.hidden && !field.readOnly && !field.matches(":disabled");
}

export const hasFile = (form) => [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length > 0);

export const valuesNow = (fields) => fields.flatMap((field) => valuesOf(field, false));

export const valuesAsCame = (fields) => fields.flatMap((field) => valuesOf(field, true));

export const areSame = (some, others) => some.length === others.length && some.every((value, n) => value === others[n]);

function valuesOf(field, asCame) {
  if (isBox(field)) return (asCame ? field.defaultChecked : field.checked) ? [field.value] : [];
  if (field.matches("select")) return chosen(field, asCame).map((option) => option.value);
  return [asCame ? cameWith(field) : field.value].map((text) => text.replaceAll("\r\n", "\n"));
}

const isBox = (field) => field.type === "checkbox" || field.type === "radio";

function chosen(select, asCame) {
  const options = [...select.options];
  const marked = options.filter((option) => (asCame ? option.defaultSelected : option.selected));
  if (!asCame || marked.length || select.multiple) return select.multiple ? marked : marked.slice(-1);
  return options.filter((option) => !option.disabled).slice(0, 1); // as browsers choose where the page chooses none
}

/** A date that does not exist came in the page and never in the field. */
function cameWith(field) {
  if (!field.matches("input") || field.type === "text") return field.defaultValue;
  const same = document.createElement("input");
  same.type = field.type;
  same.value = field.defaultValue;
  return same.value;
}

/** Put values in, as if the person had. */
export function fill(fields, values) {
  const rest = [...values];
  for (const field of fields) {
    if (isBox(field)) field.checked = values.includes(field.value);
    else if (field.matches("select")) for (const option of field.options) option.selected = values.includes(option.value);
    else field.value = rest.shift() ?? "";
    for (let at = field.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  }
  fields[0].dispatchEvent(new Event("change", { bubbles: true }));
}

/** Of the boxes that were marked those that are still there. */
export function offered(fields, values) {
  return fields.some(isBox) ? values.filter((value) => fields.some((field) => field.value === value)) : values;
}

/** Whether the values can be put in: an option that is no longer offered cannot. */
export function takes(fields, values) {
  if (!fields[0].matches("select")) return true;
  return values.every((value) => [...fields[0].options].some((option) => option.value === value && !option.disabled));
}

export function labelOf(field) {
  const name = field.getAttribute("aria-label") || field.labels?.[0]?.textContent || field.name;
  return name.replace("*", "").replace(/\s+/g, " ").trim().replace(/:$/, "");
}

/** What a person reads in the fields; nothing for boxes, which have no words of their own. */
export function words(fields) {
  if (fields.some(isBox)) return "";
  const [field] = fields;
  if (field.matches("select")) return chosen(field, false).map((option) => option.text.trim()).join(", ");
  const text = valuesNow(fields).join(" ").trim();
  return field.type === "date" ? text.split("-").reverse().join("/") : text;
}

const SHOWN = 120; // letters of a text

/** «Nombre: «Obras Públicas» · Motivo: «…»», of fields as they are kept. */
export function excerptOf(kept) {
  const fields = Object.values(kept).filter(({ said }) => said);
  return fields.map(({ label, said }) => `${label}: «${said.length > SHOWN ? `${said.slice(0, SHOWN)}…` : said}»`).join(" · ");
}
