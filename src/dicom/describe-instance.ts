import { type Reason, reason } from "../base/reason.ts";
import { isUid } from "../base/uid.ts";
import type { ReceivedInstance } from "../findings/received-instance.ts";
import { type Header, readHeader } from "./read-header.ts";
import { contextOf } from "./read-image.ts";
import type { StreamedFile } from "./streamed-file.ts";
import { tag } from "./tags.ts";

/** What a header says of its object, for the index. */
export type InstanceDescription = Pick<
  ReceivedInstance,
  "sopInstanceUid" | "sopClassUid" | "transferSyntaxUid" | "instanceNumber" | "series" | "study" | "announced"
>;

export type Described =
  | { readonly kind: "described"; readonly instance: InstanceDescription; readonly dataSetAt: number }
  | { readonly kind: "refused"; readonly because: Reason };

/** Reads the beginning of an object that comes in. Every UID that names it must be one (PS3.5 9.1), as names of files are made of them. */
export async function describeInstance(file: StreamedFile): Promise<Described> {
  const reading = await readHeader(file.source);
  if (reading.kind === "not-dicom") return { kind: "refused", because: reason("intake.not-dicom") };
  if (reading.kind === "broken") return { kind: "refused", because: reading.because };
  const instance = descriptionOf(reading.header);
  if (instance === null) return { kind: "refused", because: reason("intake.no-uids") };
  return { kind: "described", instance, dataSetAt: reading.header.dataSetAt };
}

function descriptionOf({ attributes, transferSyntaxUid }: Header): InstanceDescription | null {
  const context = contextOf(attributes);
  const sopInstanceUid = attributes.text(tag.sopInstanceUid);
  if (context === null || !isUid(sopInstanceUid) || !isUid(transferSyntaxUid)) return null;
  const { series, study, patient } = context;
  if (![study.studyInstanceUid, series.seriesInstanceUid, series.sopClassUid].every(isUid)) return null;
  return {
    sopInstanceUid,
    sopClassUid: series.sopClassUid,
    transferSyntaxUid,
    instanceNumber: wholeOrNull(attributes.decimal(tag.instanceNumber)),
    series: {
      seriesInstanceUid: series.seriesInstanceUid,
      modality: series.modality,
      seriesNumber: wholeOrNull(series.seriesNumber),
      seriesDescription: series.seriesDescription,
      protocolName: series.protocolName,
      bodyPartExamined: series.bodyPartExamined,
      manufacturer: series.manufacturer,
    },
    study: { ...study, patient },
    ...announcedOf(attributes),
  };
}

function announcedOf({ decimal }: Header["attributes"]): Pick<InstanceDescription, "announced"> {
  const count = (of: string): number | null => {
    const said = wholeOrNull(decimal(of));
    return said !== null && said > 0 ? said : null;
  };
  const announced = {
    studyInstances: count(tag.numberOfStudyRelatedInstances),
    studySeries: count(tag.numberOfStudyRelatedSeries),
    seriesInstances: count(tag.numberOfSeriesRelatedInstances),
  };
  return Object.values(announced).every((each) => each === null) ? {} : { announced };
}

/** An IS value that fits the index (PS3.5 6.2: 32 bits). */
const wholeOrNull = (value: number | null): number | null =>
  value !== null && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : null;
