// How fast the store keeps images (bytes into the pixel folder, a row into the index) and moves jobs, on PGlite and PostgreSQL in one run.
// Writes results/store.md.
// Usage: node benchmarks/speed/store.ts [SECONDS of each figure]     Needs PostgreSQL (scripts/test-programs.ts).
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { ReceivedInstance } from "../../src/findings/received-instance.ts";
import { unknownStudy } from "../../src/findings/study.ts";
import type { Database } from "../../src/store/database.ts";
import { JobQueue } from "../../src/store/job-queue.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { PixelFolder } from "../../src/store/pixel-folder.ts";
import { StudyIndex } from "../../src/store/study-index.ts";
import { storeKinds } from "../../tests/store-servers.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const limitMs = 1000 * Number(process.argv[2] ?? 5);
/** A CT slice of 512 × 512 × 16 bit, in the chunks that a socket gives. */
const sliceBytes = 526_000;
const slicesOfStudy = 300;
const jobs = 500;
const chunk = new Uint8Array(65_536);
async function* slice(): AsyncIterable<Uint8Array> {
  for (let left = sliceBytes; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length));
}

/** Does something again and again, so many at once. @returns times a second */
async function rate(atOnce: number, work: (n: number, line: number) => Promise<unknown>): Promise<number> {
  const from = performance.now();
  let done = 0;
  const line = async (which: number): Promise<void> => {
    for (let n = 0; performance.now() - from < limitMs; n++, done++) await work(n, which);
  };
  await Promise.all(Array.from({ length: atOnce }, (_, which) => line(which)));
  return (1000 * done) / (performance.now() - from);
}

const { series: _, ...study } = unknownStudy("1.2");

function instance(studyUid: string, n: number, kept: { bytes: number; sha256: string; pixelKey: string }): ReceivedInstance {
  const nothingElse = { seriesNumber: 1, seriesDescription: null, protocolName: null, bodyPartExamined: null, manufacturer: null };
  return {
    sopInstanceUid: `${studyUid}.${n}`,
    sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
    transferSyntaxUid: "1.2.840.10008.1.2.1",
    instanceNumber: n,
    series: { seriesInstanceUid: `${studyUid}.1`, modality: "CT", ...nothingElse },
    study: { ...study, studyInstanceUid: studyUid },
    ...kept,
    receivedAt: new Date(),
    receivedBy: { way: "dimse", from: null },
  };
}

let runs = 0;
const studyUidOf = (run: number, line: number, n: number): string => `1.2.${run}.${line}.${Math.floor(n / slicesOfStudy)}`;

async function addRows(index: StudyIndex, atOnce: number): Promise<number> {
  const run = ++runs;
  return rate(atOnce, (n, line) => index.add(instance(studyUidOf(run, line, n), n, { bytes: 1, sha256: "00", pixelKey: "none" })));
}

async function keepImages(index: StudyIndex, atOnce: number, sync: boolean): Promise<number> {
  const run = ++runs;
  const root = mkdtempSync(join(tmpdir(), "overread-bench-"));
  const pixels = await PixelFolder.open(root, { sync });
  const perSecond = await rate(atOnce, async (n, line) => {
    const studyUid = studyUidOf(run, line, n);
    const pixelKey = `studies/${studyUid}/${n}`;
    await index.add(instance(studyUid, n, { ...(await pixels.put(pixelKey, slice())), pixelKey }));
  });
  rmSync(root, { recursive: true });
  return perSecond;
}

async function moveJobs(database: Database): Promise<number> {
  const test = {
    payload: z.strictObject({ n: z.number() }),
    retryLimit: 0,
    retryDelaySeconds: 1,
    heartbeatSeconds: 60,
    expireInSeconds: 60,
  };
  const queue = await JobQueue.open(database, { test }, console.error);
  for (let n = 0; n < jobs; n++) await queue.send("test", { n }, { key: `${n}` });
  const from = performance.now();
  await new Promise<void>((resolve) => {
    let done = 0;
    void queue.work("test", { concurrency: 2 }, async () => {
      if (++done === jobs) resolve();
    });
  });
  const tookMs = performance.now() - from;
  await queue.close(1000);
  return (1000 * jobs) / tookMs;
}

const columns: string[] = [];
const figures = new Map<string, string[]>();
const note = (what: string, perSecond: number): void => {
  console.log(`${columns.at(-1)}: ${what}: ${perSecond.toFixed(0)}`);
  figures.set(what, [...(figures.get(what) ?? []), perSecond.toFixed(0)]);
};

for (const { name, start } of storeKinds) {
  columns.push(name);
  const server = await start();
  const database = await openDatabase(await server.fresh());
  await migrate(database);
  const index = new StudyIndex(database, () => new Date());
  // WebAssembly is compiled while it runs.
  await addRows(index, 1);
  for (const atOnce of [1, 4]) note(`rows a second, ${atOnce} at once`, await addRows(index, atOnce));
  for (const sync of [false, true])
    for (const atOnce of [1, 4])
      note(`images a second, ${atOnce} at once, sync ${sync ? "on" : "off"}`, await keepImages(index, atOnce, sync));
  note("empty jobs a second, 2 workers", await moveJobs(database));
  await database.close();
  await server.close();
}

const commit = execFileSync("git", ["-C", project, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const table = [["", ...columns], columns.concat("").map(() => "---"), ...[...figures].map(([what, cells]) => [what, ...cells])].map(line);
writeFileSync(
  join(project, "benchmarks/speed/results/store.md"),
  `# What the store keeps in a second

Images of ${sliceBytes / 1000} kB, hashed, written and entered into the index, in studies of ${slicesOfStudy}; ${limitMs / 1000} s a figure, n = 1; ${cpus()[0]?.model}, ${availableParallelism()} cores, shared with other work (load ${loadavg()[0]?.toFixed(1)}); Node ${process.version}; commit ${commit}.
PGlite never syncs; "sync" is that of the images, and PostgreSQL syncs its rows in either.

${table.join("\n")}
`,
);
