import { Fault } from "../../base/fault.ts";
import {
  type Found,
  type FoundSeries,
  type FoundStudy,
  foundSeries,
  foundStudies,
  type StudyQuery,
  seriesTags,
  studyTags,
} from "../found-study.ts";
import { tagName } from "./dicom-json.ts";
import { getFromPeer, resourceOf, type WebPatience } from "./get-web.ts";
import { textOf } from "./store-web.ts";

/**
 * Studies of a patient at a DICOMweb service (QIDO-RS, PS3.18 10.6), so many at most.
 * @throws Fault `send.…`; the signal's reason
 */
export async function searchStudies(
  service: URL,
  { patientId, from, to }: StudyQuery,
  most: number,
  patience: WebPatience,
): Promise<readonly FoundStudy[]> {
  const query: [string, string][] = [
    ["PatientID", patientId],
    ["StudyDate", `${from}-${to}`],
  ];
  return foundStudies(await search(service, "/studies", query, studyTags, most, patience));
}

/** The series of a study. @throws as `searchStudies` */
export async function searchSeries(
  service: URL,
  studyInstanceUid: string,
  most: number,
  patience: WebPatience,
): Promise<readonly FoundSeries[]> {
  return foundSeries(await search(service, `/studies/${studyInstanceUid}/series`, [], seriesTags, most, patience));
}

async function search(
  service: URL,
  path: string,
  query: readonly [name: string, value: string][],
  tags: readonly number[],
  most: number,
  patience: WebPatience,
): Promise<Found[]> {
  // One field a parameter: Orthanc passes over a list.
  const fields = tags.map((tag): [string, string] => ["includefield", tagName(tag)]);
  const resource = resourceOf(service, path, [...query, ["limit", `${most}`], ...fields]);
  return getFromPeer(service, resource, "application/dicom+json", patience, async (response) => {
    const text = await textOf(response);
    const answers = text.trim() === "" ? [] : parsed(text);
    if (!Array.isArray(answers)) throw new Fault("send.protocol-error");
    return answers.slice(0, most).map(foundIn);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault("send.protocol-error", {}, cause);
  }
}

/** One object of an answer in the DICOM JSON Model (PS3.18 annex F); what has another shape says nothing. */
function foundIn(answer: unknown): Found {
  const texts = (tag: string): readonly string[] => {
    const values = fieldOf(fieldOf(answer, tag.slice(1).toUpperCase()), "Value");
    return Array.isArray(values) ? values.map(textIn) : [];
  };
  return { texts, text: (tag) => texts(tag)[0] || null };
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;

/** A person name as one text (PS3.5 6.2.1.2), any other value as it is. */
function textIn(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return `${value}`.trim();
  const groups = ["Alphabetic", "Ideographic", "Phonetic"].map((group) => fieldOf(value, group));
  return groups
    .map((group) => (typeof group === "string" ? group : ""))
    .join("=")
    .replace(/=+$/, "");
}
