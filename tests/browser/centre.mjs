// Measures where things are, through the calibration page: the card is dragged to a size and the blind spot found three times,
// sooner or later, as by people near and far. The middle of the picture is held against the middle of the cross, in windows of
// three sizes, with two sizes of the picture and one or two device pixels to the CSS pixel. Prints a line for each.
//
// node centre.mjs FOLDER [SCREENSHOTS]
import { join } from "node:path";
import { check, launch, serve, take } from "./open.mjs";

const [folder, screenshots] = process.argv.slice(2);
const site = await serve(folder);
const browser = await launch();

const middle = (name) => {
  const box = document.querySelector(name)?.getBoundingClientRect();
  return box && { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width, height: box.height };
};

async function calibrate(page, wait) {
  await take(page, () => document.querySelector("#jspsych-resize-handle") !== null);
  const handle = await page.locator("#jspsych-resize-handle").boundingBox();
  await page.mouse.move(handle.x + 5, handle.y + 5);
  await page.mouse.down();
  await page.mouse.move(handle.x + 45, handle.y + 5, { steps: 3 });
  await page.mouse.up();
  if (screenshots) await page.screenshot({ path: join(screenshots, "card.png") });
  await page.locator("#end_resize_phase").click();
  for (let at = 0; at < 3; at++) {
    await page.keyboard.press(" ");
    await page.waitForTimeout(wait);
    await page.keyboard.press(" ");
    await page.waitForTimeout(50);
  }
  if (screenshots) await page.screenshot({ path: join(screenshots, "distance.png") });
  await page.locator("#proceed").click();
}

async function measure([width, height], wait, deviceScaleFactor, every) {
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor });
  // The page itself notes where cross and feedback are, however short they are shown and however busy the computer is.
  await context.addInitScript(() => {
    window.seen = {};
    new MutationObserver(() => {
      for (const name of ["fixation", "feedback"]) {
        const box = document.querySelector(`.${name}`)?.getBoundingClientRect();
        if (box) window.seen[name] = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }
    }).observe(document, { childList: true, subtree: true });
  });
  const page = await context.newPage();
  await page.goto(site.page("participant=1"));
  await calibrate(page, wait);
  const roles = {};
  for (let step = 0; step < 400 && !every.every((role) => roles[role]); step++) {
    await take(page, () => document.querySelector("canvas") !== null);
    const canvas = await page.evaluate(middle, "canvas");
    const legend = await page.evaluate(middle, ".legend");
    const { id, role, scrolls, cross, feedback, planned } = await page.evaluate(() => ({
      id: window.bubblescope.trial.id,
      role: window.bubblescope.trial.role,
      scrolls: document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth,
      cross: window.seen.fixation,
      feedback: window.seen.feedback,
      planned: Object.entries(localStorage).filter(([key]) => key.endsWith(":head")).map(([, head]) => JSON.parse(head).px_per_degree)[0],
    }));
    const off = [canvas.x - cross.x, canvas.y - cross.y, cross.x - width / 2, cross.y - height / 2];
    check(off.every((value) => Math.abs(value) <= 1), `${role} in ${width} x ${height}: picture and cross in the middle`, canvas, cross);
    check(!legend || legend.y - legend.height / 2 >= canvas.y + canvas.height / 2, "the legend leaves the picture alone", legend, canvas);
    check(!scrolls, "nothing scrolls");
    check(Math.abs(canvas.width - 5 * planned) <= 0.51, "the picture has its width in degrees", canvas, planned);
    check(Math.abs(canvas.height / canvas.width - 40 / 48) < 0.01, "the picture keeps its shape", canvas);
    if (feedback) check(Math.abs(feedback.x - width / 2) <= 1 && Math.abs(feedback.y - height / 2) <= 1, "feedback is in the middle", feedback);
    roles.feedback ||= Boolean(feedback);
    if (screenshots && !roles[role]) await page.screenshot({ path: join(screenshots, `${role}-${width}-${wait}.png`) });
    roles[role] = canvas.width;
    await page.keyboard.press(await page.evaluate(() => document.querySelector("kbd")?.textContent ?? "f"));
    await page.waitForFunction((id) => !document.querySelector("canvas") || window.bubblescope.trial.id !== id, id);
  }
  check(every.every((role) => roles[role]), "every kind of trial was measured", roles);
  await context.close();
  console.log(`${width} x ${height} at ${deviceScaleFactor}: ${roles.practice} px wide`);
  return roles.practice;
}

const sizes = [];
for (const window of [[1280, 800], [1025, 769], [1920, 1080]]) {
  sizes.push(await measure(window, 100, 1, ["practice", "feedback"]));
  sizes.push(await measure(window, 1200, 2, window[0] === 1280 ? ["practice", "feedback", "main", "catch"] : ["practice"]));
}
check(sizes[1] > sizes[0] + 10, "the farther away the person, the larger the picture", sizes);

// A window too small for the picture is asked to grow, and nothing is shown in it before.
const context = await browser.newContext({ viewport: { width: 700, height: 150 } });
const page = await context.newPage();
await page.goto(site.page("participant=1&px_per_degree=40"));
const said = await take(page, () => /needs 200 × 167 pixels.*700 × 150/.exec(document.body.innerText)?.[0]);
check(await page.evaluate(() => !document.querySelector("canvas")), "no picture is shown where it does not fit", said);
await page.setViewportSize({ width: 700, height: 400 });
await take(page, () => document.querySelector("canvas") !== null);
await browser.close();
site.close();
console.log("in the middle");
