import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type DicomTree, encodeTree, type Item, parseTree, viewOf } from "../../benchmarks/fuzz/dicom-tree.ts";
import { seedBytes, sliceTree } from "../../benchmarks/fuzz/hostile-input.ts";
import { encodeZip, soundEnd } from "../../benchmarks/fuzz/hostile-zip.ts";
import { runInputs } from "../../benchmarks/fuzz/run-inputs.ts";
import { seededRandom } from "../../src/base/seeded-random.ts";
import { type Intake, intake } from "../../src/dicom/intake.ts";
import { type LoadedVolume, loadVolume } from "../../src/dicom/load-volume.ts";
import type { Stack } from "../../src/dicom/stack.ts";
import { type CtHeaders, writeCtSeries } from "../../src/dicom/write/ct.ts";
import { writeEnhancedCt } from "../../src/dicom/write/enhanced-ct.ts";
import { ThreadPool } from "../../src/main/thread-pool.ts";
import { axialGrid, voxelCount } from "../../src/volume/grid.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { inlineThreads, type Task, type Threads } from "../../src/volume/threads.ts";
import { type Volume, volume } from "../../src/volume/volume.ts";
import { codesOf, overread } from "./overread.ts";
import { chestHeaders, smallChest } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-hostile-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const options = { signal: new AbortController().signal, progress: () => {} };

/** A folder of files, by their paths in it. */
function folderOf(files: Readonly<Record<string, Uint8Array>>): string {
  const folder = mkdtempSync(join(root, "case-"));
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

/** Five slices of a seed of the fuzzer, changed by their number. */
function slices(seed: string, change: (tree: DicomTree, n: number) => unknown): Record<string, Uint8Array> {
  const trees = Array.from({ length: 5 }, (_, n) => sliceTree(seed, n));
  trees.forEach(change);
  return Object.fromEntries(trees.map((tree, n) => [`IM${n}.dcm`, encodeTree(tree)]));
}

const element = (tree: DicomTree, tag: number) => {
  const found = tree.body.find((node) => node.tag === tag);
  if (found === undefined) throw new Error(`no element ${tag.toString(16)}`);
  return found;
};
const set = (tree: DicomTree, tag: number, value: Uint8Array | Item[]): unknown => Object.assign(element(tree, tag), { value });
const garbled = (tree: DicomTree): unknown => set(tree, 0x7fe00010, [{ content: new Uint8Array() }, { content: new Uint8Array(100) }]);
const text = (value: string): Uint8Array => Buffer.from(value.length % 2 === 0 ? value : `${value} `);
const number = (value: number): Uint8Array => Uint8Array.of(value & 255, value >> 8);

const stacksOf = ({ studies }: Intake): Stack[] => studies.flatMap(({ stacks }) => [...stacks.values()]);
const refusalsOf = ({ refused }: Intake): string[] => refused.map(({ because }) => because.code);
const faultsOf = (taken: Intake): string[] => stacksOf(taken).flatMap(({ summary }) => summary.faults.map(({ code }) => code));
const load = (stack: Stack | undefined, threads: Threads = inlineThreads): Promise<LoadedVolume> =>
  loadVolume(stack as Stack, { threads, ...options });

const headers = {
  uidParts: ["hostile"],
  patientName: "H",
  patientId: "H",
  studyDate: "20260101",
  studyTime: "120000",
  kvp: 120,
  sliceThicknessMm: 1,
} satisfies CtHeaders & { kvp: number; sliceThicknessMm: number };

function noise(size: number, count: number): Volume {
  const grid = axialGrid([size, size, count], [1, 1, 1], patientPoint(0, 0, 0));
  const random = seededRandom(9);
  return volume(
    grid,
    new Int16Array(voxelCount(grid)).map(() => random.integer(2000) - 1000),
  );
}

test("1,000 hostile inputs end in a volume or a coded reason, none in a crash, a hang, 1.5 GB of memory or a file elsewhere", async () => {
  const said = new Set<string>();
  const bugs: string[] = [];
  for await (const answer of runInputs(4, Array(1000).keys(), { seconds: 60, rssMb: 1500 })) {
    for (const code of answer.said) said.add(code);
    for (const bug of answer.bugs) bugs.push(`input ${answer.n} of seed 4 (${answer.made.join(", ")}): ${bug}`);
  }
  expect(bugs).toEqual([]);
  // All doors were tried: a fuzzer whose inputs are all refused at the first tests nothing.
  expect([...said]).toEqual(
    expect.arrayContaining(["volume", "unreadable-slices", "series.slices-undecodable", "intake.not-a-zip", "intake.dicomdir-outside"]),
  );
  expect(said.size).toBeGreaterThan(30);
}, 600_000);

test("a zip archive whose 64-bit end record points beyond all files says so", async () => {
  for (const wide of [{ offset: 2n ** 53n }, { place: 2n ** 64n - 1n }, { offset: 2n ** 64n - 1n, entries: 2n ** 64n - 1n }]) {
    const archive = encodeZip([{ name: "a.dcm", bytes: seedBytes("explicit.dcm"), method: 0, flags: 0 }], { ...soundEnd, wide });
    expect(refusalsOf(await intake([join(folderOf({ "a.zip": archive }), "a.zip")], options))).toEqual(["intake.not-a-zip"]);
  }
});

test("a deflated file with more behind its pixels, or with a broken stream, ends no intake", async () => {
  const behind = slices("deflated.dcm", (tree) => tree.body.push({ tag: 0xfffcfffc, vr: "OB", value: new Uint8Array(300_000) }));
  expect((await load(stacksOf(await intake([folderOf(behind)], options))[0])).because).toEqual([]);
  const broken = seedBytes("deflated.dcm");
  broken.fill(0xff, 360);
  const taken = await intake([folderOf({ "a.dcm": broken })], options);
  expect(refusalsOf(taken)).toHaveLength(1);
});

test("a deflated multi-frame file longer than a batch of frames is read to its end", async () => {
  const whole = noise(64, 40);
  const tree = parseTree(writeEnhancedCt(whole, headers).bytes);
  tree.form.deflated = true;
  const syntax = tree.meta.find(({ tag }) => tag === 0x00020010);
  if (syntax) syntax.value = text("1.2.840.10008.1.2.1.99");
  const read = await load(stacksOf(await intake([folderOf({ "a.dcm": encodeTree(tree) })], options))[0]);
  expect(read.volume).toEqual(whole);
});

test("frames without number, beyond number and in pieces are refused, not made room for", async () => {
  for (const count of ["2147483648", "1e300", "-4", "4.5"]) {
    const tree = parseTree(seedBytes("multi-deflated.dcm"));
    set(tree, 0x00280008, text(count));
    expect(refusalsOf(await intake([folderOf({ "a.dcm": encodeTree(tree) })], options)), count).toEqual(["intake.incomplete-image-header"]);
  }
});

test("a stack of which no slice can be decoded is a fault, however short it is", async () => {
  const files = Object.entries(slices("jpeg-2000.dcm", garbled)).slice(0, 2);
  const [stack] = stacksOf(await intake([folderOf(Object.fromEntries(files))], options));
  await expect(load(stack)).rejects.toMatchObject({ code: "unreadable-slices", values: { count: 2, of: 2 } });
});

test("sizes that no image has are refused, sizes that its codestream lacks leave the slice out, and neither takes memory", async () => {
  const sized = (rows: number, columns: number) => (tree: DicomTree) => {
    set(tree, 0x00280010, number(rows));
    set(tree, 0x00280011, number(columns));
  };
  const before = process.memoryUsage().rss;
  expect(refusalsOf(await intake([folderOf(slices("jpeg-2000.dcm", sized(65535, 65535)))], options))).toEqual(
    Array(5).fill("intake.image-too-large"),
  );
  expect(faultsOf(await intake([folderOf(slices("rle.dcm", sized(8000, 8000)))], options))).toEqual(["series.too-large"]);
  const [stack] = stacksOf(await intake([folderOf(slices("jpeg-ls.dcm", sized(2000, 2000)))], options));
  await expect(load(stack)).rejects.toMatchObject({ code: "unreadable-slices" });
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(200);
});

test("pixel spacing, places and rescaling beyond all bounds count as not said", async () => {
  const cases: readonly (readonly [tag: number, value: string, code: string])[] = [
    [0x00280030, "1e-300\\1e-300", "series.no-pixel-spacing"],
    [0x00280030, "0\\1", "series.no-pixel-spacing"],
    [0x00281053, "1e300", "series.no-rescale"],
    [0x00200032, "1e300\\0\\0", "series.no-position"],
  ];
  for (const [tag, value, code] of cases) {
    const files = slices("explicit.dcm", (tree) => set(tree, tag, text(value)));
    expect(faultsOf(await intake([folderOf(files)], options)), value).toEqual([code]);
  }
});

test("a slice shifted beside its stack does not widen it beyond memory", async () => {
  const files = slices("explicit.dcm", (tree, n) => {
    if (n === 2) set(tree, 0x00200032, text("900000\\900000\\2"));
  });
  expect(faultsOf(await intake([folderOf(files)], options))).toEqual(["series.too-large"]);
});

test("a DICOMDIR of 100,000 records that name one file is read, and a named pipe in it is not waited for", async () => {
  const tree = parseTree(seedBytes("DICOMDIR"));
  const { value } = element(tree, 0x00041220);
  const image = value instanceof Uint8Array ? undefined : value.find(({ content }) => !(content instanceof Uint8Array) && content.some(({ tag }) => tag === 0x00041500)); // biome-ignore format: one line
  if (value instanceof Uint8Array || image === undefined || image.content instanceof Uint8Array) throw new Error("the seed names no file");
  const piped = image.content.map((node) => (node.tag === 0x00041500 ? { ...node, value: text("PIPE") } : node));
  value.push(...Array.from({ length: 100_000 }, () => image), { content: piped });
  const folder = folderOf({ DICOMDIR: encodeTree(tree), "CT/IM0": seedBytes("explicit.dcm") });
  execFileSync("mkfifo", [join(folder, "PIPE")]);
  const taken = await intake([join(folder, "DICOMDIR")], options);
  expect(taken.refused).toMatchObject([{ because: { code: "intake.missing-referenced-files", values: { count: 4 } } }]);
  expect(stacksOf(taken).map(({ slices: found }) => found.length)).toEqual([1]);
});

test("as many fragments as frames, or more than any file has, are told apart in time", async () => {
  const count = 60_000;
  const tree = parseTree(seedBytes("multi-rle.dcm"));
  set(tree, 0x00280008, text(String(count)));
  const table = new Uint8Array(4 * count);
  for (let n = 0; n < count; n++) viewOf(table).setUint32(4 * n, 16 * n, true);
  set(tree, 0x7fe00010, [{ content: table }, ...Array.from({ length: 2 * count }, () => ({ content: new Uint8Array(0) }))]);
  const started = performance.now();
  const taken = await intake([folderOf({ "a.dcm": encodeTree(tree) })], options);
  expect(taken.refused.length + stacksOf(taken).length).toBeGreaterThan(0);
  expect(performance.now() - started).toBeLessThan(20_000);
}, 60_000);

/** Runs the true tasks, and for ever where a frame of slot 3 or 9 is to be decoded. */
const stubborn = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    import { tasks } from "${new URL("../../src/main/tasks.ts", import.meta.url)}";
    parentPort.on("message", async ({ task, input }) => {
      if (input.frames.some(({ slot }) => slot % 6 === 3)) for (;;);
      parentPort.postMessage({ kind: "output", output: await tasks.get(task)(input) });
    });`)}`,
);

test("a slice that its decoder never finishes is left out as a broken one is, and its neighbours are read", async () => {
  const whole = noise(16, 60);
  const files = Object.fromEntries(writeCtSeries(whole, headers).map(({ fileName, bytes }) => [fileName, bytes]));
  const pool = new ThreadPool(2, stubborn);
  const hurried: Threads = { count: 2, run: (task, input) => pool.run({ ...task, timeLimitMs: () => 4000 } as Task<typeof input, never>, input) }; // biome-ignore format: one line
  try {
    const few = Object.fromEntries(Object.entries(files).slice(0, 14));
    const read = await load(stacksOf(await intake([folderOf(few)], options))[0], hurried);
    expect(read.because).toEqual([{ code: "series.slices-undecodable", values: { count: 2 } }]);
    const plane = (n: number, of: Volume) => of.data.subarray(n * 256, (n + 1) * 256);
    for (let n = 0; n < 14; n++)
      expect(Buffer.from(plane(n, read.volume)).equals(Buffer.from(plane(n, whole))), `slice ${n}`).toBe(n % 6 !== 3);
    // Ten of them are an attack on the reader's time: it gives up.
    const all = load(stacksOf(await intake([folderOf(files)], options))[0], hurried);
    await expect(all).rejects.toMatchObject({ code: "unreadable-slices" });
  } finally {
    await pool.close();
  }
}, 120_000);

/** A chest whose headers are sound and whose every codestream is garbage. */
async function brokenChest(): Promise<Record<string, Uint8Array>> {
  const { volume: chest } = await smallChest();
  const files = writeCtSeries(chest, chestHeaders).map(({ fileName, bytes }) => {
    const tree = parseTree(bytes);
    const syntax = tree.meta.find(({ tag }) => tag === 0x00020010);
    if (syntax) syntax.value = text("1.2.840.10008.1.2.4.90");
    Object.assign(element(tree, 0x7fe00010), { vr: "OB", delimited: true });
    garbled(tree);
    return [fileName, encodeTree(tree)] as const;
  });
  return Object.fromEntries(files);
}

test("overread read answers the nastiest inputs in words, with exit code 1 or 3, and writes nothing outside its folder", async () => {
  const cases: readonly (readonly [name: string, code: number, files: Record<string, Uint8Array>, open?: string])[] = [
    ["a chest of broken pixels", 1, await brokenChest()],
    ["a nest", 3, { "a.dcm": Buffer.concat([new Uint8Array(128), Buffer.from("DICM"), new Uint8Array(100_000).fill(0x20)]) }],
    [
      "a zip that leads out",
      1,
      { "a.zip": encodeZip([{ name: "../../out.dcm", bytes: new Uint8Array(9), method: 0, flags: 0 }], soundEnd) },
      "a.zip",
    ],
    [
      "a zip bomb",
      1,
      { "a.zip": encodeZip([{ name: "b.dcm", bytes: new Uint8Array(9), method: 8, flags: 0, declaredSize: 2 ** 31 }], soundEnd) },
      "a.zip",
    ],
    ["a study that calls itself ../../escaped", 3, slices("explicit.dcm", (tree) => set(tree, 0x0020000d, text("../../escaped")))],
    ["a study that calls itself ..", 3, slices("explicit.dcm", (tree) => set(tree, 0x0020000d, text("..")))],
    ["a large lie", 3, slices("rle.dcm", (tree) => set(tree, 0x00280010, number(60_000)))],
  ];
  for (const [name, code, files, open = "."] of cases) {
    const folder = folderOf(files);
    const around = mkdtempSync(join(root, "around-"));
    const out = join(around, "deep", "out");
    symlinkSync(folder, join(around, "in"));
    const ran = await overread(["read", join(around, "in", open), "--out", out, "--json"]);
    expect(ran.code, `${name}: ${ran.stderr}`).toBe(code);
    expect(ran.stderr, name).not.toMatch(/\n\s+at |Error:/);
    if (ran.stdout !== "") expect(codesOf(ran).length, name).toBeGreaterThan(0);
    else expect(ran.stderr.trim(), name).toMatch(/^[A-Z].*\.$/s);
    expect(readdirSync(around).sort(), name).toEqual(existsSync(out) ? ["deep", "in"] : ["in"]);
    for (const study of existsSync(out) ? readdirSync(out) : []) expect(study, name).toMatch(/^\d[\d.]*$/);
  }
}, 300_000);
