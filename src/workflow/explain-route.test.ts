import { expect, test } from "vitest";
import type { Analysis } from "../analyses/analysis.ts";
import { reason } from "../base/reason.ts";
import { RoutingRules } from "../findings/routing-rules.ts";
import { type SeriesSummary, unknownStudy } from "../findings/study.ts";
import { explainRoute } from "./explain-route.ts";

const series = (stackId: string, seriesDescription: string): SeriesSummary =>
  ({ stackId, seriesInstanceUid: stackId, seriesDescription, protocolName: null, modality: "CT", manufacturer: null, bodyPartExamined: null }) as SeriesSummary; // biome-ignore format: one table
const study = { ...unknownStudy("1.2"), series: [series("1.2.1", "thin"), series("1.2.2", "scout")] };
/** An analysis that reads what is called thin. */
const thin = {
  id: "thin",
  choose: ({ series: all }: typeof study) => ({
    kind: "chosen",
    roles: {},
    series: all.map(({ stackId, seriesDescription }) =>
      seriesDescription === "thin"
        ? { stackId, role: "chest", because: [] }
        : { stackId, role: null, because: [reason("lung-nodule.localizer")] },
    ),
  }),
} as unknown as Analysis;
const other: Analysis = { ...thin, id: "other", choose: () => ({ kind: "declined", because: [reason("x")], series: [] }) };
const say = ({ code, values }: { code: string; values: object }) => ({ code, values: { ...values }, text: code });
const explained = (rule: object, analyses = [thin, other]) =>
  explainRoute(study, [], RoutingRules.parse({ rules: [{ name: "a", when: {}, ...rule }], otherwise: "read" }), analyses, say);

test("a study that is read says which series play which role, and why each other does not", () => {
  const { read, rule, urgent, because, analyses } = explained({ decision: "read", urgent: true });
  expect({ read, rule, urgent, because }).toEqual({ read: true, rule: "a", urgent: true, because: [] });
  expect(analyses.map(({ outcome, because: why }) => [outcome, ...why.map(({ code }) => code)])).toEqual([["chosen"], ["declined", "x"]]);
  expect(analyses[0]?.series.map(({ description, role, because: why }) => [description, role, why.length])).toEqual([
    ["thin", "chest", 0],
    ["scout", null, 1],
  ]);
});

test("an analysis that the rule leaves out is not asked, and none is where the study is not read", () => {
  const codes = (rule: object): string[] => explained(rule).analyses.map(({ outcome }) => outcome);
  expect(codes({ decision: "read", analyses: ["other"] })).toEqual(["not-asked", "declined"]);
  const refused = explained({ decision: "do-not-read" });
  expect(refused).toMatchObject({ read: false, because: [{ code: "route.refused-by-rule" }] });
  expect(refused.analyses.map(({ outcome }) => outcome)).toEqual(["not-asked", "not-asked"]);
});
