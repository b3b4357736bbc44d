/* What a person typed in a form and the server does not have: one place for each person, tab, address and form. */

const PREFIX = "pmd:texto:";
const DAY = 24 * 60 * 60 * 1000;
const KEPT_DAYS = 30;

export class TextStore {
  /** `user` is the person's number. */
  constructor(user) {
    this.prefix = `${PREFIX}${user}:`;
    this.sendingKey = `${this.prefix}enviando`; // of this tab only
    this.tab = tabNumber();
  }

  keyOf(name) {
    return `${this.prefix}${this.tab}:${name}`;
  }

  /** { page, title, at, sent, file, fields: { name: { now, was, label, said } } }, null where nothing is kept. */
  get(key) {
    return read("localStorage", key);
  }

  put(key, entry) {
    write("localStorage", key, { at: Date.now(), ...entry });
  }

  remove(key) {
    write("localStorage", key, null);
  }

  /** The keys of what is kept of the form of that name, also by other tabs; the latest first. */
  keysOf(name) {
    return this.all()
      .filter(({ key }) => key.slice(this.prefix.length).replace(/^[^:]*:/, "") === name)
      .map(({ key }) => key);
  }

  /** [{ key, page, title, at, … }], the latest first: everything that is kept of this person. */
  all() {
    const found = keys("localStorage")
      .filter((key) => key.startsWith(this.prefix))
      .map((key) => ({ key, ...this.get(key) }));
    for (const { key, at } of found) if (!(at > Date.now() - KEPT_DAYS * DAY)) this.remove(key);
    return found.filter(({ at }) => at > Date.now() - KEPT_DAYS * DAY).sort((one, other) => other.at - one.at);
  }

  /** Out of the way of what is typed from now on in the same form; its new key. */
  setAside(key) {
    const entry = this.get(key);
    const name = key.slice(this.prefix.length).replace(/^[^:]*:/, "");
    const aside = `${this.prefix}${this.tab}.${entry.at}:${name}`;
    this.put(aside, entry);
    this.remove(key);
    return aside;
  }

  /** What this tab sends: { page, keys, isOnItsWay }. */
  get sending() {
    return read("sessionStorage", this.sendingKey);
  }

  set sending(value) {
    write("sessionStorage", this.sendingKey, value);
  }
}

/** A number of this tab, which it keeps while it is open. */
function tabNumber() {
  const known = read("sessionStorage", "pmd:pestana");
  if (known) return known;
  const made = Math.random().toString(36).slice(2, 10);
  write("sessionStorage", "pmd:pestana", made);
  return made;
}

function keys(storage) {
  try {
    return Object.keys(window[storage]);
  } catch {
    return [];
  }
}

function read(storage, key) {
  try {
    return JSON.parse(window[storage].getItem(key));
  } catch {
    return null;
  }
}

function write(storage, key, value) {
  try {
    if (value === null) window[storage].removeItem(key);
    else window[storage].setItem(key, JSON.stringify(value));
  } catch {
    /* A browser without storage: what was typed is on the screen only, and leaving still warns. */
  }
}
