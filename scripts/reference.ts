// Writes the table of settings, and the JSON Schemas of findings.json, of the person file and of what other DICOM objects report, of data sets and evaluations, and of routing rules to docs/reference/ from their zod schemas; with --check only compares.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { Evaluation } from "../src/evaluation/evaluation.ts";
import { DatasetManifest } from "../src/evaluation/manifest.ts";
import { Person } from "../src/findings/person.ts";
import { ReadResult } from "../src/findings/read-result.ts";
import { ReportedDocument } from "../src/findings/reported-finding.ts";
import { RoutingRules } from "../src/findings/routing-rules.ts";
import { settings } from "../src/main/config.ts";
import { usualRules } from "../src/workflow/usual-rules.ts";

const folder = new URL("../docs/reference/", import.meta.url);
const schemas: Readonly<Record<string, string>> = {
  "evaluation-manifest.schema.json": schemaOf(DatasetManifest, "What `overread evaluate` measures on: scans and their reference", "input"),
  "evaluation.schema.json": schemaOf(Evaluation, "What `overread evaluate` writes as evaluation.json", "output"),
  "findings.schema.json": schemaOf(
    ReadResult,
    "What `overread read` writes as findings.json; unconfirmed until a physician signs",
    "output",
  ),
  "person.schema.json": schemaOf(Person, "What `overread read --person` reads; every field may be left out, which means unknown", "input"),
  "reported-finding.schema.json": schemaOf(
    ReportedDocument,
    "What `overread findings --json` lists under documents: one structured report or segmentation; unconfirmed unless VERIFIED",
    "output",
  ),
  "routing.schema.json": schemaOf(
    RoutingRules,
    "Which studies a server reads: what OVERREAD_ROUTING and `overread route --rules` name",
    "input",
  ),
  "settings.md": settingsTable(),
  "usual-routing.json": `${JSON.stringify(usualRules, null, 2)}\n`,
};

/** Padded as Markdown tables here are. */
function settingsTable(): string {
  const rows = [
    ["environment variable", "what", "without it"],
    ...settings.map(({ name, what, otherwise }) => [`\`${name}\``, what, otherwise === null ? "–" : `\`${otherwise}\``]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return `# Settings of \`overread serve\` and \`overread worker\`\n\n${[lines[0], rule, ...lines.slice(1)].join("\n")}\n`;
}

function schemaOf(schema: z.ZodType, title: string, io: "input" | "output"): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io }) }, null, 2)}\n`;
}

const check = process.argv.includes("--check");
mkdirSync(folder, { recursive: true });
let stale = 0;
for (const [name, text] of Object.entries(schemas)) {
  const file = new URL(name, folder);
  if (!check) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`docs/reference/${name} is not what the schemas say: run node scripts/reference.ts`);
    stale += 1;
  }
}
process.exit(stale === 0 ? 0 : 1);
