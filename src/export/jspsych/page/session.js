"use strict";
/* A session that survives a reload: every answered trial is kept in the browser's storage, under a key of its own, until the
 * answers have been handed over. Every key holds the id of the session, so that sessions of several participants, or of several
 * tabs, never write over each other.
 *
 * head: { session, experiment, design, participant, trials, px_per_degree, pixel_ratio }
 */
class Session {
  constructor(head) {
    this.head = head;
    this.id = head.session;
    this.prefix = `bubblescope:${head.session}:`;
    this.rows = [];
    this.stored = 0;
  }

  /* A session of its own: no other has its id, also on another computer or in the same second. */
  static async begin(head) {
    const random = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => (byte % 36).toString(36)).join("");
    const time = new Date().toISOString().replaceAll(":", "-").slice(0, 19);
    const session = new Session({ session: `${time}-${random}`, ...head });
    await session.claim();
    session.measured({});
    return session;
  }

  /* The sessions of an experiment that this browser keeps, the oldest first. */
  static kept(experiment) {
    const sessions = [];
    for (const key of Session.keys().filter((key) => key.startsWith("bubblescope:") && key.endsWith(":head"))) {
      const head = Session.read(key);
      if (head?.experiment !== experiment) continue;
      const session = new Session(head);
      session.load();
      sessions.push(session);
    }
    return sessions.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  load() {
    this.rows = [];
    for (let at = 0, row; (row = Session.read(this.prefix + at)); at++) this.rows.push(row);
    this.stored = this.rows.length;
  }

  isThere() {
    return Session.read(`${this.prefix}head`) !== null;
  }

  static keys() {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  }

  static read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  /* True where the browser would keep that many characters; private windows and full disks do not. */
  static hasRoom(characters) {
    try {
      localStorage.setItem("bubblescope-room", "x".repeat(characters));
      return true;
    } catch {
      return false;
    } finally {
      try {
        localStorage.removeItem("bubblescope-room");
      } catch {
        /* a storage that is closed altogether holds nothing to remove */
      }
    }
  }

  /* Remembers in this tab that a participant has handed over, so that a reload does not begin again unasked. */
  static isOver({ experiment, design, participant }, text) {
    const key = `bubblescope-over:${JSON.stringify([experiment, design, participant])}`;
    try {
      if (text) sessionStorage.setItem(key, text);
      return sessionStorage.getItem(key);
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

  /* Adds what was measured of the screen. */
  measured(values) {
    Object.assign(this.head, values);
    this.write("head", this.head);
  }

  /* Keeps an answered trial, and those before it that could not be kept; true where all are kept now. */
  keep(row) {
    this.rows.push(row);
    if (this.stored === 0 && !this.write("head", this.head)) return false;
    while (this.stored < this.rows.length && this.write(this.stored, this.rows[this.stored])) this.stored += 1;
    return this.isKept();
  }

  isKept() {
    return this.stored === this.rows.length;
  }

  isComplete() {
    return this.rows.length === this.head.trials;
  }

  /* Takes the session for this tab until its page goes or lets go; false where another tab has it. A page that is being
   * reloaded lets go a moment later, so it is asked more than once.
   */
  async claim() {
    for (let tries = 0; tries < 4; tries++) {
      if (await (navigator.locks ? this.lock() : this.ask())) return true;
      await new Promise((resume) => setTimeout(resume, 150));
    }
    return false;
  }

  lock() {
    return new Promise((resume) => {
      navigator.locks.request(this.prefix, { ifAvailable: true }, (lock) => {
        resume(lock !== null);
        return lock && new Promise((release) => (this.release = release));
      });
    });
  }

  /* Without locks (a page that is neither HTTPS nor of this computer), the tab that has the session answers. */
  async ask() {
    const channel = new BroadcastChannel(this.prefix);
    const answered = new Promise((resume) => (channel.onmessage = ({ data }) => data === "taken" && resume(false)));
    channel.postMessage("taken?");
    const free = await Promise.race([answered, new Promise((resume) => setTimeout(resume, 250, true))]);
    channel.onmessage = ({ data }) => data === "taken?" && channel.postMessage("taken");
    this.release = () => channel.close();
    if (!free) channel.close();
    return free;
  }

  /* Takes a session that is kept, as the tab that had it until now left it; false also where that tab handed it over. */
  async resume() {
    if (!(await this.claim())) return false;
    this.load();
    if (!this.isThere()) this.release();
    return this.isThere();
  }

  /* Removes what is kept; the head last, so that an interrupted removal leaves a session that is still found. */
  remove() {
    const own = Session.keys().filter((key) => key.startsWith(this.prefix));
    own.sort((a, b) => a.endsWith(":head") - b.endsWith(":head"));
    for (const key of own) localStorage.removeItem(key);
    this.stored = this.rows.length;
    this.release?.();
  }

  /* All trials as CSV (RFC 4180): every cell quoted, missing values empty, and an apostrophe before what a spreadsheet would
   * run as a formula.
   */
  csv() {
    const columns = [...new Set(this.rows.flatMap(Object.keys))];
    const guarded = (text) => (/^'*[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text);
    const cell = (value) => `"${guarded(String(value ?? "")).replaceAll('"', '""')}"`;
    const lines = [columns, ...this.rows.map((row) => columns.map((column) => row[column]))];
    return lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
  }
}
