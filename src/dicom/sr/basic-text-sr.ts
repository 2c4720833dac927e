import type { DataSet } from "../write/data-set.ts";
import type { ResultObject } from "../write/result-object.ts";
import { keyImagesHeading, radiologyReport, textSection } from "./codes.ts";
import { container, image, text } from "./content-item.ts";
import { documentContext } from "./observation-context.ts";
import { planeOf, sourceHolding } from "./source-series.ts";
import type { SrInput, SrSeries } from "./sr-input.ts";
import { structuredReport } from "./structured-report.ts";

const basicTextSrStorage = "1.2.840.10008.5.1.4.1.1.88.11";

/** Sentences under one of the headings of a text report, already said in the language of the context. */
export interface TextSection {
  readonly heading: keyof typeof textSection;
  readonly paragraphs: readonly string[];
}

/**
 * A read as Basic Text SR (PS3.3 A.35.1) after PS3.16 TID 2000: the caller's sentences, and the images the findings are best seen on.
 * @throws RangeError when a finding names an image that is in no source
 */
export function basicTextSr(input: SrInput, series: SrSeries, sections: readonly TextSection[]): ResultObject {
  const tree = container(null, radiologyReport, [...documentContext(input), ...sections.map(section), ...keyImages(input)], "2000");
  return structuredReport(basicTextSrStorage, { kind: "sr-basic-text", ...series }, tree, input);
}

function section({ heading, paragraphs }: TextSection): DataSet {
  const { name, element } = textSection[heading];
  return container(
    "CONTAINS",
    name,
    paragraphs.map((paragraph) => text("CONTAINS", element, paragraph)),
  );
}

function keyImages({ result, sources }: SrInput): DataSet[] {
  const images = result.analyses
    .flatMap(({ findings }) => findings)
    .map(({ slice: { sopInstanceUid }, centerMm }) =>
      image("CONTAINS", null, planeOf(sourceHolding(sources, sopInstanceUid), sopInstanceUid, centerMm)),
    );
  return images.length === 0 ? [] : [container("CONTAINS", keyImagesHeading, images)];
}
