import { resolve } from "node:path";
import { z } from "zod";
import { Fault } from "../base/fault.ts";

/** A whole number in an environment variable. */
const whole = (least: number, most: number, otherwise: number) => z.coerce.number().int().min(least).max(most).default(otherwise);
const port = (otherwise: number) => whole(0, 65535, otherwise);

/** Settings of the server and the worker by environment variable; docs/reference/settings.md is checked against this table. */
const Environment = z.object({
  OVERREAD_DATA: z.string().min(1).default("overread-data").describe("folder of the embedded database and of the pixels"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe("PostgreSQL 15 or newer; without it the embedded database"),
  OVERREAD_HOST: z.string().min(1).default("127.0.0.1").describe("address the web server listens on once a password is set"),
  OVERREAD_PORT: port(8080).describe("port of the web server; 0: any"),
  OVERREAD_BEHIND_HTTPS: z
    .enum(["yes", "no"])
    .default("no")
    .describe("yes where a proxy on this machine takes https and passes on: cookies are then for https only"),
  OVERREAD_DICOM_HOST: z.string().min(1).default("0.0.0.0").describe("address the DICOM listener uses once peers are listed"),
  OVERREAD_DICOM_PORT: port(11112).describe("port of the DICOM listener; 0: any"),
  OVERREAD_AE_TITLE: z
    .string()
    .regex(/^[\x21-\x5b\x5d-\x7e]{1,16}$/)
    .default("OVERREAD")
    .describe("own AE title"),
  OVERREAD_INBOX: z.string().min(1).optional().describe("drop folder: DICOM files put there are taken in and removed"),
  OVERREAD_QUIET_SECONDS: whole(1, 3600, 20).describe("a study that got nothing for so long is complete"),
  OVERREAD_READERS: whole(0, 64, 1).describe("compute children at once in this process; 0: none"),
  OVERREAD_TIME_LIMIT_MINUTES: whole(1, 1440, 30).describe("longest time of one reading"),
  OVERREAD_MEMORY_MB: whole(256, 1_000_000, 6000).describe("most memory of one compute child"),
  OVERREAD_DEMO: z.enum(["yes", "no"]).default("yes").describe("whether a server that has nothing yet takes in a phantom examination"),
  OVERREAD_LANG: z.enum(["en", "zh"]).default("en").describe("language of results and logs"),
});

export interface Config {
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
  readonly web: { readonly host: string; readonly port: number; readonly behindHttps: boolean };
  readonly dicom: { readonly host: string; readonly port: number; readonly aeTitle: string };
  readonly inbox: string | null;
  readonly quietMs: number;
  readonly readers: number;
  readonly childLimits: { readonly timeLimitMs: number; readonly memoryLimitMb: number };
  readonly demo: boolean;
  readonly language: "en" | "zh";
}

/**
 * The settings of this process.
 * @throws Fault cli.bad-setting: names what is wrong, never its value, as that may hold a password
 */
export function configOf(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const names = parsed.error.issues.map(({ path }) => path.join("."));
    throw new Fault("cli.bad-setting", { names: [...new Set(names)].join(", ") });
  }
  const set = parsed.data;
  return {
    dataFolder: resolve(set.OVERREAD_DATA),
    databaseUrl: set.DATABASE_URL ?? null,
    web: { host: set.OVERREAD_HOST, port: set.OVERREAD_PORT, behindHttps: set.OVERREAD_BEHIND_HTTPS === "yes" },
    dicom: { host: set.OVERREAD_DICOM_HOST, port: set.OVERREAD_DICOM_PORT, aeTitle: set.OVERREAD_AE_TITLE },
    inbox: set.OVERREAD_INBOX === undefined ? null : resolve(set.OVERREAD_INBOX),
    quietMs: set.OVERREAD_QUIET_SECONDS * 1000,
    readers: set.OVERREAD_READERS,
    childLimits: { timeLimitMs: set.OVERREAD_TIME_LIMIT_MINUTES * 60_000, memoryLimitMb: set.OVERREAD_MEMORY_MB },
    demo: set.OVERREAD_DEMO === "yes",
    language: set.OVERREAD_LANG,
  };
}

/** The table of settings for docs: name, what it is, what stands without it. */
export const settings = Object.entries(Environment.shape).map(([name, schema]) => ({
  name,
  what: schema.description ?? "",
  otherwise: schema.safeParse(undefined).data ?? null,
}));
