import { isIP } from "node:net";
import cookie from "@fastify/cookie";
import type { FastifyInstance, FastifyReply, FastifyRequest, preHandlerAsyncHookHandler, RouteOptions } from "fastify";
import { type Action, may } from "../access/policy.ts";
import { csrfToken, sameToken } from "../access/token.ts";
import type { AuditEvent, AuditedAct } from "../audit/event.ts";
import type { Login, Logins } from "../store/logins.ts";
import { problem } from "./problem.ts";
import { Recently } from "./recently.ts";
import { addHeaders } from "./session-headers.ts";

export interface SessionPorts {
  readonly logins: Pick<Logins, "open" | "find" | "end">;
  readonly audit: (event: AuditEvent) => Promise<void>;
  readonly now: () => Date;
  /** Whether browsers come by https, to this program or to a proxy before it. */
  readonly secure: boolean;
  /** Routes (as they are written, "/*") that everybody may have beside those of `openToAll`. */
  readonly open: readonly string[];
}

/** Who asks, and the token that proves it. */
export type SignedIn = Login & { readonly token: string };

const openToAll = ["/live", "/ready", "/metrics", "/api/openapi.json", "/api/login", "/api/first-password"];

/** The header in which a page proves itself: `csrf` of POST /api/login and GET /api/me. */
const proofHeader = "x-overread-csrf";
/** Names the action that guards a route, in the API's description. */
export const actionKey = "x-overread-action";

/** Looking at a study means hundreds of requests: one line of the audit log says so. */
const viewMs = 600_000;

const changes = ({ method }: FastifyRequest): boolean => !["GET", "HEAD", "OPTIONS"].includes(method);

/**
 * Whether a page of another origin had the browser ask, as one does that would sign somebody in unasked. Browsers say so themselves
 * (Fetch Metadata) where the origin is trustworthy, else by Origin; programs say neither.
 */
function fromElsewhere({ headers, host }: FastifyRequest): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  return headers.origin !== undefined && !(URL.canParse(headers.origin) && new URL(headers.origin).host === host);
}

/**
 * Who is signed in, by a cookie that no script reads and no other site sends, and what they may do. Each route is guarded or named as
 * open: one that is neither is refused when it is added.
 */
export class Sessions {
  readonly #ports: SessionPorts;
  readonly #cookieName: string;
  readonly #guards = new WeakMap<object, Action | "me">();
  readonly #viewed = new Recently(viewMs);
  readonly #signedIn = new WeakMap<FastifyRequest, SignedIn>();

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    // A browser takes a name with this prefix only over https, for the whole host and from the host itself.
    this.#cookieName = ports.secure ? "__Host-overread" : "overread";
  }

  /** Adds cookies, headers, and the checks of requests and of all routes that follow. */
  readonly register = async (app: FastifyInstance): Promise<void> => {
    await app.register(cookie);
    addHeaders(app, this.#ports.secure);
    app.addHook("onRequest", async (request, reply) => {
      if (changes(request) && fromElsewhere(request)) return problem(request, reply, 403, "access.page-unproven");
    });
    app.addHook("onRoute", (route) => this.#checkRoute(route));
  };

  /**
   * Lets only those through who may do it; "me" is what everybody may who is signed in. Else: 401 (access.not-signed-in), or 403
   * (access.page-unproven: what changes something must come from a page of this login; access.forbidden, which is audited).
   */
  readonly guard = (action: Action | "me"): preHandlerAsyncHookHandler => {
    const guarding: preHandlerAsyncHookHandler = async (request, reply) => {
      const token = this.tokenOf(request);
      const login = token === undefined ? null : await this.#ports.logins.find(token);
      if (token === undefined || login === null) return problem(request, reply, 401, "access.not-signed-in");
      const proof = request.headers[proofHeader];
      if (changes(request) && !(typeof proof === "string" && sameToken(proof, csrfToken(token))))
        return problem(request, reply, 403, "access.page-unproven");
      if (action !== "me" && !may(login.role, action)) {
        const who = { kind: "account", name: login.account } as const;
        await this.record(request, { who, what: "access-refused", outcome: "refused", about: {}, because: action });
        return problem(request, reply, 403, "access.forbidden");
      }
      this.#signedIn.set(request, { ...login, token });
    };
    this.#guards.set(guarding, action);
    return guarding;
  };

  /** @throws RangeError when the request passed no guard */
  readonly signedIn = (request: FastifyRequest): SignedIn => {
    const signedIn = this.#signedIn.get(request);
    if (signedIn === undefined) throw new RangeError("the route has no guard");
    return signedIn;
  };

  readonly accountOf = (request: FastifyRequest): string => this.signedIn(request).account;

  tokenOf(request: FastifyRequest): string | undefined {
    return request.cookies[this.#cookieName];
  }

  /** Signs an account in under a new token; what the browser had before is over. @returns the new token */
  async begin(request: FastifyRequest, reply: FastifyReply, account: string): Promise<string> {
    const before = this.tokenOf(request);
    if (before !== undefined) await this.#ports.logins.end(before);
    const token = await this.#ports.logins.open(account);
    await this.record(request, { who: { kind: "account", name: account }, what: "login", outcome: "done", about: {} });
    reply.setCookie(this.#cookieName, token, this.#cookieOptions());
    return token;
  }

  async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { account, token } = this.signedIn(request);
    await this.#ports.logins.end(token);
    await this.record(request, { who: { kind: "account", name: account }, what: "logout", outcome: "done", about: {} });
    reply.clearCookie(this.#cookieName, this.#cookieOptions());
  }

  /** Writes down that a name and a password were refused; the name only where it is an account's. */
  readonly refused = (request: FastifyRequest, account: string | null, locked: boolean): Promise<void> =>
    this.record(request, {
      who: { kind: "nobody-known" },
      what: "login-failed",
      outcome: "failed",
      about: account === null ? {} : { account },
      ...(locked && { because: "account-locked" }),
    });

  /** Writes down that whoever is signed in proved again who they are. */
  readonly provenAgain = (request: FastifyRequest, account: string): Promise<void> =>
    this.record(request, { who: { kind: "account", name: account }, what: "login", outcome: "done", about: {}, because: "again" });

  /** Writes down that a signed-in account looks at a study, once in 10 min. */
  readonly viewed = async (request: FastifyRequest, studyInstanceUid: string, because?: "pseudonymised"): Promise<void> => {
    const account = this.accountOf(request);
    const view = [account, studyInstanceUid, because].join(" ");
    if (!this.#viewed.isNew(view, this.#ports.now().getTime())) return;
    try {
      await this.did(request, "viewed", { studyInstanceUid }, because);
    } catch (error) {
      this.#viewed.forget(view);
      throw error;
    }
  };

  /** Writes down what a signed-in account did. */
  readonly did = (request: FastifyRequest, what: AuditedAct, about: AuditEvent["about"], because?: string): Promise<void> => {
    const who = { kind: "account", name: this.accountOf(request) } as const;
    return this.record(request, { who, what, outcome: "done", about, ...(because !== undefined && { because }) });
  };

  /** Writes down what a request did, with when and from where. */
  record(request: FastifyRequest, event: Omit<AuditEvent, "at" | "from">): Promise<void> {
    return this.#ports.audit({ at: this.#ports.now().toISOString(), from: addressOf(request), ...event });
  }

  #cookieOptions(): { httpOnly: true; sameSite: "strict"; secure: boolean; path: "/" } {
    return { httpOnly: true, sameSite: "strict", secure: this.#ports.secure, path: "/" };
  }

  /** Guards come first of all, wherever a route names them: nothing of a request that is turned away is read. What they guard stands in the API's description. */
  #checkRoute(route: RouteOptions): void {
    const { method, url } = route;
    if ([...openToAll, ...this.#ports.open].includes(url)) return;
    const isGuard = (hook: object): boolean => this.#guards.has(hook);
    const first = [route.onRequest ?? []].flat();
    const later = [route.preHandler ?? []].flat();
    const guards = [...first, ...later].filter(isGuard);
    if (guards.length === 0) throw new RangeError(`${method} ${url} is neither guarded nor named as open`);
    route.onRequest = [...guards, ...first.filter((hook) => !isGuard(hook))];
    route.preHandler = later.filter((hook) => !isGuard(hook));
    route.schema = Object.assign({}, route.schema, { [actionKey]: guards.map((guard) => this.#guards.get(guard)).join(" ") });
  }
}

/** The network address a request came from; null where it has none, as on a socket of the file system. */
export const addressOf = ({ ip }: FastifyRequest): string | null => (isIP(ip) === 0 ? null : ip);
