import { escaped } from "../../src/evaluation/markup.ts";

/** A point with its interval. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** A frame with axes and lines; several stand one above the other. */
export interface Panel {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly x: { readonly from: number; readonly to: number; readonly ticks: ReadonlyArray<readonly [at: number, text: string]> };
  readonly y: { readonly from: number; readonly to: number; readonly ticks: readonly number[] };
  /** Drawn from corner to corner: what ought to be. */
  readonly diagonal?: boolean;
  /** Points of one line are joined. */
  readonly lines: ReadonlyArray<readonly PlotPoint[]>;
}

const [width, height] = [760, 400];
const frame = { left: 64, right: 740, top: 20, bottom: 290 };
const ink = "#0b5a78";

/** Panels as one SVG picture. */
export function plot(title: string, panels: readonly Panel[]): string {
  const drawn = panels.map((panel, n) => `<g transform="translate(0 ${n * height})">\n${parts(panel).join("\n")}\n</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height * panels.length}" role="img" aria-label="${escaped(title)}" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#16202a">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height * panels.length}" fill="#fff"/>
${drawn.join("\n")}
</svg>`;
}

function parts({ x, y, xLabel, yLabel, lines, diagonal }: Panel): string[] {
  const within = (value: number, { from, to }: { from: number; to: number }): number => Math.min(to, Math.max(from, value));
  const left = (at: number): number => frame.left + ((frame.right - frame.left) * (within(at, x) - x.from)) / (x.to - x.from);
  const top = (at: number): number => frame.bottom - ((frame.bottom - frame.top) * (within(at, y) - y.from)) / (y.to - y.from);
  const point = (atX: number, atY: number): string => `${left(atX).toFixed(1)},${top(atY).toFixed(1)}`;
  const crowded = x.ticks.length > 12;
  const middle = (frame.top + frame.bottom) / 2;
  return [
    ...y.ticks.map(
      (at) =>
        `<path d="M${point(x.from, at)}L${point(x.to, at)}" stroke="#d5dce3"/><text x="${frame.left - 8}" y="${(top(at) + 4).toFixed(1)}" text-anchor="end">${at}</text>`,
    ),
    ...x.ticks.map(([at, text]) => {
      const turned = crowded
        ? ` transform="rotate(-40 ${left(at).toFixed(1)} ${frame.bottom + 14})" text-anchor="end"`
        : ' text-anchor="middle"';
      return `<path d="M${point(at, y.from)}L${point(at, y.to)}" stroke="#eef1f4"/><text x="${left(at).toFixed(1)}" y="${frame.bottom + 16}"${turned}>${escaped(text)}</text>`;
    }),
    ...(diagonal ? [`<path d="M${point(x.from, y.from)}L${point(x.to, y.to)}" stroke="#8a97a3" stroke-dasharray="5 4"/>`] : []),
    ...lines.flatMap((line) => [
      `<polyline points="${line.map((one) => point(one.x, one.y)).join(" ")}" fill="none" stroke="${ink}" stroke-width="2"/>`,
      ...line.map(
        (one) =>
          `<path d="M${point(one.x, one.low)}L${point(one.x, one.high)}" stroke="${ink}"/><circle cx="${left(one.x).toFixed(1)}" cy="${top(one.y).toFixed(1)}" r="3.5" fill="${ink}"/>`,
      ),
    ]),
    `<rect x="${frame.left}" y="${frame.top}" width="${frame.right - frame.left}" height="${frame.bottom - frame.top}" fill="none" stroke="#16202a"/>`,
    `<text x="${(frame.left + frame.right) / 2}" y="${crowded ? height - 6 : frame.bottom + 40}" text-anchor="middle">${escaped(xLabel)}</text>`,
    `<text transform="rotate(-90 18 ${middle})" x="18" y="${middle}" text-anchor="middle">${escaped(yLabel)}</text>`,
  ];
}
