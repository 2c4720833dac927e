import { expect, test } from "vitest";
import type { StudyIntake } from "../dicom/intake.ts";
import type { Stack } from "../dicom/stack.ts";
import type { StudySummary } from "../findings/study.ts";
import { priorFor } from "./prior.ts";

const ann = { id: "1", name: "A", birthDate: "19500101", sex: null, ageYears: null };
const unsaid = { studyTime: null, accessionNumber: null, studyDescription: null, institutionName: null, series: [] };
const study = (studyInstanceUid: string, studyDate: string, patient: StudySummary["patient"] = ann): StudySummary => ({
  ...unsaid,
  studyInstanceUid,
  studyDate,
  patient,
});
const now = study("now", "20260102");
const found = (
  summary: StudySummary,
  stacks: StudyIntake["stacks"] = new Map([["series", { summary: { sopClassUid: "1.2.840.10008.5.1.4.1.1.2" } } as Stack]]),
): StudyIntake => ({
  summary,
  stacks,
  because: [],
});

test.each([
  ["nothing", [], "prior-unreadable"],
  ["two patients", [found(study("a", "20250101")), found(study("b", "20250101", { ...ann, id: "2" }))], "prior-several-patients"],
  ["another patient", [found(study("a", "20250101", { ...ann, id: "2" }))], "prior-other-patient"],
  ["one ID, another name", [found(study("a", "20250101", { ...ann, name: "B" }))], "prior-other-patient"],
  ["no ID and no birth date", [found(study("a", "20250101", { ...ann, id: null, birthDate: null }))], "prior-patient-unknown"],
  ["this same study", [found(now)], "prior-same-study"],
  ["a newer one", [found(study("a", "20260103"))], "prior-newer"],
  ["a newer report", [found(study("a", "20260103"), new Map())], "prior-newer"],
  ["a report of another patient", [found(study("a", "20250101", { ...ann, id: "2" }), new Map())], "prior-other-patient"],
])("%s as prior is refused with its reason", (_what, studies, code) => {
  expect(priorFor(now, studies)).toMatchObject({ kind: "refused", because: { code: `growth.${code}` } });
});

test("of several earlier examinations the latest is taken", () => {
  const [old, later, newer] = ["20240101", "20250601", "20260301"].map((date) => found(study(date, date)));
  expect(priorFor(now, [old!, later!, newer!, found(now)])).toEqual({ kind: "usable", study: later });
});

test("images are taken before a later report, and a report where there are no images but the pictures of reports", () => {
  const pictures = new Map([["key images", { summary: { sopClassUid: "1.2.840.10008.5.1.4.1.1.7" } } as Stack]]);
  const [imaged, written] = [found(study("a", "20240101")), found(study("b", "20250101"), pictures)];
  expect(priorFor(now, [imaged, written])).toEqual({ kind: "usable", study: imaged });
  expect(priorFor(now, [written])).toEqual({ kind: "usable", study: written });
});
