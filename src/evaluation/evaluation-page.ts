import type { Evaluation, Proportion, Rate } from "./evaluation.ts";
import { pageCss } from "./evaluation-style.ts";
import { asFraction, frocPlot, intervalBar } from "./froc-plot.ts";
import { escaped } from "./markup.ts";

/** Puts a code into words. */
export type Say = (code: string, values?: Readonly<Record<string, string | number>>) => string;

/** Rows a list shows; the tables beside the page hold all. */
const longestList = 200;

/** An evaluation as one HTML file that needs nothing else: no script, no link, pictures inline. */
export function evaluationPage(evaluation: Evaluation, language: "en" | "zh", say: Say): string {
  const { dataset, leakage } = evaluation;
  const stamp = leakage.state === "contaminated" ? `${say("evaluation.stamp")} ` : "";
  const title = stamp + say("evaluation.title", { id: dataset.id });
  return `<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${pageCss}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(title)}</h1>
<p class="subject">${escaped(subjectOf(evaluation, say))}</p>
${notices(evaluation, say)
  .map(({ tone, said }) => `<p class="notice ${tone}">${escaped(said)}</p>`)
  .join("\n")}
</header>
${section(say("evaluation.at-operating-point"), keyFigures(evaluation, say))}
${section(say("evaluation.froc"), frocSection(evaluation, say))}
${section(say("evaluation.groups"), groupSection(evaluation, say))}
${section(say("evaluation.missed"), missedSection(evaluation, say))}
${section(say("evaluation.false-marks"), falseMarkSection(evaluation, say))}
${section(say("evaluation.scans"), scanSection(evaluation, say))}
${section(say("evaluation.provenance"), provenance(evaluation, say))}
<footer>${escaped(say("evaluation.footer"))}</footer>
</main>
</body>
</html>
`;
}

/** Data set, version, split, level and numbers in one line. */
export function subjectOf({ dataset, counts }: Evaluation, say: Say): string {
  const { patients, scans, nodules, nodulePatients, scansWithoutNodules } = counts;
  const level = say(`evaluation.level-${dataset.level.replace(" ", "-")}`);
  const values = { version: dataset.version, split: dataset.split, level, patients, scans, nodules, nodulePatients, scansWithoutNodules };
  return say("evaluation.subject", values);
}

/** What must be known before any figure is read. */
export function notices({ leakage, dataset, counts }: Evaluation, say: Say): { tone: "bad" | "warning"; said: string }[] {
  const left = { trained: leakage.trained.length, unknown: leakage.unknown.length };
  return [
    ...(leakage.state === "contaminated" ? [{ tone: "bad" as const, said: say("evaluation.contaminated", left) }] : []),
    ...(leakage.state === "not-checked" ? [{ tone: "warning" as const, said: say("evaluation.leakage-not-checked") }] : []),
    ...(leakage.state === "clean" && left.trained + left.unknown > 0
      ? [{ tone: "warning" as const, said: say("evaluation.left-out", { ...left, scans: counts.scans }) }]
      : []),
    ...(dataset.split === "development" ? [{ tone: "warning" as const, said: say("evaluation.development") }] : []),
    ...(dataset.level === "semi-synthetic" ? [{ tone: "warning" as const, said: say("evaluation.semi-synthetic") }] : []),
    ...(counts.notRead.length > 0 ? [{ tone: "bad" as const, said: say("evaluation.not-read", { count: counts.notRead.length }) }] : []),
  ];
}

/** The figures at the operating point, each with its words. */
export function figuresOf({ atOperatingPoint: at }: Evaluation, say: Say): { label: string; said: string; interval: string }[] {
  const line = (label: string, figure: Proportion | Rate | null) =>
    figure === null ? [] : [{ label: say(`evaluation.${label}`), ...("of" in figure ? shareWords(figure, say) : rateWords(figure, say)) }];
  return [
    ...line("sensitivity", at.sensitivity),
    ...line("false-positives", at.falsePositives),
    ...line("false-positives-without-nodules", at.falsePositivesWithoutNodules),
    ...line("strict", at.strict),
    ...line("strict-6", at.strictFrom6Mm),
    ...line("shams", at.shams),
  ];
}

function shareWords({ count, of, share, low, high }: Proportion, say: Say): { said: string; interval: string } {
  return {
    said: say("evaluation.count-of", { count, of, share: fixed(share) }),
    interval: say("evaluation.exact", { low: fixed(low), high: fixed(high) }),
  };
}

function rateWords({ count, scans, perScan, low, high }: Rate, say: Say): { said: string; interval: string } {
  return {
    said: say("evaluation.count-in", { count, scans, perScan: perScan.toFixed(2) }),
    interval: say("evaluation.exact", { low: low.toFixed(2), high: high.toFixed(2) }),
  };
}

function keyFigures(evaluation: Evaluation, say: Say): string {
  const { name, score, chosen } = evaluation.operatingPoint;
  const cards = figuresOf(evaluation, say).map(
    ({ label, said, interval }) =>
      `<div><span class="label">${escaped(label)}</span><strong>${escaped(said)}</strong><span class="quiet">${escaped(interval)}</span></div>`,
  );
  const point = say(`evaluation.operating-point-${chosen}`, { name, score: score.toPrecision(4) });
  return `${paragraph(point)}<div class="cards">${cards.join("")}</div>`;
}

/** The FROC curve as an SVG picture; null where there is none. */
export function frocFigure({ froc, counts, atOperatingPoint, leakage }: Evaluation, say: Say): string | null {
  if (froc === null) return null;
  const { sensitivity, falsePositives } = atOperatingPoint;
  // the sensitivity at the operating point is of all scans: it lies on the curve only where all were read completely
  const onCurve = counts.scans === counts.completeScans && sensitivity !== null && falsePositives !== null;
  return frocPlot(froc, onCurve ? { rate: falsePositives.perScan, sensitivity: sensitivity.share } : null, {
    title: say("evaluation.froc"),
    x: say("evaluation.axis-false-positives"),
    y: say("evaluation.sensitivity"),
    operatingPoint: say("evaluation.operating-point"),
    stamp: leakage.state === "contaminated" ? say("evaluation.stamp") : "",
  });
}

function frocSection(evaluation: Evaluation, say: Say): string {
  const { froc, counts } = evaluation;
  if (froc === null) return paragraph(say("evaluation.no-froc", { scans: counts.completeScans, nodules: counts.nodules }));
  const units = say(froc.resampled === "patients" ? "evaluation.resampled-patients" : "evaluation.resampled-crossed");
  const caption = say("evaluation.band", { resamples: froc.resamples, units, scans: froc.scans, nodules: froc.nodules });
  const row = (name: string, value: number, { low, high }: { low: number; high: number }) => [
    name,
    fixed(value),
    `${fixed(low)}–${fixed(high)}`,
  ];
  const rows = froc.rates.map((point) => row(asFraction(point.falsePositivesPerScan), point.sensitivity, point));
  return [
    `<figure>${frocFigure(evaluation, say)}<figcaption>${escaped(caption)}</figcaption></figure>`,
    table(
      [say("evaluation.axis-false-positives"), say("evaluation.sensitivity"), say("evaluation.interval")],
      [...rows, row(say("evaluation.cpm"), froc.cpm.value, froc.cpm)],
    ),
  ].join("\n");
}

function groupSection({ tables }: Evaluation, say: Say): string {
  const found = [say("evaluation.found"), say("evaluation.sensitivity"), ""];
  return `<div class="groups">${tables
    .map(({ by, rows }) => {
      const ofScans = rows.some(({ falsePositives }) => falsePositives !== null);
      const cells = rows.map(({ group, sensitivity: s, falsePositives: f }) => [
        escaped(/^[a-z-]+$/.test(group) ? say(`evaluation.group-${group}`) : group),
        ...(s === null ? ["–", "–", ""] : [`${s.count} / ${s.of}`, `${fixed(s.share)} (${fixed(s.low)}–${fixed(s.high)})`, intervalBar(s)]),
        ...(ofScans ? [f === null ? "–" : `${f.count} / ${f.scans} (${f.low.toFixed(2)}–${f.high.toFixed(2)})`] : []),
      ]);
      return rawTable([say(`evaluation.by-${by}`), ...found, ...(ofScans ? [say("evaluation.false-positives-scans")] : [])], cells);
    })
    .join("\n")}</div>`;
}

function missedSection({ missed }: Evaluation, say: Say): string {
  if (missed.length === 0) return paragraph(say("evaluation.none"));
  const heads = ["scan", "place", "diameter", "readers", "by-texture", "score"].map((code) => say(`evaluation.${code}`));
  const rows = missed.map(({ scan, centerMm, diameterMm, readers, texture, score }) => [
    scan,
    place(centerMm),
    diameterMm === null ? "–" : diameterMm.toFixed(1),
    readers === null ? "–" : String(readers),
    say(`evaluation.group-${texture}`),
    score === null ? say("evaluation.no-mark") : score.toPrecision(3),
  ]);
  return shortened(heads, rows, say);
}

function falseMarkSection({ falsePositives }: Evaluation, say: Say): string {
  if (falsePositives.length === 0) return paragraph(say("evaluation.none"));
  const heads = ["scan", "place", "diameter", "score", "kind"].map((code) => say(`evaluation.${code}`));
  const rows = falsePositives.map(({ scan, centerMm, score, diameterMm, irrelevant }) => [
    scan,
    place(centerMm),
    diameterMm === null ? "–" : diameterMm.toFixed(1),
    score.toPrecision(3),
    say(irrelevant ? "evaluation.on-irrelevant" : "evaluation.on-nothing"),
  ]);
  return shortened(heads, rows, say);
}

function scanSection({ scans, counts }: Evaluation, say: Say): string {
  const heads = ["scan", "sha256", "complete", "found", "marks", "false-positives", "strict"].map((code) => say(`evaluation.${code}`));
  const rows = scans.map((scan) => [
    scan.id,
    scan.sha256?.slice(0, 16) ?? say("evaluation.not-opened"),
    say(scan.complete ? "evaluation.yes" : "evaluation.no"),
    `${scan.found} / ${scan.nodules}`,
    String(scan.marks),
    scan.complete ? String(scan.falsePositives) : "–",
    scan.complete ? String(scan.strict) : "–",
  ]);
  const failed = counts.notRead.map(({ scan, because }) => paragraph(`${scan}: ${because.join(" ")}`));
  return [shortened(heads, rows, say), ...failed].join("\n");
}

function provenance({ dataset, program, models, marks, leakage }: Evaluation, say: Say): string {
  const facts: [string, string][] = [
    ["dataset", `${dataset.id}, ${dataset.version}`],
    ["manifest", dataset.sha256],
    ["licence", dataset.licence],
    ["citation", dataset.citation],
    ["read-by", dataset.readBy],
    ["marks-from", `${say(`evaluation.source-${marks.source}`)}, ${marks.sha256}`],
    ["program", `${program.version}, ${program.commit}, ${program.sha256}`],
    ["models", models.map(({ id, sha256 }) => `${id} ${sha256}`).join("; ") || say("evaluation.no-models")],
    ["machine", program.machine],
    ["leakage", say(`evaluation.leakage-${leakage.state}-short`)],
    ["trained-scans", leakage.trained.join(", ") || "–"],
    ["unknown-scans", leakage.unknown.join(", ") || "–"],
    ["rules", say("evaluation.rules-text", { readersNeeded: dataset.readersNeeded })],
  ];
  return `<dl>${facts.map(([label, value]) => `<dt>${escaped(say(`evaluation.${label}`))}</dt><dd>${escaped(value)}</dd>`).join("")}</dl>`;
}

const fixed = (share: number): string => share.toFixed(3);
const place = (centerMm: readonly number[]): string => centerMm.map((mm) => mm.toFixed(1)).join(", ");
const section = (heading: string, content: string): string => `<section><h2>${escaped(heading)}</h2>${content}</section>`;
const paragraph = (said: string): string => `<p>${escaped(said)}</p>`;

function shortened(heads: readonly string[], rows: readonly string[][], say: Say): string {
  const rest = rows.length - longestList;
  return table(heads, rows.slice(0, longestList)) + (rest > 0 ? paragraph(say("evaluation.more", { count: rest })) : "");
}

const table = (heads: readonly string[], rows: readonly string[][]): string =>
  rawTable(
    heads,
    rows.map((row) => row.map(escaped)),
  );

function rawTable(heads: readonly string[], rows: readonly string[][]): string {
  const head = heads.map((said) => `<th scope="col">${escaped(said)}</th>`).join("");
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("\n")}\n</tbody></table></div>`;
}
