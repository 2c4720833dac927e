import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { expect, test } from "vitest";
import { composeReport } from "./compose.ts";
import { reportPdf } from "./pdf.ts";
import { sampleReadResult } from "./sample-read-result.ts";

const folder = createRequire(import.meta.url)
  .resolve("@expo-google-fonts/noto-sans-sc/package.json")
  .replace(/package\.json$/, "");
const font = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
const fonts = { regular: font("400Regular/NotoSansSC_400Regular.ttf"), bold: font("700Bold/NotoSansSC_700Bold.ttf") };
const grey = Uint8Array.from({ length: 134 * 36 * 3 }, (_, n) => (n * 7) % 256);
const picture = { png: encode({ width: 134, height: 36, data: grey, channels: 3, depth: 8 }), width: 134, height: 36 };

const pdf = (language: "en" | "zh", findings: number): Promise<Uint8Array> => {
  const images = { findings: Object.fromEntries([...Array(findings).keys()].map((n) => [`2.25.9${n}`, picture])), overviews: [picture] };
  return reportPdf(composeReport(sampleReadResult({ language, findings }), images), fonts);
};

/** What a poppler program makes of a PDF; null where poppler is not installed, which CI does not forgive. */
function poppler(
  program: "pdftotext" | "pdfinfo" | "pdffonts" | "pdfimages",
  bytes: Uint8Array,
  ...options: readonly string[]
): string | null {
  const at = mkdtempSync(join(tmpdir(), "overread-pdf-"));
  try {
    const path = join(at, "report.pdf");
    writeFileSync(path, bytes);
    const ran = spawnSync(program, program === "pdftotext" ? [...options, path, "-"] : [...options, path], { encoding: "utf8" });
    if (ran.error !== undefined && process.env.CI !== "true") return null;
    if (ran.error !== undefined) throw new Error(`${program} is missing: apt-get install poppler-utils`);
    expect(ran.stderr).toBe("");
    return ran.stdout;
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
}

test("the same document gives the same bytes", async () => {
  expect(await pdf("zh", 2)).toEqual(await pdf("zh", 2));
});

test("Chinese text can be read back out of the PDF", async (context) => {
  const text = poppler("pdftotext", await pdf("zh", 3), "-layout");
  if (text === null) return context.skip();
  for (const phrase of [
    "胸部CT：辅助第二阅片标记",
    "未经确认：须由医师审核签字后方可使用",
    "李明",
    "部分实性结节",
    "气道（狭窄、管壁增厚、支气管扩张、腔内病变）",
    "共 3 页",
  ]) {
    expect(text).toContain(phrase);
  }
});

test("every page of an English report says that it is unconfirmed and which page it is", async (context) => {
  const text = poppler("pdftotext", await pdf("en", 10), "-layout");
  if (text === null) return context.skip();
  const pages = text.split("\f").slice(0, -1);
  expect(pages.length).toBeGreaterThan(2);
  for (const [index, page] of pages.entries()) {
    expect(page).toContain("Unconfirmed until a physician signs · not a certified medical device");
    expect(page).toContain(`page ${index + 1} of ${pages.length}`);
  }
});

test("every key image is inside, and every font is embedded", async (context) => {
  const bytes = await pdf("zh", 4);
  const images = poppler("pdfimages", bytes, "-list");
  const list = poppler("pdffonts", bytes);
  if (images === null || list === null) return context.skip();
  expect(images.trim().split("\n").length - 2).toBe(4);
  const rows = list.trim().split("\n").slice(2);
  expect(rows.length).toBe(2);
  for (const row of rows) expect(row).toMatch(/\+NotoSansSC-\S+\s.*\byes\s+yes\s+yes\b/);
});

test("a read without findings, a declined one and a long text fit on pages too", async () => {
  for (const outcome of ["done", "declined", "failed"] as const) {
    const bytes = await reportPdf(
      composeReport(sampleReadResult({ language: "en", findings: 0, outcome }), { findings: {}, overviews: [picture] }),
      fonts,
    );
    expect(new TextDecoder().decode(bytes.subarray(0, 5))).toBe("%PDF-");
  }
  const result = sampleReadResult({ language: "en", findings: 1 });
  const long = { ...result, study: { ...result.study, studyDescription: "very long ".repeat(900) } };
  expect((await reportPdf(composeReport(long, { findings: {}, overviews: [] }), fonts)).length).toBeGreaterThan(1000);
});
