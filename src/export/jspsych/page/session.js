"use strict";
/* A session that survives a reload: every answered trial is kept in the browser's storage, under a key of its own, with the
 * state of the adaptive procedure, until the session is over.
 */
class Session {
  constructor(name, participant) {
    this.prefix = `bubblescope:${name}:${participant}:`;
    this.rows = [];
    const head = this.read("head");
    if (head) {
      this.id = head.session;
      for (let at = 0, row; (row = this.read(at)); at++) this.rows.push(row);
    } else {
      this.id = new Date().toISOString().replaceAll(":", "-").slice(0, 19);
      this.write("head", { session: this.id });
    }
  }

  read(key) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + key));
    } catch {
      return null;
    }
  }

  write(key, value) {
    try {
      localStorage.setItem(this.prefix + key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  /* Keeps a trial together with the state to go on from; the state is written last, and says how many trials it follows. */
  keep(row, adaptive) {
    this.rows.push(row);
    return this.write(this.rows.length - 1, row) && this.write("state", { after: this.rows.length, adaptive });
  }

  /* The state to go on from, and the trials that it follows: one that was kept without its state is asked again. */
  resume() {
    const { after, adaptive } = this.read("state") ?? { after: 0, adaptive: null };
    this.rows.length = Math.min(this.rows.length, after);
    return adaptive;
  }

  end() {
    for (let at = 0; at < this.rows.length; at++) localStorage.removeItem(this.prefix + at);
    localStorage.removeItem(this.prefix + "state");
    localStorage.removeItem(this.prefix + "head");
  }

  /* All trials as CSV (RFC 4180): every cell quoted, missing values empty. */
  csv() {
    const columns = Object.keys(this.rows[0] ?? {});
    const cell = (value) => `"${String(value ?? "").replaceAll('"', '""')}"`;
    const lines = [columns, ...this.rows.map((row) => columns.map((column) => row[column]))];
    return lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
  }
}
