import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReadResult } from "../../src/findings/read-result.ts";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";
import { withAxesFlipped } from "../../src/volume/phantom/variants.ts";
import { jsonOf, overread, type Ran, resultsIn } from "./overread.ts";
import { chestHeaders, smallChest, writeChest } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-flow-"));
let plain: ReadResult;
let ran: Ran;

async function readFolder(folder: string, ...more: string[]): Promise<ReadResult> {
  const out = join(root, `out-${Math.random().toString(36).slice(2)}`);
  const { code, stderr } = await overread(["read", folder, "--out", out, ...more]);
  expect(stderr).not.toMatch(/Error/);
  expect(code).toBe(0);
  const [result] = resultsIn(out);
  if (result === undefined) throw new Error("nothing was written");
  return result;
}

beforeAll(async () => {
  writeChest(join(root, "plain"), await smallChest());
  ran = await overread(["read", join(root, "plain"), "--out", join(root, "out"), "--json"]);
  const [result] = resultsIn(join(root, "out"));
  if (result === undefined) throw new Error(`nothing was written: ${ran.stderr}`);
  plain = result;
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const findingsOf = (result: ReadResult) => result.analyses[0]?.findings ?? [];
const placesOf = (result: ReadResult): string[] =>
  findingsOf(result).map(({ centerMm, score }) => `${centerMm.map((mm) => mm.toFixed(3))} ${score.toFixed(6)}`);

test("a read writes findings, both reports and key images into the study's own folder, and says so as JSON", () => {
  expect(ran.code).toBe(0);
  const [study] = jsonOf(ran).studies;
  expect(study?.outcome).toBe("done");
  const folder = join(root, "out", plain.study.studyInstanceUid);
  expect(readdirSync(folder).sort()).toEqual([
    "dicom",
    "dictation.txt",
    "fhir.json",
    "findings.json",
    "key-images",
    "report.html",
    "report.pdf",
    "run.json",
  ]);
  expect(readFileSync(join(folder, "report.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
  expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("nconfirmed");
  for (const name of readdirSync(join(folder, "key-images"))) expect(statSync(join(folder, "key-images", name)).size).toBeGreaterThan(5000);
  expect(readdirSync(join(root, "out"))).toEqual([plain.study.studyInstanceUid]);
});

test("neither the output streams nor the names of files hold the patient's name or id", () => {
  expect(ran.stdout + ran.stderr).not.toMatch(/secret/i);
  expect(JSON.stringify(readdirSync(join(root, "out"), { recursive: true }))).not.toMatch(/secret/i);
});

test("solid nodules of 8 mm and more of the phantom are marked within 3 mm of their true place, on their side", async () => {
  const { truth } = await smallChest();
  for (const nodule of truth.nodules.filter(({ texture, diameterMm }) => texture === "solid" && diameterMm >= 8)) {
    const near = findingsOf(plain).find(({ centerMm }) => Math.hypot(...centerMm.map((mm, axis) => mm - (nodule.centerMm[axis] ?? 0))) < 3);
    expect(near, `${nodule.diameterMm} mm at ${nodule.centerMm}`).toBeDefined();
    expect(near?.side).toBe(nodule.side);
  }
});

test("a second read gives the same findings with the same tracking UIDs", async () => {
  const again = await readFolder(join(root, "plain"));
  expect(findingsOf(again)).toEqual(findingsOf(plain));
});

test("all candidates are listed on request, down to .01, and hold those shown without", async () => {
  const all = findingsOf(await readFolder(join(root, "plain"), "--all-candidates"));
  expect(all.length).toBeGreaterThan(findingsOf(plain).length);
  expect(all.slice(0, findingsOf(plain).length)).toEqual(findingsOf(plain));
  expect(Math.min(...all.map(({ score }) => score))).toBeGreaterThanOrEqual(0.01);
  expect(new Set(all.map(({ trackingUid }) => trackingUid)).size).toBe(all.length);
});

test("the order of the files and of the slices changes nothing", async () => {
  writeChest(join(root, "reversed"), await smallChest(), {}, { order: "reverse" });
  expect(placesOf(await readFolder(join(root, "reversed")))).toEqual(placesOf(plain));
});

test("a copy stored with all axes flipped gives the same list", async () => {
  const { volume: original } = await smallChest();
  writeChest(join(root, "flipped"), { volume: withAxesFlipped(original, [true, true, true]) });
  expect(placesOf(await readFolder(join(root, "flipped")))).toEqual(placesOf(plain));
});

test.each([
  ["JPEG 2000", "--j2k"],
  ["JPEG-LS", "--jpegls"],
  ["RLE", "--rle"],
])("a copy recompressed as %s gives the same list", async (_name, form) => {
  const folder = join(root, `compressed${form}`);
  mkdirSync(folder);
  for (const name of readdirSync(join(root, "plain"))) {
    expect(spawnSync("gdcmconv", [form, join(root, "plain", name), join(folder, name)]).status).toBe(0);
  }
  expect(placesOf(await readFolder(folder))).toEqual(placesOf(plain));
});

test("Chinese words reach the report, and codes stay the same", async () => {
  const out = join(root, "zh");
  const { code } = await overread(["read", join(root, "plain"), "--out", out, "--lang", "zh"]);
  expect(code).toBe(0);
  const [result] = resultsIn(out);
  expect(result?.series[0]?.because.map(({ code }) => code)).toEqual(plain.series[0]?.because.map(({ code }) => code));
  expect(readFileSync(join(out, plain.study.studyInstanceUid, "report.html"), "utf8")).toMatch(/未经/);
});

test("a person file is taken over, and a wrong one is refused with the place of the mistake", async () => {
  const file = join(root, "person.json");
  writeFileSync(file, JSON.stringify({ ageYears: 61, sex: "female", packYears: "unknown" }));
  expect((await readFolder(join(root, "plain"), "--person", file)).person).toMatchObject({
    ageYears: 61,
    sex: "female",
    packYears: "unknown",
    copd: "unknown",
  });
  writeFileSync(file, JSON.stringify({ ageYears: "old" }));
  const refused = await overread(["read", join(root, "plain"), "--out", join(root, "refused"), "--person", file]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("ageYears");
  expect(existsSync(join(root, "refused"))).toBe(false);
});

test("two studies of two people in one folder give two results", async () => {
  const other = await chestPhantom({ seed: 6, spacingMm: [1.6, 1.6, 2], noiseHu: 12, kernel: "soft" });
  writeChest(join(root, "two", "a"), await smallChest());
  writeChest(join(root, "two", "b"), other, { ...chestHeaders, uidParts: ["other chest"], patientId: "SECRET-2", sliceThicknessMm: 2 });
  const out = join(root, "out-two");
  const both = await overread(["read", join(root, "two"), "--out", out, "--json"]);
  expect(both.code).toBe(0);
  expect(jsonOf(both).studies.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  expect(resultsIn(out)).toHaveLength(2);
});
