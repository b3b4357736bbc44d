/* What the browser keeps of a month until the server has it: one place for each person, department and month.

Several windows may write to the same place. Each page removes what it wrote itself, or what the person decided about;
what another one wrote makes way by being set aside, never by being overwritten. */

const PREFIX = "pmd:captura:";
const ASIDE = ":aparte";
const PAGE = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`; // this page, among the writers

export class Store {
  /** `user` is the person's number, `month` is «2016/PRE/9», `where` is what people call it. */
  constructor(user, month, where = "") {
    this.key = `${PREFIX}${user}:${month}`;
    this.asideKey = `${this.key}${ASIDE}`;
    this.cursorKey = `${this.key}:cursor`; // of this tab only
    this.where = where;
    this.holds = true; // a browser without storage, or with a full one, keeps nothing
  }

  /** { code: { fields, version, at, posted, base } }; with a `base` typed on top of that, which was on its way. */
  all() {
    return read(this.key) || {};
  }

  put(code, entry) {
    this.#dropOwn(code, this.#aside());
    if (!this.#isOwn(this.all()[code]) && !this.setAside(code)) return; // typed in another window
    this.#write({ ...this.all(), [code]: { ...entry, page: PAGE, where: this.where } });
  }

  /** What this page wrote of that row. */
  remove(code) {
    const rest = this.all();
    if (this.#isOwn(rest[code])) {
      delete rest[code];
      this.#write(rest);
    }
    this.#dropOwn(code, this.#aside());
  }

  /** The whole page is on its way to the server in the form itself. */
  markPosted() {
    const marked = Object.entries(this.all()).map(([code, entry]) => [
      code,
      this.#isOwn(entry) ? { ...entry, posted: true } : entry,
    ]);
    this.#write(Object.fromEntries(marked));
  }

  /** More is known of one of the `waiting`. */
  mark({ code, at }, known) {
    const entries = this.all();
    if (entries[code]?.at === at) this.#write({ ...entries, [code]: { ...entries[code], ...known } });
    const aside = this.#aside();
    if (!aside.some((entry) => entry.code === code && entry.at === at)) return;
    this.#writeAside(aside.map((entry) => (entry.code === code && entry.at === at ? { ...entry, ...known } : entry)));
  }

  /* --- What was offered to the person and is neither taken nor discarded, while the row goes on --- */

  /** [{ code, fields, version, at, aside }], oldest first. */
  waiting() {
    const live = Object.entries(this.all()).map(([code, entry]) => ({ code, ...entry }));
    return [...this.#aside(), ...live].sort((one, other) => one.at - other.at);
  }

  /** The row's entry makes way for what is typed from now on; false where there is no room for both. */
  setAside(code) {
    const { [code]: entry, ...rest } = this.all();
    if (!entry) return true;
    if (!this.#writeAside([...this.#aside(), { code, ...entry, aside: true }])) return false;
    this.#write(rest);
    return true;
  }

  /** One of the `waiting`, and no later one of its row. */
  forget({ code, at }) {
    const { [code]: entry, ...rest } = this.all();
    if (entry?.at === at) this.#write(rest);
    this.#writeAside(this.#aside().filter((one) => one.code !== code || one.at !== at));
  }

  /** What was forgotten is offered again. */
  bringBack(item) {
    this.#writeAside([...this.#aside(), { ...item, aside: true }]);
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

  #isOwn(entry) {
    return entry?.page === PAGE;
  }

  #dropOwn(code, aside) {
    if (aside.some((entry) => entry.code === code && this.#isOwn(entry))) {
      this.#writeAside(aside.filter((entry) => entry.code !== code || !this.#isOwn(entry)));
    }
  }

  #aside() {
    return read(this.asideKey) || [];
  }

  #write(entries) {
    this.holds = write(this.key, entries);
  }

  #writeAside(entries) {
    return (this.holds = write(this.asideKey, entries));
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** Whether it could be written. */
function write(key, entries) {
  try {
    if (Object.keys(entries).length) localStorage.setItem(key, JSON.stringify(entries));
    else localStorage.removeItem(key);
    document.dispatchEvent(new Event("pmd:kept"));
    return true;
  } catch {
    return false; // what was typed is on the screen only, and leaving still warns
  }
}

/** Whether an entry was typed in the page that is on the screen. */
export function isOfThisPage(item) {
  return item.page === PAGE;
}

/** All that the browser keeps of one person: [{ month, where, url, store, items }], the earliest month first. */
export function keptOf(user) {
  return monthsOf(user)
    .map((month) => {
      const store = new Store(user, month);
      const items = store.waiting();
      return { month, where: items.find((item) => item.where)?.where || nameOf(month), url: addressOf(month), store, items };
    })
    .filter(({ items }) => items.length);
}

const MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(" ");

function monthsOf(user) {
  const start = `${PREFIX}${user}:`;
  let keys = [];
  try {
    keys = Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    /* nothing is kept then */
  }
  const months = keys.map((key) => key.slice(start.length).replace(ASIDE, ""));
  return [...new Set(months)].filter((month) => month.split("/").length === 3).sort(inTime);
}

function inTime(one, other) {
  const [[year, prefix, month], [otherYear, otherPrefix, otherMonth]] = [one.split("/"), other.split("/")];
  return year - otherYear || month - otherMonth || prefix.localeCompare(otherPrefix);
}

function nameOf(key) {
  const [year, prefix, month] = key.split("/");
  return `${prefix} · ${MONTHS[month - 1]} ${year}`;
}

function addressOf(key) {
  const [year, prefix, month] = key.split("/").map(encodeURIComponent);
  return `/${year}/captura/${prefix}/${month}/`;
}

/** Everything of one person, also what was typed in forms (form-store.js), because they say so. What another one left
unsaved on this machine stays theirs. */
export function eraseAllOf(user) {
  try {
    for (const storage of [localStorage, sessionStorage]) {
      Object.keys(storage)
        .filter((key) => /^pmd:[a-z]+:(\d+):/.exec(key)?.[1] === String(user))
        .forEach((key) => storage.removeItem(key));
    }
  } catch {
    /* nothing was kept then */
  }
}
