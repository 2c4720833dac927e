import type { Tone } from "./report-document.ts";

/** What the layout needs of a PDF writer, points from the top left corner of the page. pdf.ts supplies pdfkit. */
export interface Sheet {
  font(name: string): this;
  fontSize(points: number): this;
  fillColor(color: string): this;
  heightOfString(text: string, options: { width: number; lineGap: number }): number;
  text(text: string, x: number, y: number, options: { width: number; align: "left" | "right" | "center"; lineGap: number }): this;
  moveTo(x: number, y: number): this;
  lineTo(x: number, y: number): this;
  rect(x: number, y: number, width: number, height: number): this;
  lineWidth(points: number): this;
  strokeColor(color: string): this;
  stroke(): this;
  addPage(): this;
}

/** Puts a PNG onto the current page. */
export type PutImage = (png: Uint8Array, x: number, y: number, width: number, height: number) => void;

/** Page of the PDF report in points (1/72 inch): A4. */
export const page = { width: 595.28, height: 841.89, left: 42, right: 42, top: 46, bottom: 50 } as const;
export const contentWidth = page.width - page.left - page.right;

export const ink = {
  text: "#16202a",
  quiet: "#566472",
  line: "#d5dce3",
  accent: "#0b5a78",
  warning: "#8a5a00",
  bad: "#a3261c",
  good: "#1d6b3c",
} as const;

const toneInk: Readonly<Record<Tone, string>> = {
  plain: ink.text,
  strong: ink.text,
  quiet: ink.quiet,
  good: ink.good,
  warning: ink.warning,
  bad: ink.bad,
};

/** How a text is set. */
export interface Type {
  readonly font: "regular" | "bold";
  readonly sizePoints: number;
  readonly ink: string;
}

export function typeOf(tone: Tone, sizePoints: number): Type {
  const bold = tone === "strong" || tone === "warning" || tone === "bad";
  return { font: bold ? "bold" : "regular", sizePoints, ink: toneInk[tone] };
}

/** A pen that moves down the page and turns it when what comes next does not fit. */
export class PdfPen {
  readonly sheet: Sheet;
  readonly putImage: PutImage;
  y: number = page.top;

  constructor(sheet: Sheet, putImage: PutImage) {
    this.sheet = sheet;
    this.putImage = putImage;
  }

  get roomPoints(): number {
    return page.height - page.bottom - this.y;
  }

  /** Turns the page unless so much room is left; on a fresh page it never turns. */
  keep(heightPoints: number): void {
    if (heightPoints > this.roomPoints && this.y > page.top) this.turn();
  }

  turn(): void {
    this.sheet.addPage();
    this.y = page.top;
  }

  private set(type: Type): void {
    this.sheet.font(type.font).fontSize(type.sizePoints).fillColor(type.ink);
  }

  heightOf(text: string, widthPoints: number, type: Type): number {
    this.set(type);
    return this.sheet.heightOfString(printable(text), { width: widthPoints, lineGap });
  }

  /** Writes at a place without moving down; the text must fit. */
  writeAt(text: string, x: number, y: number, widthPoints: number, type: Type, align: "left" | "right" | "center" = "left"): void {
    this.set(type);
    this.sheet.text(printable(text), x, y, { width: widthPoints, align, lineGap });
  }

  /** Writes a paragraph and moves below it. */
  write(text: string, x: number, widthPoints: number, type: Type, gapPoints = 3): void {
    const height = this.heightOf(text, widthPoints, type);
    this.keep(height);
    this.writeAt(text, x, this.y, widthPoints, type);
    this.y += height + gapPoints;
  }

  rule(y: number, color: string, widthPoints: number, x: number = page.left, length: number = contentWidth): void {
    this.sheet
      .moveTo(x, y)
      .lineTo(x + length, y)
      .lineWidth(widthPoints)
      .strokeColor(color)
      .stroke();
  }
}

const lineGap = -1.5;

/** Control characters have no glyph; a line break in a header text becomes a space. */
const printable = (text: string): string => text.replace(/\p{Cc}+/gu, " ");
