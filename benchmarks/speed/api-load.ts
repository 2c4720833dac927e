// How long the API takes to answer at a fixed rate: worklist, study, its findings and QIDO, on PostgreSQL and on the embedded database, workers idle.
// Requests arrive as a Poisson process whatever the server does (open loop), and each is timed from when it was due, so that one that had to wait counts
// in full. Writes results/api-load.json and results/api-load.md.
// Usage: node benchmarks/speed/api-load.ts [--rate 100] [--seconds 60] [--rounds 3] [--studies 300] [--out FOLDER]
// Needs PostgreSQL (scripts/test-programs.ts).
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type SeededRandom, seededRandom } from "../../src/base/seeded-random.ts";
import { quantile } from "../../src/base/stats.ts";
import { programArguments } from "../../src/main/program-arguments.ts";
import { sampleReadResult } from "../../src/report/sample-read-result.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { PixelFolder } from "../../src/store/pixel-folder.ts";
import { StudyIndex } from "../../src/store/study-index.ts";
import { sendUntilStored } from "../../tests/flow/random-kills.ts";
import { type RunningServer, startServer } from "../../tests/flow/server.ts";
import { smallStudy } from "../../tests/flow/slept-study.ts";
import { startPostgresql } from "../../tests/store-servers.ts";
import { madeOn, tableRow, writeResults } from "./write-results.ts";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "100" },
    seconds: { type: "string", default: "60" },
    rounds: { type: "string", default: "3" },
    studies: { type: "string", default: "300" },
    out: { type: "string" },
  },
});
const [rate, seconds, rounds, studies] = [Number(values.rate), Number(values.seconds), Number(values.rounds), Number(values.studies)];
const target = { kind: "PostgreSQL", p99Ms: 50 } as const;
const slices = 3;
const warmSeconds = 5;
const password = "correct horse battery staple 9";

/** What is asked for, in what share: as readers do who work through a list. */
const kinds = { worklist: 0.3, study: 0.3, findings: 0.2, qido: 0.2 } as const;
type Kind = keyof typeof kinds;
const pathOf = (kind: Kind, uid: string): string =>
  ({
    worklist: "/api/studies?limit=50",
    study: `/api/studies/${uid}`,
    findings: `/api/studies/${uid}/files/findings.json`,
    qido: `/dicom-web/studies?StudyInstanceUID=${uid}`,
  })[kind];

/** Studies with a result each of none to five findings; made on PostgreSQL or, the server being stopped meanwhile, in the embedded database. */
async function fill(data: string, settings: Readonly<Record<string, string>>): Promise<string[]> {
  const server = await startServer(data, settings, [process.execPath, ...programArguments]);
  const uids: string[] = [];
  for (let n = 0; n < studies; n++) {
    const study = smallStudy(`A${n}`, slices);
    await sendUntilStored(study, server.dicomPort);
    uids.push(study.studyInstanceUid);
  }
  await server.kill("SIGTERM");
  const url = settings.DATABASE_URL;
  const database = await openDatabase(
    url === undefined ? { kind: "embedded", folder: join(data, "database") } : { kind: "postgresql", url },
  );
  const index = new StudyIndex(database, () => new Date());
  const pixels = await PixelFolder.open(join(data, "pixels"));
  for (const [n, studyInstanceUid] of uids.entries()) {
    const job = { studyInstanceUid, revision: 1 };
    const sample = sampleReadResult({ language: "en", findings: n % 6 });
    const result = { ...sample, study: { ...sample.study, studyInstanceUid } };
    const folderKey = `results/${studyInstanceUid}/1`;
    await pixels.put(
      `${folderKey}/findings.json`,
      (async function* () {
        yield Buffer.from(JSON.stringify(result));
      })(),
    );
    await index.saveResult(job, { input: "made", folderKey, result });
    await index.setState(job, "read", []);
  }
  await database.close();
  return uids;
}

interface Timed {
  readonly kind: Kind;
  readonly ms: number;
}

/** Asks at the rate for so long. Throws when an answer is not 200. */
async function load(server: RunningServer, uids: readonly string[], random: SeededRandom, forSeconds: number): Promise<Timed[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const { port } = new URL(server.url);
  const timed: Promise<Timed>[] = [];
  const started = performance.now();
  for (let dueMs = 0; dueMs < forSeconds * 1000; dueMs += (-1000 / rate) * Math.log(1 - random.uniform())) {
    const ahead = started + dueMs - performance.now();
    if (ahead > 1) await sleep(ahead);
    const kind = drawn(random.uniform());
    timed.push(
      ask(agent, port, pathOf(kind, uids[random.integer(uids.length)] ?? ""), server.cookie()).then(() => ({
        kind,
        ms: performance.now() - started - dueMs,
      })),
    );
  }
  const all = await Promise.all(timed);
  agent.destroy();
  return all;
}

function drawn(share: number): Kind {
  let below = 0;
  for (const [kind, part] of Object.entries(kinds)) {
    below += part;
    if (share < below) return kind as Kind;
  }
  return "qido";
}

const ask = (agent: Agent, port: string, path: string, cookie: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const asking = request({ agent, port, host: "127.0.0.1", path, headers: { cookie } }, (answer) => {
      answer.resume();
      answer.on("end", () => (answer.statusCode === 200 ? resolve() : reject(new Error(`${path}: ${answer.statusCode}`))));
    });
    asking.on("error", reject).end();
  });

const root = mkdtempSync(join(tmpdir(), "overread-api-"));
const postgresql = await startPostgresql();
try {
  const place = await postgresql.fresh();
  if (place.kind !== "postgresql") throw new RangeError("PostgreSQL is missing");
  // One compute child would be free to read: nothing waits.
  const usual = { OVERREAD_READERS: "1", OVERREAD_DEMO: "no", OVERREAD_QUIET_SECONDS: "3600" };
  const sites = [
    { name: "PostgreSQL", data: join(root, "postgresql"), settings: { ...usual, DATABASE_URL: place.url } },
    { name: "embedded", data: join(root, "embedded"), settings: usual },
  ];
  const random = seededRandom(1);
  const measured = new Map<string, Timed[][]>();
  for (const { name, data, settings } of sites) {
    const uids = await fill(data, settings);
    const server = await startServer(data, settings, [process.execPath, ...programArguments]);
    try {
      await server.signIn(password);
      await load(server, uids, random, warmSeconds);
      const all: Timed[][] = [];
      for (let round = 0; round < rounds; round++) {
        all.push(await load(server, uids, random, seconds));
        console.log(name, round, quantile(all.at(-1)?.map(({ ms }) => ms) ?? [], 0.99));
      }
      measured.set(name, all);
    } finally {
      await server.kill("SIGTERM");
    }
  }

  const figures = [...measured].map(([name, all]) => {
    const every = all.flat();
    const at = (of: readonly Timed[], fraction: number): number =>
      Number(
        quantile(
          of.map(({ ms }) => ms),
          fraction,
        ).toFixed(1),
      );
    const p99 = all.map((round) => at(round, 0.99));
    const byKind = Object.fromEntries(
      (Object.keys(kinds) as Kind[]).map((kind) => [
        kind,
        at(
          every.filter((each) => each.kind === kind),
          0.99,
        ),
      ]),
    );
    return {
      name,
      n: every.length,
      p50Ms: at(every, 0.5),
      p99Ms: at(every, 0.99),
      p99OfRoundsMs: p99,
      mostMs: at(every, 1),
      p99MsByKind: byKind,
    };
  });
  const met = (figures.find(({ name }) => name === target.kind)?.p99Ms ?? Number.NaN) < target.p99Ms;
  const head = [
    "",
    "requests",
    "p50, ms",
    "p99, ms",
    "p99 of each round",
    "longest",
    ...Object.keys(kinds).map((kind) => `p99 of ${kind}`),
  ];
  const rows = figures.map((each) =>
    tableRow([each.name, each.n, each.p50Ms, each.p99Ms, each.p99OfRoundsMs.join(", "), each.mostMs, ...Object.values(each.p99MsByKind)]),
  );
  const text = `# The API at ${rate} requests a second

${madeOn()}. ${studies} studies of ${slices} images with a result each, workers idle; ${rounds} rounds of ${seconds} s after ${warmSeconds} s to warm up.
Poisson arrivals whatever the server does, each timed from when it was due to the last byte; client on the same machine. Mix: ${Object.entries(
    kinds,
  )
    .map(([kind, share]) => `${kind} ${100 * share} %`)
    .join(", ")}.

${[tableRow(head), tableRow(head.map(() => "---")), ...rows].join("\n")}

Target: p99 on PostgreSQL under ${target.p99Ms} ms (${met ? "met" : "not met"}). Opening a study or its findings writes a record of the audit log first.
`;
  writeResults("api-load", { n: { rate, seconds, rounds, studies }, kinds, target, met, figures }, text, values.out);
} finally {
  await postgresql.close();
  rmSync(root, { recursive: true, force: true });
}
