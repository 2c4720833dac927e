// The pages in a real browser, against a running server that took a phantom in.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StudyDetail, WorklistRow } from "../../src/api/study.ts";
import { say } from "../../src/words/say.ts";
import { type RunningServer, startServer } from "./server.ts";

const program = "/usr/bin/chromium";
const missing = "Chromium is missing, scripts/test-programs.ts installs it: the pages are not tested";
if (!existsSync(program)) {
  if (process.env.CI === "true") throw new Error(missing);
  console.warn(missing);
}
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Runs in the page: how many different values each plane's canvas shows. */
const greysOfPlanes = `[...document.querySelectorAll(".plane canvas")].map((canvas) => {
  const small = Object.assign(document.createElement("canvas"), { width: 64, height: 64 }).getContext("2d");
  small.drawImage(canvas, 0, 0, 64, 64);
  return new Set(small.getImageData(0, 0, 64, 64).data).size;
})`;
const password = "four unrelated words here";

describe.skipIf(!existsSync(program))("worklist and reading room", () => {
  const root = mkdtempSync(join(tmpdir(), "overread-room-"));
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let studyInstanceUid = "";
  const faults: string[] = [];

  beforeAll(async () => {
    server = await startServer(join(root, "data"));
    await server.signIn(password);
    // Drawn by the processor: a machine that tests has no graphics.
    browser = await chromium.launch({
      executablePath: program,
      args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
    });
    page = await browser.newPage({ viewport: { width: 1500, height: 900 }, locale: "en-US" });
    page.setDefaultTimeout(120_000);
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) faults.push(`asked elsewhere: ${request.url()}`);
    });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await server?.kill("SIGTERM");
    rmSync(root, { recursive: true, force: true });
  });

  const verdicts = async (): Promise<unknown[]> =>
    (await server.json<StudyDetail>(`/api/studies/${studyInstanceUid}`)).verdicts.map(({ given }) => [given.says, given.reason]);
  const seriousFaults = async (): Promise<string[]> => {
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { axe: run } = globalThis as unknown as {
        axe: { run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await run.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })).violations;
    });
    return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 100)}`);
  };

  test("the phantom of a new server comes in and is read", async () => {
    await expect
      .poll(async () => (await server.json<WorklistRow[]>("/api/studies")).map(({ state }) => state), { timeout: 400_000, interval: 1000 })
      .toEqual(["read"]);
    studyInstanceUid = (await server.json<WorklistRow[]>("/api/studies"))[0]?.studyInstanceUid ?? "";
  }, 500_000);

  test("whoever signs in sees the worklist, and opens the study with the keyboard", async () => {
    await page.goto(server.url);
    await page.fill("input[name=account]", "admin");
    await page.fill("input[name=password]", password);
    await page.click("button");
    await page.waitForURL("**/worklist");
    await page.waitForSelector("[role=option]");
    expect(await seriousFaults()).toEqual([]);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/studies/${studyInstanceUid}`);
    await page.waitForSelector('.viewer[data-loaded="true"]');
    expect(await page.locator(".findings > li").count()).toBeGreaterThan(2);
  }, 300_000);

  test("a finding is marked where it lies in every plane, and the planes show something", async () => {
    await page.waitForSelector(".mark.chosen");
    expect(await page.locator(".mark.chosen").count()).toBe(4);
    const greys = await page.evaluate<number[]>(greysOfPlanes);
    expect(greys).toHaveLength(4);
    for (const each of greys) expect(each).toBeGreaterThan(10);
  }, 120_000);

  test("A accepts, R and a reason reject, U takes back: said to the server, and there after a reload", async () => {
    await page.keyboard.press("a");
    await page.keyboard.press("r");
    await page.waitForSelector(".ask");
    await page.keyboard.press("v");
    await page.waitForSelector(".findings > li.rejected");
    await expect.poll(verdicts, { timeout: 30_000 }).toEqual([
      ["accepted", null],
      ["rejected", "vessel"],
    ]);
    await page.keyboard.press("u");
    await expect.poll(async () => (await verdicts()).at(-1), { timeout: 30_000 }).toEqual(["withdrawn", null]);
    await page.reload();
    await page.waitForSelector(".findings > li.accepted");
    expect(await page.locator(".findings > li.rejected").count()).toBe(0);
  }, 180_000);

  test("a verdict given while the network is away is said when it is back", async () => {
    await page.waitForSelector('.viewer[data-loaded="true"]');
    await page.context().setOffline(true);
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await page.waitForSelector("aside [role=status]");
    await page.context().setOffline(false);
    // A word whose answer was lost is said again: the same word may stand twice, which changes nothing of what stands.
    await expect.poll(async () => (await verdicts()).at(-1), { timeout: 60_000 }).toEqual(["accepted", null]);
    await page.waitForSelector("aside [role=status]", { state: "detached" });
  }, 180_000);

  test("the page speaks Chinese when it is asked to, and holds no serious fault of accessibility", async () => {
    expect(await seriousFaults()).toEqual([]);
    await page.selectOption(".top-bar select", "zh");
    await page.waitForSelector(`text=${say("zh", "web.plane-coronal")}`);
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-Hans");
    await page.keyboard.press("Escape");
    await page.waitForURL("**/worklist");
    expect(await page.locator("h1").textContent()).toBe(say("zh", "page.worklist"));
  }, 180_000);

  test("nothing failed on the page, nothing was asked of another server, and no address holds the patient", () => {
    expect(faults).toEqual([]);
    expect(page.url()).toMatch(/\/worklist$/);
  });
});
