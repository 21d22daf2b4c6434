// Opens every HTML report of a folder as its readers do, and parses the diagram of every Markdown report: node look.js FOLDER.
// Ends with 1 and a line for each problem.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const folder = resolve(process.argv[2]);
const find = createRequire(import.meta.url).resolve;
const axe = readFileSync(find("axe-core/axe.min.js"), "utf8");
const problems = [];

const readers = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { name: "phone", colorScheme: "light", viewport: { width: 360, height: 740 } },
  { name: "print", colorScheme: "light", viewport: { width: 794, height: 1123 }, media: "print" },
  // A report is read without any script.
  { name: "no-script", colorScheme: "light", viewport: { width: 1280, height: 900 }, javaScriptEnabled: false },
];

async function open(browser, reader, file) {
  const { name, media, ...options } = reader;
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const url = pathToFileURL(join(folder, file)).href;
  const problem = (text) => problems.push(`${file} (${name}): ${text}`);
  page.on("console", (message) => problem(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => problem(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) problem(`request to ${request.url()}`);
  });
  await page.emulateMedia({ media: media ?? "screen", colorScheme: options.colorScheme });
  await page.goto(url);
  await page.screenshot({ path: join(folder, `${file}.${name}.png`), fullPage: true });
  if (options.javaScriptEnabled !== false) {
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    if (wide > room) problem(`${wide} pixels wide in ${room}`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run());
    for (const one of found.violations) problem(`${one.id}: ${one.nodes[0].html} (${one.nodes[0].failureSummary})`);
    await keyboard(page, problem);
  }
  await context.close();
}

// Every list that is folded opens by keyboard.
async function keyboard(page, problem) {
  for (const list of await page.locator("summary").all()) {
    await list.focus();
    await page.keyboard.press("Enter");
  }
  const closed = await page.locator("details:not([open])").count();
  if (closed > 0) problem(`${closed} lists do not open by keyboard`);
}

async function diagrams(browser, files) {
  const page = await browser.newPage();
  await page.goto("about:blank");
  await page.addScriptTag({ path: find("mermaid/dist/mermaid.min.js") });
  for (const file of files) {
    const text = readFileSync(join(folder, file), "utf8");
    const [, diagram] = text.match(/```mermaid\n([\s\S]*?)```/) ?? [];
    if (!diagram) continue;
    const drawn = await page.evaluate(async (diagram) => {
      try {
        return { svg: (await window.mermaid.render("drawing", diagram)).svg };
      } catch (error) {
        return { error: String(error) };
      }
    }, diagram);
    if (drawn.error) problems.push(`${file}: ${drawn.error}`);
    // What a server said is text in the drawing, and no element of it.
    if (/<(script|img|iframe)/i.test(drawn.svg ?? "")) problems.push(`${file}: an element of a server in the drawing`);
  }
  await page.close();
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const files = readdirSync(folder);
const pages = files.filter((file) => file.endsWith(".html"));
for (const file of pages) await Promise.all(readers.map((reader) => open(browser, reader, file)));
await diagrams(browser, files.filter((file) => file.endsWith(".md")));
await browser.close();
if (pages.length === 0) problems.push(`there is no report in ${folder}`);
problems.forEach((problem) => console.error(problem));
console.log(`${pages.length} pages, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
