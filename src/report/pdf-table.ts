import { contentWidth, ink, type PdfPen, page, type Type, typeOf } from "./pdf-layout.ts";
import type { Block, Cell, Column } from "./report-document.ts";

const padX = 3;
const padY = 2.2;
const box = 7;

interface Slot {
  readonly x: number;
  readonly width: number;
  readonly align: Column["align"];
}

/** Draws a table; its head is repeated on every page, a row is never split. */
export function drawTable(pen: PdfPen, { columns, rows }: Extract<Block, { kind: "table" }>): void {
  const sizePoints = columns.length > 8 ? 7.6 : 8.4;
  const slots = slotsOf(columns);
  const head = columns.map((column): Cell => ({ lines: [column.label], tone: "quiet" }));
  const headHeight = rowHeight(pen, head, slots, sizePoints);
  const firstRow = rows[0] === undefined ? 0 : rowHeight(pen, rows[0], slots, sizePoints);
  pen.keep(headHeight + firstRow);
  const drawHead = (): void => {
    drawRow(pen, head, slots, sizePoints, headHeight);
    pen.rule(pen.y, ink.text, 0.8);
  };
  drawHead();
  for (const row of rows) {
    const height = rowHeight(pen, row, slots, sizePoints);
    if (height > pen.roomPoints) {
      pen.turn();
      drawHead();
    }
    drawRow(pen, row, slots, sizePoints, height);
    pen.rule(pen.y, ink.line, 0.5);
  }
  pen.y += 5;
}

function slotsOf(columns: readonly Column[]): Slot[] {
  const total = columns.reduce((sum, { share }) => sum + share, 0);
  let x: number = page.left;
  return columns.map(({ share, align }) => {
    const slot = { x, width: (contentWidth * share) / total, align };
    x += slot.width;
    return slot;
  });
}

const lineType = (cell: Cell, index: number, sizePoints: number): Type =>
  typeOf(index > 0 && cell.tone === undefined ? "quiet" : (cell.tone ?? "plain"), sizePoints);

function cellHeight(pen: PdfPen, cell: Cell, width: number, sizePoints: number): number {
  const texts = cell.lines.reduce((sum, line, index) => sum + pen.heightOf(line, width - 2 * padX, lineType(cell, index, sizePoints)), 0);
  return texts + (cell.boxes ?? []).length * (sizePoints + 4);
}

const rowHeight = (pen: PdfPen, row: readonly Cell[], slots: readonly Slot[], sizePoints: number): number =>
  2 * padY + Math.max(0, ...row.map((cell, index) => cellHeight(pen, cell, slots[index]?.width ?? contentWidth, sizePoints)));

function drawRow(pen: PdfPen, row: readonly Cell[], slots: readonly Slot[], sizePoints: number, height: number): void {
  for (const [index, cell] of row.entries()) {
    const slot = slots[index];
    if (slot === undefined) continue;
    let y = pen.y + padY;
    const width = slot.width - 2 * padX;
    for (const [line, text] of cell.lines.entries()) {
      const type = lineType(cell, line, sizePoints);
      pen.writeAt(text, slot.x + padX, y, width, type, slot.align);
      y += pen.heightOf(text, width, type);
    }
    for (const label of cell.boxes ?? []) {
      pen.sheet
        .rect(slot.x + padX, y + 3, box, box)
        .lineWidth(0.6)
        .strokeColor(ink.text)
        .stroke();
      pen.writeAt(label, slot.x + padX + box + 3, y, width - box - 3, typeOf("plain", sizePoints));
      y += sizePoints + 4;
    }
  }
  pen.y += height;
}
