// Studies through server and workers on PostgreSQL. First 1,000 studies of ten slices that a test analysis takes 50 ms of sleep for, and 20 phantoms that
// are really read, while server, workers and compute children are killed (kill -9) at random: what became of each study. Then how much faster two workers
// are than one at the test analysis. Writes results/load.json and results/load.md.
// Usage: node benchmarks/speed/load.ts [--studies 1000] [--reads 20] [--kills 15] [--seed 1] [--jobs 400] [--rounds 5] [--out FOLDER]
// --kills is the number for each of the three.     Needs PostgreSQL (scripts/test-programs.ts).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { median } from "../../src/base/stats.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";
import {
  ended,
  type Site,
  sendUntilStored,
  startSiteServer,
  startSleepingWorker,
  underRandomKills,
} from "../../tests/flow/random-kills.ts";
import { sleepMs, smallStudy, studyOf } from "../../tests/flow/slept-study.ts";
import { freePort } from "../../tests/flow/store-peers.ts";
import { type PostgresqlServer, startPostgresql } from "../../tests/store-servers.ts";
import { madeOn, tableRow, writeResults } from "./write-results.ts";

const { values } = parseArgs({
  options: {
    studies: { type: "string", default: "1000" },
    reads: { type: "string", default: "20" },
    kills: { type: "string", default: "15" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "400" },
    rounds: { type: "string", default: "5" },
    out: { type: "string" },
  },
});
const [studies, reads, kills, seed, jobs, rounds] = [
  values.studies,
  values.reads,
  values.kills,
  values.seed,
  values.jobs,
  values.rounds,
].map(Number) as [number, number, number, number, number, number];
const targetRatio = 1.8;
const root = mkdtempSync(join(tmpdir(), "overread-load-"));

async function siteOn(postgresql: PostgresqlServer, name: string): Promise<Site> {
  const place = await postgresql.fresh();
  if (place.kind !== "postgresql") throw new RangeError("PostgreSQL is missing");
  return { data: join(root, name), databaseUrl: place.url, database: await openDatabase(place) };
}

/** Jobs a second of so many workers, from the first result to the last; all jobs wait before a worker starts. */
async function jobsPerSecond(postgresql: PostgresqlServer, round: number, workers: number): Promise<number> {
  const name = `jobs-${round}-${workers}`;
  const site = await siteOn(postgresql, name);
  const { database } = site;
  const count = async (sql: string): Promise<number> => (await database.query<{ n: number }>(sql))[0]?.n ?? 0;
  const port = await freePort();
  const server = await startSiteServer(site, { web: await freePort(), dicom: port });
  for (let n = 0; n < jobs; n++) await sendUntilStored(smallStudy(`${name}-${n}`), port);
  while ((await count("select count(*) as n from pgboss.job")) < jobs) await sleep(300);
  const started = await Promise.all(Array.from({ length: workers }, () => startSleepingWorker(site)));
  while ((await count("select count(*) as n from result")) < jobs) await sleep(300);
  const seconds = await count("select extract(epoch from max(made_at) - min(made_at)) as n from result");
  for (const worker of started) await ended(worker, "SIGTERM");
  await server.kill("SIGTERM");
  await database.close();
  rmSync(site.data, { recursive: true });
  return (jobs - 1) / seconds;
}

const postgresql = await startPostgresql();
try {
  const site = await siteOn(postgresql, "kills");
  const { volume } = await chestPhantom({ seed: 5, spacingMm: [1.5, 1.5, 2.5], noiseHu: 12, kernel: "soft" });
  const every = Math.ceil(studies / Math.max(1, reads));
  const sent = Array.from({ length: studies }, (_, n) => n).flatMap((n) => [
    ...(n % every === 0 && n / every < reads ? [studyOf(volume, `R${n / every}`)] : []),
    smallStudy(`S${n}`),
  ]);
  const plan = { workers: 2, kills: { server: kills, worker: kills, child: kills }, betweenMs: [2000, 8000], seed, senders: 2 } as const;
  const killed = await underRandomKills(site, { ...plan, studies: sent });
  await site.database.close();
  rmSync(site.data, { recursive: true });
  console.log(killed);

  const rates: { readonly one: number; readonly two: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const [first, second] = round % 2 === 0 ? [1, 2] : [2, 1];
    const made = { [first]: await jobsPerSecond(postgresql, round, first), [second]: await jobsPerSecond(postgresql, round, second) };
    rates.push({ one: made[1] ?? Number.NaN, two: made[2] ?? Number.NaN });
    console.log(round, rates.at(-1));
  }
  const ratios = rates.map(({ one, two }) => two / one);
  const ratio = median(ratios);
  const met = { kills: killed.lost.length === 0 && killed.doubled.length === 0 && killed.audit.code === 0, ratio: ratio >= targetRatio };
  const objects = sent.reduce((sum, study) => sum + study.objects.length, 0);
  const report = {
    n: { studies, reads, objects, jobs, rounds },
    plan,
    sleepMs,
    killed,
    rates,
    ratios,
    ratio,
    target: { ratio: targetRatio },
    met,
  };
  const rows: [string, string | number][] = [
    ["killed (kill -9): server, worker, compute child", Object.values(killed.killed).join(", ")],
    ["studies lost", killed.lost.length],
    ["studies doubled", killed.doubled.length],
    ["audit log", killed.audit.code === 0 ? killed.audit.said.replace(/ Note.*/, "") : "broken"],
    ["objects that were sent again, as nobody had said that they were stored", killed.objectsSentAgain],
    ["jobs tried again by themselves", killed.jobsTriedAgain],
    ["jobs given up and run again through the API", killed.jobsRerun],
    ["files without a row, which `overread reindex` clears up", killed.filesWithoutRow],
    ["seconds", killed.seconds],
  ];
  const text = `# Studies through server and workers

${madeOn()}. PostgreSQL, one server, two workers, ${objects} objects of ${sent.length} studies over C-STORE.
${studies} studies of ten slices are "read" in ${sleepMs} ms of sleep, which costs no processor time; ${reads} phantoms are read by compute children. Seed ${seed}.

${[tableRow(["under random kills", ""]), tableRow(["---", "---"]), ...rows.map(tableRow)].join("\n")}

A study is lost when an image, its file or the result of its last revision is missing, or that result is not of all its images.

Two workers do ${ratio.toFixed(2)} times (${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}, ${rounds} rounds of ${jobs} jobs) what one does: medians ${median(rates.map(({ two }) => two)).toFixed(1)} and ${median(rates.map(({ one }) => one)).toFixed(1)} jobs a second (target ≥ ${targetRatio}).
`;
  writeResults("load", report, text, values.out);
} finally {
  await postgresql.close();
  rmSync(root, { recursive: true, force: true });
}
