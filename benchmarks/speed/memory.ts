// Resident memory of `overread serve` while it takes studies in over C-STORE for some time at a steady rate, sampled every 10 s, with the slope of the line
// through the samples and its 95 % interval. Files of studies that are in are removed by this program, so that no disk fills up.
// Writes results/memory.json and results/memory.md.
// Usage: node benchmarks/speed/memory.ts [--minutes 30] [--warm 5] [--rate 30 files a second] [--database embedded|postgresql] [--out FOLDER]
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { mean } from "../../src/base/stats.ts";
import { programArguments } from "../../src/main/program-arguments.ts";
import { axialGrid } from "../../src/volume/grid.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { volume } from "../../src/volume/volume.ts";
import { sendUntilStored } from "../../tests/flow/random-kills.ts";
import { startServer } from "../../tests/flow/server.ts";
import { studyOf } from "../../tests/flow/slept-study.ts";
import { startPostgresql } from "../../tests/store-servers.ts";
import { madeOn, tableRow, writeResults } from "./write-results.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    warm: { type: "string", default: "5" },
    rate: { type: "string", default: "30" },
    database: { type: "string", default: "postgresql" },
    out: { type: "string" },
  },
});
const [minutes, warmMinutes, rate] = [Number(values.minutes), Number(values.warm), Number(values.rate)];
const everySeconds = 10;
const slices = 30;
/** "Flat": the interval of the slope, over an hour, reaches no further than this. */
const targetMbPerHour = 20;

interface Sample {
  readonly minute: number;
  readonly residentMb: number;
  readonly files: number;
}

/** Least squares with the interval of Student's t, taken as 1.96 from 30 samples on; neighbours are alike, so that blocks of a minute are averaged first. */
function slope(samples: readonly Sample[]): { readonly mbPerHour: number; readonly low: number; readonly high: number } {
  const blocks = [...Map.groupBy(samples, ({ minute }) => Math.floor(minute)).values()].map((block) => ({
    x: mean(block.map(({ minute }) => minute)) / 60,
    y: mean(block.map(({ residentMb }) => residentMb)),
  }));
  const [x, y] = [mean(blocks.map((block) => block.x)), mean(blocks.map((block) => block.y))];
  const spread = blocks.reduce((sum, block) => sum + (block.x - x) ** 2, 0);
  const mbPerHour = blocks.reduce((sum, block) => sum + (block.x - x) * (block.y - y), 0) / spread;
  const rest = blocks.reduce((sum, block) => sum + (block.y - y - mbPerHour * (block.x - x)) ** 2, 0);
  const freedom = blocks.length - 2;
  const half = (blocks.length < 30 ? 2.07 : 1.96) * Math.sqrt(rest / Math.max(1, freedom) / spread);
  return { mbPerHour, low: mbPerHour - half, high: mbPerHour + half };
}

const residentMb = (pid: number | undefined): number => (Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * 4096) / 2 ** 20;

const root = mkdtempSync(join(tmpdir(), "overread-memory-"));
const data = join(root, "data");
const postgresql = values.database === "postgresql" ? await startPostgresql() : null;
const place = await postgresql?.fresh();
const database: Record<string, string> = place?.kind === "postgresql" ? { DATABASE_URL: place.url } : {};
const settings = { ...database, OVERREAD_READERS: "0", OVERREAD_DEMO: "no", OVERREAD_QUIET_SECONDS: "5" };
const server = await startServer(data, settings, [process.execPath, ...programArguments]);
try {
  const grid = axialGrid([256, 256, slices], [1, 1, 1], patientPoint(0, 0, 0));
  const wide = volume(grid, new Int16Array(256 * 256 * slices));
  const started = performance.now();
  const minute = (): number => (performance.now() - started) / 60_000;
  const samples: Sample[] = [];
  let files = 0;
  const sampling = (async () => {
    while (minute() < minutes) {
      samples.push({ minute: Number(minute().toFixed(2)), residentMb: Math.round(residentMb(server.process.pid)), files });
      console.log(samples.at(-1));
      await sleep(everySeconds * 1000);
    }
  })();
  for (let n = 0; minute() < minutes; n++) {
    const study = studyOf(wide, `M${n}`);
    await sendUntilStored(study, server.dicomPort);
    files += slices;
    await rm(join(data, "pixels", "studies", study.studyInstanceUid), { recursive: true });
    await sleep(Math.max(0, started + (1000 * files) / rate - performance.now()));
  }
  await sampling;

  const counted = samples.filter((sample) => sample.minute >= warmMinutes);
  const line = slope(counted);
  const met = line.high <= targetMbPerHour;
  const first = counted[0]?.residentMb ?? Number.NaN;
  const most = Math.max(...samples.map((sample) => sample.residentMb));
  const shown = samples.filter((_, n) => n % Math.max(1, Math.round(samples.length / 16)) === 0);
  const text = `# Memory of the server while studies come in

${madeOn()}. \`overread serve\` on ${postgresql === null ? "the embedded database" : "PostgreSQL"}, no reader; ${files} CT slices of 256×256 in studies of ${slices} over C-STORE in ${minutes} minutes, at most ${rate} a second, one association a study.

After ${warmMinutes} minutes of warming up: ${line.mbPerHour.toFixed(1)} MB an hour, 95 % interval ${line.low.toFixed(1)} … ${line.high.toFixed(1)} (line through means of a minute; ${counted.length} samples). Target: the interval reaches no further than ${targetMbPerHour} MB an hour (${met ? "met" : "not met"}). ${first} MB then, ${most} MB at most.

${[tableRow(["minute", "resident MB", "files in"]), tableRow(["---", "---", "---"]), ...shown.map((each) => tableRow([each.minute, each.residentMb, each.files]))].join("\n")}
`;
  const n = { minutes, warmMinutes, rate, slices, files };
  writeResults(
    "memory",
    { n, database: values.database, target: { mbPerHour: targetMbPerHour }, slope: line, met, samples },
    text,
    values.out,
  );
} finally {
  await server.kill("SIGKILL");
  await postgresql?.close();
  rmSync(root, { recursive: true, force: true });
}
