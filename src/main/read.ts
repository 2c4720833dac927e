import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Analysis } from "../analyses/analysis.ts";
import { catalog } from "../analyses/catalog.ts";
import { Fault } from "../base/fault.ts";
import { type Reason, reason } from "../base/reason.ts";
import { derivedUid } from "../base/uid.ts";
import type { ReadCommand } from "../cli/arguments.ts";
import { exitCodeOf, type StudyOutcome, studyOutcome } from "../cli/exit-code.ts";
import { intake, type StudyIntake } from "../dicom/intake.ts";
import { loadVolume } from "../dicom/load-volume.ts";
import { Person, unknownPerson } from "../findings/person.ts";
import type { SaidReason } from "../findings/reason.ts";
import { guidelines } from "../guidelines/catalog.ts";
import type { Models } from "../models/session.ts";
import { parseTemplate, type Template } from "../report/template.ts";
import { say, saying } from "../words/say.ts";
import { notCompared } from "../workflow/compare-prior.ts";
import { type Reader, readResult } from "../workflow/read-result.ts";
import { type ReadPorts, readStudy, type StudyReading } from "../workflow/read-study.ts";
import type { SayReason } from "../workflow/to-finding.ts";
import { requirePaths, textOf } from "./given-file.ts";
import { modelsIn } from "./models.ts";
import { Prior } from "./prior.ts";
import { priorMissing } from "./prior-missing.ts";
import { processPorts } from "./process-ports.ts";
import { resultFiles } from "./result-files.ts";
import { writeResult } from "./result-folder.ts";
import { type Progress, terminalProgress } from "./terminal-progress.ts";
import { ThreadPool } from "./thread-pool.ts";
import { version } from "./version.ts";

/** One line of what `--json` prints. */
interface StudyLine {
  /** The study's result folder; the path that was given where nothing could be written. */
  readonly path: string;
  readonly outcome: StudyOutcome;
  readonly reasons: readonly SaidReason[];
}

/** What stays the same for all studies of one call. */
interface Session {
  readonly command: ReadCommand;
  readonly person: Person;
  readonly analyses: readonly Analysis[];
  readonly models: Models;
  readonly threads: ThreadPool;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly say: SayReason;
  readonly reader: Reader;
  readonly prior: Prior | null;
  /** Of the dictation; null: the guideline's own. */
  readonly template: Template | null;
}

/**
 * `overread read`: files in, one result folder a study out.
 * @returns the exit code
 * @throws Fault for a mistake of the user's; the signal's reason when interrupted
 */
export async function read(command: ReadCommand, signal: AbortSignal): Promise<number> {
  const wanted = command.analysis?.split(",") ?? catalog.map(({ id }) => id);
  const analyses = catalog.filter(({ id }) => wanted.includes(id));
  const unknown = wanted.find((id) => !catalog.some((analysis) => analysis.id === id));
  if (unknown !== undefined) throw new Fault("cli.unknown-analysis", { id: unknown, known: catalog.map(({ id }) => id).join(", ") });
  if (command.guideline !== null && !guidelines.some(({ id }) => id === command.guideline))
    throw new Fault("cli.unknown-guideline", { id: command.guideline, known: guidelines.map(({ id }) => id).join(", ") });
  const template = command.template === null ? null : parseTemplate(await textOf("--template", command.template));
  const person = command.person === null ? unknownPerson : await personOf(command.person);
  requirePaths([...command.paths, ...(command.prior === null ? [] : [command.prior])]);

  const threads = new ThreadPool(availableParallelism());
  const session: Session = {
    command,
    person,
    analyses,
    models: modelsIn(threads.count),
    threads,
    progress: terminalProgress(command.language),
    signal,
    say: saying(command.language),
    reader: { ...version(), language: command.language },
    prior: command.prior === null ? null : new Prior(command.prior),
    template,
  };
  const stop = (): void => void threads.close(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const demo = command.demo ? mkdtempSync(join(tmpdir(), "overread-demo-")) : null;
  try {
    if (demo !== null) await writeDemo(demo, session);
    const lines = await readStudies(demo === null ? command.paths : [demo], session);
    session.progress.end();
    return shown(lines, command);
  } finally {
    signal.removeEventListener("abort", stop);
    await threads.close();
    if (demo !== null) rmSync(demo, { recursive: true, force: true });
  }
}

async function readStudies(paths: readonly string[], session: Session): Promise<StudyLine[]> {
  const { command, progress, signal, say } = session;
  const taken = await intake(paths, { signal, progress: (fraction) => progress.report("intake", fraction) });
  const refused = taken.refused.flatMap(({ because }) => because).map(say);
  if (taken.studies.length === 0) {
    const reasons = refused.length > 0 ? refused : [say(reason("intake.nothing-found"))];
    return paths.map((path) => ({ path, outcome: "declined", reasons }));
  }
  progress.end();
  for (const { text } of refused) process.stderr.write(`${text}\n`);
  const lines: StudyLine[] = [];
  const folders = new Set<string>();
  for (const study of taken.studies) lines.push(await readOne(study, folderOf(study, command.out, folders), session));
  return lines;
}

async function readOne(study: StudyIntake, folder: string, session: Session): Promise<StudyLine> {
  const { command, person, models, threads, progress, signal, say } = session;
  const notes: Reason[] = [...study.because];
  const portsOf = (of: StudyIntake, noted: (because: readonly Reason[]) => void): ReadPorts => ({
    say,
    loadVolume: async (stackId, report) => {
      const stack = of.stacks.get(stackId);
      if (stack === undefined) throw new RangeError(`the study has no stack ${stackId}`);
      const loaded = await loadVolume(stack, { threads, signal, progress: report });
      noted(loaded.because);
      return loaded;
    },
    models,
    threads,
    ...processPorts,
    progress: progress.report,
    signal,
  });
  const options = { person, allCandidates: command.allCandidates, operatingPoint: command.operatingPoint };
  const ports = portsOf(study, (because) => notes.push(...because));
  const alone = await readStudy(study.summary, session.analyses, options, ports);
  const readPrior = async (of: StudyIntake): Promise<StudyReading[]> =>
    readStudy(
      of.summary,
      session.analyses,
      options,
      portsOf(of, () => {}),
    );
  const missing = priorMissing(process.env);
  const uncompared = missing === null ? alone : alone.map((reading) => notCompared(reading, missing, say));
  const readings = session.prior === null ? uncompared : await session.prior.compare(study.summary, alone, readPrior, ports);
  const result = readResult(study.summary, readings, person, notes, session.reader, say);
  const reasons = [...result.intake, ...result.analyses.flatMap(({ because }) => because)];
  const outcome = studyOutcome(result.analyses.map((analysis) => analysis.outcome));
  try {
    progress.report("report", 0);
    const choice = { guideline: command.guideline, template: session.template };
    const files = await resultFiles(result, readings, study, choice, threads, (fraction) => progress.report("report", fraction));
    await writeResult(folder, files, signal);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { path: folder, outcome: "failed", reasons: [...reasons, say(reason(error.code, error.values))] };
  }
  return { path: folder, outcome, reasons };
}

/**
 * DIR/<StudyInstanceUID>; where two patients share a study UID, the second gets a number behind it. A file may say anything where its UID belongs, also
 * a path that leads out of DIR: what is no UID (PS3.5 9.1) gives way to one derived from it.
 */
function folderOf(study: StudyIntake, out: string, taken: Set<string>): string {
  const said = study.summary.studyInstanceUid;
  const uid = /^\d[\d.]{0,63}$/.test(said) ? said : derivedUid("study folder", said);
  let name = uid;
  for (let n = 2; taken.has(name); n++) name = `${uid}.${n}`;
  taken.add(name);
  return join(resolve(out), name);
}

async function personOf(path: string): Promise<Person> {
  let given: unknown;
  try {
    given = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new Fault("cli.person-unreadable", {}, error);
  }
  const parsed = Person.safeParse(given);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => [...issue.path, ...("keys" in issue ? issue.keys : [])].join(".") || "/");
  throw new Fault("cli.person-invalid", { where: [...new Set(where)].join(", ") });
}

async function writeDemo(folder: string, { progress, signal }: Session): Promise<void> {
  progress.report("phantom", 0);
  const { demoFiles } = await import("./phantom.ts");
  for (const { fileName, bytes } of await demoFiles(signal, (fraction) => progress.report("phantom", fraction))) {
    signal.throwIfAborted();
    writeFileSync(join(folder, fileName), bytes);
  }
}

/** Tells the user what became of each study, and the calling program by the exit code. */
function shown(lines: readonly StudyLine[], { json, language }: ReadCommand): number {
  if (json) console.log(JSON.stringify({ studies: lines }));
  else {
    for (const [index, { outcome, reasons, path }] of lines.entries()) {
      console.log(say(language, "cli.study-read", { which: index + 1, of: lines.length, outcome: say(language, `outcome.${outcome}`) }));
      for (const { text } of reasons) console.log(`  ${text}`);
      const report = join(path, "report.html");
      if (existsSync(report)) console.log(`  ${say(language, "cli.written-to", { path: report })}`);
    }
  }
  return exitCodeOf(lines.map(({ outcome }) => outcome));
}
