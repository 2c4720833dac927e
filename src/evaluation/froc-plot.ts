import type { Evaluation } from "./evaluation.ts";
import { operatingRates } from "./froc.ts";
import { escaped } from "./markup.ts";

type Froc = NonNullable<Evaluation["froc"]>;

/** What is written into the plot. */
export interface PlotLabels {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly operatingPoint: string;
  /** Drawn across the plot; empty where the figures stand. */
  readonly stamp: string;
}

const [width, height] = [760, 400];
const frame = { left: 64, right: 740, top: 28, bottom: 340 };
const [lowest, highest] = [operatingRates[0], operatingRates[6]];

const x = (rate: number): number =>
  frame.left + ((frame.right - frame.left) * Math.log2(Math.min(highest, Math.max(lowest, rate)) / lowest)) / Math.log2(highest / lowest);
const y = (share: number): number => frame.bottom - (frame.bottom - frame.top) * share;
const at = (rate: number, share: number): string => `${x(rate).toFixed(1)},${y(share).toFixed(1)}`;

/**
 * A FROC curve with its band and the seven operating points as an SVG picture of its own: false positives a scan on a logarithmic axis,
 * sensitivity on a linear one.
 * @param operating where the operating point lies; null when it cannot be placed
 */
export function frocPlot({ curve, rates }: Froc, operating: { rate: number; sensitivity: number } | null, labels: PlotLabels): string {
  const band = [
    ...curve.map((p) => at(p.falsePositivesPerScan, p.high)),
    ...[...curve].reverse().map((p) => at(p.falsePositivesPerScan, p.low)),
  ];
  const parts = [
    ...Array.from({ length: 11 }, (_, n) => horizontal(n / 10)),
    ...operatingRates.map(vertical),
    `<polygon points="${band.join(" ")}" fill="#0b5a78" fill-opacity=".16"/>`,
    `<polyline points="${curve.map((p) => at(p.falsePositivesPerScan, p.sensitivity)).join(" ")}" fill="none" stroke="#0b5a78" stroke-width="2.4" stroke-linejoin="round"/>`,
    ...rates.map(
      (p) =>
        `<path d="M${at(p.falsePositivesPerScan, p.low)}L${at(p.falsePositivesPerScan, p.high)}" stroke="#0b5a78" stroke-width="1.2"/><circle cx="${x(p.falsePositivesPerScan).toFixed(1)}" cy="${y(p.sensitivity).toFixed(1)}" r="4" fill="#0b5a78"/>`,
    ),
    ...(operating === null ? [] : [diamond(operating, labels.operatingPoint)]),
    `<rect x="${frame.left}" y="${frame.top}" width="${frame.right - frame.left}" height="${frame.bottom - frame.top}" fill="none" stroke="#16202a"/>`,
    `<text x="${(frame.left + frame.right) / 2}" y="${(frame.top + frame.bottom) / 2}" text-anchor="middle" font-size="44" fill="#a3261c" fill-opacity=".6">${escaped(labels.stamp)}</text>`,
    text((frame.left + frame.right) / 2, height - 14, labels.x, "middle"),
    `<g transform="rotate(-90 18 ${(frame.top + frame.bottom) / 2})">${text(18, (frame.top + frame.bottom) / 2, labels.y, "middle")}</g>`,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(labels.title)}" font-family="Helvetica, Arial, 'Noto Sans CJK SC', sans-serif" font-size="13" fill="#16202a">
<title>${escaped(labels.title)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${parts.join("\n")}
</svg>`;
}

/** A rate as LUNA16 names it: 1/8 … 8. */
export const asFraction = (rate: number): string => (rate < 1 ? `1/${1 / rate}` : String(rate));

const text = (left: number, baseline: number, said: string, anchor: "start" | "middle" | "end"): string =>
  `<text x="${left.toFixed(1)}" y="${baseline.toFixed(1)}" text-anchor="${anchor}">${escaped(said)}</text>`;
const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `<path d="M${x1.toFixed(1)},${y1.toFixed(1)}L${x2.toFixed(1)},${y2.toFixed(1)}" stroke="#d5dce3"/>`;
const horizontal = (share: number): string =>
  line(frame.left, y(share), frame.right, y(share)) + text(frame.left - 8, y(share) + 4.5, share.toFixed(1), "end");
const vertical = (rate: number): string =>
  line(x(rate), frame.top, x(rate), frame.bottom) + text(x(rate), frame.bottom + 20, asFraction(rate), "middle");

function diamond({ rate, sensitivity }: { rate: number; sensitivity: number }, said: string): string {
  const [cx, cy] = [x(rate), y(sensitivity)];
  const corners = [
    [0, -7],
    [7, 0],
    [0, 7],
    [-7, 0],
  ].map(([dx, dy]) => `${(cx + dx!).toFixed(1)},${(cy + dy!).toFixed(1)}`);
  const onTheRight = cx > (frame.left + frame.right) / 2;
  const label = text(cx + (onTheRight ? -12 : 12), cy + 22, said, onTheRight ? "end" : "start");
  return `<polygon points="${corners.join(" ")}" fill="#d89a14" stroke="#fff"/>${label}`;
}

/** A share and its interval as a bar as wide as a table cell. */
export function intervalBar({ share, low, high }: { share: number; low: number; high: number }): string {
  const place = (value: number): string => (3 + 114 * value).toFixed(1);
  return `<svg class="bar" viewBox="0 0 120 12" aria-hidden="true"><path d="M3,6H117" stroke="#d5dce3"/><path d="M${place(low)},6H${place(high)}" stroke="#0b5a78" stroke-width="3"/><circle cx="${place(share)}" cy="6" r="4" fill="#0b5a78"/></svg>`;
}
