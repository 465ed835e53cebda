// Tries to lose the answers of a session: servers that fail, no network, refused downloads, a full or closed storage, reloads,
// tabs, other participants, and ids that are HTML, paths or formulas. Each scenario has a browser profile of its own.
//
// node handover.mjs FOLDER [WORDS OF ONE CLAIM]
import { check, ended, kept, launch, serve, take } from "./open.mjs";

const [folder, only = ""] = process.argv.slice(2);
const site = await serve(folder);
const browser = await launch();
const total = (await (await fetch(`${site.address}/participants/p001.json`)).json()).trials.length;
const says = (page, text, timeout = 15000) => page.waitForFunction((text) => document.body.innerText.includes(text), text, { timeout });
const press = (page, label) => page.locator("button", { hasText: label }).first().click();
const rows = (post) => post.filedata.trim().split("\r\n").slice(1);
const begun = (page, trials) => take(page, `Object.keys(localStorage).filter((key) => /^bubblescope:.*:\\d+$/.test(key)).length >= ${trials}`);

const scenarios = {
  async "an answer of 500 keeps everything; after a reload it is sent under the same name"(context) {
    site.statuses = [500];
    const page = await context.newPage();
    await page.goto(site.page("participant=1&px_per_degree=40"));
    await take(page, ended);
    await says(page, "could not be sent");
    check((await kept(page)) === total, "all trials are kept", await kept(page));
    await page.reload();
    await says(page, "could not be sent");
    check((await kept(page)) === total, "a reload keeps all trials", await kept(page));
    site.statuses = [200];
    await press(page, "Send again");
    await says(page, "were sent");
    check((await kept(page)) === 0, "what was sent is removed", await kept(page));
    check(new Set(site.posts.map((post) => post.filename)).size === 1, "one name", site.posts.map((post) => post.filename));
    check(rows(site.posts.at(-1)).length === total, "the whole session");
    await page.reload();
    await says(page, "Your answers were sent");
  },
  async "200 after two failures"(context) {
    site.statuses = [500, 503, 200];
    const page = await context.newPage();
    await page.goto(site.page("participant=1&px_per_degree=40"));
    await take(page, ended);
    await says(page, "were sent");
    check(site.posts.length === 3 && (await kept(page)) === 0, "three attempts", site.posts.length);
  },
  async "without a network nothing is removed, and the answers go out when it is back"(context) {
    const page = await context.newPage();
    await page.goto(site.page("participant=1&px_per_degree=40"));
    await begun(page, 2);
    await context.setOffline(true);
    await take(page, ended);
    await says(page, "could not be sent");
    check((await kept(page)) === total, "all trials are kept", await kept(page));
    await context.setOffline(false);
    await says(page, "were sent");
    check((await kept(page)) === 0 && site.posts.length === 1, "sent once", site.posts.length);
  },
  async "a file counts as saved when the participant says so"(context) {
    site.takes = false;
    const page = await context.newPage();
    page.on("download", (download) => download.cancel());
    await page.goto(site.page("participant=1&px_per_degree=40"));
    await take(page, ended);
    await says(page, "are offered as the file");
    check((await kept(page)) === total, "an offer removes nothing", await kept(page));
    await page.reload();
    await says(page, "wait to be saved");
    check(await page.locator("button", { hasText: "The file is saved" }).isDisabled(), "no saying so before a file was offered");
    const download = page.waitForEvent("download");
    await press(page, "Save again");
    check(/^tiny_p001_[\w-]+\.csv$/.test((await download).suggestedFilename()), "a plain name", (await download).suggestedFilename());
    check((await kept(page)) === total, "the second offer removes nothing either");
    await press(page, "The file is saved");
    await says(page, "are saved in");
    check((await kept(page)) === 0, "then it is removed", await kept(page));
  },
  async "a closed storage is told before the first trial, and all answers are handed over"(context) {
    await context.addInitScript(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("no room", "QuotaExceededError");
      };
    });
    const page = await context.newPage();
    await page.goto(site.page("participant=1&px_per_degree=40"));
    await says(page, "Answers are not kept");
    await take(page, ended);
    await says(page, "were sent");
    check(rows(site.posts[0]).length === total, "the whole session");
  },
  async "a storage that fills up is told at once, and what it missed is kept when it has room"(context) {
    await context.addInitScript(() => {
      const setItem = Storage.prototype.setItem;
      Storage.prototype.setItem = function (key, value) {
        if (window.isFull || /:5$/.test(key) && !window.hasBeenFull) {
          window.isFull = window.hasBeenFull = true;
          throw new DOMException("no room", "QuotaExceededError");
        }
        return setItem.call(this, key, value);
      };
    });
    const page = await context.newPage();
    site.statuses = [500];
    await page.goto(site.page("participant=1&px_per_degree=40"));
    await take(page, () => document.body.innerText.includes("Answers are not kept"));
    check((await kept(page)) === 5, "told after the trial that was not kept", await kept(page));
    check((await page.locator(".notices").innerText()).includes("do not close or reload"), "the notice stays");
    await page.evaluate(() => (window.isFull = false));
    await take(page, ended);
    check((await kept(page)) === total, "everything is kept after all", await kept(page));
  },
  async "two tabs of one participant never write over each other"(context) {
    const first = await context.newPage();
    await first.goto(site.page("participant=1&px_per_degree=40"));
    await begun(first, 4);
    const second = await context.newPage();
    await second.goto(site.page("participant=1&px_per_degree=40"));
    await says(second, "Open elsewhere");
    check((await kept(first)) === 4, "the second tab writes nothing", await kept(first));
    await first.bringToFront();
    await begun(first, 7);
    const [done, time] = await first.evaluate(() => {
      const rows = Object.keys(localStorage).filter((key) => /:\d+$/.test(key));
      return [rows.length, JSON.parse(localStorage.getItem(rows.find((key) => key.endsWith(":6")))).time];
    });
    await first.close();
    await press(second, "Try again");
    await says(second, `${done} of ${total} trials are done`);
    await take(second, ended);
    await says(second, "were sent");
    check(rows(site.posts[0]).length === total, "one whole session", rows(site.posts[0]).length);
    check(rows(site.posts[0])[6].includes(time), "with the answers of the first tab", rows(site.posts[0])[6], time);
  },
  async "also where the browser has no locks"(context) {
    await context.addInitScript(() => Object.defineProperty(navigator, "locks", { value: undefined }));
    await scenarios["two tabs of one participant never write over each other"](context);
  },
  async "two participants in two tabs have a session each"(context) {
    const pages = [];
    for (const [at, trials] of [3, 6].entries()) {
      pages.push(await context.newPage());
      await pages[at].goto(site.page(`participant=${at + 1}&px_per_degree=40`));
      await begun(pages[at], trials);
    }
    for (const page of pages) {
      await page.bringToFront();
      await take(page, ended);
      await says(page, "were sent");
    }
    for (const [at, id] of ["p001", "p002"].entries()) {
      check(rows(site.posts[at]).length === total && rows(site.posts[at]).every((row) => row.startsWith(`"${id}"`)), `all of ${id}`);
    }
  },
  async "what an earlier participant left behind is offered to the next one, and does not mix"(context) {
    const first = await context.newPage();
    await first.goto(site.page("participant=1&px_per_degree=40"));
    await begun(first, 4);
    const left = await kept(first);
    await first.close();
    const page = await context.newPage();
    await page.goto(site.page("participant=2&px_per_degree=40"));
    await says(page, "Answers of earlier sessions");
    await says(page, `Participant p001`);
    await take(page, ended);
    await says(page, "were sent");
    check((await kept(page)) === left, "theirs are still there", await kept(page));
    await page.goto(site.page(""));
    await press(page, "Send again");
    await says(page, "These answers were sent");
    check((await kept(page)) === 0 && rows(site.posts[1]).length === left, "and sent when asked", rows(site.posts[1]).length);
    check(rows(site.posts[1]).every((row) => row.startsWith('"p001"')), "as theirs");
  },
  async "JATOS has the answers when its promise is kept"(context) {
    site.takes = false;
    await context.addInitScript(() => {
      window.calls = [];
      window.jatos = {
        endStudy: (csv) => new Promise((resume, refuse) => window.calls.push({ csv, resume, refuse })),
      };
    });
    const page = await context.newPage();
    await page.goto(site.page("participant=1&px_per_degree=40"));
    await take(page, () => window.calls.length === 1);
    check((await kept(page)) === total, "nothing is removed before", await kept(page));
    await page.evaluate(() => window.calls[0].refuse(new Error("offline")));
    await page.waitForFunction(() => window.calls.length === 2);
    check((await kept(page)) === total, "nothing is removed after a refusal", await kept(page));
    await page.evaluate(() => window.calls[1].resume());
    await says(page, "were sent");
    check((await kept(page)) === 0 && (await page.evaluate(() => window.calls[1].csv)).trim().split("\r\n").length === total + 1, "handed over");
  },
  async "ids are data: never HTML, a path or a formula"(context) {
    const page = await context.newPage();
    const odd = '"><img src=x onerror=window.hit=1>/../z';
    for (const id of [odd, '=HYPERLINK("http://x")', "@x".repeat(300)]) {
      site.posts = [];
      await page.goto(site.page(`participant=${encodeURIComponent(id)}&px_per_degree=40`));
      await take(page, ended);
      await says(page, "were sent");
      const { filename, filedata } = site.posts[0];
      check(/^[A-Za-z0-9._-]{1,120}$/.test(filename) && !filename.includes(".."), "a plain name", filename);
      const cell = `"${/^[=@]/.test(id) ? "'" : ""}${id.replaceAll('"', '""')}",`;
      check(rows({ filedata }).every((row) => row.startsWith(cell)), "the whole id in the file", filedata.slice(0, 900));
    }
    check((await page.evaluate(() => window.hit)) === undefined, "no script of the id ran");
    await page.goto(site.page("participant=%20"));
    check((await page.locator("form.who").count()) === 1, "an empty id is asked for");
  },
  async "a stimulus lasts its frames, and unfinished pages are told of"(context) {
    const page = await context.newPage();
    await page.goto(site.page("participant=3&px_per_degree=40"));
    const notice = "Not ready for participants: [export] instructions";
    check((await page.locator(".notices").innerText({ timeout: 5000 })).includes(notice), "on the first page");
    await take(page, () => document.querySelector("canvas") !== null);
    check((await page.locator(".notices").innerText()).includes(notice), "on every page");
    await page.waitForFunction(() => document.querySelector("canvas").style.visibility === "hidden");
    await take(page, () => document.querySelector(".fixation") !== null && Object.keys(localStorage).some((key) => key.endsWith(":0")));
    const row = await page.evaluate(() => JSON.parse(localStorage.getItem(Object.keys(localStorage).find((key) => key.endsWith(":0")))));
    check(row.shown_ms >= 80 && row.shown_ms < 400 && row.onset_ms >= 0 && row.onset_ms < 400, "100 ms", row);
    check(row.window === "1280x720" && row.interrupted === false, "the circumstances are recorded", row);
  },
};

const errors = [];
for (const [claim, play] of Object.entries(scenarios).filter(([claim]) => claim.includes(only))) {
  Object.assign(site, { posts: [], statuses: [200], takes: true });
  const context = await browser.newContext({ acceptDownloads: true });
  context.on("weberror", (error) => errors.push(error.error().message));
  try {
    await play(context);
    console.log(claim);
  } catch (error) {
    errors.push(`${claim}\n  ${error.message}\n  ${(await Promise.all(context.pages().map((page) => page.innerText("body")))).join(" / ")}`);
  }
  await context.close();
}
await browser.close();
site.close();
if (errors.length > 0) {
  console.error(errors.join("\n"));
  process.exit(1);
}
