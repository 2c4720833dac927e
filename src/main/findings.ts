import type { Reason } from "../base/reason.ts";
import type { FindingsCommand } from "../cli/arguments.ts";
import { exitCode } from "../cli/exit-code.ts";
import { reportedUnder } from "../dicom/read-reported.ts";
import type { ReportedCode, ReportedDocument, ReportedFinding } from "../findings/reported-finding.ts";
import { hasWords, type Language, say, sayNumber } from "../words/say.ts";
import { requirePaths } from "./given-file.ts";

/**
 * `overread findings`: what structured reports and segmentations of any maker say, as a table or as JSON.
 * @returns the exit code: 3 when there is none
 * @throws Fault for a mistake of the user's or an unsafe archive
 */
export async function findings({ paths, language, json }: FindingsCommand, signal: AbortSignal): Promise<number> {
  requirePaths(paths);
  const { documents, refused } = await reportedUnder(paths, signal);
  const text = ({ code, values }: Reason): string => say(language, code, values);
  if (json) console.log(JSON.stringify({ documents, refused: refused.map((because) => ({ ...because, text: text(because) })) }));
  else {
    for (const because of refused) console.error(text(because));
    console.log(documents.length === 0 ? say(language, "findings.nothing") : documents.map((of) => shown(of, language)).join("\n\n"));
  }
  return documents.length > 0 ? exitCode.done : exitCode.nothingDone;
}

const columns = ["kind", "site", "size", "volume", "center", "certainty", "algorithm"] as const;
const unsaid = "–";

function shown(document: ReportedDocument, language: Language): string {
  const { kind, manufacturer, contentDate, verification } = document;
  const head = say(language, "findings.document", {
    type: kind,
    maker: manufacturer === null ? say(language, "findings.no-maker") : printable(manufacturer),
    date: /^\d{8}$/.test(contentDate ?? "") ? `${contentDate}`.replace(/(....)(..)(..)/, "$1-$2-$3") : say(language, "findings.no-date"),
    status: verification === "VERIFIED" ? "verified" : "unconfirmed",
  });
  if (document.findings.length === 0) return `${head}\n  ${say(language, "findings.none-coded")}`;
  const titles = ["", ...columns.map((column) => say(language, `findings.column-${column}`))];
  const rows = document.findings.map((finding, n) => [String(n + 1), ...cells(finding, language)]);
  const notes = document.findings.flatMap(({ flags }, n) =>
    flags.map(({ code, values }) => say(language, "findings.flag", { which: n + 1, text: say(language, code, values) })),
  );
  return [head, ...table([titles, ...rows]), ...notes].join("\n  ");
}

function cells(finding: ReportedFinding, language: Language): string[] {
  const number = (value: number | null): string => (value === null ? unsaid : sayNumber(value, 1));
  const { longAxisMm, shortAxisMm, volumeMm3, centerMm, certainty, algorithm } = finding;
  const place = [finding.site, finding.laterality].flatMap((code) => (code ? [nameOf(code, language)] : []));
  const made = [algorithm?.name, algorithm?.version, algorithm?.type && say(language, `word.${algorithm.type.toLowerCase()}`)].filter(
    (part) => part,
  );
  return [
    finding.kind ? nameOf(finding.kind, language) : (finding.label ?? unsaid),
    place.join(", ") || unsaid,
    longAxisMm === null && shortAxisMm === null ? unsaid : `${number(longAxisMm)} × ${number(shortAxisMm)}`,
    number(volumeMm3),
    centerMm?.map((mm) => number(mm)).join(", ") ?? unsaid,
    number(certainty === null ? null : certainty * 100),
    made.join(" ") || unsaid,
  ].map(printable);
}

/** The name of a concept in the user's language where it is one of ours, else as the object spells it. */
function nameOf({ value, scheme, meaning }: ReportedCode, language: Language): string {
  const code = `code.${value}`;
  return scheme === "SCT" && hasWords(code) ? say(language, code) : meaning || value;
}

/** Text of a file on a terminal: control characters could rewrite what stands there. */
const printable = (text: string): string => text.replace(/\p{Cc}+/gu, " ");

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? "")))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
      .join("  ")
      .trimEnd(),
  );
}

/** Cells of a terminal: Chinese characters and full-width signs take two. */
const width = (text: string): number =>
  [...text].reduce((sum, character) => sum + (/[\u2e80-\u9fff\uff00-\uff60]/.test(character) ? 2 : 1), 0);
