import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { StudyIntake } from "../dicom/intake.ts";
import type { Finding } from "../findings/finding.ts";
import { ReadResult } from "../findings/read-result.ts";
import { RunFigures } from "../findings/run-figures.ts";
import { shownFindings } from "../findings/shown-findings.ts";
import { keyImageTask, type Picture } from "../render/key-image.ts";
import { overview } from "../render/overview.ts";
import { png } from "../render/png.ts";
import { composeReport } from "../report/compose.ts";
import type { ReportImages } from "../report/compose-findings.ts";
import { dictation } from "../report/dictation.ts";
import { fhirBundle } from "../report/fhir.ts";
import { reportHtml } from "../report/html.ts";
import { reportPdf } from "../report/pdf.ts";
import type { Template } from "../report/template.ts";
import type { Threads } from "../volume/threads.ts";
import type { Volume } from "../volume/volume.ts";
import type { StudyReading } from "../workflow/read-study.ts";
import type { ResultFile } from "./result-folder.ts";
import { resultObjects } from "./result-objects.ts";

/**
 * Everything a read of one study writes, as bytes: findings.json, fhir.json, both reports, the dictation, the key images and the DICOM objects.
 * @param guideline the one that the reports show; null: those that suit the reason of the examination
 * @param template of the dictation; null: the guideline's own
 * @throws what the threads were closed with, when aborted
 */
export async function resultFiles(
  result: ReadResult,
  readings: readonly StudyReading[],
  study: StudyIntake,
  { guideline, template }: { readonly guideline: string | null; readonly template: Template | null },
  threads: Threads,
  progress: (fraction: number) => void,
): Promise<ResultFile[]> {
  const drawn = await draw(readings, threads, (fraction) => progress(0.7 * fraction));
  const images: ReportImages = {
    findings: Object.fromEntries(drawn.findings.map(({ finding, picture }) => [finding.trackingUid, picture])),
    overviews: drawn.overviews,
  };
  const document = composeReport(result, images, result.language, guideline);
  const pdf = await reportPdf(document, await fonts());
  progress(0.95);
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const objects = await resultObjects({ result, readings, study, keyImages: drawn.findings, pdf, title: document.title });
  return [
    // Parsing what is written keeps schema and result from drifting apart.
    { path: "findings.json", bytes: text(`${JSON.stringify(ReadResult.parse(result), null, 2)}\n`) },
    {
      path: "run.json",
      bytes: text(`${JSON.stringify(RunFigures.parse({ analyses: readings.map(({ figures }) => figures) }), null, 2)}\n`),
    },
    { path: "fhir.json", bytes: text(`${JSON.stringify(fhirBundle(result), null, 2)}\n`) },
    { path: "report.html", bytes: text(reportHtml(document)) },
    { path: "report.pdf", bytes: pdf },
    { path: "dictation.txt", bytes: text(dictation(result, result.language, guideline, template)) },
    ...drawn.findings.map(({ name, picture }) => ({ path: `key-images/${name}`, bytes: picture.png })),
    ...drawn.overviews.map((picture, index) => ({ path: `key-images/overview-${index + 1}.png`, bytes: picture.png })),
    ...objects,
  ];
}

interface Drawn {
  readonly findings: ReadonlyArray<{ readonly finding: Finding; readonly name: string; readonly picture: Picture }>;
  readonly overviews: ReportImages["overviews"];
}

/** One picture a shown finding, and one overview a volume read. */
async function draw(readings: readonly StudyReading[], threads: Threads, progress: (fraction: number) => void): Promise<Drawn> {
  const shown = readings.flatMap((of) => shownFindings(of.reading).map((finding) => ({ of, finding })));
  let done = 0;
  const findings = await Promise.all(
    shown.map(async ({ of, finding }, index) => {
      const outline = of.outlines.get(finding.trackingUid);
      const input = { volume: volumeOf(finding, of), finding, ...(outline === undefined ? {} : { outline }) };
      const picture = await threads.run(keyImageTask, input);
      done += 1;
      progress(done / (shown.length + 1));
      return { finding, name: `${of.reading.id}-${String(index + 1).padStart(2, "0")}.png`, picture };
    }),
  );
  const overviews = readings.flatMap((of) =>
    Object.values(of.volumes).map(({ volume, stackId }) => {
      const lungs = of.masks[stackId];
      const image = overview({ volume, ...(lungs === undefined ? {} : { lungs }) });
      return { png: png(image), width: image.width, height: image.height };
    }),
  );
  return { findings, overviews };
}

function volumeOf(finding: Finding, { volumes }: StudyReading): Volume {
  const source = Object.values(volumes).find(({ slices }) =>
    slices.some(({ sopInstanceUid }) => sopInstanceUid === finding.slice.sopInstanceUid),
  );
  if (source === undefined) throw new RangeError("a finding lies in a volume that was not loaded");
  return source.volume;
}

async function fonts(): Promise<{ regular: Uint8Array; bold: Uint8Array }> {
  const folder = createRequire(import.meta.url)
    .resolve("@expo-google-fonts/noto-sans-sc/package.json")
    .replace(/package\.json$/, "");
  const [regular, bold] = await Promise.all([
    readFile(`${folder}400Regular/NotoSansSC_400Regular.ttf`),
    readFile(`${folder}700Bold/NotoSansSC_700Bold.ttf`),
  ]);
  return { regular: new Uint8Array(regular), bold: new Uint8Array(bold) };
}
