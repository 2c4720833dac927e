import type { GroupTable } from "./evaluation.ts";
import { proportion, rate } from "./exact.ts";
import type { DatasetScan, ReferenceNodule } from "./manifest.ts";
import type { ScoredNodule, ScoredScan } from "./score-scan.ts";

const unknown = "unknown";

/** Groups of nodules, in the order they are listed. */
const ofNodules: ReadonlyArray<{ by: GroupTable["by"]; groups: readonly string[]; of: (nodule: ReferenceNodule) => string }> = [
  {
    by: "size",
    groups: ["< 6 mm", "6–8 mm", "≥ 8 mm"],
    of: ({ diameterMm }) => (diameterMm === null ? unknown : diameterMm < 6 ? "< 6 mm" : diameterMm < 8 ? "6–8 mm" : "≥ 8 mm"),
  },
  { by: "texture", groups: ["solid", "part-solid", "non-solid"], of: ({ texture }) => texture },
  { by: "readers", groups: ["1", "2", "3", "4"], of: ({ readers }) => (readers === null ? unknown : String(readers)) },
];

/** Groups of scans; groups without a fixed order are listed by name. */
const ofScans: ReadonlyArray<{ by: GroupTable["by"]; groups: readonly string[]; of: (scan: DatasetScan) => string }> = [
  {
    by: "thickness",
    groups: ["≤ 1.25 mm", "1.25–2.5 mm", "> 2.5 mm"],
    of: ({ sliceThicknessMm: mm }) => (mm === null ? unknown : mm <= 1.25 ? "≤ 1.25 mm" : mm <= 2.5 ? "1.25–2.5 mm" : "> 2.5 mm"),
  },
  { by: "kernel", groups: [], of: ({ kernel }) => kernel ?? unknown },
  { by: "manufacturer", groups: [], of: ({ manufacturer }) => manufacturer ?? unknown },
  { by: "reference", groups: ["complete", "incomplete"], of: ({ reference }) => (reference.complete ? "complete" : "incomplete") },
];

/**
 * Sensitivity at the operating point by what is known of nodules, and with the rate of false positives by what is known of scans. Groups that
 * hold nothing are left out, and so is a table that knows nothing. The table by readers lists also nodules that too few readers marked to count elsewhere.
 */
export function groupTables(scans: readonly ScoredScan[], score: number): GroupTable[] {
  const sensitivity = (nodules: readonly ScoredNodule[]) =>
    proportion(nodules.filter(({ best }) => best !== null && best.score >= score).length, nodules.length);
  const counted = scans.flatMap(({ nodules }) => nodules);
  const all = [...counted, ...scans.flatMap(({ otherNodules }) => otherNodules)];
  return [
    ...ofNodules.map(({ by, groups, of }) => {
      const members = Map.groupBy(by === "readers" ? all : counted, ({ nodule }) => of(nodule));
      const rows = ordered(groups, members).map(([group, own]) => ({ group, sensitivity: sensitivity(own), falsePositives: null }));
      return { by, rows };
    }),
    ...ofScans.map(({ by, groups, of }) => {
      const rows = ordered(
        groups,
        Map.groupBy(scans, ({ scan }) => of(scan)),
      ).map(([group, own]) => {
        const complete = own.filter(({ scan }) => scan.reference.complete);
        const marked = complete.flatMap(({ falsePositives }) => falsePositives.filter((mark) => mark.score >= score));
        return {
          group,
          sensitivity: sensitivity(own.flatMap(({ nodules }) => nodules)),
          falsePositives: rate(marked.length, complete.length),
        };
      });
      return { by, rows };
    }),
  ].filter(({ by, rows }) => rows.some(({ group }) => group !== unknown) && !(by === "reference" && rows.length === 1));
}

function ordered<Member>(groups: readonly string[], members: ReadonlyMap<string, Member[]>): [string, Member[]][] {
  const rank = (group: string): number => (group === unknown ? 99 : groups.includes(group) ? groups.indexOf(group) : 98);
  return [...members].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
