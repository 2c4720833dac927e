// Draws the Chinese signs that pictures need into src/render/chinese-glyphs.ts, from Noto Sans SC Bold (SIL Open Font License 1.1); with --check only compares.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const signs = "未经确认";
const pixels = 72;
const file = new URL("../src/render/chinese-glyphs.ts", import.meta.url);

type Point = readonly [x: number, y: number];
interface Font {
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  readonly glyphForCodePoint: (codePoint: number) => {
    readonly path: { readonly commands: readonly { readonly command: string; readonly args: readonly number[] }[] };
  };
}

const require = createRequire(import.meta.url);
// fontkit comes with pdfkit.
const fontkit: { create: (bytes: Buffer) => Font } = createRequire(require.resolve("pdfkit"))("fontkit");
const font = fontkit.create(readFileSync(require.resolve("@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf")));

/** The outline of a sign as straight lines in font units; curves are cut in eight. */
function linesOf(sign: string): (readonly [Point, Point])[] {
  const lines: (readonly [Point, Point])[] = [];
  let [at, start]: Point[] = [
    [0, 0],
    [0, 0],
  ];
  const lineTo = (to: Point): void => {
    lines.push([at as Point, to]);
    at = to;
  };
  for (const { command, args } of font.glyphForCodePoint(sign.codePointAt(0) as number).path.commands) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = args;
    if (command === "moveTo")
      [at, start] = [
        [x0, y0],
        [x0, y0],
      ];
    else if (command === "lineTo") lineTo([x0, y0]);
    else if (command === "closePath") lineTo(start as Point);
    else if (command === "quadraticCurveTo") {
      const [fx, fy] = at as Point;
      for (let step = 1; step <= 8; step++) {
        const t = step / 8;
        const blend = (a: number, b: number, c: number): number => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c;
        lineTo([blend(fx, x0, x1), blend(fy, y0, y1)]);
      }
    } else throw new Error(`an outline with ${command}`);
  }
  return lines;
}

/** One bit a pixel, row by row: set where the outline winds around the pixel's centre. */
function bitmap(sign: string): string {
  const lines = linesOf(sign);
  const unit = font.unitsPerEm / pixels;
  // The em square of an ideograph, centred between ascent and descent.
  const top = (font.ascent + font.descent) / 2 + font.unitsPerEm / 2;
  const bytes = new Uint8Array((pixels * pixels) / 8);
  for (let at = 0; at < pixels * pixels; at++) {
    const x = ((at % pixels) + 0.5) * unit;
    const y = top - (Math.floor(at / pixels) + 0.5) * unit;
    let winding = 0;
    for (const [[x0, y0], [x1, y1]] of lines) {
      if (y0 > y === y1 > y) continue;
      if (x0 + ((y - y0) / (y1 - y0)) * (x1 - x0) > x) winding += y1 > y0 ? 1 : -1;
    }
    if (winding !== 0) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7));
  }
  return Buffer.from(bytes).toString("base64");
}

const text = `// Made by scripts/glyphs.ts from Noto Sans SC Bold (SIL Open Font License 1.1).

/** Width and height of a sign. */
export const chineseGlyphPixels = ${pixels};

/** One bit a pixel, row by row, the leftmost in the highest bit; base64. */
export const chineseGlyphs: Readonly<Record<string, string>> = {
${[...signs].map((sign) => `  ${sign}: "${bitmap(sign)}",`).join("\n")}
};
`;

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("src/render/chinese-glyphs.ts is not what the font gives: run node scripts/glyphs.ts");
  process.exit(1);
}
