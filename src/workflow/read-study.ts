import type { Analysis, AnalysisInput, Bench, Choice, Outcome, SeriesVolume } from "../analyses/analysis.ts";
import { Fault } from "../base/fault.ts";
import { type Reason, reason } from "../base/reason.ts";
import type { Finding } from "../findings/finding.ts";
import type { OperatingPointName } from "../findings/operating-point.ts";
import type { Person } from "../findings/person.ts";
import type { AnalysisReading } from "../findings/read-result.ts";
import type { RunFigures } from "../findings/run-figures.ts";
import type { StudySummary } from "../findings/study.ts";
import type { PatientPoint } from "../volume/space.ts";
import type { Threads } from "../volume/threads.ts";
import type { Mask, Volume } from "../volume/volume.ts";
import { type SayReason, toFinding } from "./to-finding.ts";

/** What the pipeline needs of the world; main supplies it. */
export interface ReadPorts {
  readonly say: SayReason;
  readonly loadVolume: (stackId: string, progress: (fraction: number) => void) => Promise<SeriesVolume>;
  readonly models: Bench["models"];
  readonly threads: Threads;
  readonly clockMs: () => number;
  /** Largest resident memory of the process so far, MiB. */
  readonly peakRssMb: () => number;
  /** Told of an error nobody expected, before it becomes the outcome "failed". */
  readonly unexpected: (error: unknown) => void;
  readonly progress: (stage: string, fraction: number) => void;
  readonly signal: AbortSignal;
}

export interface ReadOptions {
  readonly person: Person;
  /** Also candidates under the operating point, down to score .01. */
  readonly allCandidates: boolean;
  readonly operatingPoint: OperatingPointName;
}

/** What one analysis made of a study, with the pictures a report is drawn from. */
export interface StudyReading {
  readonly choice: Choice;
  readonly reading: AnalysisReading;
  readonly figures: RunFigures["analyses"][number];
  readonly quality: Extract<Outcome, { kind: "done" | "partial" }>["quality"];
  readonly volumes: Readonly<Record<string, SeriesVolume>>;
  /** Outline of each finding by tracking UID, where it could be drawn. */
  readonly outlines: ReadonlyMap<string, Mask>;
  /** Where the analysis looked, by stackId. */
  readonly masks: Readonly<Record<string, Mask>>;
  /** What lies at a place, measured as a finding of this read; null: nothing that can be measured. Absent where the analysis cannot. */
  readonly findAt?: (point: PatientPoint) => Promise<FoundAt | null>;
}

export interface FoundAt {
  readonly finding: Finding;
  readonly outline: Mask | null;
}

const lowestScore = 0.01;

/**
 * Reads one study with each analysis: choose → load → analyse. One analysis that fails never loses the others.
 * @throws the signal's reason when aborted; nothing else
 */
export async function readStudy(
  study: StudySummary,
  analyses: readonly Analysis[],
  options: ReadOptions,
  ports: ReadPorts,
): Promise<StudyReading[]> {
  const { person, operatingPoint } = options;
  const loaded = new Map<string, Promise<SeriesVolume>>();
  const once = onceByVolume();
  const readings: StudyReading[] = [];
  for (const analysis of analyses) {
    const stages = stageClock(ports);
    const choice = analysis.choose(study);
    const volumes: Record<string, SeriesVolume> = {};
    const { models, used } = noting(ports.models);
    const outcome = await attempt(ports, async () => {
      if (choice.kind === "declined") return { kind: "declined", because: choice.because, quality: {} } as const;
      for (const [role, stackId] of Object.entries(choice.roles)) {
        const already = loaded.get(stackId) ?? ports.loadVolume(stackId, (fraction) => stages.progress("load", fraction));
        loaded.set(stackId, already);
        volumes[role] = await already;
      }
      const bench: Bench = { models, threads: ports.threads, once, signal: ports.signal, progress: stages.progress };
      return analysis.analyse({ study, volumes, person, operatingPoint }, bench);
    });
    stages.end();
    const input = { study, volumes, person, operatingPoint };
    const findAt = async (point: PatientPoint): Promise<FoundAt | null> => {
      const bench: Bench = { models, threads: ports.threads, once, signal: ports.signal, progress: () => {} };
      const draft = await analysis.findAt?.(input, point, bench);
      if (draft === undefined || draft.kind === "not-measurable") return null;
      return { finding: toFinding(draft, analysis.id, input, ports.say), outline: draft.outline ?? null };
    };
    const figures = { id: analysis.id, timingMs: stages.timingMs, peakRssMb: ports.peakRssMb() };
    readings.push({
      ...settle(analysis, choice, { ...outcome, models: used }, input, options, ports),
      figures,
      ...(analysis.findAt !== undefined && (outcome.kind === "done" || outcome.kind === "partial") && { findAt }),
    });
  }
  return readings;
}

type Attempted = Outcome | { readonly kind: "failed"; readonly because: readonly Reason[] };

async function attempt(ports: ReadPorts, work: () => Promise<Outcome>): Promise<Attempted> {
  try {
    return await work();
  } catch (error) {
    ports.signal.throwIfAborted();
    if (error instanceof Fault) return { kind: "failed", because: [reason(error.code, error.values)] };
    ports.unexpected(error);
    return { kind: "failed", because: [reason("read.unexpected", { error: error instanceof Error ? error.name : typeof error })] };
  }
}

function settle(
  analysis: Analysis,
  choice: Choice,
  outcome: Attempted & Pick<AnalysisReading, "models">,
  input: AnalysisInput,
  options: ReadOptions,
  ports: ReadPorts,
): Omit<StudyReading, "figures"> {
  const common = {
    id: analysis.id,
    because: outcome.because.map(ports.say),
    models: outcome.models,
  };
  if (outcome.kind === "declined" || outcome.kind === "failed") {
    const reading = { ...common, outcome: outcome.kind, operatingPoint: null, measurements: [], findings: [], notAssessed: [] };
    return {
      choice,
      reading,
      quality: outcome.kind === "declined" ? outcome.quality : {},
      volumes: input.volumes,
      outlines: new Map(),
      masks: {},
    };
  }
  const outlines = new Map<string, Mask>();
  const shownFrom = options.allCandidates ? lowestScore : outcome.operatingPoint.score;
  const findings = outcome.findings
    .filter((draft) => draft.score >= shownFrom)
    .map((draft) => {
      const finding = toFinding(draft, analysis.id, input, ports.say);
      if (draft.outline !== undefined) outlines.set(finding.trackingUid, draft.outline);
      return finding;
    });
  const measurements = [...outcome.measurements, ...analysis.summarise(findings, input.person)];
  const reading: AnalysisReading = {
    ...common,
    outcome: outcome.kind,
    operatingPoint: outcome.operatingPoint,
    measurements,
    findings,
    notAssessed: outcome.notAssessed.map(ports.say),
  };
  return { choice, reading, quality: outcome.quality, volumes: input.volumes, outlines, masks: outcome.masks ?? {} };
}

/** The nets, and which of them were loaded, in that order. */
function noting({ load }: Bench["models"]): { models: Bench["models"]; used: AnalysisReading["models"] } {
  const used: AnalysisReading["models"] = [];
  const noted = async (id: string): ReturnType<typeof load> => {
    const model = await load(id);
    if (!used.some((each) => each.id === id)) used.push({ id, sha256: model.card.sha256 });
    return model;
  };
  return { models: { load: noted }, used };
}

/** Times the stages as they follow one another; a stage ends where the next begins. */
function stageClock(ports: ReadPorts): { progress: ReadPorts["progress"]; end: () => void; timingMs: Record<string, number> } {
  const timingMs: Record<string, number> = {};
  let current: { stage: string; since: number } | null = null;
  const end = (): void => {
    if (current !== null) timingMs[current.stage] = Math.round((timingMs[current.stage] ?? 0) + ports.clockMs() - current.since);
    current = null;
  };
  const progress = (stage: string, fraction: number): void => {
    if (current?.stage !== stage) {
      end();
      current = { stage, since: ports.clockMs() };
    }
    ports.progress(stage, fraction);
  };
  return { progress, end, timingMs };
}

/** Shares what is computed about one volume (lungs, body) among the analyses of one study. */
function onceByVolume(): Bench["once"] {
  const computed = new Map<Volume, Map<string, Promise<unknown>>>();
  return <T>(volume: Volume, what: string, compute: () => Promise<T>): Promise<T> => {
    const ofVolume = computed.get(volume) ?? new Map<string, Promise<unknown>>();
    computed.set(volume, ofVolume);
    const known = ofVolume.get(what) ?? compute();
    ofVolume.set(what, known);
    // The name says what was computed; one name always stands for one type.
    return known as Promise<T>;
  };
}
