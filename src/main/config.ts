import { join, resolve } from "node:path";
import { z } from "zod";
import { Role } from "../access/role.ts";
import { Fault } from "../base/fault.ts";
import { isPrivate, type ProviderSettings } from "../server/identity-provider.ts";
import type { PixelPlace } from "../store/open-pixels.ts";
import type { Retention } from "../workflow/retain-studies.ts";

/** A whole number in an environment variable. */
const whole = (least: number, most: number, otherwise: number) => z.coerce.number().int().min(least).max(most).default(otherwise);
const port = (otherwise: number) => whole(0, 65535, otherwise);

/** Settings of the server and the worker by environment variable; docs/reference/settings.md is checked against this table. */
const Environment = z.object({
  OVERREAD_DATA: z
    .string()
    .min(1)
    .default("overread-data")
    .describe("folder of the embedded database and, without a bucket, of the pixels"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe("PostgreSQL 15 or newer; without it the embedded database"),
  OVERREAD_PIXELS: z
    .string()
    .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/(?!\.{1,2}(\/|$))[0-9A-Za-z._-]{1,64})*\/?$/)
    .optional()
    .describe("s3://bucket or s3://bucket/prefix for images and results; without it they lie in a folder within OVERREAD_DATA"),
  OVERREAD_S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("address of the bucket's service; without it Amazon's"),
  OVERREAD_S3_REGION: z.string().min(1).default("us-east-1").describe("region of the bucket"),
  OVERREAD_S3_PATH_STYLE: z
    .enum(["yes", "no"])
    .default("no")
    .describe("yes where the bucket's name stands in the path of the address, as MinIO, Garage and Ceph often want it"),
  OVERREAD_HOST: z.string().min(1).default("127.0.0.1").describe("address the web server listens on once a password is set"),
  OVERREAD_PORT: port(8080).describe("port of the web server; 0: any"),
  OVERREAD_BEHIND_HTTPS: z
    .enum(["yes", "no"])
    .default("no")
    .describe("yes where a proxy on this machine takes https and passes on: cookies are then for https only"),
  OVERREAD_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.replace(/\/$/, "") === new URL(url).origin)
    .transform((url) => new URL(url).origin)
    .optional()
    .describe("where browsers reach this server, https://name without a path; without it where it listens"),
  OVERREAD_OIDC_ISSUER: z
    .url()
    .refine((url) => isPrivate(new URL(url)))
    .optional()
    .describe("sign-in over OpenID Connect: the provider's address, over https, or http on this machine"),
  OVERREAD_OIDC_CLIENT_ID: z.string().min(1).optional().describe("what this server is called at the provider"),
  OVERREAD_OIDC_CLIENT_SECRET_FILE: z.string().min(1).optional().describe("file that holds the secret shared with the provider"),
  OVERREAD_OIDC_ROLES: z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim().split(/\s*=\s*(?=[^=]*$)/)))
    .pipe(z.array(z.tuple([z.string().min(1), Role])))
    .optional()
    .describe("which value of the role claim gives which role, as radiology=reader,it=administrator; where several fit, the first"),
  OVERREAD_OIDC_ROLE_CLAIM: z.string().min(1).default("roles").describe("the claim whose values give roles"),
  OVERREAD_OIDC_SCOPE: z
    .string()
    .regex(/\bopenid\b/)
    .default("openid profile")
    .describe("what the provider is asked for"),
  OVERREAD_DICOM_HOST: z.string().min(1).default("0.0.0.0").describe("address the DICOM listener uses once peers are listed"),
  OVERREAD_DICOM_PORT: port(11112).describe("port of the DICOM listener; 0: any"),
  OVERREAD_AE_TITLE: z
    .string()
    .regex(/^[\x21-\x5b\x5d-\x7e]{1,16}$/)
    .default("OVERREAD")
    .describe("own AE title"),
  OVERREAD_DICOM_TLS_KEY_FILE: z.string().min(1).optional().describe("DICOM over TLS: file of the private key (PEM); read at the start"),
  OVERREAD_DICOM_TLS_CERTIFICATE_FILE: z
    .string()
    .min(1)
    .optional()
    .describe("file of the certificate that belongs to it, with those up to its authority"),
  OVERREAD_DICOM_TLS_CA_FILE: z
    .string()
    .min(1)
    .optional()
    .describe("file of the authorities that certificates of peers are from; with it senders must have one"),
  OVERREAD_PRIORS_YEARS: whole(0, 100, 5).describe("how far back an earlier study may lie that is fetched from peers; 0: none is"),
  OVERREAD_PRIORS_WAIT_SECONDS: whole(1, 3600, 120).describe("longest time that a reading waits for an earlier study"),
  OVERREAD_INBOX: z.string().min(1).optional().describe("drop folder: DICOM files put there are taken in and removed"),
  OVERREAD_QUIET_SECONDS: whole(1, 3600, 20).describe("a study that got nothing for so long is complete"),
  OVERREAD_QUIET_AFTER_ASSOCIATION_SECONDS: whole(1, 3600, 5).describe(
    "the same where all its objects came over associations that have ended",
  ),
  OVERREAD_ROUTING: z
    .string()
    .min(1)
    .optional()
    .describe("file of routing rules, which say what is read; without it CT that may show a chest (docs/how-to/route.md)"),
  OVERREAD_KEEP_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(36_500)
    .optional()
    .describe("images are removed after so many days, their results stay; without it they are kept for good"),
  OVERREAD_QUOTA_GB: z.coerce
    .number()
    .positive()
    .optional()
    .describe("most that images may take (GB of 1,000,000,000 bytes): the oldest are removed; without it the disk is the limit"),
  OVERREAD_READERS: whole(0, 64, 1).describe("compute children at once in this process; 0: none"),
  OVERREAD_TIME_LIMIT_MINUTES: whole(1, 1440, 30).describe("longest time of one reading"),
  OVERREAD_MEMORY_MB: whole(256, 1_000_000, 6000).describe("most memory of one compute child"),
  OVERREAD_DEMO: z.enum(["yes", "no"]).default("yes").describe("whether a server that has nothing yet takes in a phantom examination"),
  OVERREAD_LANG: z.enum(["en", "zh"]).default("en").describe("language of results and logs"),
});

const OidcEnvironment = Environment.pick({
  OVERREAD_PUBLIC_URL: true,
  OVERREAD_OIDC_ISSUER: true,
  OVERREAD_OIDC_CLIENT_ID: true,
  OVERREAD_OIDC_CLIENT_SECRET_FILE: true,
  OVERREAD_OIDC_ROLES: true,
}).required();

export interface Config {
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
  readonly pixels: PixelPlace;
  readonly web: { readonly host: string; readonly port: number; readonly behindHttps: boolean };
  readonly publicUrl: string | null;
  readonly oidc: OidcConfig | null;
  readonly dicom: {
    readonly host: string;
    readonly port: number;
    readonly aeTitle: string;
    readonly tls: { readonly keyFile: string; readonly certificateFile: string; readonly caFile: string | null } | null;
  };
  readonly priors: { readonly years: number; readonly waitMs: number };
  readonly inbox: string | null;
  readonly quietMs: number;
  readonly quietAfterAssociationMs: number;
  readonly retention: Retention;
  /** File of routing rules. */
  readonly routing: string | null;
  readonly readers: number;
  readonly childLimits: { readonly timeLimitMs: number; readonly memoryLimitMb: number };
  readonly demo: boolean;
  readonly language: "en" | "zh";
}

/** Sign-in over OpenID Connect. */
export interface OidcConfig extends Omit<ProviderSettings, "clientSecret"> {
  readonly clientSecretFile: string;
}

/**
 * The settings of this process.
 * @throws Fault cli.bad-setting: names what is wrong, never its value, as that may hold a password; cli.oidc-half-set
 */
export function configOf(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const names = parsed.error.issues.map(({ path }) => String(path[0]));
    throw new Fault("cli.bad-setting", { names: [...new Set(names)].join(", ") });
  }
  const set = parsed.data;
  return {
    dataFolder: resolve(set.OVERREAD_DATA),
    databaseUrl: set.DATABASE_URL ?? null,
    pixels: pixelPlace(set),
    web: { host: set.OVERREAD_HOST, port: set.OVERREAD_PORT, behindHttps: set.OVERREAD_BEHIND_HTTPS === "yes" },
    publicUrl: set.OVERREAD_PUBLIC_URL ?? null,
    oidc: oidcOf(environment, set),
    dicom: { host: set.OVERREAD_DICOM_HOST, port: set.OVERREAD_DICOM_PORT, aeTitle: set.OVERREAD_AE_TITLE, tls: dicomTlsFiles(set) },
    priors: { years: set.OVERREAD_PRIORS_YEARS, waitMs: set.OVERREAD_PRIORS_WAIT_SECONDS * 1000 },
    inbox: set.OVERREAD_INBOX === undefined ? null : resolve(set.OVERREAD_INBOX),
    quietMs: set.OVERREAD_QUIET_SECONDS * 1000,
    quietAfterAssociationMs: set.OVERREAD_QUIET_AFTER_ASSOCIATION_SECONDS * 1000,
    routing: set.OVERREAD_ROUTING === undefined ? null : resolve(set.OVERREAD_ROUTING),
    retention: {
      keepMs: set.OVERREAD_KEEP_DAYS === undefined ? null : set.OVERREAD_KEEP_DAYS * 86_400_000,
      quotaBytes: set.OVERREAD_QUOTA_GB === undefined ? null : set.OVERREAD_QUOTA_GB * 1e9,
    },
    readers: set.OVERREAD_READERS,
    childLimits: { timeLimitMs: set.OVERREAD_TIME_LIMIT_MINUTES * 60_000, memoryLimitMb: set.OVERREAD_MEMORY_MB },
    demo: set.OVERREAD_DEMO === "yes",
    language: set.OVERREAD_LANG,
  };
}

function pixelPlace(set: z.infer<typeof Environment>): PixelPlace {
  const data = resolve(set.OVERREAD_DATA);
  if (set.OVERREAD_PIXELS === undefined) return { kind: "folder", folder: join(data, "pixels") };
  const [bucket = "", ...prefix] = set.OVERREAD_PIXELS.slice("s3://".length)
    .split("/")
    .filter((part) => part !== "");
  return {
    kind: "bucket",
    bucket,
    prefix: prefix.map((part) => `${part}/`).join(""),
    endpoint: set.OVERREAD_S3_ENDPOINT ?? null,
    region: set.OVERREAD_S3_REGION,
    pathStyle: set.OVERREAD_S3_PATH_STYLE === "yes",
    temporaryFolder: join(data, "lent"),
  };
}

/** Key and certificate, or neither. */
function dicomTlsFiles(set: z.infer<typeof Environment>): Config["dicom"]["tls"] {
  const keyFile = set.OVERREAD_DICOM_TLS_KEY_FILE;
  const certificateFile = set.OVERREAD_DICOM_TLS_CERTIFICATE_FILE;
  const caFile = set.OVERREAD_DICOM_TLS_CA_FILE ?? null;
  if (keyFile !== undefined && certificateFile !== undefined) return { keyFile, certificateFile, caFile };
  if (keyFile === undefined && certificateFile === undefined && caFile === null) return null;
  throw new Fault("cli.bad-setting", { names: "OVERREAD_DICOM_TLS_KEY_FILE, OVERREAD_DICOM_TLS_CERTIFICATE_FILE" });
}

/** All or none; the public address alone has its own use. */
function oidcOf(
  environment: Readonly<Record<string, string | undefined>>,
  { OVERREAD_OIDC_SCOPE: scope, OVERREAD_OIDC_ROLE_CLAIM: roleClaim }: z.infer<typeof Environment>,
): OidcConfig | null {
  if (!Object.keys(environment).some((name) => name.startsWith("OVERREAD_OIDC_"))) return null;
  const parsed = OidcEnvironment.safeParse(environment);
  if (!parsed.success) throw new Fault("cli.oidc-half-set", { names: parsed.error.issues.map(({ path }) => path.join(".")).join(", ") });
  const set = parsed.data;
  return {
    issuer: set.OVERREAD_OIDC_ISSUER,
    clientId: set.OVERREAD_OIDC_CLIENT_ID,
    clientSecretFile: resolve(set.OVERREAD_OIDC_CLIENT_SECRET_FILE),
    scope,
    roleClaim,
    roles: set.OVERREAD_OIDC_ROLES,
    publicUrl: set.OVERREAD_PUBLIC_URL,
  };
}

/** The table of settings for docs: name, what it is, what stands without it. */
export const settings = Object.entries(Environment.shape).map(([name, schema]) => ({
  name,
  what: schema.description ?? "",
  otherwise: schema.safeParse(undefined).data ?? null,
}));
