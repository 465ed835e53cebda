"use strict";
/* Hands a session over: to the server of `[export] post`, to the host (JATOS), or as a file. What the browser keeps of a session
 * is removed only when every taker has confirmed that it has the answers, or the participant that the file is saved; until then
 * they can be sent and saved again, also days later. A session that is sent twice has the same file name and session id.
 */
class Handover {
  /* `whose` begins the sentences: "Your answers" or "These answers". */
  constructor(session, takers, whose) {
    Object.assign(this, { session, whose, pending: [...takers], sending: null });
    this.state = Pages.element("p");
    this.again = Pages.button("Send again", () => this.send());
    this.confirm = Pages.button("The file is saved", () => this.settle(`${whose} are saved in ${Handover.file(session)}.`));
    this.confirm.disabled = true;
    this.buttons = Pages.element("p");
    this.buttons.append(...(takers.length ? [this.again] : []), Pages.button("Save again", () => this.save()), this.confirm);
    this.box = Pages.element("div", "", { className: "offer" });
    this.box.append(this.state, this.buttons);
    this.over = null;
    this.settled = new Promise((resume) => (this.resume = resume));
  }

  /* A plain file name: letters, digits, `.`, `_` and `-`; the id stands whole in the file. */
  static file({ head, id }) {
    const plain = (text) => text.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40) || "x";
    return `${plain(head.experiment)}_${plain(head.participant)}_${id}.csv`;
  }

  /* A server that takes {filename, filedata}, and confirms with a status of 2xx. */
  static server(url) {
    return async (session) => {
      const body = JSON.stringify({ filename: Handover.file(session), filedata: session.csv() });
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout?.(60000) });
      return answer.ok;
    };
  }

  /* JATOS confirms by a promise that is kept. */
  static async host(session) {
    const promise = window.jatos.endStudy(session.csv());
    if (typeof promise?.then !== "function") return false;
    await promise;
    return true;
  }

  /* One attempt at every taker that has not confirmed yet; true where all have now. */
  async send() {
    if (this.over) return true;
    if (this.sending) return this.sending;
    this.state.textContent = `${this.whose} are being sent. Please keep this page open.`;
    this.again.disabled = true;
    this.sending = (async () => {
      for (const take of [...this.pending]) {
        const confirmed = await take(this.session).catch(() => false);
        if (confirmed) this.pending = this.pending.filter((other) => other !== take);
      }
      return this.pending.length === 0;
    })();
    await this.sending;
    this.sending = null;
    this.again.disabled = false;
    if (this.over) return true;
    if (this.pending.length === 0) this.settle(`${this.whose} were sent.`);
    else this.wait(`${this.whose} could not be sent. Please send them again, or save them as a file.`);
    return this.pending.length === 0;
  }

  wait(text) {
    const kept = this.session.isKept() ? "They are kept on this computer until then." : "They are on this page alone: please do not close it before.";
    this.state.textContent = `${text} ${kept}`;
  }

  /* Offers the file to the browser, which may refuse it: only the participant can see whether it came. */
  save() {
    const { pending, whose } = this;
    const href = URL.createObjectURL(new Blob([this.session.csv()], { type: "text/csv" }));
    const file = Handover.file(this.session);
    Pages.element("a", "", { href, download: file }).click();
    this.confirm.disabled = false;
    const offered = pending.length ? `${whose} could not be sent yet. They` : whose;
    this.wait(`${offered} are offered as the file ${file}. When it is among your downloads, press "The file is saved".`);
  }

  settle(text) {
    this.over = text;
    this.session.remove();
    this.state.textContent = text;
    this.buttons.remove();
    this.resume(text);
  }

  /* The last page. The first time, answers that cannot be sent are offered as a file at once; sending is tried again, at longer
   * and longer intervals and whenever the computer is online again, as long as the page is open. Ends only where a session that
   * was found again makes way for a new one.
   */
  static async end(session, takers, isFirst) {
    const handover = new Handover(session, takers, "Your answers");
    handover.settled.then((text) => Session.isOver(session.head, text));
    const main = Pages.element("main", "", { className: "end" });
    main.append(Pages.element("h1", "Thank you"), handover.box);
    document.body.replaceChildren(main);
    const left = new Promise((resume) => {
      if (!isFirst) main.append(Pages.button("Begin a new session", () => resume(main.remove())));
    });
    const attempts = async (waits) => {
      for (const wait of waits) {
        const online = new Promise((resume) => addEventListener("online", resume, { once: true }));
        await Promise.race([online, new Promise((resume) => setTimeout(resume, wait))]);
        if (handover.over || (await handover.send())) return;
      }
    };
    if (takers.length > 0) await attempts(isFirst ? [0, 1000, 4000] : [0]);
    if (!handover.over && isFirst) handover.save();
    else if (!handover.over && takers.length === 0) handover.wait(`Your answers wait to be saved: press "Save again".`);
    if (takers.length > 0) attempts(Array.from({ length: 200 }, (_, at) => Math.min(10000 * 2 ** at, 300000)));
    await left;
  }

  /* A page of sessions that were kept and belong to nobody here: those that are complete are sent again at once, the others can
   * be sent, saved, or left for another time.
   */
  static async earlier(sessions, takers) {
    const handovers = sessions.map((session) => {
      const { participant, trials } = session.head;
      const handover = new Handover(session, takers, "These answers");
      const begun = session.rows[0].time.slice(0, 16).replace("T", " ");
      handover.box.prepend(Pages.element("p", `Participant ${participant}, ${begun} UTC: ${session.rows.length} of ${trials} trials`));
      return handover;
    });
    const sent = takers.length > 0 ? handovers.filter(({ session }) => session.isComplete()).map((handover) => handover.send()) : [];
    await Promise.race([Promise.all(sent), new Promise((resume) => setTimeout(resume, 3000))]);
    const left = handovers.filter(({ over }) => !over).map(({ box }) => box);
    if (left.length === 0) return;
    const text = "Answers of earlier sessions are kept on this computer, because they were not sent or saved. They do not mix with yours. Go on, or hand them over first.";
    await Pages.ask(["Answers of earlier sessions", text, ...left], ["Go on"]);
  }
}
