import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
} from "openid-client";
import type { Role } from "../access/role.ts";
import { tokenFor } from "../access/token.ts";
import { Fault } from "../base/fault.ts";
import type { Identity } from "../store/identities.ts";

/** What was found of the provider, or that it is away, holds for so long. */
const foundMs = 30_000;
const timeoutSeconds = 5;
/** How long ago somebody may have proved who they are where it is asked for again; clocks may differ by as much. */
const freshMs = 2 * 60_000;

export interface ProviderSettings {
  /** Its address, which is its name too: https, or http on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  /** The claim whose values give roles. */
  readonly roleClaim: string;
  /** Value of the claim → role; where several fit, the first. */
  readonly roles: readonly (readonly [string, Role])[];
  /** Where browsers reach this server. */
  readonly publicUrl: string;
}

/** Whether an address is of this machine, where nobody listens in. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** Whether what is asked there and what it answers stays between us: https, or this machine. */
export const isPrivate = (url: URL): boolean => url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));

/** The state of the trip that a token belongs to: the browser brings it back beside the token's cookie. */
export const stateOf = (token: string): string => tokenFor("state", token);

/** A provider on this machine may name addresses over http, and still none elsewhere. */
const fetchInPrivate: CustomFetch = (url, { body, ...options }) => {
  if (!isPrivate(new URL(url))) throw new RangeError("the identity provider names an address without https");
  return fetch(url, { ...options, body: body ?? null });
};

/**
 * The organisation's OpenID Connect provider: authorization code flow with PKCE, state and nonce, all made of one token that only the
 * browser keeps. openid-client does the protocol; the ID token's signature is checked too, though it comes straight from the provider.
 */
export class IdentityProvider {
  readonly startUrl: string;
  readonly #redirectUrl: string;
  readonly #settings: ProviderSettings;
  readonly #told: (because: string) => void;
  #found: { readonly configuration: Promise<Configuration>; readonly atMs: number } | null = null;

  /** @param told hears by code why the provider is away or was not believed */
  constructor(settings: ProviderSettings, told: (because: string) => void) {
    this.startUrl = `${settings.publicUrl}/api/oidc/start`;
    this.#redirectUrl = `${settings.publicUrl}/api/oidc/callback`;
    this.#settings = settings;
    this.#told = told;
  }

  /** Whether it answered within the last half minute. */
  available(): Promise<boolean> {
    return this.#configuration().then(
      () => true,
      () => false,
    );
  }

  /**
   * Where the browser proves who sits at it.
   * @param again asks for the proof also of somebody whom the provider knows already
   * @throws Fault access.oidc-away
   */
  async address(token: string, again: boolean): Promise<string> {
    const url = buildAuthorizationUrl(await this.#configuration(), {
      redirect_uri: this.#redirectUrl,
      scope: this.#settings.scope,
      state: stateOf(token),
      nonce: tokenFor("nonce", token),
      code_challenge: await calculatePKCECodeChallenge(tokenFor("verifier", token)),
      code_challenge_method: "S256",
      ...(again && { prompt: "login", max_age: "0" }),
    });
    return url.href;
  }

  /**
   * Who the provider says it is.
   * @param search what the browser brought back
   * @throws Fault access.oidc-away, access.oidc-refused, access.oidc-unproven, access.oidc-not-fresh
   */
  async identity(token: string, search: URLSearchParams, again: boolean): Promise<Identity> {
    const { roleClaim, roles } = this.#settings;
    const configuration = await this.#configuration();
    try {
      const tokens = await authorizationCodeGrant(configuration, new URL(`${this.#redirectUrl}?${search}`), {
        expectedState: stateOf(token),
        expectedNonce: tokenFor("nonce", token),
        pkceCodeVerifier: tokenFor("verifier", token),
      });
      const proven = tokens.claims();
      if (proven === undefined) throw new RangeError("no ID token");
      if (again && !(Math.abs(Date.now() - 1000 * (proven.auth_time ?? 0)) <= freshMs)) throw new Fault("access.oidc-not-fresh");
      const complete = roleClaim in proven && "preferred_username" in proven;
      const asked = !complete && configuration.serverMetadata().userinfo_endpoint !== undefined;
      const claims = { ...(asked && (await fetchUserInfo(configuration, tokens.access_token, proven.sub))), ...proven };
      const said = [claims[roleClaim]].flat();
      return {
        issuer: proven.iss,
        subject: proven.sub,
        called: typeof claims.preferred_username === "string" ? [claims.preferred_username] : [],
        role: roles.find(([value]) => said.includes(value))?.[1] ?? null,
      };
    } catch (error) {
      throw this.#faultOf(error);
    }
  }

  #configuration(): Promise<Configuration> {
    const nowMs = Date.now();
    if (this.#found === null || nowMs - this.#found.atMs > foundMs) this.#found = { configuration: this.#discover(), atMs: nowMs };
    return this.#found.configuration;
  }

  async #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const url = new URL(issuer);
    try {
      return await discovery(
        url,
        clientId,
        {},
        // The standard's own way unless the provider leaves it out.
        (server, ...request) => {
          const basic = server.token_endpoint_auth_methods_supported?.includes("client_secret_basic") ?? true;
          (basic ? ClientSecretBasic : ClientSecretPost)(clientSecret)(server, ...request);
        },
        {
          execute: [enableNonRepudiationChecks, ...(isLoopback(url) ? [allowInsecureRequests] : [])],
          [customFetch]: fetchInPrivate,
          timeout: timeoutSeconds,
        },
      );
    } catch (error) {
      this.#told(codeOf(error));
      throw new Fault("access.oidc-away", {}, error);
    }
  }

  #faultOf(error: unknown): Fault {
    if (error instanceof Fault) return error;
    if (error instanceof AuthorizationResponseError) return new Fault("access.oidc-refused", {}, error);
    this.#told(codeOf(error));
    const away = error instanceof TypeError || (error instanceof ClientError && error.code === "OAUTH_TIMEOUT");
    return new Fault(away ? "access.oidc-away" : "access.oidc-unproven", {}, error);
  }
}

/** Never the words of an error, which may quote a token. */
const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unreachable";
