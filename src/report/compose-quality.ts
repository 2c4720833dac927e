import type { Measurement } from "../findings/measurement.ts";
import type { AnalysisReading, ReadResult, SaidQualityFigure, SeriesReading } from "../findings/read-result.ts";
import { hasWords, type Language, say, sayNumber, sayTyped } from "../words/say.ts";
import type { Block, Cell, Tone } from "./report-document.ts";
import { said, word } from "./said.ts";

const dash = "–";
const gradeTones: Readonly<Record<SaidQualityFigure["grade"], Tone>> = {
  good: "good",
  limited: "warning",
  unusable: "bad",
  unknown: "quiet",
};

/** UCUM units as they are printed. */
const printedUnits: Readonly<Record<string, string>> = {
  "[hnsf'U]": "HU",
  "1": "",
  mm3: "mm³",
  "mm[3]": "mm³",
  cm2: "cm²",
  cm3: "cm³",
  "{score}": "",
};
const unitText = (unit: string): string => printedUnits[unit] ?? unit;
const withUnit = (number: string, unit: string): string => (unitText(unit) === "" ? number : `${number} ${unitText(unit)}`);

/** Study-level measurements of one analysis, one a row. */
export function measurementBlocks({ measurements }: AnalysisReading, language: Language): Block[] {
  if (measurements.length === 0) return [];
  return [
    {
      kind: "table",
      columns: [
        { label: sayTyped(language, "report.col-measurement"), align: "left", share: 5 },
        { label: sayTyped(language, "report.col-subject"), align: "left", share: 4 },
        { label: sayTyped(language, "report.col-value"), align: "right", share: 5 },
      ],
      rows: measurements.map((each): Cell[] => [
        { lines: [word(language, each.code)] },
        { lines: [word(language, each.subject)] },
        measurementCell(each, language),
      ]),
    },
  ];
}

function measurementCell({ value, unit, interval }: Measurement, language: Language): Cell {
  const text = withUnit(sayNumber(value, Math.abs(value) >= 100 ? 0 : undefined), unit);
  if (interval === undefined) return { lines: [text] };
  const level = interval.level <= 1 ? interval.level * 100 : interval.level;
  return { lines: [text, sayTyped(language, "report.interval", { low: interval.low, high: interval.high, level })] };
}

/** The quality gate of every series that has figures. */
export function qualityBlocks({ series }: ReadResult, language: Language): Block[] {
  const measured = series.filter(({ quality }) => Object.keys(quality).length > 0);
  if (measured.length === 0) return [{ kind: "paragraph", tone: "quiet", text: sayTyped(language, "report.quality-none") }];
  return measured.flatMap((each): Block[] => [
    ...(measured.length > 1
      ? [
          {
            kind: "paragraph",
            tone: "strong",
            text: sayTyped(language, "report.series-heading", { name: seriesName(each, language) }),
          } as const,
        ]
      : []),
    {
      kind: "table",
      columns: [
        { label: sayTyped(language, "report.col-figure"), align: "left", share: 5 },
        { label: sayTyped(language, "report.col-value"), align: "right", share: 3 },
        { label: sayTyped(language, "report.col-grade"), align: "left", share: 2 },
        { label: sayTyped(language, "report.col-meaning"), align: "left", share: 12 },
      ],
      rows: Object.values(each.quality).map((figure) => qualityRow(figure, language)),
    },
  ]);
}

function qualityRow(figure: SaidQualityFigure, language: Language): Cell[] {
  const key = `figure.${figure.code}`;
  return [
    { lines: [hasWords(key) ? say(language, key) : figure.code] },
    { lines: [figure.value === null ? dash : withUnit(sayNumber(figure.value), figure.unit)] },
    { lines: [word(language, figure.grade)], tone: gradeTones[figure.grade] },
    { lines: [said(language, figure.because)] },
  ];
}

/** Every series, read ones first, with the reasons. */
export function seriesBlocks({ series }: ReadResult, language: Language): Block[] {
  if (series.length === 0) return [];
  const readFirst = [...series].sort((a, b) => Number(b.role !== null) - Number(a.role !== null));
  return [
    {
      kind: "table",
      columns: [
        { label: sayTyped(language, "report.col-series"), align: "left", share: 6 },
        { label: sayTyped(language, "report.col-read"), align: "left", share: 3 },
        { label: sayTyped(language, "report.col-reasons"), align: "left", share: 12 },
      ],
      rows: readFirst.map((each) => seriesRow(each, language)),
    },
  ];
}

function seriesRow(series: SeriesReading, language: Language): Cell[] {
  const read = series.role !== null;
  return [
    { lines: [seriesName(series, language)] },
    {
      lines: [series.role === null ? sayTyped(language, "report.not-read") : sayTyped(language, "report.read-as", { role: series.role })],
      tone: read ? "strong" : "quiet",
    },
    { lines: series.because.length === 0 ? [dash] : series.because.map((each) => said(language, each)), tone: "plain" },
  ];
}

function seriesName({ description }: SeriesReading, language: Language): string {
  return description === null || description.trim() === "" ? sayTyped(language, "report.unnamed-series") : description.trim();
}
