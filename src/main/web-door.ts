import { randomUUID } from "node:crypto";
import { statfs } from "node:fs/promises";
import type { ServerEvent } from "../api/event.ts";
import type { AuditEvent } from "../audit/event.ts";
import { decodeStoredFrameTask } from "../dicom/web/decode-stored-frame.ts";
import { administrationRoutes } from "../server/administration-routes.ts";
import { application } from "../server/application.ts";
import { dicomWebRoutes } from "../server/dicom-web.ts";
import { eventRoutes } from "../server/event-routes.ts";
import { type LoginPorts, loginRoutes } from "../server/login.ts";
import { LoginLimit } from "../server/login-limit.ts";
import { openPages, pages } from "../server/pages.ts";
import { type SessionPorts, Sessions } from "../server/session.ts";
import { searchObjects } from "../store/search-objects.ts";
import type { Threads } from "../volume/threads.ts";
import type { ArrivingObject, Received } from "../workflow/receive-object.ts";
import { renderStoredFrameTask } from "../workflow/render-stored-frame.ts";
import type { Config } from "./config.ts";
import type { DicomDoor } from "./dicom-door.ts";
import type { Station } from "./station.ts";
import { version } from "./version.ts";
import { listenForWeb, type WebListener } from "./web-listener.ts";
import { wholeFile } from "./whole-file.ts";

const loopback = "127.0.0.1";
const mostUploadBytes = 16 * 2 ** 30;
/** Less room on the disk, and the server is not ready for more. */
const leastFreeBytes = 2 ** 30;

/** The web server: on loopback until an administrator has a password, then where the settings say. */
export async function openWebDoor(
  station: Station,
  config: Config,
  threads: Threads,
  receive: (object: ArrivingObject) => Promise<Received>,
  dicom: DicomDoor,
  unexpected: (error: unknown) => void,
): Promise<WebListener> {
  const { logins, audit } = station;
  const limit = new LoginLimit();
  const ending = new AbortController();
  let listener: WebListener | null = null;
  const accounts: LoginPorts["accounts"] = {
    authenticate: (name, password) => station.accounts.authenticate(name, password),
    useLink: async (token, password, from) => {
      const outcome = await station.accounts.useLink(token, password, from);
      // The first password is there.
      if (typeof outcome === "string") void listener?.moveTo(config.web.host).catch(unexpected);
      return outcome;
    },
  };
  const sessionPorts: SessionPorts = {
    logins,
    audit: (event) => audit.append(event),
    now: () => new Date(),
    secure: config.web.behindHttps,
    open: openPages,
  };
  const sessions = new Sessions(sessionPorts);
  const loginPorts: LoginPorts = { accounts, logins, limit, now: sessionPorts.now };
  const studies = studyPorts(station, sessions);
  const app = await application({
    ...station.index,
    ...studies,
    ...healthPorts(station, config),
    version: version().version,
    behindProxy: config.web.behindHttps,
    unexpected,
    also: async (web) => {
      await sessions.register(web);
      await loginRoutes(web, sessions, loginPorts);
      await web.register(pages, {
        ...loginPorts,
        sessions,
        studies: station.index.studies,
      });
      await web.register(eventRoutes, {
        guard: sessions.guard,
        listen: (heard) => listenForEvents(station, heard),
        unexpected,
        ending: ending.signal,
      });
      await web.register(administrationRoutes, {
        ...station,
        sessions,
        jobs: station.queue,
        peersChanged: dicom.changed,
        linkOf: (token: string) => linkOf(listener?.url() ?? "", token),
      });
      await web.register(dicomWebRoutes, dicomWebPorts(station, studies, threads, receive));
    },
  });
  await app.ready();
  const host = (await station.accounts.hasAdministrator()) ? config.web.host : loopback;
  listener = await listenForWeb((request, response) => app.routing(request, response), { host, port: config.web.port });
  const { close, ...door } = listener;
  return {
    ...door,
    close: (graceMs) => {
      ending.abort();
      return close(graceMs);
    },
  };
}

/** What the worklist hears of, from all processes. */
async function listenForEvents({ index, queue }: Station, heard: (event: ServerEvent) => void): Promise<() => Promise<void>> {
  const stops = [
    await index.onState((change) => heard({ event: "study", ...change })),
    await queue.onProgress(({ about, stage, fraction }) => heard({ event: "progress", studyInstanceUid: about, stage, fraction })),
  ];
  return async () => void (await Promise.all(stops.map((stop) => stop())));
}

/** Where the owner of a link chooses a password. */
export const linkOf = (url: string, token: string): string => `${url}/first-password?token=${encodeURIComponent(token)}`;

function studyPorts({ index, pixels, audit }: Station, sessions: Sessions) {
  const acts = { "study-viewed": "viewed", "verdict-given": "verdict", "read-again": "read" } as const;
  return {
    guard: sessions.guard,
    accountOf: sessions.accountOf,
    readAgain: async (studyInstanceUid: string): Promise<void> => void (await index.reopen(studyInstanceUid)),
    audit: (account: string, act: keyof typeof acts, studyInstanceUid: string, trackingUid: string | null): Promise<void> => {
      const about: AuditEvent["about"] = { studyInstanceUid, ...(trackingUid !== null && { trackingUid }) };
      return audit.append({
        at: new Date().toISOString(),
        who: { kind: "account", name: account },
        from: null,
        what: acts[act],
        outcome: "done",
        about,
        ...(act === "read-again" && { because: "asked-again" }),
      });
    },
    filesOf: async (folderKey: string): Promise<string[]> => {
      const names: string[] = [];
      for await (const key of pixels.list(`${folderKey}/`)) names.push(key.slice(folderKey.length + 1));
      return names;
    },
    open: (folderKey: string, name: string) => wholeFile(pixels, `${folderKey}/${name}`),
  };
}

function healthPorts({ database, queue, index }: Station, { dataFolder }: Config) {
  return {
    ready: async () => {
      const because: string[] = [];
      await database.query("select 1").catch(() => because.push("store.database-gone"));
      const { bavail, bsize } = await statfs(dataFolder);
      if (bavail * bsize < leastFreeBytes) because.push("output.disk-full");
      return { ready: because.length === 0, because };
    },
    figures: async () => {
      const jobs = (await queue.counts()).map(({ queue: name, state, jobs: count }) => [`jobs{queue="${name}",state="${state}"}`, count]);
      const studies = (await index.counts()).map(({ state, studies: count }) => [`studies{state="${state}"}`, count]);
      const process_ = [
        ["resident_bytes", process.memoryUsage.rss()],
        ["uptime_seconds", Math.round(process.uptime())],
      ];
      return Object.fromEntries([...jobs, ...studies, ...process_]) as Record<string, number>;
    },
  };
}

function dicomWebPorts(
  { database, pixels }: Station,
  studies: ReturnType<typeof studyPorts>,
  threads: Threads,
  receive: (object: ArrivingObject) => Promise<Received>,
) {
  return {
    search: (search: Parameters<typeof searchObjects>[1]) => searchObjects(database, search),
    pixels,
    receive,
    decode: (frame: Parameters<typeof decodeStoredFrameTask.compute>[0]) => threads.run(decodeStoredFrameTask, frame),
    render: (frame: Parameters<typeof renderStoredFrameTask.compute>[0]) => threads.run(renderStoredFrameTask, frame),
    guard: studies.guard,
    accountOf: studies.accountOf,
    viewed: (account: string, studyInstanceUid: string) => studies.audit(account, "study-viewed", studyInstanceUid, null),
    mostUploadBytes,
    newBoundary: randomUUID,
  };
}
