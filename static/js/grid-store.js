/* What the browser keeps of a month until the server has it: one place for each person, department and month. */

const PREFIX = "pmd:captura:";

export class Store {
  /** `user` is the person's number, `month` is «2016/PRE/9». */
  constructor(user, month) {
    this.key = `${PREFIX}${user}:${month}`;
  }

  /** { code: { fields, version, at, posted } } */
  all() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || {};
    } catch {
      return {};
    }
  }

  put(code, entry) {
    this.#write({ ...this.all(), [code]: entry });
  }

  remove(code) {
    const rest = this.all();
    delete rest[code];
    this.#write(rest);
  }

  /** The whole page is on its way to the server in the form itself. */
  markPosted() {
    const marked = Object.entries(this.all()).map(([code, entry]) => [code, { ...entry, posted: true }]);
    this.#write(Object.fromEntries(marked));
  }

  #write(entries) {
    try {
      if (Object.keys(entries).length) localStorage.setItem(this.key, JSON.stringify(entries));
      else localStorage.removeItem(this.key);
    } catch {
      /* A browser without storage: what was typed is on the screen only, and leaving still warns. */
    }
  }
}

/** Everything of one person, for signing out. What another one left unsaved on this machine stays theirs. */
export function eraseAllOf(user) {
  try {
    Object.keys(localStorage)
      .filter((key) => key.startsWith(`${PREFIX}${user}:`))
      .forEach((key) => localStorage.removeItem(key));
  } catch {
    /* nothing was kept then */
  }
}
