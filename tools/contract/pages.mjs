// Look at pages as people meet them: `node pages.mjs SERVICE PATH...` prints faults as JSON.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [service, ...paths] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
const faults = [];
const counts = { axe: 0, widths: 0, stops: 0 };
const speed = {};

async function open(path, width, colorScheme, more = {}) {
  // Without scripts, as the policy has it; what is evaluated here runs beside the page's policy.
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, ...more });
  const page = await context.newPage();
  page.on("console", (said) => {
    if (!said.text().startsWith("Failed to load resource")) faults.push(`${path}: console: ${said.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(service)) faults.push(`${path}: outside request: ${request.url()}`);
  });
  await page.goto(service + path);
  return page;
}

async function runAxe(page, path, mode) {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) {
      details.removeAttribute("name");
      details.open = true;
    }
  });
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { rules: { "target-size": { enabled: true } } }));
  for (const { id, nodes } of found.violations) {
    faults.push(`${path} ${mode}: axe ${id}: ${nodes.length} x ${nodes[0].html.slice(0, 160)}`);
  }
  counts.axe++;
}

for (const path of paths) {
  for (const [mode, width, scheme] of [
    ["wide", 1200, "light"], ["wide dark", 1200, "dark"], ["phone", 360, "light"], ["phone dark", 360, "dark"],
  ]) {
    const page = await open(path, width, scheme);
    if (mode === "wide") {
      speed[path] = await page.evaluate(() => {
        const [navigation] = performance.getEntriesByType("navigation");
        const entries = [navigation, ...performance.getEntriesByType("resource")];
        const paint = performance.getEntriesByName("first-contentful-paint")[0];
        return {
          bytes: entries.reduce((sum, entry) => sum + entry.transferSize, 0),
          requests: entries.length,
          first_paint_ms: Math.round(paint?.startTime ?? -1),
        };
      });
    }
    await runAxe(page, path, mode);
    await page.context().close();
  }
  const page = await open(path, 1200, "light");
  for (const width of [320, 360, 414, 540, 720, 900, 1060, 1200, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) faults.push(`${path}: ${over} px too wide at ${width}`);
    counts.widths++;
  }
  // Text at 200 %: as wide as half the window.
  await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
  await page.setViewportSize({ width: 720, height: 900 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) faults.push(`${path}: ${over} px too wide with text at 200 %`);
  await page.evaluate(() => { document.documentElement.style.fontSize = ""; scrollTo(0, 0); });
  await page.setViewportSize({ width: 1200, height: 900 });
  for (let stop = 0; stop < 40; stop++) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const isSeen = style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2 && box.width > 1;
      return element === document.body || isSeen || element.outerHTML.slice(0, 120);
    });
    if (seen !== true) faults.push(`${path}: focus not seen on ${seen}`);
    counts.stops++;
  }
  await page.context().close();
}

await browser.close();
console.log(JSON.stringify({ faults: [...new Set(faults)], counts, speed }));
