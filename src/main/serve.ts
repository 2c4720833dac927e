import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { exitCode } from "../cli/exit-code.ts";
import { say } from "../words/say.ts";
import { Associations } from "../workflow/associations.ts";
import { type ArrivingObject, type Received, receiveObject } from "../workflow/receive-object.ts";
import { type SettlePorts, settleStudies } from "../workflow/settle-studies.ts";
import { aborted } from "./aborted.ts";
import { type Config, configOf } from "./config.ts";
import { type DicomDoor, openDicomDoor } from "./dicom-door.ts";
import { dicomTls } from "./dicom-tls.ts";
import { watchDropFolder } from "./drop-folder.ts";
import { ImageRetention } from "./image-retention.ts";
import { openIdentityProvider } from "./open-identity-provider.ts";
import { programArguments } from "./program-arguments.ts";
import { programEvent } from "./program-event.ts";
import { readStudies, showFailed } from "./read-studies.ts";
import { routingRules } from "./routing-rules.ts";
import { PriorSeeker } from "./seek-priors.ts";
import { logLine, logUnexpected } from "./server-log.ts";
import { settlePorts } from "./settle-ports.ts";
import { openStation, type Station } from "./station.ts";
import { ThreadPool } from "./thread-pool.ts";
import { linkOf, openWebDoor } from "./web-door.ts";

const settleEveryMs = 1000;
/** How long what is in hand may take to end when the server stops; a reading that does not is done at the next start. */
const graceMs = 10_000;
const firstAdministrator = "admin";

/**
 * `overread serve`: takes studies in, reads them, and shows them, until it is interrupted.
 * @returns the exit code
 * @throws Fault when it cannot start
 */
export async function serve(signal: AbortSignal): Promise<number> {
  const config = configOf(process.env);
  const tls = await dicomTls(config.dicom.tls);
  const rules = await routingRules("OVERREAD_ROUTING", config.routing);
  const provider = config.oidc === null ? null : await openIdentityProvider(config.oidc);
  const station = await openStation(config, logUnexpected);
  const threads = new ThreadPool(availableParallelism());
  const end = new AbortController();
  const priors = new PriorSeeker(station, config, tls, end.signal);
  const index = { add: priors.add, quarantine: station.index.quarantine };
  const associations = new Associations();
  const images = new ImageRetention(station, config.retention);
  const receive = images.within(async (object) => {
    const received = await receiveObject(object, { pixels: station.pixels, index, newName: randomUUID, now: () => new Date() });
    if (received.kind === "kept" && object.receivedBy.way !== "dimse") associations.came(received.studyInstanceUid, null);
    return received;
  });
  let doors: readonly Pick<DicomDoor, "close">[] = [];
  try {
    await station.audit.append(programEvent("started"));
    const stopReading = config.readers === 0 ? null : await readStudies(station, config);
    const dicom = await openDicomDoor(station, config, tls, receive, associations, logUnexpected);
    doors = [dicom];
    const web = await openWebDoor({
      station,
      config,
      rules,
      provider,
      threads,
      receive,
      isFull: images.isFull,
      dicom,
      unexpected: logUnexpected,
    });
    doors = [dicom, web];
    const settling = settleUntil(end.signal, station, config, settlePorts(station, associations, rules, config.language), () =>
      priors.round(receive),
    );
    const sweeping = images.sweepUntil(end.signal, pause);
    const watching = config.inbox === null ? null : watchInbox(config.inbox, receive, end.signal);
    await greet(station, config, web.url(), dicom);
    if (config.demo && (await station.index.studies({ limit: 1 })).length === 0) await takeDemoIn(receive, signal);
    await aborted(signal);
    // Nothing new comes in; what is in hand ends, or is tried again at the next start.
    end.abort();
    const closing = doors.map(({ close }) => close(graceMs));
    doors = [];
    await Promise.all([...closing, settling, sweeping, watching, priors.ended()]);
    await Promise.race([stopReading?.(), sleep(graceMs, undefined, { ref: false })]);
    await station.audit.append(programEvent("stopped"));
    return exitCode.done;
  } finally {
    end.abort();
    // Where the start failed: an open door would keep the process alive.
    await Promise.all(doors.map(({ close }) => close(0)));
    await station.close(0);
    await threads.close();
  }
}

/** Waits; ends early, without an error, when the signal aborts. */
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined);

/** Sends studies that are complete to be read, and shows those whose reading was given up, until the signal aborts. */
async function settleUntil(
  signal: AbortSignal,
  station: Station,
  config: Config,
  ports: SettlePorts,
  priorsRound: () => ReturnType<PriorSeeker["round"]>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await showFailed(station, config.language);
      // Asked for once a round, and only where a study waits. Thousands may: those that have their job are not asked for again one by one.
      let queued: ReturnType<typeof station.queue.keys> | undefined;
      let mayRead: ReturnType<typeof priorsRound> | undefined;
      const enqueue: SettlePorts["enqueue"] = async (job, key, urgent) => {
        queued ??= station.queue.keys("read");
        if ((await queued).has(key)) return;
        mayRead ??= priorsRound();
        if (await (await mayRead)(job)) await ports.enqueue(job, key, urgent);
      };
      await settleStudies(new Date(), config, { ...ports, enqueue });
    } catch (error) {
      // The database is away: what waits is found again when it is back.
      logUnexpected(error);
    }
    await pause(settleEveryMs, signal);
  }
}

const watchInbox = (folder: string, receive: (object: ArrivingObject) => Promise<Received>, signal: AbortSignal): Promise<void> =>
  watchDropFolder(
    folder,
    {
      receive: (file) => receive({ file, receivedBy: { way: "folder", from: null }, announced: null }),
      wait: pause,
      refused: ({ because }) => logLine("refused", { way: "folder", because: because.code }),
      unexpected: logUnexpected,
    },
    signal,
  );

/** On a server that has nothing yet: a phantom examination, made by a process of its own and taken in like any other. */
async function takeDemoIn(receive: (object: ArrivingObject) => Promise<Received>, signal: AbortSignal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "overread-demo-"));
  try {
    const made = join(folder, "phantom");
    await promisify(execFile)(process.execPath, [...programArguments, "phantom", "--out", made, "--seed", "1"], { signal });
    for (const name of await readdir(join(made, "dicom"))) {
      const file = createReadStream(join(made, "dicom", name));
      await receive({ file, receivedBy: { way: "folder", from: null }, announced: null });
      if (signal.aborted) return;
    }
  } catch (error) {
    if (!signal.aborted) logUnexpected(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Says on the terminal where the server is, and, until somebody has a password, how to set the first. */
async function greet({ accounts, database }: Station, { dicom, language }: Config, url: string, door: DicomDoor): Promise<void> {
  const tell = (code: string, values: Record<string, string | number> = {}): void => console.log(say(language, code, values));
  tell("server.listening", { url });
  tell("server.dicom-listening", { aeTitle: dicom.aeTitle, ...door.place() });
  if (!(await accounts.hasAdministrator())) {
    const by = { who: { kind: "program", name: "overread" }, from: null } as const;
    const there = (await accounts.list()).some(({ name }) => name === firstAdministrator);
    if (!there) await accounts.create(firstAdministrator, "administrator", by);
    const token = await accounts.firstPasswordLink(firstAdministrator, by);
    tell("server.first-password", { account: firstAdministrator, url: linkOf(url, token) });
    tell("server.loopback-only");
  }
  if (database.kind === "embedded") tell("server.embedded-limit");
  tell("server.not-certified");
}
