// Times objects coming in over DIMSE: our Storage SCP with a keeper that streams to disk, beside storescp, in turn in one run; neither syncs.
// Writes results/intake.json and results/intake.md.
// Usage: node benchmarks/speed/intake.ts     Needs storescp and storescu (dcmtk).
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
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
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { part10Front } from "../../src/dicom/dimse/received-object.ts";
import { type Keep, listenForObjects } from "../../src/dicom/dimse/store-scp.ts";
import { writeCtSeries } from "../../src/dicom/write/ct.ts";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "overread-intake-"));
const port = 11_200 + (process.pid % 1000);
type Command = readonly [program: string, ...args: string[]];
const rounds = 7;
const targetShare = 0.8;

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

const [role, folderOfRole = "", portOfRole] = process.argv.slice(2);
if (role === "receive") await receive(folderOfRole, Number(portOfRole));
else await compare();

interface Took {
  readonly seconds: number;
  /** Of the receiver and its children, its start left out. */
  readonly cpuSeconds: number;
}

/** What it takes until senders of folders, at once, are done. */
async function timed([program, ...args]: Command, at: number, folders: readonly string[]): Promise<Took> {
  const receiver = spawn(program, args, { stdio: "inherit", env: { ...process.env, TCP_NODELAY: "1" } });
  try {
    await listens(at);
    const [started, cpuBefore] = [performance.now(), cpuSecondsOf(receiver.pid)];
    await Promise.all(
      folders.map(async (folder) => {
        const sender = spawn("storescu", ["-xe", "+sd", "127.0.0.1", String(at), folder], { env: { ...process.env, TCP_NODELAY: "1" } });
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
  const { volume } = await chestPhantom({ seed: 1, size: [512, 512, 400], spacingMm: [0.7, 0.7, 0.8], noiseHu: 20, kernel: "soft" });
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

  const self = [process.execPath, "--disable-warning=ExperimentalWarning", fileURLToPath(import.meta.url), "receive"] as const;
  const receivers: Readonly<Record<string, (folder: string, associations: number) => Command>> = {
    overread: (folder) => [...self, folder, String(port)],
    // It serves one association at a time, or forks.
    storescp: (folder, associations) => ["storescp", "+B", ...(associations > 1 ? ["--fork"] : []), "-od", folder, String(port)],
  };
  const measured = new Map<string, Took[]>();
  for (let round = 0; round < rounds; round++)
    for (const associations of [1, 4])
      for (const [name, command] of Object.entries(receivers)) {
        const folder = join(root, "received");
        mkdirSync(folder);
        const key = `${name} ${associations}`;
        const took = await timed(command(folder, associations), port, associations === 1 ? [all] : quarters);
        const arrived = readdirSync(folder);
        if (arrived.length !== files || arrived.some((file) => statSync(join(folder, file)).size < bytes / files / 2))
          throw new Error(`${name} lost files`);
        measured.set(key, [...(measured.get(key) ?? []), took]);
        rmSync(folder, { recursive: true });
        console.log(round, key, took);
      }
  rmSync(root, { recursive: true, force: true });

  const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  const rows = [1, 4].map((associations) => {
    const of = (name: string) => {
      const all = measured.get(`${name} ${associations}`) ?? [];
      const took = median(all.map(({ seconds }) => seconds));
      return {
        filesPerSecond: Math.round(files / took),
        megabytesPerSecond: Math.round(bytes / 1e6 / took),
        cpuMsPerFile: Number(((1000 * median(all.map(({ cpuSeconds }) => cpuSeconds))) / files).toFixed(2)),
        seconds: all.map(({ seconds }) => Number(seconds.toFixed(2))),
      };
    };
    const [overread, storescp] = [of("overread"), of("storescp")];
    const share = Number((overread.filesPerSecond / storescp.filesPerSecond).toFixed(2));
    return { associations, overread, storescp, share, met: share >= targetShare };
  });
  const commit = execFileSync("git", ["-C", project, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), load: loadavg()[0], node: process.version };
  const data = `chest phantom, seed 1, ${files} slices of 512×512, ${Math.round(bytes / 1e6)} MB, explicit little endian`;
  const report = { data, n: rounds, commit, machine, sender: "storescu", sync: "none in either", target: { share: targetShare }, rows };
  const results = join(project, "benchmarks/speed/results");
  writeFileSync(join(results, "intake.json"), `${JSON.stringify(report, null, 2)}\n`);
  const line = ({ associations, overread, storescp, share }: (typeof rows)[number]): string =>
    `| ${associations} | ${overread.filesPerSecond} | ${overread.megabytesPerSecond} | ${overread.cpuMsPerFile} | ${storescp.filesPerSecond} | ${storescp.megabytesPerSecond} | ${storescp.cpuMsPerFile} | ${share} |`;
  const text = `# Objects coming in over DIMSE

${data}, sent by storescu. Medians of ${rounds} rounds, receivers in turn, no sync in either; ${machine.cpu}, ${machine.cores} cores, shared with other work; Node ${machine.node}; commit ${commit}.

| associations | Overread: files/s | MB/s | ms of CPU a file | storescp: files/s | MB/s | ms of CPU a file | share of storescp (target ≥ ${targetShare}) |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.map(line).join("\n")}
`;
  writeFileSync(join(results, "intake.md"), text);
  console.log(text);
}
