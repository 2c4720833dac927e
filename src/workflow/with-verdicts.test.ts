import { expect, test } from "vitest";
import { glanceOf } from "../findings/glance.ts";
import type { ReadResult } from "../findings/read-result.ts";
import type { VerdictRecord } from "../findings/verdict-record.ts";
import { sampleReadResult } from "../report/sample-read-result.ts";
import { assess } from "./assess.ts";
import { withVerdicts } from "./with-verdicts.ts";

const sample = sampleReadResult({ language: "en", findings: 3 });
const result: ReadResult = { ...sample, ...assess(sample.study, sample.person, sample.analyses) };
const findings = result.analyses.flatMap((analysis) => analysis.findings);
const uids = findings.map(({ trackingUid }) => trackingUid);
const said = (id: number, trackingUid: string, says: "accepted" | "rejected"): VerdictRecord => ({
  id,
  account: "li",
  saidAt: new Date(id),
  given: { trackingUid, says, reason: null },
});
const assessed = ({ assessments }: ReadResult): Set<string | null> => new Set(assessments.map(({ trackingUid }) => trackingUid));

test("without verdicts a result is itself", () => {
  expect(withVerdicts(result, [])).toBe(result);
});

test("a rejected mark is shown as rejected and no longer assessed; the others are", () => {
  const [first = "", second = ""] = uids;
  const after = withVerdicts(result, [said(1, first, "rejected"), said(2, second, "accepted")]);
  const verdicts = after.analyses.flatMap((analysis) => analysis.findings.map(({ trackingUid, verdict }) => [trackingUid, verdict]));
  expect(Object.fromEntries(verdicts)).toMatchObject({ [first]: "rejected", [second]: "accepted" });
  expect(assessed(result)).toContain(first);
  expect(assessed(after)).not.toContain(first);
  expect(assessed(after)).toContain(second);
  expect(after.assessments.filter(({ trackingUid }) => trackingUid === null)).toHaveLength(5);
});

test("a verdict of a mark that is not in the result changes nothing", () => {
  expect(withVerdicts(result, [said(1, "9.9", "rejected")])).toEqual(result);
});

test("the line of the worklist counts what stands: with every mark rejected it has no size, and Lung-RADS says 1", () => {
  const before = glanceOf(result);
  expect(before.findings).toBe(3);
  expect(before.largestMm).toBeGreaterThan(3);
  expect(Object.keys(before.categories)).toContain("lung-rads-2022");
  const after = glanceOf(
    withVerdicts(
      result,
      uids.map((uid, index) => said(index, uid, "rejected")),
    ),
  );
  expect(after).toMatchObject({ findings: 0, largestMm: null });
  expect(after.categories["lung-rads-2022"]).toBe("1");
});
