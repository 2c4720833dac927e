import { parseArgs } from "node:util";
import { Fault } from "../base/fault.ts";

export interface ReadCommand {
  readonly command: "read";
  readonly paths: readonly string[];
  readonly demo: boolean;
  readonly out: string;
  readonly analysis: string | null;
  readonly prior: string | null;
  readonly person: string | null;
  readonly allCandidates: boolean;
  readonly language: "en" | "zh";
  readonly json: boolean;
}

export interface PhantomCommand {
  readonly command: "phantom";
  readonly out: string;
  readonly seed: number;
  readonly language: "en" | "zh";
}

export interface OtherCommand {
  readonly command: "help" | "version";
  readonly language: "en" | "zh";
}

export type Command = ReadCommand | PhantomCommand | OtherCommand;

const readOptions = {
  out: { type: "string" },
  demo: { type: "boolean" },
  analysis: { type: "string" },
  prior: { type: "string" },
  person: { type: "string" },
  "all-candidates": { type: "boolean" },
  lang: { type: "string" },
  json: { type: "boolean" },
} as const;
const phantomOptions = { out: { type: "string" }, seed: { type: "string" }, lang: { type: "string" } } as const;

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
  if (name === "read") return readCommand(rest);
  if (name === "phantom") return phantomCommand(rest);
  throw new Fault("cli.unknown-command", { command: name });
}

/** The language a line of arguments asks for, before it is known to be right; used to say what is wrong with it. */
export function languageOf(argv: readonly string[]): "en" | "zh" {
  const joined = argv.find((word) => word.startsWith("--lang="))?.slice("--lang=".length);
  const apart = argv.indexOf("--lang");
  return (joined ?? (apart < 0 ? undefined : argv[apart + 1])) === "zh" ? "zh" : "en";
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
    language: checkedLanguage(values.lang),
    json: values.json === true,
  };
}

function phantomCommand(argv: readonly string[]): PhantomCommand {
  const { values } = understood(() => parseArgs({ args: [...argv], options: phantomOptions, allowPositionals: false }));
  if (values.out === undefined || values.out === "") throw new Fault("cli.no-out");
  const seed = values.seed ?? "1";
  if (!/^\d{1,10}$/.test(seed) || Number(seed) > 0xffffffff) throw new Fault("cli.bad-seed", { seed });
  return { command: "phantom", out: values.out, seed: Number(seed), language: checkedLanguage(values.lang) };
}

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
