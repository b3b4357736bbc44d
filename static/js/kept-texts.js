/* What this person typed in forms and never sent, for those who tell what the browser keeps: the menu, the first page, and
whoever signs out. */

import { excerptOf } from "./form-fields.js";
import { keeper } from "./form-keeper.js";

/** [{ key, url, name, said, isHere }], the latest first; `isHere`: the page that is on the screen holds or offers it. */
export function keptTexts() {
  if (!keeper) return [];
  const here = window.location.pathname + window.location.search;
  return keeper.store
    .all()
    .filter(({ fields }) => Object.values(fields).some(({ isQuiet }) => !isQuiet))
    .map(({ key, page, title, file, fields }) => ({
      key,
      url: page,
      name: title.replace(/ · PMD.*| \| .*/, "").trim() || "Formulario",
      said: [excerptOf(fields), file && "el archivo se elige otra vez"].filter(Boolean).join(" · "),
      isHere: page === here || keeper.carried.includes(key),
    }));
}

export function discardText({ key }) {
  keeper.store.remove(key);
}

/** «1 formulario» or «3 formularios»; nothing of none. */
export function countedTexts(texts) {
  if (!texts.length) return "";
  return texts.length === 1 ? "1 formulario" : `${texts.length} formularios`;
}
