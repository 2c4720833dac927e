import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { csvText } from "../../src/evaluation/csv.ts";
import { Evaluation } from "../../src/evaluation/evaluation.ts";
import { evaluationPage } from "../../src/evaluation/evaluation-page.ts";
import { DatasetManifest } from "../../src/evaluation/manifest.ts";
import { scanChecksum } from "../../src/main/scan-checksum.ts";
import { say } from "../../src/words/say.ts";
import { overread, type Ran } from "./overread.ts";
import { sharedData } from "./shared-data.ts";
import { smallChest, writeChest } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-evaluate-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = (...names: string[]): string => join(root, ...names);
function put(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
const evaluationIn = (out: string): Evaluation => Evaluation.parse(JSON.parse(readFileSync(join(out, "evaluation.json"), "utf8")));
const evaluate = (...args: string[]): Promise<Ran> => overread(["evaluate", ...args]);

const header = ["seriesuid", "coordX", "coordY", "coordZ"];
/** Twelve scans in LUNA16's form, a nodule at the origin of each but the last two; subsets 0 to 2. */
const ids = Array.from({ length: 12 }, (_, n) => `1.2.${10 + n}`);
const subsetOf = (n: number): number => n % 3;
function writeLuna(folder: string, more: Record<string, string> = {}): string {
  put(
    join(folder, "annotations.csv"),
    csvText(
      [...header, "diameter_mm"],
      ids.slice(0, 10).map((id) => [id, 0, 0, 0, 8]),
    ),
  );
  put(
    join(folder, "annotations_excluded.csv"),
    csvText(
      [...header, "diameter_mm"],
      ids.map((id) => [id, 50, 0, 0, -1]),
    ),
  );
  for (const [n, id] of ids.entries()) put(join(folder, `subset${subsetOf(n)}`, `${id}.mhd`), "only its name is looked at\n");
  for (const [name, text] of Object.entries(more)) put(join(folder, name), text);
  return folder;
}
const lunaMarks = csvText(
  [...header, "probability"],
  ids.flatMap((id, n) => [
    [id, 1, 0, 0, 1 - n / 100],
    [id, 52, 0, 0, 0.5],
    [id, -90, 0, 0, n / 100],
  ]),
);

/** The chest phantom twice, as DICOM and as a MetaImage. */
async function writeChests(): Promise<void> {
  const chest = await smallChest();
  writeChest(at("chests", "as-dicom"), chest, { patientId: "SECRET-ID" });
  const { size, spacingMm, origin } = chest.volume.grid;
  const fields = [
    ["ObjectType", "Image"],
    ["NDims", 3],
    ["DimSize", size.join(" ")],
    ["ElementSpacing", spacingMm.join(" ")],
    ["Offset", origin.join(" ")],
    ["ElementType", "MET_SHORT"],
    ["ElementDataFile", "chest.raw"],
  ];
  put(at("chests", "as-metaimage", "chest.mhd"), fields.map(([key, value]) => `${key} = ${value}\n`).join(""));
  const { data } = chest.volume;
  writeFileSync(at("chests", "as-metaimage", "chest.raw"), new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice());
  const nodules = chest.truth.nodules.map(({ centerMm, diameterMm, texture }) => ({
    centerMm: [...centerMm],
    diameterMm,
    texture: texture === "calcified" ? "solid" : texture,
  }));
  const signal = new AbortController().signal;
  const scan = async (id: string, patientId: string, path: string) => ({
    id,
    patientId,
    path,
    sha256: await scanChecksum(at("chests", path), signal),
    kernel: "SOFT",
    sliceThicknessMm: 1.25,
    reference: { complete: true, nodules },
  });
  const rest = { schema: 1, version: "1", licence: "-", citation: "-", split: "test", level: "semi-synthetic", readBy: "made" };
  const scans = [await scan("dicom", "P1", "as-dicom"), await scan("metaimage", "P2", "as-metaimage/chest.mhd")];
  put(at("chests", "manifest.json"), JSON.stringify({ ...rest, id: "chests", scans }));
}

beforeAll(async () => {
  await writeChests();
  writeLuna(at("luna"));
  put(at("marks.csv"), lunaMarks);
});

test("the program's own marks are scored, the same ones for DICOM and MetaImage, and a second run reads no scan again", {
  timeout: 600_000,
}, async () => {
  const first = await evaluate(at("chests"), "--out", at("own"));
  expect(first.stderr).not.toMatch(/Error/);
  expect(first.code).toBe(0);
  const evaluation = evaluationIn(at("own"));
  const [dicom, metaImage] = evaluation.scans;
  expect(dicom?.found).toBeGreaterThan(2);
  expect({ ...metaImage, id: "", patientId: "", sha256: "" }).toEqual({ ...dicom, id: "", patientId: "", sha256: "" });
  expect(evaluation.operatingPoint.chosen).toBe("by-program");
  expect(evaluation.dataset.sha256).toBe(
    createHash("sha256")
      .update(readFileSync(at("chests", "manifest.json")))
      .digest("hex"),
  );
  // all candidates, not only those at the operating point: a FROC curve needs them
  const marks = readFileSync(at("own", "tables", "marks.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  expect(marks.length).toBeGreaterThan(evaluation.scans.reduce((sum, scan) => sum + scan.marks, 0));
  const read = readdirSync(at("own", "marks")).map((name) => statSync(at("own", "marks", name)).ino);
  const again = await evaluate(at("chests"), "--out", at("own"), "--lang", "zh");
  expect(again.code).toBe(0);
  expect(again.stderr).not.toContain(say("zh", "stage.lungs"));
  expect(readdirSync(at("own", "marks")).map((name) => statSync(at("own", "marks", name)).ino)).toEqual(read);
  expect(evaluationIn(at("own"))).toEqual(evaluation);
  expect(readFileSync(at("own", "evaluation.html"), "utf8")).toContain(say("zh", "evaluation.semi-synthetic"));
});

test("its own list of marks, scored as a foreign one, gives the same figures", async () => {
  const own = evaluationIn(at("own"));
  const list = ["--marks", at("own", "tables", "marks.csv"), "--threshold", String(own.operatingPoint.score)];
  expect(await evaluate(at("chests"), ...list, "--out", at("listed"))).toMatchObject({ code: 0, stderr: "" });
  const listed = evaluationIn(at("listed"));
  expect(listed.atOperatingPoint).toEqual(own.atOperatingPoint);
  expect(listed.marks.sha256).toBe(own.marks.sha256);
  expect(listed.leakage.state).toBe("not-checked");
});

test("files that are not those of the manifest, or not there, end the run by name", async () => {
  const manifest = DatasetManifest.parse(JSON.parse(readFileSync(at("chests", "manifest.json"), "utf8")));
  const [scan] = manifest.scans;
  const changed = (some: object): string => put(at("changed.json"), JSON.stringify({ ...manifest, scans: [{ ...scan, ...some }] }));
  const wrong = await evaluate(changed({ sha256: "0".repeat(64) }), "--data", at("chests"), "--out", at("never"));
  expect([wrong.code, wrong.stderr.includes("“dicom” are not those of the manifest")]).toEqual([1, true]);
  const gone = await evaluate(changed({ path: "nowhere" }), "--data", at("chests"), "--out", at("never"));
  expect([gone.code, gone.stderr.includes("nowhere")]).toEqual([1, true]);
  const invalid = await evaluate(changed({ path: "" }), "--out", at("never"), "--lang", "zh");
  expect([invalid.code, invalid.stderr.includes("scans.0.path")]).toEqual([1, true]);
  expect(existsSync(at("never", "evaluation.json"))).toBe(false);
});

test("LUNA16's own files and a list of marks make a curve worked by hand", async () => {
  const ran = await evaluate(at("luna"), "--marks", at("marks.csv"), "--out", at("luna-out"));
  expect(ran.code).toBe(0);
  const { froc, atOperatingPoint, counts } = evaluationIn(at("luna-out"));
  expect(counts).toMatchObject({ scans: 12, nodules: 10, scansWithoutNodules: 2 });
  // the ten best marks hit; two where no nodule is and those at −90 are false; those at 52 count for nothing
  expect(froc?.rates.map(({ sensitivity }) => sensitivity)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  expect(froc?.cpm.value).toBe(1);
  // one false positive a scan: the two and the ten best at −90
  expect(atOperatingPoint.falsePositives).toMatchObject({ count: 12, scans: 12 });
  expect(atOperatingPoint.strict?.count).toBe(24);
  expect(readFileSync(at("luna-out", "froc.svg"), "utf8")).toMatch(/^<svg [^>]*xmlns[\s\S]*<\/svg>$/);
});

test("patients that trained are left out and the number left is said; a contaminated run is stamped and never names LUNA16", async () => {
  const patients = csvText(
    ["seriesuid", "patient"],
    ids.map((id, n) => [id, `P${n}`]),
  );
  writeLuna(at("known"), { "patients.csv": patients });
  const training = put(
    at("card.json"),
    JSON.stringify({ id: "net", sha256: "f".repeat(64), training: { patients: ["P0", "P1", "Q"], scans: [] } }),
  );
  const args = [at("known"), "--marks", at("marks.csv"), "--trained-on", training];
  const clean = await evaluate(...args, "--out", at("clean"));
  expect([clean.code, clean.stdout.includes("10 are left")]).toEqual([0, true]);
  expect(evaluationIn(at("clean"))).toMatchObject({
    leakage: { state: "clean", trained: ids.slice(0, 2), unknown: [] },
    counts: { scans: 10, nodules: 8 },
    models: [{ id: "net" }],
  });
  const stamped = await evaluate(...args, "--allow-contaminated", "--out", at("stamped"));
  expect(stamped.code).toBe(0);
  expect(evaluationIn(at("stamped")).counts.scans).toBe(12);
  const written = readdirSync(at("stamped"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(written.length).toBeGreaterThan(7);
  for (const text of [
    stamped.stdout,
    stamped.stderr,
    ...written.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8")),
  ])
    expect(text).not.toMatch(/luna.?16/i);
  for (const name of ["evaluation.html", "froc.svg", "tables/groups.csv", "evaluation.json"])
    expect(readFileSync(at("stamped", name), "utf8"), name).toContain("contaminated");
});

test("where patients are unknown to a model trained elsewhere nothing is left to evaluate: exit code 3", async () => {
  const training = put(at("elsewhere.json"), JSON.stringify({ patients: ["Q"], scans: [] }));
  const ran = await evaluate(at("luna"), "--marks", at("marks.csv"), "--trained-on", training, "--out", at("none"));
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain("12 may have (their patients are unknown)");
  const manifest = {
    schema: 1,
    id: "e",
    version: "1",
    licence: "-",
    citation: "-",
    split: "-",
    level: "raw clinical",
    readBy: "-",
    scans: [],
  };
  const empty = await evaluate(put(at("empty.json"), JSON.stringify(manifest)), "--out", at("none"), "--lang", "zh");
  expect([empty.code, empty.stderr]).toEqual([3, expect.stringContaining("没有可评估的内容")]);
});

test("a list or a folder that is none is refused in words: exit code 1; what does not exist is the user's mistake: 2", async () => {
  const bad = put(at("bad.csv"), `${lunaMarks}1.9.9,0,0,0,1\n`);
  const unknown = await evaluate(at("luna"), "--marks", bad, "--out", at("never"));
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("Line 38: the data set has no scan of that name")]);
  mkdirSync(at("nothing"));
  const folder = await evaluate(at("nothing"), "--out", at("never"));
  expect([folder.code, folder.stderr]).toEqual([1, expect.stringContaining("no data set")]);
  const absent = await evaluate(at("absent"), "--out", at("never"), "--lang", "zh");
  expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining("数据集路径")]);
  expect((await evaluate(at("luna"), "--marks", at("absent.csv"), "--out", at("never"))).code).toBe(2);
});

/** A recipe that "trains" on what fold.json lists, marks each test scan at its nodule, and counts its calls. */
function recipe(name: string, cheats: boolean): string {
  const program = `#!/usr/bin/python3
import json, sys
folder = sys.argv[1]
fold = json.load(open(folder + "/fold.json"))
names = lambda which: [scan["id"] for scan in fold[which]["scans"]]
open(folder + "/calls", "a").write("x")
json.dump({"patients": [], "scans": names("train")${cheats ? ' + names("test")[:1]' : ""}}, open(folder + "/training.json", "w"))
with open(folder + "/marks.csv", "w") as out:
    out.write("seriesuid,coordX,coordY,coordZ,probability\\n")
    for scan in fold["test"]["scans"]:
        for nodule in scan["reference"]["nodules"]:
            out.write(",".join([scan["id"], *map(str, nodule["centerMm"]), "0.9"]) + "\\n")
`;
  const path = put(at(name), program);
  execFileSync("chmod", ["+x", path]);
  return path;
}

test("--retrain-folds calls the recipe once a subset, scores each fold on its own subset and all together", async () => {
  const args = [at("luna"), "--retrain-folds", "--recipe", recipe("recipe", false), "--out", at("folds-out")];
  expect((await evaluate(...args)).code).toBe(0);
  const all = evaluationIn(at("folds-out"));
  expect(all.leakage).toEqual({ state: "clean", trained: [], unknown: [] });
  expect([all.counts.scans, all.atOperatingPoint.sensitivity?.count, all.froc?.cpm.value]).toEqual([12, 10, 1]);
  expect(readdirSync(at("folds-out", "folds"))).toEqual(["0", "1", "2"]);
  const own = ids.filter((_, n) => subsetOf(n) === 1);
  expect(evaluationIn(at("folds-out", "folds", "1")).scans.map(({ id }) => id)).toEqual(own);
  expect((await evaluate(...args)).code).toBe(0);
  expect(readFileSync(at("folds-out", "folds", "1", "calls"), "utf8")).toBe("x");
});

test("a recipe that trains on its own test scans, or fails, ends the run", async () => {
  const run = (path: string): Promise<Ran> => evaluate(at("luna"), "--retrain-folds", "--recipe", path, "--out", at("cheat-out"));
  const cheat = await run(recipe("cheat", true));
  expect([cheat.code, cheat.stderr]).toEqual([1, expect.stringContaining("1 scan that the fold is tested on")]);
  rmSync(at("cheat-out"), { recursive: true });
  const failing = await run("/bin/false");
  expect([failing.code, failing.stderr]).toEqual([1, expect.stringContaining("failed on fold 0 (exit code 1)")]);
});

test("the page says every figure, group and list in both languages, and escapes what a data set is called", () => {
  const evaluation = { ...evaluationIn(at("own")), dataset: { ...evaluationIn(at("own")).dataset, id: "<script>" } };
  for (const language of ["en", "zh"] as const) {
    const page = evaluationPage(evaluation, language, (code, values) => say(language, code, values));
    expect(page).toContain("&lt;script&gt;");
    expect(page).not.toMatch(/<script|\{[a-z]+\}|undefined|NaN/);
  }
});

const data = sharedData();
test.skipIf(data === null)("the manifests of the real scans carry the checksums that coreutils finds (needs ../shared/data)", () => {
  const folder = fileURLToPath(new URL("../../benchmarks/accuracy/datasets/", import.meta.url));
  const manifests = readdirSync(folder).map((name) => DatasetManifest.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))));
  const scan = manifests.flatMap(({ scans }) => scans).find(({ id }) => id === "LIDC-IDRI-0306");
  const command = "find * -type f | LC_ALL=C sort | xargs -d '\\n' sha256sum | sha256sum";
  const cwd = join(data ?? "", scan?.path ?? "");
  expect(execFileSync("sh", ["-c", command], { cwd, encoding: "utf8" }).slice(0, 64)).toBe(scan?.sha256);
});
