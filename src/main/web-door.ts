import { randomUUID } from "node:crypto";
import { statfs } from "node:fs/promises";
import type { ServerEvent } from "../api/event.ts";
import { Fault } from "../base/fault.ts";
import { Pseudonyms } from "../dicom/deidentify/pseudonyms.ts";
import { decodeStoredFrameTask } from "../dicom/web/decode-stored-frame.ts";
import type { RoutingRules } from "../findings/routing-rules.ts";
import { administrationRoutes } from "../server/administration-routes.ts";
import { application } from "../server/application.ts";
import { archiveRoutes } from "../server/archive-routes.ts";
import { dicomWebRoutes } from "../server/dicom-web.ts";
import { eventRoutes } from "../server/event-routes.ts";
import type { IdentityProvider } from "../server/identity-provider.ts";
import { type LoginPorts, loginRoutes } from "../server/login.ts";
import { LoginLimit } from "../server/login-limit.ts";
import { oidcRoutes, openOidcRoutes } from "../server/oidc-routes.ts";
import { openPages, pages } from "../server/pages.ts";
import { pseudonymisedRoutes } from "../server/pseudonymised-routes.ts";
import { routingRoutes } from "../server/routing-routes.ts";
import { type SessionPorts, Sessions } from "../server/session.ts";
import { openWebPages, webPages } from "../server/web-pages.ts";
import { PseudonymousStudies } from "../store/pseudonymous-studies.ts";
import { searchObjects } from "../store/search-objects.ts";
import { siteKey } from "../store/site-key.ts";
import { wholeFile } from "../store/whole-file.ts";
import type { Threads } from "../volume/threads.ts";
import { type Deidentification, exportStudy } from "../workflow/export-study.ts";
import type { ArrivingObject, Received } from "../workflow/receive-object.ts";
import { renderStoredFrameTask } from "../workflow/render-stored-frame.ts";
import type { Config } from "./config.ts";
import type { DicomDoor } from "./dicom-door.ts";
import { saying } from "./process-ports.ts";
import type { Station } from "./station.ts";
import { studyRouting } from "./study-routing.ts";
import { version } from "./version.ts";
import { openWebBuild } from "./web-build.ts";
import { listenForWeb, type WebListener } from "./web-listener.ts";

const loopback = "127.0.0.1";
const mostUploadBytes = 16 * 2 ** 30;
/** Less room on the disk, and the server is not ready for more. */
const leastFreeBytes = 2 ** 30;

/** The web server: on loopback until an administrator has a password, then where the settings say. */
export async function openWebDoor(
  station: Station,
  config: Config,
  rules: RoutingRules,
  provider: IdentityProvider | null,
  threads: Threads,
  receive: (object: ArrivingObject) => Promise<Received>,
  isFull: () => boolean,
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
    open: [...openPages, ...openOidcRoutes, ...openWebPages],
  };
  const sessions = new Sessions(sessionPorts);
  const loginPorts: LoginPorts = { accounts, logins, limit, now: sessionPorts.now };
  const studies = studyPorts(station, sessions);
  const app = await application({
    ...station.index,
    ...studies,
    ...healthPorts(station, config, isFull),
    version: version().version,
    behindProxy: config.web.behindHttps,
    unexpected,
    also: async (web) => {
      await sessions.register(web);
      await loginRoutes(web, sessions, loginPorts);
      const pagePorts = { ...loginPorts, sessions, provider };
      await web.register(pages, pagePorts);
      if (provider !== null) await web.register(oidcRoutes, { ...station, ...pagePorts, provider, secure: sessionPorts.secure });
      await web.register(webPages, { sessions, ...openWebBuild() });
      await web.register(routingRoutes, { ...studies, routing: studyRouting(station, rules) });
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
        testPeer: dicom.test,
        linkOf: (token: string) => linkOf(config.publicUrl ?? listener?.url() ?? "", token),
      });
      const pseudonymised = await pseudonymisedPorts(station, sessions);
      await web.register(pseudonymisedRoutes, pseudonymised);
      await web.register(archiveRoutes, { ...pseudonymised, unexpected });
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

function studyPorts({ index, pixels }: Station, sessions: Sessions) {
  return {
    guard: sessions.guard,
    accountOf: sessions.accountOf,
    viewed: sessions.viewed,
    did: sessions.did,
    readAgain: index.askToRead,
    filesOf: async (folderKey: string): Promise<string[]> => {
      const names: string[] = [];
      for await (const key of pixels.list(`${folderKey}/`)) names.push(key.slice(folderKey.length + 1));
      return names;
    },
    open: (folderKey: string, name: string) => wholeFile(pixels, `${folderKey}/${name}`),
  };
}

async function pseudonymisedPorts({ database, index, pixels }: Station, sessions: Sessions) {
  const pseudonyms = new Pseudonyms(await siteKey(database));
  const { instances } = index;
  return {
    ...index,
    sessions,
    pseudonyms,
    pseudonymousStudies: new PseudonymousStudies(database, pseudonyms.uid),
    exportStudy: (studyInstanceUid: string, how: Deidentification | null, language: "en" | "zh") =>
      exportStudy(studyInstanceUid, how, { instances, open: (key) => wholeFile(pixels, key), say: saying(language) }),
  };
}

function healthPorts({ database, pixels, queue, index }: Station, { dataFolder }: Config, isFull: () => boolean) {
  return {
    ready: async () => {
      const because: string[] = [];
      await database.query("select 1").catch(() => because.push("store.database-gone"));
      await pixels.check().catch((error: unknown) => because.push(error instanceof Fault ? error.code : "server.unexpected"));
      const { bavail, bsize } = await statfs(dataFolder);
      if (bavail * bsize < leastFreeBytes) because.push("output.disk-full");
      if (isFull()) because.push("output.quota-reached");
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
  { database, index, pixels }: Station,
  studies: ReturnType<typeof studyPorts>,
  threads: Threads,
  receive: (object: ArrivingObject) => Promise<Received>,
) {
  return {
    search: (search: Parameters<typeof searchObjects>[1]) => searchObjects(database, search),
    imagesRemovedAt: async (studyInstanceUid: string) => (await index.study(studyInstanceUid))?.imagesRemovedAt ?? null,
    pixels,
    receive,
    decode: (frame: Parameters<typeof decodeStoredFrameTask.compute>[0]) => threads.run(decodeStoredFrameTask, frame),
    render: (frame: Parameters<typeof renderStoredFrameTask.compute>[0]) => threads.run(renderStoredFrameTask, frame),
    guard: studies.guard,
    accountOf: studies.accountOf,
    viewed: studies.viewed,
    mostUploadBytes,
    newBoundary: randomUUID,
  };
}
