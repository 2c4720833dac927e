import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import dcmjsCodecs from "dcmjs-codecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../../src/base/seeded-random.ts";
import { intake } from "../../src/dicom/intake.ts";
import { type LoadedVolume, loadVolume } from "../../src/dicom/load-volume.ts";
import type { Stack } from "../../src/dicom/stack.ts";
import { type CtHeaders, type WriteCtOptions, writeCtSeries } from "../../src/dicom/write/ct.ts";
import { writeEnhancedCt } from "../../src/dicom/write/enhanced-ct.ts";
import { axialGrid, voxelCount } from "../../src/volume/grid.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { inlineThreads } from "../../src/volume/threads.ts";
import { type Volume, volume } from "../../src/volume/volume.ts";

const headers = {
  uidParts: ["intake-transfer-syntaxes"],
  patientName: "Phantom^Syntax",
  patientId: "SYNTAX-1",
  studyDate: "20260101",
  studyTime: "120000",
  kvp: 120,
  sliceThicknessMm: 1.5,
} satisfies CtHeaders & { kvp: number; sliceThicknessMm: number };

/** A disc of soft tissue in air with noise, another one on every slice: HU −1024 … about 1100. */
function source(): Volume {
  const random = seededRandom(11);
  const g = axialGrid([64, 48, 4], [0.8, 0.7, 1.5], patientPoint(-25, -16, -40));
  const data = Int16Array.from({ length: voxelCount(g) }, (_, index) => {
    const i = index % 64;
    const j = Math.floor(index / 64) % 48;
    const k = Math.floor(index / (64 * 48));
    const inside = Math.hypot(i - 32 - k, j - 24) < 18;
    const hu = (inside ? 40 + 8 * i : -980) + 25 * random.normal();
    return Math.round(Math.max(-1024, Math.min(1500, hu)));
  });
  return volume(g, data);
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "intake-syntaxes-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = { signal: new AbortController().signal, progress: () => {} };
const missing = (program: string): boolean => process.env.CI !== "true" && spawnSync(program, ["--version"]).error !== undefined;

/** Writes the series, runs a program over each file, and gives the folder of what came out. */
function recoded(
  name: string,
  command: (from: string, to: string) => readonly string[],
  written: WriteCtOptions = {},
  multiFrame = false,
): string {
  const from = join(folder, `${name}-in`);
  const to = join(folder, `${name}-out`);
  mkdirSync(from);
  mkdirSync(to);
  const files = multiFrame ? [writeEnhancedCt(source(), headers, written)] : writeCtSeries(source(), headers, written);
  for (const file of files) {
    writeFileSync(join(from, file.fileName), file.bytes);
    const [program, ...args] = command(join(from, file.fileName), join(to, file.fileName));
    execFileSync(program as string, args, { stdio: "pipe" });
  }
  return to;
}

async function loaded(path: string): Promise<{ stack: Stack; volume: LoadedVolume; syntax: string }> {
  const { studies, refused } = await intake([path], options);
  expect(refused).toEqual([]);
  expect(studies).toHaveLength(1);
  const stacks = [...(studies[0]?.stacks.values() ?? [])];
  expect(stacks).toHaveLength(1);
  const stack = stacks[0] as Stack;
  expect(stack.summary.faults).toEqual([]);
  return {
    stack,
    volume: await loadVolume(stack, { threads: inlineThreads, ...options }),
    syntax: stack.slices[0]?.file.transferSyntaxUid ?? "",
  };
}

const signed: WriteCtOptions = { stored: "signed-16" };
const recodings: readonly [
  title: string,
  uid: string,
  command: (from: string, to: string) => readonly string[],
  written: WriteCtOptions,
][] = [
  ["implicit little endian", "1.2.840.10008.1.2", (from, to) => ["dcmconv", "+ti", from, to], {}],
  ["explicit little endian", "1.2.840.10008.1.2.1", (from, to) => ["dcmconv", "+te", from, to], signed],
  ["explicit big endian", "1.2.840.10008.1.2.2", (from, to) => ["dcmconv", "+tb", from, to], {}],
  ["big endian, signed", "1.2.840.10008.1.2.2", (from, to) => ["dcmconv", "+tb", from, to], signed],
  ["deflated", "1.2.840.10008.1.2.1.99", (from, to) => ["dcmconv", "+td", from, to], signed],
  ["RLE", "1.2.840.10008.1.2.5", (from, to) => ["dcmcrle", from, to], {}],
  ["RLE, signed", "1.2.840.10008.1.2.5", (from, to) => ["dcmcrle", from, to], signed],
  ["JPEG lossless, first-order prediction", "1.2.840.10008.1.2.4.70", (from, to) => ["dcmcjpeg", "+e1", from, to], {}],
  ["JPEG lossless, signed", "1.2.840.10008.1.2.4.70", (from, to) => ["gdcmconv", "-J", from, to], signed],
  ["JPEG lossless, other predictors", "1.2.840.10008.1.2.4.57", (from, to) => ["dcmcjpeg", "+el", "+sv", "6", from, to], {}],
  ["JPEG-LS lossless", "1.2.840.10008.1.2.4.80", (from, to) => ["dcmcjpls", from, to], {}],
  ["JPEG-LS lossless by GDCM, signed", "1.2.840.10008.1.2.4.80", (from, to) => ["gdcmconv", "-L", from, to], signed],
  ["JPEG 2000 lossless", "1.2.840.10008.1.2.4.90", (from, to) => ["gdcmconv", "-K", from, to], {}],
  ["JPEG 2000 lossless, signed", "1.2.840.10008.1.2.4.90", (from, to) => ["gdcmconv", "-K", from, to], signed],
];

for (const [title, uid, command, written] of recodings) {
  const program = command("", "")[0] as string;
  test.skipIf(missing(program))(`${title}: HU equal the source's`, async () => {
    const { volume: read, syntax, stack } = await loaded(recoded(title.replaceAll(/\W/g, "-"), command, written));
    expect(syntax).toBe(uid);
    expect(stack.summary.lossyCompressed).toBe(false);
    expect(read.volume.grid).toEqual(source().grid);
    expect(differences(read.volume, source())).toBe(0);
  });
}

const lossy: readonly [title: string, uid: string, worstHu: number, command: (from: string, to: string) => readonly string[]][] = [
  ["JPEG extended, 12 bits", "1.2.840.10008.1.2.4.51", 200, (from, to) => ["dcmcjpeg", "+ee", "+q", "95", from, to]],
  ["JPEG-LS near-lossless", "1.2.840.10008.1.2.4.81", 3, (from, to) => ["dcmcjpls", "+en", "+md", "3", from, to]],
];
for (const [title, uid, worstHu, command] of lossy) {
  test.skipIf(missing(command("", "")[0] as string))(`${title}: read with a warning, HU near the source's`, async () => {
    const { volume: read, syntax, stack } = await loaded(recoded(title.replaceAll(/\W/g, "-"), command));
    expect(syntax).toBe(uid);
    expect(stack.summary.lossyCompressed).toBe(true);
    expect(stack.summary.warnings.map(({ code }) => code)).toContain("series.lossy");
    const worst = source().data.reduce((most, hu, n) => Math.max(most, Math.abs(hu - (read.volume.data[n] as number))), 0);
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThanOrEqual(worstHu);
  });
}

test.skipIf(missing("gdcmconv"))("frames of a multi-frame file are found in RLE, JPEG 2000, deflated and native form", async () => {
  const forms: [string, (from: string, to: string) => readonly string[]][] = [
    ["multi-native", (from, to) => ["dcmconv", "+ti", from, to]],
    ["multi-deflated", (from, to) => ["dcmconv", "+td", from, to]],
    ["multi-rle", (from, to) => ["dcmcrle", from, to]],
    ["multi-rle-fragments", (from, to) => ["dcmcrle", "+fs", "1", from, to]],
    ["multi-jpeg", (from, to) => ["dcmcjpeg", from, to]],
    ["multi-j2k", (from, to) => ["gdcmconv", "-K", from, to]],
  ];
  for (const [name, command] of forms) {
    const { volume: read } = await loaded(recoded(name, command, { order: "reverse" }, true));
    expect(read.volume.grid, name).toEqual(source().grid);
    expect(differences(read.volume, source()), name).toBe(0);
  }
});

test("High-Throughput JPEG 2000 lossless: HU equal the source's", async () => {
  await dcmjsCodecs.NativeCodecs.initializeAsync();
  for (const [name, uid] of [
    ["htj2k", "1.2.840.10008.1.2.4.201"],
    ["htj2k-rpcl", "1.2.840.10008.1.2.4.202"],
  ] as const) {
    const to = join(folder, name);
    mkdirSync(to);
    for (const file of writeCtSeries(source(), headers)) {
      const transcoder = new dcmjsCodecs.Transcoder(file.bytes.buffer);
      transcoder.transcode(uid);
      writeFileSync(join(to, file.fileName), new Uint8Array(transcoder.getDicomPart10()));
    }
    const { volume: read, syntax } = await loaded(to);
    expect(syntax).toBe(uid);
    expect(differences(read.volume, source())).toBe(0);
  }
});

test("a file without preamble, and a bare implicit data set, are read like any other", async () => {
  const forms: [string, WriteCtOptions, (bytes: Uint8Array) => Uint8Array][] = [
    ["no-preamble", {}, (bytes) => bytes.subarray(132)],
    ["prefix-only", {}, (bytes) => bytes.subarray(128)],
    ["bare-implicit", { encoding: "implicit-le" }, withoutMetaInformation],
    ["bare-explicit", {}, withoutMetaInformation],
  ];
  for (const [name, written, cut] of forms) {
    const to = join(folder, name);
    mkdirSync(to);
    for (const file of writeCtSeries(source(), headers, written))
      writeFileSync(join(to, file.fileName.replace(".dcm", "")), cut(file.bytes));
    const { volume: read } = await loaded(to);
    expect(differences(read.volume, source()), name).toBe(0);
  }
});

test.skipIf(missing("gdcmconv"))("a truncated compressed frame is refused, and said", async () => {
  const to = recoded("truncated-j2k", (from, out) => ["gdcmconv", "-K", from, out]);
  const [first] = readdirSync(to).sort();
  const bytes = readFileSync(join(to, first as string));
  writeFileSync(join(to, first as string), bytes.subarray(0, bytes.length - 600));
  const { studies, refused } = await intake([to], options);
  expect(refused.map(({ fileName, because }) => [fileName, because.code])).toEqual([[first, "intake.pixel-data-short"]]);
  expect(studies[0]?.summary.series[0]).toMatchObject({ slices: 3, warnings: [{ code: "series.slices-refused", values: { count: 1 } }] });
});

/** (0002,0000) of our writer is right. */
function withoutMetaInformation(bytes: Uint8Array): Uint8Array {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(140, true);
  return bytes.subarray(144 + length);
}

function differences(a: Volume, b: Volume): number {
  let count = Math.abs(a.data.length - b.data.length);
  for (let n = 0; n < Math.min(a.data.length, b.data.length); n++) if (a.data[n] !== b.data[n]) count++;
  return count;
}
