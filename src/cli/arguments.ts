import { parseArgs } from "node:util";
import { Fault } from "../base/fault.ts";
import type { DimsePeer } from "../dicom/dimse/association.ts";
import type { Profile } from "../dicom/dimse/report-forms.ts";
import { OperatingPointName } from "../findings/operating-point.ts";

export interface ReadCommand {
  readonly command: "read";
  readonly paths: readonly string[];
  readonly demo: boolean;
  readonly out: string;
  readonly analysis: string | null;
  readonly prior: string | null;
  readonly person: string | null;
  readonly allCandidates: boolean;
  /** Which guideline the report shows; null: those that suit the reason of the examination. */
  readonly guideline: string | null;
  /** File with a template of the dictation; null: the guideline's own. */
  readonly template: string | null;
  readonly operatingPoint: OperatingPointName;
  readonly language: "en" | "zh";
  readonly json: boolean;
}

export interface PhantomCommand {
  readonly command: "phantom";
  readonly out: string;
  readonly seed: number;
  readonly language: "en" | "zh";
}

export interface TemplateCommand {
  readonly command: "template";
  readonly guideline: string;
  readonly language: "en" | "zh";
}

export interface SendCommand {
  readonly command: "send";
  readonly paths: readonly string[];
  /** A DIMSE peer, or the address of a DICOMweb server. */
  readonly peer: DimsePeer | URL;
  readonly profile: Profile;
  readonly language: "en" | "zh";
  readonly json: boolean;
}

export interface FindingsCommand {
  readonly command: "findings";
  readonly paths: readonly string[];
  readonly language: "en" | "zh";
  readonly json: boolean;
}

export interface ExportCommand {
  readonly command: "export";
  /** StudyInstanceUIDs. */
  readonly studies: readonly string[];
  readonly out: string;
  readonly deidentify: boolean;
  /** Whether de-identified objects whose pixels may show text are given too. */
  readonly burnedIn: boolean;
  readonly language: "en" | "zh";
}

export interface ExportAuditCommand {
  readonly command: "export-audit";
  readonly out: string;
  /** First and last day, YYYY-MM-DD in UTC; null: all. */
  readonly from: string | null;
  readonly to: string | null;
  readonly language: "en" | "zh";
}

export interface RouteCommand {
  readonly command: "route";
  readonly paths: readonly string[];
  /** File with routing rules; null: those of the settings. */
  readonly rules: string | null;
  /** Who would have sent the files, by AE title and network address; null: not said. */
  readonly calling: string | null;
  readonly host: string | null;
  readonly language: "en" | "zh";
  readonly json: boolean;
}

export interface EvaluateCommand {
  readonly command: "evaluate";
  /** A manifest, or a folder that holds or makes up a data set. */
  readonly dataset: string;
  /** Folder that the manifest's paths are relative to; null: its own. */
  readonly data: string | null;
  readonly out: string;
  /** A list of marks to score instead of reading the scans. */
  readonly marks: string | null;
  /** Marks at or above count at the operating point. */
  readonly threshold: number | null;
  /** Training patients and scans of whoever made the marks. */
  readonly trainedOn: string | null;
  readonly allowContaminated: boolean;
  /** Program that trains and marks a fold; null: no cross-validation. */
  readonly recipe: string | null;
  readonly language: "en" | "zh";
}

export interface BackupCommand {
  readonly command: "backup";
  readonly out: string;
  /** With images and results. */
  readonly pixels: boolean;
  readonly language: "en" | "zh";
}

export interface RestoreCommand {
  readonly command: "restore";
  readonly path: string;
  readonly language: "en" | "zh";
}

export interface OtherCommand {
  readonly command: "help" | "version" | "serve" | "worker" | "reindex" | "move" | "verify-audit";
  readonly language: "en" | "zh";
}

export type Command =
  | ReadCommand
  | PhantomCommand
  | TemplateCommand
  | SendCommand
  | FindingsCommand
  | ExportCommand
  | ExportAuditCommand
  | RouteCommand
  | EvaluateCommand
  | BackupCommand
  | RestoreCommand
  | OtherCommand;

const readOptions = {
  out: { type: "string" },
  demo: { type: "boolean" },
  analysis: { type: "string" },
  prior: { type: "string" },
  person: { type: "string" },
  "all-candidates": { type: "boolean" },
  guideline: { type: "string" },
  template: { type: "string" },
  "operating-point": { type: "string" },
  lang: { type: "string" },
  json: { type: "boolean" },
} as const;
const phantomOptions = { out: { type: "string" }, seed: { type: "string" }, lang: { type: "string" } } as const;
const templateOptions = { guideline: { type: "string" }, lang: { type: "string" } } as const;
const findingsOptions = { lang: { type: "string" }, json: { type: "boolean" } } as const;
const routeOptions = {
  rules: { type: "string" },
  calling: { type: "string" },
  host: { type: "string" },
  lang: { type: "string" },
  json: { type: "boolean" },
} as const;
const exportOptions = {
  study: { type: "string", multiple: true },
  out: { type: "string" },
  deidentify: { type: "boolean" },
  "with-burned-in": { type: "boolean" },
  lang: { type: "string" },
} as const;
const exportAuditOptions = { from: { type: "string" }, to: { type: "string" }, out: { type: "string" }, lang: { type: "string" } } as const;
const evaluateOptions = {
  out: { type: "string" },
  data: { type: "string" },
  marks: { type: "string" },
  threshold: { type: "string" },
  "trained-on": { type: "string" },
  "allow-contaminated": { type: "boolean" },
  "retrain-folds": { type: "boolean" },
  recipe: { type: "string" },
  lang: { type: "string" },
} as const;
const backupOptions = { out: { type: "string" }, pixels: { type: "boolean" }, lang: { type: "string" } } as const;
const sendOptions = {
  calling: { type: "string" },
  tls: { type: "boolean" },
  profile: { type: "string" },
  lang: { type: "string" },
  json: { type: "boolean" },
} as const;

/**
 * What the user asked for.
 * @param argv the words behind the program's name
 * @throws Fault `cli.…` when they cannot be understood: the user's mistake, exit code 2
 */
export function commandOf(argv: readonly string[]): Command {
  const [name, ...rest] = argv;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") return { command: "help", language: languageOf(rest) };
  if (name === "version" || name === "--version") return { command: "version", language: "en" };
  if (rest.includes("--help") || rest.includes("-h")) return { command: "help", language: languageOf(rest) };
  if (name === "serve" || name === "worker" || name === "reindex" || name === "move" || name === "verify-audit")
    return { command: name, language: settingsOnly(rest) };
  if (name === "read") return readCommand(rest);
  if (name === "phantom") return phantomCommand(rest);
  if (name === "template") return templateCommand(rest);
  if (name === "findings") return findingsCommand(rest);
  if (name === "route") return routeCommand(rest);
  if (name === "export") return exportCommand(rest);
  if (name === "export-audit") return exportAuditCommand(rest);
  if (name === "evaluate") return evaluateCommand(rest);
  if (name === "send") return sendCommand(rest);
  if (name === "backup") return backupCommand(rest);
  if (name === "restore") return restoreCommand(rest);
  throw new Fault("cli.unknown-command", { command: name });
}

/** The language a line of arguments asks for, before it is known to be right; used to say what is wrong with it. */
export function languageOf(argv: readonly string[]): "en" | "zh" {
  const joined = argv.find((word) => word.startsWith("--lang="))?.slice("--lang=".length);
  const apart = argv.indexOf("--lang");
  return (joined ?? (apart < 0 ? undefined : argv[apart + 1])) === "zh" ? "zh" : "en";
}

/** Commands that take all but the language from settings (docs/reference/settings.md). */
function settingsOnly(argv: readonly string[]): "en" | "zh" {
  const { values } = understood(() => parseArgs({ args: [...argv], options: { lang: { type: "string" } }, allowPositionals: false }));
  return checkedLanguage(values.lang);
}

function backupCommand(argv: readonly string[]): BackupCommand {
  const { values } = understood(() => parseArgs({ args: [...argv], options: backupOptions, allowPositionals: false }));
  if (values.out === undefined || values.out === "") throw new Fault("cli.no-out");
  return { command: "backup", out: values.out, pixels: values.pixels === true, language: checkedLanguage(values.lang) };
}

function restoreCommand(argv: readonly string[]): RestoreCommand {
  const { values, positionals } = understood(() =>
    parseArgs({ args: [...argv], options: { lang: { type: "string" } }, allowPositionals: true }),
  );
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new Fault("cli.no-backup-file");
  return { command: "restore", path, language: checkedLanguage(values.lang) };
}

function readCommand(argv: readonly string[]): ReadCommand {
  const { values, positionals } = understood(() => parseArgs({ args: [...argv], options: readOptions, allowPositionals: true }));
  const demo = values.demo === true;
  if (values.out === undefined || values.out === "") throw new Fault("cli.no-out");
  if (demo && positionals.length > 0) throw new Fault("cli.demo-and-path");
  if (!demo && positionals.length === 0) throw new Fault("cli.no-path");
  return {
    command: "read",
    paths: positionals,
    demo,
    out: values.out,
    analysis: values.analysis ?? null,
    prior: values.prior ?? null,
    person: values.person ?? null,
    allCandidates: values["all-candidates"] === true,
    guideline: values.guideline ?? null,
    template: values.template ?? null,
    operatingPoint: pointOf(values["operating-point"] ?? "screening"),
    language: checkedLanguage(values.lang),
    json: values.json === true,
  };
}

function pointOf(name: string): OperatingPointName {
  const point = OperatingPointName.safeParse(name);
  if (!point.success) throw new Fault("cli.bad-operating-point", { name, known: OperatingPointName.options.join(", ") });
  return point.data;
}

function phantomCommand(argv: readonly string[]): PhantomCommand {
  const { values } = understood(() => parseArgs({ args: [...argv], options: phantomOptions, allowPositionals: false }));
  if (values.out === undefined || values.out === "") throw new Fault("cli.no-out");
  const seed = values.seed ?? "1";
  if (!/^\d{1,10}$/.test(seed) || Number(seed) > 0xffffffff) throw new Fault("cli.bad-seed", { seed });
  return { command: "phantom", out: values.out, seed: Number(seed), language: checkedLanguage(values.lang) };
}

function templateCommand(argv: readonly string[]): TemplateCommand {
  const { values } = understood(() => parseArgs({ args: [...argv], options: templateOptions, allowPositionals: false }));
  if (values.guideline === undefined) throw new Fault("cli.missing-value", { option: "--guideline" });
  return { command: "template", guideline: values.guideline, language: checkedLanguage(values.lang) };
}

function evaluateCommand(argv: readonly string[]): EvaluateCommand {
  const { values, positionals } = understood(() => parseArgs({ args: [...argv], options: evaluateOptions, allowPositionals: true }));
  const [dataset] = positionals;
  if (dataset === undefined || positionals.length > 1) throw new Fault("cli.no-dataset");
  if (values.out === undefined || values.out === "") throw new Fault("cli.no-out");
  if ((values["retrain-folds"] === true) !== (values.recipe !== undefined)) throw new Fault("cli.recipe-and-folds");
  if (values.recipe !== undefined && values.marks !== undefined) throw new Fault("cli.folds-or-marks");
  const threshold = values.threshold === undefined ? null : Number(values.threshold || Number.NaN);
  if (threshold !== null && !Number.isFinite(threshold)) throw new Fault("cli.bad-threshold", { threshold: values.threshold ?? "" });
  return {
    command: "evaluate",
    dataset,
    data: values.data ?? null,
    out: values.out,
    marks: values.marks ?? null,
    threshold,
    trainedOn: values["trained-on"] ?? null,
    allowContaminated: values["allow-contaminated"] === true,
    recipe: values.recipe ?? null,
    language: checkedLanguage(values.lang),
  };
}

function sendCommand(argv: readonly string[]): SendCommand {
  const { values, positionals } = understood(() => parseArgs({ args: [...argv], options: sendOptions, allowPositionals: true }));
  const paths = positionals.slice(0, -1);
  if (paths.length === 0) throw new Fault("cli.no-send");
  const profile = (["auto", "full", "enhanced", "text"] as const).find((known) => known === (values.profile ?? "auto"));
  if (profile === undefined) throw new Fault("cli.bad-profile", { profile: values.profile ?? "" });
  return {
    command: "send",
    paths,
    peer: peerOf(positionals.at(-1) ?? "", values.calling, values.tls),
    profile,
    language: checkedLanguage(values.lang),
    json: values.json === true,
  };
}

/** 1 to 16 printable characters of the default repertoire but the backslash, not all spaces (PS3.5 6.2, AE). */
const isAeTitle = (text: string): boolean => /^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(text) && text.trim() !== "";

function peerOf(text: string, calling: string | undefined, tls: boolean | undefined): DimsePeer | URL {
  if (/^https?:/i.test(text)) {
    if (!URL.canParse(text)) throw new Fault("cli.bad-peer");
    const option = calling !== undefined ? "calling" : tls !== undefined ? "tls" : null;
    if (option !== null) throw new Fault("cli.dimse-only", { option });
    const url = new URL(text);
    if (url.username !== "" || url.password !== "") throw new Fault("cli.secret-in-address");
    return url;
  }
  const [, calledAet = "", name = "", portText = ""] = /^(.+)@(\[[\da-f:.]+\]|[^@:/[\]]+):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(portText);
  if (!isAeTitle(calledAet) || port < 1 || port > 65535) throw new Fault("cli.bad-peer");
  const callingAet = calling ?? "OVERREAD";
  if (!isAeTitle(callingAet)) throw new Fault("cli.bad-calling");
  return { calledAet, callingAet, host: name.replace(/^\[|\]$/g, ""), port, tls: tls === true };
}

function findingsCommand(argv: readonly string[]): FindingsCommand {
  const { values, positionals } = understood(() => parseArgs({ args: [...argv], options: findingsOptions, allowPositionals: true }));
  if (positionals.length === 0) throw new Fault("cli.no-report-path");
  return { command: "findings", paths: positionals, language: checkedLanguage(values.lang), json: values.json === true };
}

function routeCommand(argv: readonly string[]): RouteCommand {
  const { values, positionals } = understood(() => parseArgs({ args: [...argv], options: routeOptions, allowPositionals: true }));
  if (positionals.length === 0) throw new Fault("cli.no-report-path");
  const { calling = null, host = null, rules = null } = values;
  if (calling !== null && !isAeTitle(calling)) throw new Fault("cli.bad-calling");
  return { command: "route", paths: positionals, rules, calling, host, language: checkedLanguage(values.lang), json: values.json === true };
}

function exportCommand(argv: readonly string[]): ExportCommand {
  const { values } = understood(() => parseArgs({ args: [...argv], options: exportOptions, allowPositionals: false }));
  const { study: studies = [], out = "", deidentify = false, "with-burned-in": burnedIn = false } = values;
  if (studies.length === 0) throw new Fault("cli.no-study");
  if (out === "") throw new Fault("cli.no-out");
  if (burnedIn && !deidentify) throw new Fault("cli.burned-in-deidentified");
  return { command: "export", studies, out, deidentify, burnedIn, language: checkedLanguage(values.lang) };
}

function exportAuditCommand(argv: readonly string[]): ExportAuditCommand {
  const { values } = understood(() => parseArgs({ args: [...argv], options: exportAuditOptions, allowPositionals: false }));
  const { out = "", from = null, to = null } = values;
  if (out === "") throw new Fault("cli.no-out");
  for (const day of [from, to]) if (day !== null && !isDay(day)) throw new Fault("cli.bad-day");
  return { command: "export-audit", out, from, to, language: checkedLanguage(values.lang) };
}

/** YYYY-MM-DD, a day that there is. */
const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

function checkedLanguage(language: string | undefined): "en" | "zh" {
  if (language === undefined || language === "en") return "en";
  if (language === "zh") return "zh";
  throw new Fault("cli.bad-language", { language });
}

/** Turns what node:util says of a bad line into a fault of our own words. */
function understood<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const option = error instanceof Error ? (/'(-[^' ]*)/.exec(error.message)?.[1] ?? "") : "";
    const missing = error instanceof Error && "code" in error && error.code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE";
    throw new Fault(missing ? "cli.missing-value" : "cli.unknown-option", { option }, error);
  }
}
