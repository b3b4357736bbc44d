/* The mouse button or the finger that is down on the page.

A row that grows while the button is down moves what is below it: the button comes up over another element, and the
browser makes no click of it. What would move the rows waits until it is up. */

const PATIENCE = 1000; // milliseconds: a button held for longer is no click, and its end may never be heard
const ENDS = ["pointerup", "pointercancel"];

let released = Promise.resolve();

document.addEventListener(
  "pointerdown",
  () => {
    released = new Promise((resolve) => {
      const end = () => {
        clearTimeout(late);
        for (const name of ENDS) document.removeEventListener(name, end, true);
        setTimeout(resolve); // the click comes after the release, in the same turn
      };
      const late = setTimeout(end, PATIENCE);
      for (const name of ENDS) document.addEventListener(name, end, true);
    });
  },
  true,
);

/** Resolved as soon as no button is down: at once, where none is. */
export function pointerReleased() {
  return released;
}
