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
import type { Threads } from "../volume/threads.ts";
import type { ArrivingObject, Received } from "../workflow/receive-object.ts";
import type { Config } from "./config.ts";
import type { DicomDoor } from "./dicom-door.ts";
import type { Station } from "./station.ts";
import { studyRouting } from "./study-routing.ts";
import { version } from "./version.ts";
import { openWebBuild } from "./web-build.ts";
import { listenForWeb, type WebListener } from "./web-listener.ts";
import { dicomWebPorts, healthPorts, listenForEvents, pseudonymisedPorts, studyPorts } from "./web-ports.ts";

const loopback = "127.0.0.1";

/** What the web server stands on. */
export interface WebDoorParts {
  readonly station: Station;
  readonly config: Config;
  readonly rules: RoutingRules;
  /** The organisation's sign-in; null where it has none. */
  readonly provider: IdentityProvider | null;
  readonly threads: Threads;
  readonly receive: (object: ArrivingObject) => Promise<Received>;
  /** Whether the quota is reached. */
  readonly isFull: () => boolean;
  readonly dicom: DicomDoor;
  readonly unexpected: (error: unknown) => void;
}

/** The web server: on loopback until an administrator has a password, then where the settings say. */
export async function openWebDoor(parts: WebDoorParts): Promise<WebListener> {
  const { station, config, rules, provider, threads, receive, isFull, dicom, unexpected } = parts;
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

/** Where the owner of a link chooses a password. */
export const linkOf = (url: string, token: string): string => `${url}/first-password?token=${encodeURIComponent(token)}`;
