import { reportCss } from "./html-style.ts";
import type { Block, Cell, Picture, ReportDocument, Section } from "./report-document.ts";

/**
 * A report as one HTML file that needs nothing else: styles inline, pictures as data URIs, no script, no link; a content security policy
 * forbids everything but them. Every text is escaped.
 */
export function reportHtml(document: ReportDocument): string {
  const language = document.language === "zh" ? "zh-CN" : "en";
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(document.title)}</title>
<style>${reportCss}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(document.title)}</h1>
<p class="subject">${escaped(document.subject)}</p>
<div class="status" role="note"><strong>${escaped(document.status)}</strong><span>${escaped(document.statusDetail)}</span></div>
</header>
${document.sections.map(sectionHtml).join("\n")}
<footer>${escaped(document.footer)}</footer>
</main>
</body>
</html>
`;
}

/** Text made safe for element content and double- or single-quoted attributes; control characters are dropped. */
export function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[^\P{Cc}\t\n\r]/gu, "").replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const sectionHtml = ({ heading, blocks }: Section): string =>
  `<section>\n<h2>${escaped(heading)}</h2>\n${blocks.map((block) => blockHtml(block)).join("\n")}\n</section>`;

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return `<p class="${block.tone}">${escaped(block.text)}</p>`;
    case "facts":
      return `<dl>${block.facts.map(({ label, value }) => `<div><dt>${escaped(label)}</dt><dd>${escaped(value)}</dd></div>`).join("")}</dl>`;
    case "list": {
      const label = block.label === undefined ? "" : `<p class="label">${escaped(block.label)}</p>`;
      return `<div class="list">${label}<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join("")}</ul></div>`;
    }
    case "table":
      return tableHtml(block);
    case "figure":
      return `<figure>${imageHtml(block.picture, block.alt)}<figcaption>${escaped(block.caption)}</figcaption></figure>`;
    case "group":
      return `<article>\n<h3>${escaped(block.heading)}</h3>\n${block.blocks.map((inner) => blockHtml(inner)).join("\n")}\n</article>`;
    case "signature":
      return `<div class="signature">${block.labels.map((label) => `<div><span></span>${escaped(label)}</div>`).join("")}</div>`;
  }
}

function tableHtml({ columns, rows }: Extract<Block, { kind: "table" }>): string {
  const total = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => `<col style="width:${((100 * share) / total).toFixed(2)}%">`).join("");
  const heads = columns.map(({ label, align }) => `<th scope="col" class="${align}">${escaped(label)}</th>`).join("");
  const body = rows
    .map((row) => `<tr>${row.map((cell, index) => cellHtml(cell, columns[index]?.align ?? "left")).join("")}</tr>`)
    .join("\n");
  return `<div class="scroll"><table><colgroup>${widths}</colgroup><thead><tr>${heads}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function cellHtml({ lines, tone, boxes }: Cell, align: "left" | "right"): string {
  const text = lines.map((line) => `<span class="line">${escaped(line)}</span>`).join("");
  const ticks = (boxes ?? []).map((label) => `<span class="line box">${escaped(label)}</span>`).join("");
  return `<td class="${align} ${tone ?? "stacked"}">${text}${ticks}</td>`;
}

function imageHtml({ png, width, height }: Picture, alt: string): string {
  return `<img src="data:image/png;base64,${base64(png)}" width="${width}" height="${height}" alt="${escaped(alt)}">`;
}

/** Base64 without line breaks (RFC 4648 section 4). */
function base64(bytes: Uint8Array): string {
  const step = 0x6000;
  let binary = "";
  for (let at = 0; at < bytes.length; at += step) binary += String.fromCharCode(...bytes.subarray(at, at + step));
  return btoa(binary);
}
