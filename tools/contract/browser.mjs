// What Chromium makes of the service: `node browser.mjs SCENE SERVICE [MORE]` prints it as JSON.
import { chromium } from "playwright-core";

const [scene, service, more] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    // No other name resolves, so nothing leaves. Playwright's own routing would do the same, but it
    // answers a preflight itself, and it is the service's answer that counts.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  ],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
const seen = { errors: [], outside: [], preflights: [] };
// Addresses that a scene asks for to see a problem: the console says so each time.
const refused = new Set();
page.on("console", (message) => {
  const isFault = message.type() === "error" && !refused.has(message.location().url);
  if (isFault) seen.errors.push(message.text());
});
page.on("pageerror", (error) => seen.errors.push(String(error)));
page.on("request", (request) => {
  const url = new URL(request.url());
  if (url.protocol.startsWith("http") && url.hostname !== "127.0.0.1") seen.outside.push(url.href);
});
const network = await page.context().newCDPSession(page);
await network.send("Network.enable");
network.on("Network.requestWillBeSent", ({ request }) => {
  if (request.method === "OPTIONS") seen.preflights.push(request.url);
});
const operation = page.locator("#operations-survival-list_survival_figures");

const scenes = {
  // From a page of another origin, which stands at `more`.
  async elsewhere() {
    const list = `${service}/v1/drugs?limit=1`;
    const missing = `${service}/v1/drugs/no-such`;
    refused.add(missing);
    await page.goto(more);
    return page.evaluate(async ([address, missing]) => {
      const first = await fetch(address);
      const names = ["ETag", "Link"];
      const headers = Object.fromEntries(names.map((name) => [name, first.headers.get(name)]));
      const problem = await fetch(missing);
      // A header that no form could send: the browser asks leave first.
      const conditional = { cache: "no-store", headers: { "If-None-Match": headers.ETag } };
      const again = await fetch(address, conditional);
      const request = problem.headers.get("X-Request-ID");
      return { headers, items: (await first.json()).items.length, again: again.status, request };
    }, [list, missing]);
  },
  // Try it out; a picture of the answer goes to the file `more`.
  async execute() {
    await page.goto(`${service}/docs`);
    await operation.locator(".opblock-summary-control").click();
    await operation.locator("button.execute").click();
    const answer = operation.locator(".live-responses-table tbody .response").first();
    await answer.scrollIntoViewIfNeeded();
    await page.screenshot({ path: more });
    const status = await answer.locator(".response-col_status").innerText();
    return { status, body: await answer.innerText() };
  },
  // Execute as it stands, in every operation: the answer's status and how many items it has.
  async execute_all() {
    await page.goto(`${service}/docs`);
    await page.locator(".opblock").first().waitFor();
    const pressed = [];
    for (const block of await page.locator(".opblock").all()) {
      await block.locator(".opblock-summary-control").click();
      const [response] = await Promise.all([
        page.waitForResponse((answer) => answer.request().resourceType() === "fetch"),
        block.locator("button.execute").click(),
      ]);
      const shown = block.locator(".live-responses-table .response-col_status").last();
      const isJson = response.headers()["content-type"].startsWith("application/json");
      pressed.push({
        path: await block.locator(".opblock-summary-path").getAttribute("data-path"),
        status: parseInt(await shown.innerText()),
        items: isJson ? (await response.json()).items?.length : undefined,
      });
      await block.locator(".opblock-summary-control").click();
    }
    return { pressed };
  },
  async deep_link() {
    await page.goto(`${service}/docs#/survival/list_survival_figures`);
    await operation.locator("button.execute").waitFor();
    await page.waitForFunction(() => window.scrollY > 0);
    const { y } = await operation.boundingBox();
    return { open: await page.locator(".opblock.is-open").count(), top: y };
  },
  async redoc() {
    await page.goto(`${service}/redoc`);
    await page.locator("h2", { hasText: "List survival figures" }).waitFor({ state: "attached" });
    await page.waitForLoadState("networkidle");
    return { operations: await page.locator("[data-section-id*='/operation/']").count() };
  },
};

try {
  console.log(JSON.stringify({ ...(await scenes[scene]()), ...seen }));
} finally {
  await browser.close();
}
