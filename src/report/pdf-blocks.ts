import { contentWidth, ink, type PdfPen, page, typeOf } from "./pdf-layout.ts";
import { drawTable } from "./pdf-table.ts";
import type { Block, Picture, Section } from "./report-document.ts";

const bodyPoints = 9;
const smallPoints = 7.8;
const labelWidth = 74;

type Of<Kind extends Block["kind"]> = Extract<Block, { kind: Kind }>;

/** Draws a section: heading, rule, blocks. The heading never stands alone at the foot of a page. */
export function drawSection(pen: PdfPen, { heading, blocks }: Section): void {
  const heights = blocks.map((block) => blockHeight(pen, block));
  const all = heights.reduce((sum, height) => sum + height, 0);
  const lead = blocks.findIndex(({ kind }) => kind !== "paragraph") + 1;
  const start = heights.slice(0, Math.max(1, lead)).reduce((sum, height) => sum + height, 0);
  pen.keep(34 + (all < 130 ? all : Math.min(start, 330)));
  pen.y += 7;
  pen.write(heading, page.left, contentWidth, { font: "bold", sizePoints: 11, ink: ink.accent }, 0);
  pen.rule(pen.y + 1, ink.accent, 1.2);
  pen.y += 6;
  for (const block of blocks) drawBlock(pen, block);
}

function drawBlock(pen: PdfPen, block: Block): void {
  switch (block.kind) {
    case "paragraph":
      pen.write(block.text, page.left, contentWidth, typeOf(block.tone, block.tone === "quiet" ? smallPoints : bodyPoints));
      break;
    case "facts":
      drawFacts(pen, block);
      break;
    case "list":
      drawList(pen, block);
      break;
    case "table":
      drawTable(pen, block);
      break;
    case "figure":
      drawFigure(pen, block);
      break;
    case "group":
      drawGroup(pen, block);
      break;
    case "signature":
      drawSignature(pen, block);
  }
}

/** About how high a block is, to keep what belongs together on one page. */
function blockHeight(pen: PdfPen, block: Block): number {
  switch (block.kind) {
    case "paragraph":
      return pen.heightOf(block.text, contentWidth, typeOf(block.tone, bodyPoints)) + 3;
    case "facts":
      return Math.ceil(block.facts.length / 2) * 14;
    case "list":
      return block.items.length * 13 + 14;
    case "table":
      return 40;
    case "figure":
      return figureSize(block.picture).height + pen.heightOf(block.caption, contentWidth, typeOf("quiet", smallPoints)) + 8;
    case "group":
      return (
        16 + block.blocks.reduce((sum, inner) => sum + (inner.kind === "list" ? runHeight(pen, inner) + 1.5 : blockHeight(pen, inner)), 0)
      );
    case "signature":
      return 52;
  }
}

function drawFacts(pen: PdfPen, { facts }: Of<"facts">): void {
  const gap = 18;
  const short = facts.every(({ value }) => value.length <= 40);
  const columns = short ? 2 : 1;
  const width = (contentWidth - gap * (columns - 1)) / columns;
  const label = typeOf("quiet", smallPoints);
  const text = typeOf("plain", bodyPoints);
  for (let at = 0; at < facts.length; at += columns) {
    const row = facts.slice(at, at + columns);
    const height =
      2 +
      Math.max(
        ...row.map((fact) => pen.heightOf(fact.value, width - labelWidth, text)),
        ...row.map((fact) => pen.heightOf(fact.label, labelWidth - 4, label)),
      );
    pen.keep(height);
    for (const [index, fact] of row.entries()) {
      const x = page.left + index * (width + gap);
      pen.writeAt(fact.label, x, pen.y + 0.8, labelWidth - 4, label);
      pen.writeAt(fact.value, x + labelWidth, pen.y, width - labelWidth, text);
    }
    pen.y += height;
  }
  pen.y += 2;
}

function drawList(pen: PdfPen, { label, items }: Of<"list">): void {
  if (label !== undefined) {
    pen.keep(28);
    pen.write(label, page.left, contentWidth, typeOf("plain", bodyPoints), 1);
  }
  for (const item of items) {
    pen.keep(pen.heightOf(item, contentWidth - 12, typeOf("plain", bodyPoints)));
    pen.writeAt("•", page.left + 2, pen.y, 8, typeOf("quiet", bodyPoints));
    pen.write(item, page.left + 12, contentWidth - 12, typeOf("plain", bodyPoints), 0.5);
  }
  pen.y += 3;
}

function figureSize({ width, height }: Picture): { width: number; height: number } {
  const scale = Math.min(contentWidth / width, 300 / height);
  return { width: width * scale, height: height * scale };
}

function drawFigure(pen: PdfPen, block: Of<"figure">): void {
  const size = figureSize(block.picture);
  pen.keep(blockHeight(pen, block));
  pen.putImage(block.picture.png, page.left, pen.y, size.width, size.height);
  pen.y += size.height + 2;
  pen.write(block.caption, page.left, contentWidth, typeOf("quiet", smallPoints - 0.6), 4);
}

const runIndent = labelWidth + 12;
const runType = typeOf("plain", 8.4);

/** The items of a list as one run of sentences; Chinese sentences need no space between them. */
const runText = ({ items }: Of<"list">): string => items.join(/[\u3002\uff1b]$/.test(items[0] ?? "") ? "" : " ");
const runLabelWidth = labelWidth + 8;
const runHeight = (pen: PdfPen, list: Of<"list">): number =>
  Math.max(
    pen.heightOf(runText(list), contentWidth - runIndent, runType),
    pen.heightOf(list.label ?? "", runLabelWidth, typeOf("quiet", smallPoints)) + 0.5,
  );

/** Heading, picture, then every list as one run of sentences beside its label. */
function drawGroup(pen: PdfPen, group: Of<"group">): void {
  pen.keep(blockHeight(pen, group));
  pen.write(group.heading, page.left, contentWidth, typeOf("strong", 9.6), 2);
  for (const block of group.blocks) {
    if (block.kind !== "list") {
      drawBlock(pen, block);
      continue;
    }
    const height = runHeight(pen, block);
    pen.keep(height);
    pen.writeAt(block.label ?? "", page.left, pen.y + 0.5, runLabelWidth, typeOf("quiet", smallPoints));
    pen.writeAt(runText(block), page.left + runIndent, pen.y, contentWidth - runIndent, runType);
    pen.y += height + 1.5;
  }
  pen.y += 6;
}

function drawSignature(pen: PdfPen, { labels }: Of<"signature">): void {
  pen.keep(52);
  const gap = 30;
  const width = (contentWidth - gap * (labels.length - 1)) / labels.length;
  for (const [index, label] of labels.entries()) {
    const x = page.left + index * (width + gap);
    pen.rule(pen.y + 32, ink.text, 0.7, x, width);
    pen.writeAt(label, x, pen.y + 34, width, typeOf("quiet", smallPoints));
  }
  pen.y += 52;
}
