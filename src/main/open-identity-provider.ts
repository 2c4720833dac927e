import { readFile } from "node:fs/promises";
import { Fault } from "../base/fault.ts";
import { IdentityProvider } from "../server/identity-provider.ts";
import type { OidcConfig } from "./config.ts";
import { logLine } from "./server-log.ts";

/**
 * The identity provider of the settings, with the secret from its file.
 * @throws Fault cli.bad-setting when the file cannot be read or holds nothing
 */
export async function openIdentityProvider({ clientSecretFile, ...settings }: OidcConfig): Promise<IdentityProvider> {
  const clientSecret = (await readFile(clientSecretFile, "utf8").catch(() => "")).trim();
  if (clientSecret === "") throw new Fault("cli.bad-setting", { names: "OVERREAD_OIDC_CLIENT_SECRET_FILE" });
  return new IdentityProvider({ ...settings, clientSecret }, (because) => logLine("identity-provider", { because }));
}
