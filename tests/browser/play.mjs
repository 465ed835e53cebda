// Plays an exported experiment in headless Chromium as a participant would: reads what is on the screen, presses keys, reloads
// the page once in the middle of a block, and saves the file that the experiment offers.
//
// node play.mjs FOLDER OUTPUT PARTICIPANT ACCURACY SNAPSHOTS [WIDTHxHEIGHT]
//
// OUTPUT gets data.csv, and for the first SNAPSHOTS trials pixels-<trial id>.json (bubbles, and red, green, blue of every pixel
// of the canvas), trial.png (a screenshot of the first trial after practice) and pages.png (of the first page).
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { launch, serve } from "./open.mjs";

const [folder, output, participant, accuracy, snapshots, size = "1024x768"] = process.argv.slice(2);
const site = await serve(folder);
const address = site.page(`participant=${participant}&px_per_degree=40`);
const [width, height] = size.split("x").map(Number);
const browser = await launch();
const page = await (await browser.newContext({ viewport: { width, height }, acceptDownloads: true })).newPage();
const errors = [];
page.on("pageerror", (error) => errors.push(error.message));
page.on("console", (line) => line.type() === "error" && errors.push(line.text()));

// The same draws on every run.
let random = 12345;
const draw = () => (random = (1103515245 * random + 12345) % 2147483648) / 2147483648;

const download = new Promise((resume) => page.once("download", resume));
await page.goto(address);
let [answered, taken, pictured] = [0, 0, false];
let reloaded = false;
let last = null;
for (let step = 0; step < 100000; step++) {
  const state = await page.evaluate(() => {
    const { trial, centres } = window.bubblescope ?? {};
    const canvas = document.querySelector("canvas");
    const button = document.querySelector("button");
    return {
      trial: canvas && trial,
      bubbles: centres?.length ?? 0,
      button: button && button.getClientRects().length > 0,
      end: document.querySelector("main.end")?.innerText,
    };
  });
  if (state.end) break;
  if (state.trial && state.trial.id !== last) {
    last = state.trial.id;
    if (taken < Number(snapshots)) {
      const pixels = await page.evaluate(() => {
        const canvas = document.querySelector("canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return { rows: canvas.height, columns: canvas.width, values: Array.from(data).filter((_, at) => at % 4 !== 3) };
      });
      await writeFile(join(output, `pixels-${last}.json`), JSON.stringify({ bubbles: state.bubbles, ...pixels }));
      taken += 1;
    }
    if (!pictured && state.trial.role === "main") {
      await page.screenshot({ path: join(output, "trial.png") });
      pictured = true;
    }
    if (answered === 13 && !reloaded) {
      reloaded = true;
      last = null;
      await page.reload();
      continue;
    }
    const { keys } = await page.evaluate(async (id) => {
      const settings = await (await fetch("settings.json")).json();
      const listed = settings.participants[(id - 1) % settings.participants.length];
      return (await fetch(listed.file)).json();
    }, Number(participant));
    const right = keys[state.trial.class];
    const key = draw() < Number(accuracy) ? right : keys.find((other) => other !== right);
    await page.keyboard.press(key);
    answered += 1;
  } else if (state.button) {
    if (step === 0 || answered === 0) await page.screenshot({ path: join(output, "pages.png") });
    await page.locator("button").first().click();
    await page.waitForTimeout(30);
  } else {
    await page.waitForTimeout(5);
  }
}
await (await download).saveAs(join(output, "data.csv"));
await page.screenshot({ path: join(output, "end.png") });
await browser.close();
site.close();
if (errors.length > 0) {
  console.error(errors.join("\n"));
  process.exit(1);
}
console.log(`${answered} answers, ${reloaded ? "one reload" : "no reload"}`);
