import type { Block } from "./report-document.ts";

/** What a block says, line by line, for readers of plain text. */
export function blockLines(block: Block): string[] {
  switch (block.kind) {
    case "paragraph":
      return [block.text];
    case "facts":
      return block.facts.map(({ label, value }) => `${label}: ${value}`);
    case "list":
      return [...(block.label === undefined ? [] : [`${block.label}:`]), ...block.items.map((item) => `  ${item}`)];
    case "table":
      return [
        "",
        block.columns.map(({ label }) => label).join(" | "),
        ...block.rows.map((row) => row.map(({ lines, boxes = [] }) => [...lines, ...boxes].join(" ")).join(" | ")),
      ];
    case "figure":
      return [block.alt, block.caption];
    case "group":
      return ["", `## ${block.heading}`, ...block.blocks.flatMap(blockLines), ""];
    case "signature":
      return [...block.labels];
  }
}
