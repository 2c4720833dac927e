import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { overread } from "./overread.ts";
import { smallChest, writeChest } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-objects-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** 王^小东 in GB18030, as a Chinese scanner stores it; everything else a header holds is ASCII. */
const gb18030: Readonly<Record<string, readonly number[]>> = { 王: [0xcd, 0xf5], 小: [0xd0, 0xa1], 东: [0xb6, 0xab] };
const chineseName = "王^小东";
const characterSet = {
  term: "GB18030",
  encode: (text: string) => Uint8Array.from([...text].flatMap((sign) => gb18030[sign] ?? [sign.charCodeAt(0)])),
};

let folder: string;

beforeAll(async () => {
  writeChest(join(root, "chest"), await smallChest(), { patientName: chineseName, accessionNumber: "ACC-7" }, { characterSet });
  const { code, stderr } = await overread(["read", join(root, "chest"), "--out", join(root, "out"), "--lang", "zh"]);
  expect(code, stderr).toBe(0);
  folder = join(root, "out", readdirSync(join(root, "out"))[0] ?? "");
}, 300_000);

const filesUnder = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(path, name)).isFile());
const digests = (path: string): Record<string, string> =>
  Object.fromEntries(
    filesUnder(path).map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(path, name)))
        .digest("hex"),
    ]),
  );

/** Attributes of DICOM files as pydicom understands them. */
function attributesOf(files: readonly string[], keywords: readonly string[]): Record<string, string>[] {
  const script = `
import json, sys, pydicom
keywords = sys.argv[1].split(",")
print(json.dumps([{k: str(d.get(k, "")) for k in keywords} for d in (pydicom.dcmread(f) for f in sys.argv[2:])]))`;
  return JSON.parse(execFileSync("/usr/bin/python3", ["-c", script, keywords.join(","), ...files], { encoding: "utf8" }));
}

test("a read writes its findings as DICOM: three reports, a segmentation, key images with their selection, and the PDF", () => {
  const names = readdirSync(join(folder, "dicom"));
  expect(names).toEqual(
    expect.arrayContaining([
      "sr-comprehensive-3d.dcm",
      "sr-enhanced.dcm",
      "sr-basic-text.dcm",
      "segmentation.dcm",
      "key-object-selection.dcm",
      "report.dcm",
    ]),
  );
  expect(names.filter((name) => name.startsWith("key-image-")).length).toBeGreaterThan(0);
});

test("a Chinese name stored in GB18030 stands in every object, in UTF-8, with patient, study and accession number of the images", () => {
  const objects = readdirSync(join(folder, "dicom")).map((name) => join(folder, "dicom", name));
  const [image = ""] = readdirSync(join(root, "chest"));
  const shared = ["PatientName", "PatientID", "StudyInstanceUID", "AccessionNumber", "StudyDate"];
  const [source] = attributesOf([join(root, "chest", image)], shared);
  expect(source?.PatientName).toBe(chineseName);
  for (const object of attributesOf(objects, [...shared, "SpecificCharacterSet"]))
    expect(object).toEqual({ ...source, SpecificCharacterSet: "ISO_IR 192" });
});

test("the Chinese name stands in the PDF too", () => {
  const text = execFileSync("pdftotext", [join(folder, "report.pdf"), "-"], { encoding: "utf8" });
  expect(text.replaceAll(/\s/g, "")).toContain("王小东");
});

test("reading again writes the same bytes, all but what the run took", { timeout: 300_000 }, async () => {
  const again = join(root, "again");
  expect((await overread(["read", join(root, "chest"), "--out", again, "--lang", "zh"])).code).toBe(0);
  const { "run.json": _first, ...first } = digests(folder);
  const { "run.json": _second, ...second } = digests(join(again, relative(join(root, "out"), folder)));
  expect(second).toEqual(first);
  expect(Object.keys(first).filter((name) => name.endsWith(".dcm")).length).toBeGreaterThan(6);
});

test("no name of a result file holds the patient's name or id", () => {
  expect(filesUnder(join(root, "out")).join(" ")).not.toMatch(/secret|王|小东/i);
});
