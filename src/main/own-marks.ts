import type { Evaluation } from "../evaluation/evaluation.ts";
import type { admitted } from "../evaluation/leakage.ts";
import type { Gathered } from "./finish-evaluation.ts";
import { type MarkScansOptions, markScans } from "./mark-scans.ts";

/**
 * The program's marks of the scans it may be measured on.
 * @param asked an operating point that takes the place of the program's own
 * @throws as markScans
 */
export async function ownMarks(
  { scans, leakage }: ReturnType<typeof admitted>,
  asked: Evaluation["operatingPoint"] | null,
  options: MarkScansOptions,
): Promise<Gathered> {
  const marked = await markScans(scans, options);
  const read = marked.filter(({ reading }) => reading.operatingPoint !== null);
  const notRead = marked.filter(({ reading }) => reading.operatingPoint === null);
  const point = read[0]?.reading.operatingPoint ?? null;
  const models = new Map(read.flatMap(({ reading }) => reading.models.map((model) => [model.id, model] as const)));
  return {
    source: "program",
    scans: read.map(({ scan }) => scan),
    marks: new Map(read.map(({ scan, reading }) => [scan.id, reading.marks])),
    checksums: new Map(read.map(({ scan, sha256 }) => [scan.id, sha256])),
    operatingPoint: asked ?? (point === null ? null : { name: point.name, score: point.score, chosen: "by-program" }),
    leakage,
    models: [...models.values()],
    notRead: notRead.map(({ scan, reading }) => ({ scan: scan.id, because: reading.because })),
  };
}
