import { expect, test } from "vitest";
import { Fault } from "../../base/fault.ts";
import { isUid } from "../../base/uid.ts";
import { type Level, searchQuery } from "./search-query.ts";

const parsed = (text: string, level: Level = "study") => searchQuery(level, new URLSearchParams(text), {});

test("an attribute may be named by keyword or by tag", () => {
  const match = { key: "PatientID", kind: "text", patterns: ["12*"], ignoreCase: false };
  expect(parsed("PatientID=12*").matches).toEqual([match]);
  expect(parsed("00100020=12*").matches).toEqual([match]);
  expect(parsed("0020000d=1.2,1.3").matches).toEqual([{ key: "StudyInstanceUID", kind: "one-of", values: ["1.2", "1.3"] }]);
});

test("names are compared without regard to case, dates as ranges, numbers as numbers", () => {
  expect(parsed("PatientName=王*").matches).toEqual([{ key: "PatientName", kind: "text", patterns: ["王*"], ignoreCase: true }]);
  const dates = ["20260101", "20260101-20260131", "20260101-", "-20260131"].map((value) => parsed(`StudyDate=${value}`).matches[0]);
  expect(dates.map((match) => match?.kind === "range" && [match.from, match.to])).toEqual([
    ["20260101", "20260101"],
    ["20260101", "20260131"],
    ["20260101", null],
    [null, "20260131"],
  ]);
  expect(parsed("SeriesNumber=007", "series").matches).toEqual([{ key: "SeriesNumber", kind: "number", value: 7 }]);
});

test("an empty value and * match everything", () => {
  expect(parsed("PatientID=&PatientName=*").matches).toEqual([]);
});

test("limit, offset and fields are taken over; without a limit the server's own holds", () => {
  expect(parsed("limit=5&offset=10&includefield=StudyDescription,00081032&includefield=NobodyKnows")).toMatchObject({
    limit: 5,
    offset: 10,
    capped: false,
    includeFields: ["00081030", "00081032"],
  });
  expect(parsed("includefield=all")).toMatchObject({ includeFields: "all", capped: true, limit: 1000 });
});

test("what is not heeded is said: fuzzy matching, attributes that are not searched by or belong to a deeper level", () => {
  expect(parsed("fuzzymatching=true").warnings).toEqual(["dicom-web.fuzzy-ignored"]);
  for (const text of ["ReferringPhysicianName=x", "Modality=CT", "RequestAttributesSequence.RequestedProcedureID=1"])
    expect(parsed(text).warnings).toEqual(["dicom-web.key-ignored"]);
  expect(parsed("Modality=CT", "series").warnings).toEqual([]);
});

test.each([
  "limit=-1",
  "limit=x",
  "offset=1.5",
  "limit=1&limit=2",
  "StudyDate=today",
  "StudyInstanceUID=../../etc",
  "SeriesNumber=x",
  "fuzzymatching=maybe",
  "includefield=<script>",
  "Patient%20Name=x",
])("the query %s is refused", (text) => {
  expect(() => parsed(text, "series")).toThrow(Fault);
});

test("a refusal does not repeat what is no name of a parameter", () => {
  expect(() => parsed("Secret^Person=x")).toThrow('"parameter":"?"');
});

test("UIDs are digits and dots, 64 at most", () => {
  expect(["1.2.840", "0", "2.25.1"].every(isUid)).toBe(true);
  expect(["", ".", "1.", "1..2", "../1", "1/2", "1.2\n", "a", "1".repeat(65)].some(isUid)).toBe(false);
});
