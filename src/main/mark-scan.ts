import { z } from "zod";
import type { Analysis, Outcome } from "../analyses/analysis.ts";
import type { DatasetScan } from "../evaluation/manifest.ts";
import type { SizedMark } from "../evaluation/marks-csv.ts";
import { OperatingPoint } from "../findings/operating-point.ts";
import { unknownPerson } from "../findings/person.ts";
import type { Models } from "../models/session.ts";
import type { Threads } from "../volume/threads.ts";
import { readStudy } from "../workflow/read-study.ts";
import type { SayReason } from "../workflow/to-finding.ts";
import { openScan } from "./open-scan.ts";
import { processPorts } from "./process-ports.ts";

/** What a read of one scan marked: every scored candidate, not only those a report shows. */
export const ScanReading = z.strictObject({
  outcome: z.enum(["done", "partial", "declined", "failed"]),
  because: z.array(z.string()),
  operatingPoint: OperatingPoint.nullable(),
  models: z.array(z.strictObject({ id: z.string(), sha256: z.string() })),
  marks: z.array(
    z.strictObject({ centerMm: z.tuple([z.number(), z.number(), z.number()]), score: z.number(), diameterMm: z.number().nullable() }),
  ),
});
export type ScanReading = z.infer<typeof ScanReading>;

export interface Marking {
  readonly analysis: Analysis;
  readonly models: Models;
  readonly threads: Threads;
  readonly signal: AbortSignal;
  readonly say: SayReason;
  readonly progress: (stage: string, fraction: number) => void;
}

/**
 * Reads one scan with the product's own pipeline. The candidates are taken as the analysis gives them, before the pipeline drops those scored
 * under .01: a FROC curve needs them.
 * @throws the signal's reason when aborted; Fault when the scan cannot be opened
 */
export async function markScan(path: string, scan: DatasetScan, marking: Marking): Promise<ScanReading> {
  const { analysis, models, threads, signal, say, progress } = marking;
  const open = await openScan(path, scan, { threads, signal });
  const failed = (because: string): ScanReading => ({ outcome: "failed", because: [because], operatingPoint: null, models: [], marks: [] });
  if (open === null) return failed(say({ code: "evaluation.no-series", values: {} }).text);
  let outcome: Outcome | null = null;
  const overheard: Analysis = {
    ...analysis,
    analyse: async (input, bench) => {
      outcome = await analysis.analyse(input, bench);
      return outcome;
    },
  };
  const [read] = await readStudy(
    open.study,
    [overheard],
    { person: unknownPerson, allCandidates: false, operatingPoint: "screening" },
    {
      say,
      loadVolume: open.load,
      models,
      threads,
      ...processPorts,
      progress,
      signal,
    },
  );
  if (read === undefined) throw new RangeError("one analysis gives one reading");
  const { reading } = read;
  return {
    outcome: reading.outcome,
    because: reading.because.map(({ text }) => text),
    operatingPoint: reading.operatingPoint,
    models: reading.models,
    marks: marksOf(outcome),
  };
}

function marksOf(outcome: Outcome | null): (SizedMark & { centerMm: [number, number, number] })[] {
  if (outcome === null || outcome.kind === "declined") return [];
  return outcome.findings.map(({ centerMm, score, measurements }) => ({
    centerMm: [...centerMm],
    score,
    diameterMm: measurements.find(({ plane }) => plane === "axial")?.meanDiameterMm ?? null,
  }));
}
