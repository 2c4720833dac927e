// Times objects coming in over DIMSE, at one and at four associations, receivers in turn in one run. Without sync: our Storage SCP with a keeper that streams
// to disk, beside storescp. With sync: the whole server, on PostgreSQL and on the embedded database, beside Orthanc.
// Writes results/intake.json and results/intake.md.
// Usage: node benchmarks/speed/intake.ts [--rounds 7] [--slices 400] [--out FOLDER]
// Needs storescp and storescu (dcmtk), Orthanc, PostgreSQL (scripts/test-programs.ts).
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  globSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "../../src/base/stats.ts";
import { part10Front } from "../../src/dicom/dimse/received-object.ts";
import { type Keep, listenForObjects } from "../../src/dicom/dimse/store-scp.ts";
import { writeCtSeries } from "../../src/dicom/write/ct.ts";
import { programArguments } from "../../src/main/program-arguments.ts";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";
import { startPostgresql } from "../../tests/store-servers.ts";
import { madeOn, tableRow, writeResults } from "./write-results.ts";

const root = mkdtempSync(join(tmpdir(), "overread-intake-"));
const port = 11_200 + (process.pid % 1000);
type Command = readonly [program: string, ...args: string[]];
/** Share of the other receiver's files a second. */
const targets = { storescp: 0.8, orthanc: 1.5 } as const;

/** Receives into a folder until it is killed. */
async function receive(folder: string, at: number): Promise<void> {
  // Into the system's cache and no further, as storescp writes: a turn to another thread for each piece costs more than the copy.
  const keep: Keep = async (object) => {
    const file = openSync(join(folder, object.sopInstanceUid), "wx");
    try {
      writeSync(file, part10Front(object));
      for await (const piece of object.data) writeSync(file, piece);
      return "stored";
    } finally {
      closeSync(file);
    }
  };
  const options = { host: "127.0.0.1", port: at, tls: null, commitment: null, ended: () => {}, failed: console.error } as const;
  await listenForObjects({ ...options, admit: () => "accept" }, keep);
}

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "7" }, slices: { type: "string", default: "400" }, out: { type: "string" } },
});
const [rounds, slices] = [Number(given.rounds), Number(given.slices)];
const [role, folderOfRole = "", portOfRole] = positionals;

interface Took {
  readonly seconds: number;
  /** Of the receiver and its children, its start left out. */
  readonly cpuSeconds: number;
}

/** What it takes until senders of folders, at once, are done. */
async function timed({ command: [program, ...args], env }: Receiver, at: number, folders: readonly string[]): Promise<Took> {
  const receiver = spawn(program, args, { stdio: "ignore", env: { ...process.env, TCP_NODELAY: "1", ...env } });
  try {
    await listens(at);
    const [started, cpuBefore] = [performance.now(), cpuSecondsOf(receiver.pid)];
    await Promise.all(
      folders.map(async (folder) => {
        const sender = spawn("storescu", ["-xe", "+sd", "-aec", "OVERREAD", "127.0.0.1", String(at), folder], {
          env: { ...process.env, TCP_NODELAY: "1" },
        });
        const [code] = await once(sender, "close");
        if (code !== 0) throw new Error("storescu failed");
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    // Children of storescp count when it has seen them end, which it looks for at its next connection.
    await listens(at);
    await sleep(100);
    return { seconds, cpuSeconds: cpuSecondsOf(receiver.pid) - cpuBefore };
  } finally {
    receiver.kill();
    await once(receiver, "close");
  }
}

/** User and system time of a process and of its children that have ended (proc_pid_stat(5), fields 14 to 17, in 1/100 s). */
function cpuSecondsOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

async function listens(at: number): Promise<void> {
  for (;;) {
    const socket = connect({ port: at, host: "127.0.0.1" });
    try {
      await once(socket, "connect");
      return;
    } catch {
      await sleep(20);
    } finally {
      socket.destroy();
    }
  }
}

async function compare(): Promise<void> {
  const { volume } = await chestPhantom({
    seed: 1,
    size: [512, 512, slices],
    spacingMm: [0.7, 0.7, 0.8 * (400 / slices)],
    noiseHu: 20,
    kernel: "soft",
  });
  const headers = {
    uidParts: ["intake"],
    patientName: "Phantom^Overread",
    patientId: "PHANTOM",
    studyDate: "20260101",
    studyTime: "120000",
  };
  const quarters = [0, 1, 2, 3].map((number) => join(root, `send-${number}`));
  for (const folder of quarters) mkdirSync(folder);
  let [files, bytes] = [0, 0];
  for (const { fileName, bytes: file } of writeCtSeries(volume, headers)) {
    writeFileSync(join(quarters[files % 4] ?? "", fileName), file);
    files++;
    bytes += file.length;
  }
  const all = join(root, "send-all");
  mkdirSync(all);
  for (const folder of quarters) for (const name of readdirSync(folder)) linkSync(join(folder, name), join(all, name));

  const postgresql = await startPostgresql();
  const measured = new Map<string, Took[]>();
  for (let round = 0; round < rounds; round++)
    for (const associations of [1, 4] as const)
      for (const [name, receiver] of Object.entries(receivers)) {
        const folder = join(root, "received");
        mkdirSync(folder);
        const place = await postgresql.fresh();
        const url = place.kind === "postgresql" ? place.url : "";
        const took = await timed(receiver(folder, associations, url), port, associations === 1 ? [all] : quarters);
        const kept = globSync(["*", "pixels/studies/*/*", "orthanc/??/??/*"], { cwd: folder }).map((path) => statSync(join(folder, path)));
        if (kept.filter((file) => file.isFile() && file.size > bytes / files / 2).length !== files) throw new Error(`${name} lost files`);
        measured.set(`${name} ${associations}`, [...(measured.get(`${name} ${associations}`) ?? []), took]);
        rmSync(folder, { recursive: true });
        console.log(round, name, associations, took);
      }
  await postgresql.close();
  rmSync(root, { recursive: true, force: true });

  const figuresOf = (name: string, associations: number) => {
    const took = measured.get(`${name} ${associations}`) ?? [];
    const seconds = median(took.map((each) => each.seconds));
    return {
      filesPerSecond: Math.round(files / seconds),
      megabytesPerSecond: Math.round(bytes / 1e6 / seconds),
      cpuMsPerFile: Number(((1000 * median(took.map(({ cpuSeconds }) => cpuSeconds))) / files).toFixed(2)),
      seconds: took.map((each) => Number(each.seconds.toFixed(2))),
    };
  };
  const compared = comparisons.flatMap(({ ours, other }) =>
    [1, 4].map((associations) => {
      const [own, theirs] = [figuresOf(ours, associations), figuresOf(other, associations)];
      // Of each round, as both ran one after the other.
      const shares = own.seconds.map((seconds, round) => (theirs.seconds[round] ?? Number.NaN) / seconds);
      const share = Number(median(shares).toFixed(2));
      const range = [Math.min(...shares), Math.max(...shares)].map((each) => Number(each.toFixed(2)));
      return { ours, other, associations, own, theirs, share, range, met: share >= targets[other] };
    }),
  );
  const data = `chest phantom, seed 1, ${files} slices of 512×512, ${Math.round(bytes / 1e6)} MB, explicit little endian`;
  const head = [
    "ours",
    "other",
    "associations",
    "ours: files/s",
    "MB/s",
    "ms of CPU a file",
    "other: files/s",
    "MB/s",
    "ms of CPU a file",
    "ours by theirs",
    "target",
  ];
  const rows = compared.map(({ ours, other, associations, own, theirs, share, range, met }) =>
    tableRow([
      titles[ours],
      titles[other],
      associations,
      ...[own, theirs].flatMap((each) => [each.filesPerSecond, each.megabytesPerSecond, each.cpuMsPerFile]),
      `${share} (${range.join(" … ")})`,
      `≥ ${targets[other]}, ${met ? "met" : "not met"}`,
    ]),
  );
  const text = `# Objects coming in over DIMSE

${madeOn()}. ${data}, sent by storescu. Medians of ${rounds} rounds (least … most), receivers in turn.

${[tableRow(head), tableRow(head.map(() => "---")), ...rows].join("\n")}

Without sync: storescp writes files and no index, and so does our receiver here; the share is of receiving alone.
With sync: Orthanc's \`SyncStorageArea\` (its default) syncs each file, not its folder; its SQLite index (\`synchronous = NORMAL\`) may lose its last rows in a power cut.
Our server syncs file and folder; on PostgreSQL the row is synced too before the sender hears "stored", on the embedded database it is not, as with Orthanc.
CPU of PostgreSQL is not counted.
`;
  const n = { rounds, files, bytes };
  writeResults("intake", { data, n, sender: "storescu", targets, compared }, text, given.out);
}

interface Receiver {
  readonly command: Command;
  readonly env?: Readonly<Record<string, string>>;
}
type Name = "receiver" | "storescp" | "postgresql" | "embedded" | "orthanc";

const titles: Readonly<Record<Name, string>> = {
  receiver: "receiver, no sync",
  storescp: "storescp, no sync",
  postgresql: "server on PostgreSQL, all synced",
  embedded: "server, embedded, files synced",
  orthanc: "Orthanc, files synced",
};
const comparisons = [
  { ours: "receiver", other: "storescp" },
  { ours: "postgresql", other: "orthanc" },
  { ours: "embedded", other: "orthanc" },
] as const;

const serve = (data: string, more: Readonly<Record<string, string>> = {}): Receiver => ({
  command: [process.execPath, ...programArguments, "serve"],
  env: { OVERREAD_DATA: data, OVERREAD_PORT: "0", OVERREAD_DICOM_PORT: String(port), OVERREAD_READERS: "0", OVERREAD_DEMO: "no", ...more },
});

const receivers: Readonly<Record<Name, (folder: string, associations: number, databaseUrl: string) => Receiver>> = {
  receiver: (folder) => ({
    command: [process.execPath, "--disable-warning=ExperimentalWarning", fileURLToPath(import.meta.url), "receive", folder, String(port)],
  }),
  // It serves one association at a time, or forks.
  storescp: (folder, associations) => ({
    command: ["storescp", "+B", ...(associations > 1 ? ["--fork"] : []), "-od", folder, String(port)],
  }),
  postgresql: (folder, _, databaseUrl) => serve(folder, { DATABASE_URL: databaseUrl }),
  embedded: (folder) => serve(folder),
  orthanc: (folder) => {
    const kept = join(folder, "orthanc");
    const configuration = {
      StorageDirectory: kept,
      IndexDirectory: kept,
      HttpServerEnabled: false,
      DicomPort: port,
      DicomAlwaysAllowStore: true,
      // The default since 1.7.4.
      SyncStorageArea: true,
      StorageCompression: false,
      Plugins: [],
    };
    writeFileSync(join(folder, "orthanc.json"), JSON.stringify(configuration));
    return { command: ["/usr/sbin/Orthanc", join(folder, "orthanc.json")] };
  },
};

if (role === "receive") await receive(folderOfRole, Number(portOfRole));
else await compare();
