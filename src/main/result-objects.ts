import type { StudyIntake } from "../dicom/intake.ts";
import { encapsulatedPdf } from "../dicom/objects/encapsulated-pdf.ts";
import { keyObjectSelection } from "../dicom/objects/key-object-selection.ts";
import { type LossyCompression, lossyCompression } from "../dicom/objects/lossy-compression.ts";
import type { ObjectReference } from "../dicom/objects/object-reference.ts";
import { secondaryCapture } from "../dicom/objects/secondary-capture.ts";
import { type Segmentation, segmentation } from "../dicom/seg/segmentation.ts";
import { basicTextSr } from "../dicom/sr/basic-text-sr.ts";
import { comprehensive3dSr } from "../dicom/sr/comprehensive-3d-sr.ts";
import { enhancedSr } from "../dicom/sr/enhanced-sr.ts";
import { planeOf, type SourceSeries, sourceSeries } from "../dicom/sr/source-series.ts";
import type { SrWords } from "../dicom/sr/sr-input.ts";
import type { Stack } from "../dicom/stack.ts";
import type { ResultContext, ResultObject } from "../dicom/write/result-object.ts";
import { sourceIdentity } from "../dicom/write/source-identity.ts";
import type { Finding } from "../findings/finding.ts";
import type { ReadResult } from "../findings/read-result.ts";
import { shownFindings } from "../findings/shown-findings.ts";
import type { RgbImage } from "../render/canvas.ts";
import { sayTyped } from "../words/say.ts";
import type { StudyReading } from "../workflow/read-study.ts";
import type { ResultFile } from "./result-folder.ts";
import { srSections, srWords } from "./said-report.ts";

/** What the objects are made of: the result, what it was read from, and the pictures and the document drawn for it. */
export interface ResultObjectsInput {
  readonly result: ReadResult;
  readonly readings: readonly StudyReading[];
  readonly study: StudyIntake;
  readonly keyImages: ReadonlyArray<{ readonly finding: Finding; readonly picture: RgbImage }>;
  readonly pdf: Uint8Array;
  readonly title: string;
}

/** A stack that was read, and what objects made from it refer to and say. */
interface ReadStack {
  readonly stack: Stack;
  readonly source: SourceSeries;
  readonly lossy: LossyCompression;
}

/** Series numbers that scanners leave free, one a kind of object. */
const seriesNumber = { report: 9000, segmentation: 9001, keyImages: 9002, selection: 9003, pdf: 9004 } as const;
/** What all analyses look at so far (PS3.16 annex L). */
const bodyPart = "CHEST";

/**
 * A read as DICOM objects: structured reports (three that say the same), a segmentation of each stack with outlines, a key image of each shown finding, the
 * selection of key slices, and the PDF. A study whose files hold no image makes none.
 */
export async function resultObjects(input: ResultObjectsInput): Promise<ResultFile[]> {
  const { study, readings, keyImages, title } = input;
  const [anyStack] = study.stacks.values();
  if (anyStack === undefined) return [];
  const result = shownOnly(input.result);
  const { language, overread } = result;
  const context: ResultContext = { identity: await sourceIdentity(anyStack), overread, language };
  const stacks = await readStacks(readings, study);
  const words = srWords(result);

  const segmentations = outlines(readings, stacks, context, words);
  const sr = { context, result, sources: stacks.map(({ source }) => source), segmentations, words };
  const srSeries = { number: seriesNumber.report, description: sayTyped(language, "sr.series") };
  const pictures = keyImages.map(({ finding, picture }, index) => {
    const { source, lossy } = stackOf(finding, stacks);
    const slice = planeOf(source, finding.slice.sopInstanceUid, finding.centerMm);
    const image = secondaryCapture({
      context,
      series: { number: seriesNumber.keyImages, description: sayTyped(language, "object.key-images") },
      instanceNumber: index + 1,
      image: picture,
      bodyPart,
      description: sayTyped(language, "object.key-image", { name: words.findingName(finding) }),
      sources: [slice],
      lossy,
    });
    return { slice, image };
  });
  const references: ObjectReference[] = pictures.flatMap(({ slice, image }) => [slice, image]);
  const document = encapsulatedPdf({
    context,
    series: { number: seriesNumber.pdf, description: sayTyped(language, "object.report") },
    title,
    pdf: input.pdf,
    sources: stacks.flatMap(({ source }) => source.images),
  });
  const named = (name: string, { bytes }: ResultObject): ResultFile => ({ path: `dicom/${name}.dcm`, bytes });
  const numbered = (index: number): string => String(index + 1).padStart(2, "0");
  return [
    named("sr-comprehensive-3d", comprehensive3dSr(sr, srSeries)),
    named("sr-enhanced", enhancedSr(sr, srSeries)),
    named("sr-basic-text", basicTextSr(sr, srSeries, srSections(result, words))),
    ...segmentations.map((object, index) => named(index === 0 ? "segmentation" : `segmentation-${index + 1}`, object)),
    ...pictures.map(({ image }, index) => named(`key-image-${numbered(index)}`, image)),
    ...(references.length > 0 ? [named("key-object-selection", selection(context, references))] : []),
    named("report", document),
  ];
}

/** Objects show what the report shows; candidates under the operating point stand in findings.json alone. */
function shownOnly(result: ReadResult): ReadResult {
  return { ...result, analyses: result.analyses.map((analysis) => ({ ...analysis, findings: shownFindings(analysis) })) };
}

/** The stacks of which volumes were read, each once. */
async function readStacks(readings: readonly StudyReading[], { stacks }: StudyIntake): Promise<ReadStack[]> {
  const ids = new Set(readings.flatMap(({ volumes }) => Object.values(volumes).map(({ stackId }) => stackId)));
  const read = [...ids].flatMap((id) => stacks.get(id) ?? []);
  return Promise.all(read.map(async (stack) => ({ stack, source: sourceSeries(stack), lossy: await lossyCompression(stack) })));
}

/** The stack that holds the slice a finding is best seen on. */
function stackOf({ slice }: Finding, stacks: readonly ReadStack[]): ReadStack {
  const found = stacks.find(({ stack }) => stack.slices.some(({ file }) => file.sopInstanceUid === slice.sopInstanceUid));
  if (found === undefined) throw new RangeError("a finding lies on a slice of no stack");
  return found;
}

/** One segmentation for each analysis and stack in which it outlined something. */
function outlines(readings: readonly StudyReading[], stacks: readonly ReadStack[], context: ResultContext, words: SrWords): Segmentation[] {
  const made: Segmentation[] = [];
  for (const { reading, outlines } of readings) {
    const shown = shownFindings(reading);
    for (const of of stacks) {
      const findings = shown.flatMap((finding) => {
        const outline = outlines.get(finding.trackingUid);
        const name = words.findingName(finding);
        return outline === undefined || stackOf(finding, stacks) !== of ? [] : [{ finding, trackingId: name, label: name, outline }];
      });
      const object = segmentation({
        context,
        series: { number: seriesNumber.segmentation, description: sayTyped(context.language, "object.segmentation") },
        instanceNumber: made.length + 1,
        sources: of.source.images,
        frameOfReferenceUid: of.source.frameOfReferenceUid,
        lossy: of.lossy,
        algorithm: `Overread ${reading.id}`,
        findings,
      });
      if (object !== "no-outlines") made.push(object);
    }
  }
  return made;
}

function selection(context: ResultContext, references: readonly ObjectReference[]): ResultObject {
  return keyObjectSelection({
    context,
    series: { number: seriesNumber.selection, description: sayTyped(context.language, "object.selection") },
    description: sayTyped(context.language, "object.selection-why"),
    references,
  });
}
