// What every scenario needs: the exported folder behind a web server that takes posts, and headless Chromium.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { createRequire } from "node:module";

const { chromium } = createRequire(join(process.env.BUBBLESCOPE_BROWSER, "package.json"))("playwright-core");
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".png": "image/png" };

// Serves the folder; POSTs to /save are kept in `posts` and answered with the next of `statuses`, the last one again and again.
export async function serve(folder) {
  const site = { posts: [], statuses: [200], takes: true };
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    if (request.method === "POST") {
      const parts = [];
      for await (const part of request) parts.push(part);
      site.posts.push(JSON.parse(Buffer.concat(parts).toString()));
      return response.writeHead(site.statuses.length > 1 ? site.statuses.shift() : site.statuses[0]).end();
    }
    try {
      let body = await readFile(join(folder, path.endsWith("/") ? "index.html" : path));
      // An export knows one address to post to; here it is the server's own, or none.
      if (path === "/settings.json") body = body.toString().replace(/"post":"[^"]*"/, `"post":${site.takes ? `"${site.address}/save"` : null}`);
      response.writeHead(200, { "Content-Type": types[extname(path)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await new Promise((resume) => server.on("listening", resume));
  site.address = `http://127.0.0.1:${server.address().port}`;
  site.page = (query) => `${site.address}/index.html?${query}`;
  site.close = () => server.closeAllConnections() || server.close();
  return site;
}

export const launch = () =>
  chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });

// How many trials this browser keeps.
export const kept = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => /^bubblescope:.*:\d+$/.test(key)).length);

// Goes through pages and trials as a participant would, with the first key, until `until` is true of the page; it is asked in the
// page before each step. Returns what `until` returned.
export async function take(page, until) {
  for (const start = Date.now(); Date.now() < start + 60000; ) {
    const reached = await page.evaluate(until);
    if (reached) return reached;
    const found = await page.evaluateHandle(
      () => document.querySelector("canvas") ?? [...document.querySelectorAll("button")].find((one) => one.getClientRects().length > 0 && !one.disabled),
    );
    const element = found.asElement();
    const key = await element?.evaluate((one) => one.tagName === "CANVAS" && (document.querySelector(".legend kbd")?.textContent ?? "f"));
    // A page that has just become the one that is waited for is left alone.
    if (!(await page.evaluate(until))) await (key ? page.keyboard.press(key) : element?.click({ timeout: 1000 }).catch(() => null));
    await page.waitForTimeout(15);
  }
  throw new Error(`not reached: ${until}, but ${(await page.innerText("body")).slice(0, 400)}`);
}
export const ended = () => document.querySelector("main.end")?.innerText;
export const check = (holds, claim, ...seen) => {
  if (!holds) throw new Error(`${claim}: ${JSON.stringify(seen)}`);
};
