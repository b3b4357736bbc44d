/* What the browser keeps of a month until the server has it: one place for each person, department and month. */

const PREFIX = "pmd:captura:";

export class Store {
  /** `user` is the person's number, `month` is «2016/PRE/9». */
  constructor(user, month) {
    this.key = `${PREFIX}${user}:${month}`;
    this.asideKey = `${this.key}:aparte`;
    this.cursorKey = `${this.key}:cursor`; // of this tab only
  }

  /** { code: { fields, version, at, posted, base } }; with a `base` typed on top of that, which was on its way. */
  all() {
    return read(this.key) || {};
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

  /* --- What was offered to the person and is neither taken nor discarded, while the row goes on --- */

  /** [{ code, fields, version, at, aside }], oldest first. */
  waiting() {
    const live = Object.entries(this.all()).map(([code, entry]) => ({ code, ...entry }));
    return [...this.#aside(), ...live].sort((one, other) => one.at - other.at);
  }

  /** The row's entry makes way for what is typed from now on. */
  setAside(code) {
    const entry = this.all()[code];
    if (!entry) return;
    write(this.asideKey, [...this.#aside(), { code, ...entry, aside: true }]);
    this.remove(code);
  }

  /** One of the `waiting`, and no later one of its row. */
  forget({ code, at }) {
    if (this.all()[code]?.at === at) this.remove(code);
    write(this.asideKey, this.#aside().filter((entry) => entry.code !== code || entry.at !== at));
  }

  /** Where the cursor is, for the next page of this month. */
  keepCursor(cursor) {
    try {
      sessionStorage.setItem(this.cursorKey, JSON.stringify(cursor));
    } catch {
      /* the next page opens in its first empty cell then */
    }
  }

  takeCursor() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.cursorKey));
      sessionStorage.removeItem(this.cursorKey);
      return kept;
    } catch {
      return null;
    }
  }

  #aside() {
    return read(this.asideKey) || [];
  }

  #write(entries) {
    write(this.key, entries);
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, entries) {
  try {
    if (Object.keys(entries).length) localStorage.setItem(key, JSON.stringify(entries));
    else localStorage.removeItem(key);
  } catch {
    /* A browser without storage: what was typed is on the screen only, and leaving still warns. */
  }
}

/** Everything of one person, for signing out. What another one left unsaved on this machine stays theirs. */
export function eraseAllOf(user) {
  try {
    for (const storage of [localStorage, sessionStorage]) {
      Object.keys(storage)
        .filter((key) => key.startsWith(`${PREFIX}${user}:`))
        .forEach((key) => storage.removeItem(key));
    }
  } catch {
    /* nothing was kept then */
  }
}
