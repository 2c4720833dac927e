import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeCtSeries } from "../../src/dicom/write/ct.ts";
import { axialGrid } from "../../src/volume/grid.ts";
import { readNifti } from "../../src/volume/nifti.ts";
import { toLps } from "../../src/volume/orient.ts";
import { addEllipsoid } from "../../src/volume/phantom/ball.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { type Volume, volume } from "../../src/volume/volume.ts";
import { codesOf, jsonOf, overread, type Ran, resultsIn } from "./overread.ts";
import { sharedData } from "./shared-data.ts";
import { chestHeaders, smallChest, writeChest } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-bad-"));
const chest = join(root, "chest");
let files: string[];

beforeAll(async () => {
  files = writeChest(chest, await smallChest());
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let counter = 0;
const fresh = (): string => join(root, `case-${++counter}`);

async function read(path: string, ...more: string[]): Promise<Ran & { out: string }> {
  const out = `${fresh()}-out`;
  return { ...(await overread(["read", path, "--out", out, "--json", ...more])), out };
}

/** A copy of the chest with some files changed. */
function changed(change: (folder: string) => void): string {
  const folder = fresh();
  cpSync(chest, folder, { recursive: true });
  change(folder);
  return folder;
}

const nameOf = (index: number): string => files[index]?.split("/").at(-1) ?? "";

/** A water cylinder or any other body without lungs. */
function lungless(hu: number): Volume {
  const grid = axialGrid([128, 128, 60], [2.5, 2.5, 3], patientPoint(-160, -160, 0));
  const made = volume(grid, new Int16Array(128 * 128 * 60).fill(-1000));
  addEllipsoid(made, { centerMm: patientPoint(0, 0, 90), radiiMm: [110, 130, 200], hu });
  return made;
}

test("an empty folder is declined in words, with exit code 3", async () => {
  mkdirSync(join(root, "empty"));
  const ran = await read(join(root, "empty"));
  expect(ran.code).toBe(3);
  expect(jsonOf(ran).studies).toHaveLength(1);
  expect(jsonOf(ran).studies[0]?.reasons[0]?.text.length).toBeGreaterThan(10);
  expect(existsSync(ran.out)).toBe(false);
});

test("a path that does not exist is a usage mistake, exit code 2", async () => {
  const ran = await read(join(root, "nowhere"));
  expect(ran.code).toBe(2);
  expect(ran.stderr).not.toMatch(/\n\s+at /);
});

test("text called .dcm is refused and named by its base name only", async () => {
  const folder = join(fresh(), "secret-name");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "note.dcm"), "this is no picture");
  const ran = await read(folder);
  expect(ran.code).toBe(3);
  expect(codesOf(ran).join(" ")).toMatch(/^intake\./);
});

test("a truncated file in the middle of a series is said, and the rest is read", async () => {
  const folder = changed((at) => truncateSync(join(at, nameOf(90)), 40_000));
  const ran = await read(folder);
  expect(ran.code).toBe(0);
  const [result] = resultsIn(ran.out);
  const said = JSON.stringify([result?.intake, result?.series.map(({ because }) => because)]);
  expect(said).toMatch(/missing|truncated|short|unreadable/);
});

test.each([
  ["PixelSpacing", "(0028,0030)"],
  ["ImagePositionPatient", "(0020,0032)"],
  ["RescaleIntercept", "(0028,1052)"],
])("a series without %s is declined with its own reason and still gets its result folder", async (_name, tag) => {
  const folder = changed((at) => {
    const { status } = spawnSync("dcmodify", ["-nb", "-ea", tag, ...readdirSync(at).map((name) => join(at, name))]);
    expect(status).toBe(0);
  });
  const ran = await read(folder);
  expect(ran.code).toBe(3);
  expect(codesOf(ran).length).toBeGreaterThan(0);
  expect(resultsIn(ran.out)[0]?.analyses[0]?.outcome).toBe("declined");
});

test("one slice of another size is set aside, said, and the series is read", async () => {
  const { volume: whole } = await smallChest();
  const odd = volume(axialGrid([64, 64, 1], [2, 2, 1], patientPoint(0, 0, 0)), new Int16Array(64 * 64));
  const folder = changed((at) => {
    const [file] = writeCtSeries(odd, chestHeaders);
    if (file !== undefined) writeFileSync(join(at, "odd.dcm"), file.bytes);
  });
  const ran = await read(folder);
  expect(ran.code).toBe(0);
  expect(resultsIn(ran.out)[0]?.series.length).toBeGreaterThan(1);
  expect(whole.grid.size[2]).toBeGreaterThan(1);
});

test("a PatientID that differs within a study makes two results, never one", async () => {
  const folder = changed((at) => {
    const half = readdirSync(at)
      .slice(100)
      .map((name) => join(at, name));
    expect(spawnSync("dcmodify", ["-nb", "-m", "(0010,0020)=OTHER", ...half]).status).toBe(0);
  });
  const ran = await read(folder);
  expect(resultsIn(ran.out)).toHaveLength(2);
  expect(jsonOf(ran).studies).toHaveLength(2);
  expect(ran.stdout + ran.stderr).not.toContain("OTHER");
});

test("an archive that climbs out of its folder is refused and nothing is written", async () => {
  const archive = `${fresh()}.zip`;
  const script = "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],'w')\nz.write(sys.argv[2],'../../evil.dcm')\nz.close()";
  expect(spawnSync("python3", ["-c", script, archive, files[0] ?? ""]).status).toBe(0);
  const ran = await read(archive);
  expect(ran.code).not.toBe(0);
  expect(existsSync(ran.out)).toBe(false);
  expect(existsSync(join(root, "..", "evil.dcm"))).toBe(false);
});

test("an archive that swells without measure is refused", async () => {
  const archive = `${fresh()}.zip`;
  const script =
    "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED)\nz.writestr('bomb.dcm',bytes(2_000_000_000))\nz.close()";
  expect(spawnSync("python3", ["-c", script, archive]).status).toBe(0);
  const ran = await read(archive);
  expect(ran.code).not.toBe(0);
  expect(existsSync(ran.out)).toBe(false);
});

test("a zip of the chest is read like the folder", async () => {
  const archive = `${fresh()}.zip`;
  const script =
    "import sys,zipfile,glob\nz=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED)\nfor f in sorted(glob.glob(sys.argv[2]+'/*.dcm')): z.write(f, 'a/'+f.split('/')[-1])\nz.close()";
  expect(spawnSync("python3", ["-c", script, archive, chest]).status).toBe(0);
  expect((await read(archive)).code).toBe(0);
});

test.each([
  ["a body without lungs", 40],
  ["bone-dense tissue, as of a head or knee", 400],
])("%s is declined because no lungs are seen", async (_name, hu) => {
  const folder = fresh();
  writeChest(folder, { volume: lungless(hu) }, { uidParts: ["lungless", String(hu)], sliceThicknessMm: 3 });
  const ran = await read(folder);
  expect(ran.code).toBe(3);
  expect(codesOf(ran).join(" ")).toMatch(/anatomy\./);
});

test.each(["MR", "CR"])("%s images are declined by their modality", async (modality) => {
  const folder = changed((at) => {
    expect(spawnSync("dcmodify", ["-nb", "-m", `(0008,0060)=${modality}`, ...readdirSync(at).map((name) => join(at, name))]).status).toBe(
      0,
    );
  });
  const ran = await read(folder);
  expect(ran.code).toBe(3);
  expect(codesOf(ran).length).toBeGreaterThan(0);
});

test("slices of 5 mm are declined for nodules", async () => {
  const folder = changed((at) => {
    expect(spawnSync("dcmodify", ["-nb", "-m", "(0018,0050)=5", ...readdirSync(at).map((name) => join(at, name))]).status).toBe(0);
  });
  const ran = await read(folder);
  expect(ran.code).toBe(3);
  expect(codesOf(ran).length).toBeGreaterThan(0);
});

test("Ctrl-C stops with 130 and leaves nothing half-written", async () => {
  const out = `${fresh()}-out`;
  let sent = false;
  const ran = await overread(["read", chest, "--out", out], (kill, stderr) => {
    if (sent || !stderr().includes("Decoding")) return;
    sent = true;
    kill("SIGINT");
  });
  expect(sent).toBe(true);
  expect(ran.code).toBe(130);
  expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
});

test("a full disk is said in words, exit code 1, and leaves nothing half-written", async (context) => {
  const out = fresh();
  mkdirSync(out);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", out]).status === 0;
  if (!mounted) return context.skip("needs the right to mount a small file system");
  try {
    const ran = await overread(["read", chest, "--out", out, "--json"]);
    expect(ran.code).toBe(1);
    expect(codesOf(ran)).toContain("output.disk-full");
    expect(readdirSync(out)).toEqual([]);
  } finally {
    spawnSync("umount", [out]);
  }
});

test("an abdominal CT is declined", async (context) => {
  const data = sharedData();
  if (data === null) return context.skip("../shared/data is absent");
  const abdomen = await readNifti(new Uint8Array(gunzipSync(readFileSync(join(data, "abdomen", "ct.nii.gz")))));
  const folder = fresh();
  writeChest(folder, toLps(volume(abdomen.grid, Int16Array.from(abdomen.data))), { uidParts: ["abdomen"], sliceThicknessMm: 3 });
  const ran = await read(folder);
  expect(ran.code).toBe(3);
  expect(codesOf(ran).join(" ")).toMatch(/anatomy\./);
});
