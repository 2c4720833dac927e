// An OpenID Connect provider that really is one (oidc-provider) and can be made to lie, and a browser that goes there and back.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

type Claims = Record<string, unknown>;

export interface TestProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What it says of people, by subject; whoever is asked for by another subject has no claims. */
  readonly people: Map<string, Claims>;
  /** Changes the claims of ID tokens, or signs them with a key that it does not own. */
  lie: { readonly claims?: (claims: Claims) => Claims; readonly key?: KeyObject };
  /** Changes what it says about itself. */
  metadata: Claims;
  readonly away: () => Promise<void>;
}

const newKey = (): KeyObject => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
export const otherKey = newKey();

/** @param claimsIn where it puts what it says of people: many put it into the ID token, the standard has it in userinfo */
export async function startProvider(redirectUrl: string, claimsIn: "id-token" | "userinfo" = "id-token"): Promise<TestProvider> {
  const server = createServer();
  const port = await listen(server);
  const key = newKey();
  const test: TestProvider = {
    issuer: `http://127.0.0.1:${port}`,
    clientId: "overread",
    clientSecret: "a secret that stands in a file",
    people: new Map(),
    lie: {},
    metadata: {},
    away: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
  const provider = new Provider(test.issuer, {
    clients: [{ client_id: test.clientId, client_secret: test.clientSecret, redirect_uris: [redirectUrl] }],
    claims: { openid: ["sub"], profile: ["preferred_username", "roles"] },
    conformIdTokenClaims: claimsIn === "userinfo",
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ sub, ...test.people.get(sub) }) }),
    jwks: { keys: [{ ...key.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" }] as never },
    cookies: { keys: ["signs the provider's own cookies"] },
  });
  provider.use(async (context, next) => {
    await next();
    const body = context.body as Claims;
    if (context.path === "/.well-known/openid-configuration") context.body = { ...body, ...test.metadata };
    if (context.path === "/token" && typeof body.id_token === "string") body.id_token = signed(body.id_token, test.lie, key);
  });
  server.on("request", provider.callback());
  return test;
}

function signed(token: string, { claims = (same) => same, key }: TestProvider["lie"], own: KeyObject): string {
  const [header = "", payload = ""] = token.split(".");
  const said = claims(JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims);
  const text = `${header}.${Buffer.from(JSON.stringify(said)).toString("base64url")}`;
  return `${text}.${sign("sha256", Buffer.from(text), key ?? own).toString("base64url")}`;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  return port;
}

/** Keeps cookies and follows redirects; a cookie with SameSite=Strict goes only where the page comes from that is looked at. */
export class Browser {
  readonly #jar = new Map<string, Map<string, { readonly value: string; readonly strict: boolean }>>();
  #page: string | null = null;

  cookie(url: string, name: string): string | undefined {
    return this.#jar.get(new URL(url).origin)?.get(name)?.value;
  }

  setCookie(url: string, name: string, value: string): void {
    this.#of(new URL(url).origin).set(name, { value, strict: false });
  }

  /** @param until follows no redirect to an address that begins so */
  async go(url: string, more: RequestInit = {}, until?: string): Promise<{ readonly url: string; readonly answer: Response }> {
    const { origin } = new URL(url);
    const jar = this.#of(origin);
    const sent = [...jar].filter(([, { strict }]) => !strict || this.#page === null || this.#page === origin);
    const cookie = sent.map(([name, { value }]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...more, redirect: "manual", headers: { ...(more.headers as Record<string, string>), cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, { value, strict: /samesite=strict/i.test(line) });
    }
    const to = answer.headers.get("location");
    if (to !== null) {
      const next = new URL(to, url).href;
      return until !== undefined && next.startsWith(until) ? { url: next, answer } : this.go(next, {}, until);
    }
    this.#page = origin;
    return { url, answer };
  }

  /** Goes to the provider and proves there to be somebody. @returns where it was sent then, or stopped before */
  async prove(startUrl: string, subject: string, until?: string): Promise<{ readonly url: string; readonly answer: Response }> {
    let at = await this.go(startUrl, {}, until);
    while (at.url.includes("/interaction/") && at.answer.status === 200) {
      const [, prompt = ""] = /name="prompt" value="(\w+)"/.exec(await at.answer.text()) ?? [];
      const body = new URLSearchParams({ prompt, login: subject, password: "of the provider" });
      at = await this.go(at.url, { method: "POST", body }, until);
    }
    return at;
  }

  #of(origin: string): Map<string, { readonly value: string; readonly strict: boolean }> {
    const jar = this.#jar.get(origin) ?? new Map();
    this.#jar.set(origin, jar);
    return jar;
  }
}
