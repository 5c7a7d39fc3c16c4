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

const context = await browser.newContext();
const page = await context.newPage();
let path;
page.on("console", (said) => {
  if (!said.text().startsWith("Failed to load resource")) faults.push(`${path}: console: ${said.text()}`);
});
page.on("request", (request) => {
  if (!request.url().startsWith(service)) faults.push(`${path}: outside request: ${request.url()}`);
});

async function checkWidth(width, said) {
  await page.setViewportSize({ width, height: 900 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) faults.push(`${path}: ${over} px too wide at ${said ?? width}`);
  await checkDrawings(said ?? width);
  counts.widths++;
}

// Words that stand on each other, and marks without a scale right above or below that is as wide.
async function checkDrawings(said) {
  const found = await page.evaluate(() => {
    const box = (element) => element.getBoundingClientRect();
    const seen = (element) => box(element).width > 1 && getComputedStyle(element).visibility === "visible";
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
    const faults = [];
    for (const chart of document.querySelectorAll(".chart, .scale")) {
      const words = [...chart.querySelectorAll("text, .label, b, :scope > span")].filter(seen);
      words.forEach((word, at) => {
        for (const other of words.slice(at + 1)) {
          if (meet(box(word), box(other))) faults.push(`"${word.textContent}" on "${other.textContent}"`);
        }
      });
    }
    for (const row of [...document.querySelectorAll("svg.row")].filter(seen)) {
      const alike = (axis) => Math.abs(box(axis).left - box(row).left) < 2 && Math.abs(box(axis).width - box(row).width) < 2;
      const scales = [...row.closest("table").querySelectorAll(".axis")].filter(seen).filter(alike);
      if (!scales.length) faults.push("a mark without its scale");
      if (box(row).width < 160) faults.push(`a mark on ${Math.round(box(row).width)} px`);
    }
    return [...new Set(faults)].slice(0, 5);
  });
  for (const fault of found) faults.push(`${path}: ${fault} at ${said}`);
}

async function checkFocus() {
  await page.evaluate(() => scrollTo(0, 0));
  for (let stop = 0; stop < 30; stop++) {
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
}

async function runAxe(width, colorScheme) {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
  const found = await page.evaluate(() => axe.run(document, { rules: { "target-size": { enabled: true } } }));
  for (const { id, nodes } of found.violations) {
    faults.push(`${path} ${width} ${colorScheme}: axe ${id}: ${nodes.length} x ${nodes[0].html.slice(0, 160)}`);
  }
  counts.axe++;
}

for (path of paths) {
  await page.setViewportSize({ width: 1200, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(service + path);
  speed[path] = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation");
    const entries = [navigation, ...performance.getEntriesByType("resource")];
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return {
      bytes: entries.reduce((sum, entry) => sum + entry.transferSize, 0),
      requests: new Set(entries.map((entry) => entry.name)).size,
      first_paint_ms: Math.round(paint?.startTime ?? -1),
    };
  });
  await checkFocus();
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) {
      details.removeAttribute("name");
      details.open = true;
    }
  });
  for (const width of [320, 360, 414, 540, 720, 900, 912, 1060, 1120, 1160, 1200, 1440]) await checkWidth(width);
  await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
  for (const width of [360, 720, 1200]) await checkWidth(width, `${width} with text at 200 %`);
  await page.evaluate(() => { document.documentElement.style.fontSize = ""; });
  await page.emulateMedia({ media: "print" });
  await checkWidth(698, "698 in print");
  await page.emulateMedia({ media: "screen" });
  // The protocol evaluates it beside the policy of the page, which itself runs no script.
  await page.evaluate(axe);
  for (const width of [1200, 360]) for (const scheme of ["light", "dark"]) await runAxe(width, scheme);
}

await browser.close();
console.log(JSON.stringify({ faults: [...new Set(faults)], counts, speed }));
