import { openOrigin } from "../byte-source.ts";
import { readHeader } from "../read-header.ts";
import type { Stack } from "../stack.ts";
import type { DataSet } from "./data-set.ts";
import { type Keyword, readingTag } from "./dictionary.ts";

/** Patient and study attributes that a result shares with the images it was made from (PS3.3 C.7.1.1, C.7.2.1, C.7.2.2). */
const copied = [
  "PatientName",
  "PatientID",
  "IssuerOfPatientID",
  "PatientBirthDate",
  "PatientSex",
  "PatientAge",
  "PatientSize",
  "PatientWeight",
  "PatientIdentityRemoved",
  "DeidentificationMethod",
  "StudyInstanceUID",
  "StudyDate",
  "StudyTime",
  "AccessionNumber",
  "ReferringPhysicianName",
  "StudyID",
  "StudyDescription",
] as const satisfies readonly Keyword[];

/** Attributes of type 2: written empty where the images do not say. */
const empty: DataSet = {
  PatientName: "",
  PatientID: "",
  PatientBirthDate: "",
  PatientSex: "",
  StudyDate: "",
  StudyTime: "",
  AccessionNumber: "",
  ReferringPhysicianName: "",
  StudyID: "",
};

/**
 * Who and which study, as the first image of a stack says it: texts decoded from their character set, to be written as ISO_IR 192.
 * @throws Fault when the file can no longer be read
 */
export async function sourceIdentity(stack: Stack): Promise<DataSet> {
  const [slice] = stack.slices;
  if (slice === undefined) throw new RangeError("a stack needs one slice or more");
  const source = await openOrigin(slice.file.origin);
  try {
    const reading = await readHeader(source);
    if (reading.kind !== "header") throw new RangeError("the file of a stack is no longer DICOM");
    const { attributes } = reading.header;
    const found = copied.flatMap((keyword) => {
      const values = attributes.texts(readingTag(keyword));
      return values.some((value) => value !== "") ? [[keyword, values] as const] : [];
    });
    return { ...empty, ...Object.fromEntries(found) };
  } finally {
    await source.close();
  }
}
