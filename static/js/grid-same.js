/* When two writings of a row are the same row: «1,234.50» and 1234.5, a reason alone and 0/0 with that reason. */

const SIDES = ["numerator", "denominator"];
const GROUPED = /^\d{1,3}( \d{3})+([.,]\d+)?$/; // by blanks
const SWAPPED = /^(\d{1,3}(\.\d{3})+,\d*|\d+,(\d{0,2}|\d{4,})|(\d{4,}|0\d*),\d{3}|,\d+|\d{1,3}(\.\d{3}){2,})$/;
const PLAIN = /^(?=.*\d)(\d{1,3}(,\d{3})+|\d*)(\.\d*)?$/;

/**
 * A figure to compare with another, however it was written, as the server reads it (core/amounts.py): its digits and a
 * point, without what says nothing. Empty stays empty, and what is no number stays as it is.
 */
export function amountOf(text) {
  const typed = String(text).replace(/\p{Default_Ignorable_Code_Point}/gu, "");
  const seen = /\p{No}/u.test(typed) ? typed : typed.normalize("NFKC");
  let plain = seen.replace(/\s+/g, " ").replace(/^[\p{Sc} ]+|[\p{Sc} ]+$/gu, "");
  if (GROUPED.test(plain)) plain = plain.replaceAll(" ", "");
  if (SWAPPED.test(plain)) plain = plain.replaceAll(".", "").replace(",", ".");
  else if (!PLAIN.test(plain)) return seen.trim();
  const [whole, fraction = ""] = plain.replaceAll(",", "").split(".");
  return `${whole.replace(/^0+/, "") || "0"}.${fraction.replace(/0+$/, "")}`.replace(/\.$/, "");
}

/** As a text field gives it back: the server ends lines in its own way. */
export function plainText(text) {
  return String(text ?? "").replaceAll("\r\n", "\n");
}

/** Every field of `other` the same in `one`, however they were written. */
export function isSame(one, other) {
  const [here, there] = [meant(one), meant(other)];
  return Object.keys(other).every((name) => {
    if ((here[name] ?? "") === there[name]) return true;
    return SIDES.includes(name) && amountOf(here[name] ?? "") === amountOf(there[name]);
  });
}

/** What the server makes of the fields: a reason without figures is 0/0, and figures make the reason go. */
function meant(fields) {
  const made = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainText(value).trim()]));
  if (!made.no_activity) return made;
  if (SIDES.every((side) => !made[side])) for (const side of SIDES) made[side] = "0";
  if (SIDES.some((side) => amountOf(made[side] ?? "") !== "0")) made.no_activity = "";
  return made;
}
