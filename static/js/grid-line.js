/* The line to the server: while it is cut everything stays in the browser, and once it is back all of it is sent, also
what stands in the cell that somebody is in. */

const FIRST = 1000; // milliseconds until the line is tried, doubled each time
const LAST = 5000; // while the server does not answer at all
const LAST_REFUSED = 30000; // while it answers and saves nothing
const STUCK = 2000; // a request that is older than this when the line returns went out on the line that was cut
const PATIENCE = 5000;
const HEALTH = "/salud/";

export class Line {
  constructor(grid) {
    this.grid = grid;
    this.isCut = false;
    this.isThere = false; // what the last try said
    this.waiting = new Set();
    this.pause = FIRST;
    window.addEventListener("online", () => this.tryNow());
  }

  /** A row was sent and no answer came. */
  failed(row) {
    this.waiting.add(row);
    this.isCut = true;
    this.tell();
    this.watch();
  }

  /** The server answered: whatever waits is sent now. */
  reached() {
    const wasCut = this.isCut;
    this.isCut = false;
    this.pause = FIRST;
    clearTimeout(this.timer);
    if (wasCut) this.sendAll();
    return !this.waiting.size;
  }

  /** Nobody knows whether the line is back; sending says so. */
  tryNow() {
    clearTimeout(this.timer);
    for (const row of this.grid.rows) row.giveUp(STUCK);
    this.sendAll();
    if (this.isCut) this.watch();
  }

  sendAll() {
    const rows = this.grid.rows.filter((row) => this.waiting.has(row) || row.isPending);
    this.waiting.clear();
    for (const row of rows) row.saveAtRest();
  }

  watch() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), this.pause);
    this.pause = Math.min(this.pause * 2, this.isThere ? LAST_REFUSED : LAST);
  }

  async look() {
    if (await this.answers()) this.tryNow();
    else this.watch();
  }

  /** Asked with the cheapest page that there is. */
  async answers() {
    try {
      const response = await fetch(HEALTH, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      this.isThere = response.ok;
    } catch {
      this.isThere = false;
    }
    return this.isThere;
  }

  tell() {
    if (this.grid.expired) return;
    const number = Math.max(this.grid.unsaved().length, this.waiting.size);
    const many = number === 1 ? "1 captura queda" : `${number} capturas quedan`;
    const rest = number === 1 ? "se guardará" : "se guardarán";
    const text = `Sin conexión con el sistema: ${many} en este equipo y ${rest} en cuanto vuelva. No cierre la página. `;
    this.grid.notice(text, this.button());
  }

  /** The same one each time: the focus stays on it. */
  button() {
    if (this.made) return this.made;
    this.made = document.createElement("button");
    this.made.type = "button";
    this.made.className = "btn btn-sm btn-outline-secondary";
    this.made.textContent = "Reintentar ahora";
    this.made.addEventListener("click", () => {
      this.pause = FIRST;
      this.grid.notice("Reintentando… ", this.made);
      this.tryNow();
    });
    return this.made;
  }
}
