import type { Finding } from "../findings/finding.ts";
import type { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import { shownFindings } from "../findings/shown-findings.ts";
import { type Language, sayNumber, sayTyped } from "../words/say.ts";
import { comparisonBlocks } from "./compose-comparison.ts";
import { coverageSentence, smallestSolidSentence } from "./compose-negative.ts";
import type { Block, Cell, Column, Picture, Section } from "./report-document.ts";
import { said } from "./said.ts";

/** The pictures of a report: one a finding, by trackingUid, and overviews of what was read. */
export interface ReportImages {
  readonly findings: Readonly<Record<string, Picture>>;
  readonly overviews: readonly Picture[];
}

const planes = ["axial", "coronal", "sagittal"] as const;
const dash = "–";

const meanAxialMm = ({ measurements }: Finding): number | null =>
  measurements.find(({ plane }) => plane === "axial")?.meanDiameterMm ?? null;

/** How many, the largest, the table; or, without findings, what was read and what would have been seen. */
export function resultBlocks(result: ReadResult, analysis: AnalysisReading, images: ReportImages, language: Language): Block[] {
  const findings = shownFindings(analysis);
  const coverage: Block = { kind: "paragraph", tone: "quiet", text: coverageSentence(result, language) };
  const partial: Block[] =
    analysis.outcome === "partial" ? [{ kind: "paragraph", tone: "warning", text: sayTyped(language, "report.limited-read") }] : [];
  const because: Block[] =
    analysis.because.length === 0 ? [] : [{ kind: "list", items: analysis.because.map((each) => said(language, each)) }];
  const notes = [...partial, ...because];
  const lead: Block = { kind: "paragraph", tone: "strong", text: leadSentence(findings, language) };
  const negative: Block[] = [
    { kind: "paragraph", tone: "plain", text: smallestSolidSentence(result, language) },
    { kind: "paragraph", tone: "plain", text: sayTyped(language, "report.none-meaning") },
    ...images.overviews.map((picture): Block => overviewFigure(picture, language)),
  ];
  const table: Block[] = [findingTable(findings, language), { kind: "paragraph", tone: "quiet", text: tableNote(findings, language) }];
  const below = analysis.findings.length - findings.length;
  const more: Block[] =
    below > 0 && analysis.operatingPoint !== null
      ? [
          {
            kind: "paragraph",
            tone: "quiet",
            text: sayTyped(language, "report.more-below", { count: below, score: analysis.operatingPoint.score }),
          },
        ]
      : [];
  return [
    lead,
    ...notes,
    ...comparisonBlocks(analysis, language),
    ...(findings.length > 0 ? table : []),
    ...more,
    ...(coverageSentence(result, language) === "" ? [] : [coverage]),
    ...(findings.length > 0 ? [] : negative),
  ];
}

function overviewFigure(picture: Picture, language: Language): Block {
  return {
    kind: "figure",
    picture,
    alt: sayTyped(language, "report.overview-alt"),
    caption: sayTyped(language, "report.overview-caption"),
  };
}

function leadSentence(findings: readonly Finding[], language: Language): string {
  if (findings.length === 0) return sayTyped(language, "report.none");
  const count = sayTyped(language, "report.marked", { count: findings.length });
  const sizes = findings.map((finding) => meanAxialMm(finding) ?? Number.NEGATIVE_INFINITY);
  const largest = Math.max(...sizes);
  if (findings.length < 2 || !Number.isFinite(largest)) return count;
  const more = sayTyped(language, "report.marked-largest", { number: sizes.indexOf(largest) + 1, diameterMm: largest });
  return language === "zh" ? `${count}${more}` : `${count} ${more}`;
}

function tableNote(findings: readonly Finding[], language: Language): string {
  const note = sayTyped(language, "report.findings-note");
  if (!findings.some(({ flags }) => flags.length > 0)) return note;
  const flagged = sayTyped(language, "report.flag-note");
  return language === "zh" ? `${note}${flagged}` : `${note} ${flagged}`;
}

function findingTable(findings: readonly Finding[], language: Language): Block {
  const column = (label: string, align: Column["align"], share: number): Column => ({ label, align, share });
  return {
    kind: "table",
    columns: [
      column(sayTyped(language, "report.col-number"), "right", 4),
      column(sayTyped(language, "report.col-place"), "left", 14),
      column(sayTyped(language, "report.col-texture"), "left", 14),
      column(sayTyped(language, "report.col-mean"), "right", 8),
      ...planes.map((plane) => column(sayTyped(language, "report.col-axes", { plane }), "right", 11)),
      column(sayTyped(language, "report.col-volume"), "right", 9),
      column(sayTyped(language, "report.col-hu"), "right", 8),
      column(sayTyped(language, "report.col-score"), "right", 7),
      column(sayTyped(language, "report.col-verdict"), "left", 10),
    ],
    rows: findings.map((finding, index) => findingRow(finding, index + 1, language)),
  };
}

function findingRow(finding: Finding, number: number, language: Language): Cell[] {
  const cell = (text: string, tone: Cell["tone"] = "plain"): Cell => ({ lines: [text], tone });
  const mean = meanAxialMm(finding);
  const mark = finding.flags.length > 0 ? " †" : "";
  return [
    cell(String(number), "strong"),
    { lines: [sideText(finding, language), imageText(finding, language)] },
    cell(kindText(finding, language)),
    cell(mean === null ? dash : sayNumber(mean, 1) + mark, "strong"),
    ...planes.map((plane) => cell(axesText(finding, plane))),
    cell(finding.volumeMm3 === null ? dash : sayNumber(finding.volumeMm3, 0)),
    cell(finding.meanHu === null ? dash : sayNumber(finding.meanHu, 0)),
    cell(sayNumber(finding.score, 2)),
    verdictCell(finding, language),
  ];
}

function verdictCell({ verdict }: Finding, language: Language): Cell {
  if (verdict === "accepted") return { lines: [sayTyped(language, "report.accepted")], tone: "strong" };
  if (verdict === "rejected") return { lines: [sayTyped(language, "report.rejected")], tone: "quiet" };
  return { lines: [], boxes: [sayTyped(language, "report.accept"), sayTyped(language, "report.reject")] };
}

function axesText({ measurements }: Finding, plane: (typeof planes)[number]): string {
  const found = measurements.find((each) => each.plane === plane);
  return found === undefined ? dash : `${sayNumber(found.longAxisMm, 1)} × ${sayNumber(found.shortAxisMm, 1)}`;
}

export function sideText({ side }: Finding, language: Language): string {
  return side === "unknown" ? sayTyped(language, "report.side-unknown") : sayTyped(language, "report.side-lung", { side });
}

export function imageText({ slice }: Finding, language: Language): string {
  if (slice.instanceNumber !== null) return sayTyped(language, "report.image-number", { number: slice.instanceNumber });
  return sayTyped(language, "report.slice-from-feet", { index: slice.index + 1 });
}

export function kindText(finding: Finding, language: Language): string {
  if (finding.kind === "mass") return sayTyped(language, "report.mass");
  if (finding.texture === "unknown") return sayTyped(language, "report.plain-nodule");
  return sayTyped(language, "report.texture-nodule", { texture: finding.texture });
}

/** One group a finding: heading, key image, why it was marked, what limits its figures. */
export function findingSections(analysis: AnalysisReading, images: ReportImages, language: Language): Section[] {
  const groups = shownFindings(analysis).map((finding, index) =>
    findingGroup(finding, index + 1, images.findings[finding.trackingUid], language),
  );
  const legend: Block[] =
    groups.length === 0 ? [] : [{ kind: "paragraph", tone: "quiet", text: sayTyped(language, "report.key-image-legend") }];
  return [{ heading: sayTyped(language, "report.findings"), blocks: [...legend, ...groups] }];
}

function findingGroup(finding: Finding, number: number, picture: Picture | undefined, language: Language): Block {
  const list = (label: string, reasons: readonly string[]): Block[] =>
    reasons.length === 0 ? [] : [{ kind: "list", label, items: reasons }];
  const [x, y, z] = finding.centerMm;
  const place = sayTyped(language, "report.place-mm", { x, y, z });
  const caption = sayTyped(language, "report.key-image-caption", { number, image: imageText(finding, language), place });
  const picturedOrNot: Block =
    picture === undefined
      ? { kind: "paragraph", tone: "quiet", text: caption }
      : { kind: "figure", picture, alt: sayTyped(language, "report.key-image-alt", { number }), caption };
  return {
    kind: "group",
    heading: sayTyped(language, "report.finding-heading", { number, kind: kindText(finding, language), side: sideText(finding, language) }),
    blocks: [
      picturedOrNot,
      ...(finding.comparison === undefined
        ? []
        : list(
            sayTyped(language, "report.comparison", { change: `change-${finding.comparison.change}` }),
            finding.comparison.because.map((each) => said(language, each)),
          )),
      ...list(
        sayTyped(language, "report.why"),
        finding.because.map((each) => said(language, each)),
      ),
      ...list(
        sayTyped(language, "report.limits"),
        finding.flags.map((each) => said(language, each)),
      ),
      ...list(
        sayTyped(language, "report.not-measured"),
        finding.notMeasurable === undefined ? [] : [said(language, finding.notMeasurable)],
      ),
    ],
  };
}
