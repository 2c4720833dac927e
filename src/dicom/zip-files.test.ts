import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { axialGrid, voxelCount } from "../volume/grid.ts";
import { patientPoint } from "../volume/space.ts";
import { inlineThreads } from "../volume/threads.ts";
import { volume } from "../volume/volume.ts";
import { intake } from "./intake.ts";
import { loadVolume } from "./load-volume.ts";
import type { Stack } from "./stack.ts";
import { writeCtSeries } from "./write/ct.ts";
import { zipFiles } from "./zip-files.ts";

interface Entry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly stored?: boolean;
  /** A lie about the unpacked size. */
  readonly declaredSize?: number;
}

/** A zip archive, written here so that it can lie. */
function zip(entries: readonly Entry[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, stored, declaredSize } of entries) {
    const data = stored ? Buffer.from(bytes) : deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(declaredSize ?? bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name), data);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, Buffer.from(name));
    at += 30 + Buffer.byteLength(name) + data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "zip-files-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
function saved(name: string, entries: readonly Entry[]): string {
  writeFileSync(join(folder, name), zip(entries));
  return join(folder, name);
}
const options = { signal: new AbortController().signal, progress: () => {} };
const faultOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.catch((caught: unknown) => caught);
  return error instanceof Fault ? error.code : `no fault: ${String(error)}`;
};

const g = axialGrid([64, 64, 6], [0.7, 0.7, 2], patientPoint(-20, 3, -100));
const ct = volume(
  g,
  Int16Array.from({ length: voxelCount(g) }, (_, n) => ((n * 7919) % 1800) - 900),
);
const files = writeCtSeries(ct, {
  uidParts: ["zip"],
  patientName: "P",
  patientId: "Z",
  studyDate: "20260101",
  studyTime: "120000",
  sliceThicknessMm: 2,
});

test("a series inside a zip archive, packed or stored, is read where it lies", async () => {
  const entries = files.map(({ fileName, bytes }, n): Entry => ({ name: `CT/Série 1/${fileName}`, bytes, stored: n % 2 === 0 }));
  const taken = await intake(
    [saved("series.ZIP", [...entries, { name: "CT/.DS_Store", bytes: Buffer.from("x") }, { name: "__MACOSX/a", bytes: Buffer.from("x") }])],
    options,
  );
  expect(taken.refused).toEqual([]);
  expect(taken.passedBy).toEqual({ hidden: 2, notDicom: 0 });
  const [stack] = [...(taken.studies[0]?.stacks.values() ?? [])];
  expect((await loadVolume(stack as Stack, { threads: inlineThreads, ...options })).volume).toEqual(ct);
});

test("names that lead out of the archive are a fault", async () => {
  for (const name of ["../evil.dcm", "a/../../evil.dcm", "/etc/evil.dcm", "C:\\evil.dcm", "..\\evil.dcm"]) {
    expect(await faultOf(intake([saved("evil.zip", [{ name, bytes: Buffer.from("x") }])], options)), name).toBe("zip-traversal");
  }
});

test("an archive that would unpack to too much is a fault, by what it declares", async () => {
  const zeros = new Uint8Array(2 ** 20);
  const path = saved("bomb.zip", [{ name: "a.dcm", bytes: zeros }, { name: "b.dcm", bytes: zeros }]); // biome-ignore format: two entries
  const limits = { entries: 10, totalBytes: 2 ** 24, entryBytes: 2 ** 24, ratio: 200, ratioFromBytes: 2 ** 20 };
  expect(await faultOf(zipFiles(path, limits))).toBe("zip-bomb");
  expect(await faultOf(zipFiles(path, { ...limits, ratio: 1e6, totalBytes: 2 ** 20 }))).toBe("zip-bomb");
  expect(await faultOf(zipFiles(path, { ...limits, ratio: 1e6, entryBytes: 1000 }))).toBe("zip-bomb");
  expect(await faultOf(zipFiles(path, { ...limits, ratio: 1e6, entries: 1 }))).toBe("zip-bomb");
  expect((await zipFiles(path, { ...limits, ratio: 1e6 })).origins).toHaveLength(2);
  expect(await faultOf(intake([saved("huge.zip", [{ name: "a.dcm", bytes: zeros, declaredSize: 0xfffffff0 }])], options))).toBe("zip-bomb");
});

test("an entry that unpacks to more than it declares is refused by name", async () => {
  const [file] = files;
  const path = saved("liar.zip", [{ name: "IM1.dcm", bytes: file?.bytes ?? new Uint8Array(), declaredSize: 2000 }]);
  const { studies, refused } = await intake([path], options);
  expect(studies).toEqual([]);
  expect(refused).toMatchObject([{ fileName: "IM1.dcm", because: { code: "intake.zip-entry-broken" } }]);
});

test("something else called .zip, a cut archive and an empty one say so", async () => {
  writeFileSync(join(folder, "text.zip"), "not an archive at all, whatever its name may say");
  writeFileSync(join(folder, "cut.zip"), zip([{ name: "a.dcm", bytes: new Uint8Array(4000) }]).subarray(0, 60));
  const codes = async (name: string): Promise<string[]> =>
    (await intake([join(folder, name)], options)).refused.map(({ because }) => because.code);
  expect(await codes("text.zip")).toEqual(["intake.not-a-zip"]);
  expect(await codes("cut.zip")).toEqual(["intake.not-a-zip"]);
  saved("none.zip", []);
  expect(await codes("none.zip")).toEqual(["intake.empty-archive"]);
});
