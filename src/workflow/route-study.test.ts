import { expect, test } from "vitest";
import type { ReceivedBy } from "../findings/received-instance.ts";
import { RoutingRules } from "../findings/routing-rules.ts";
import { type RoutedStudy, routeStudy } from "./route-study.ts";
import { usualRules } from "./usual-rules.ts";

const series = { modality: "CT", manufacturer: "Acme", bodyPartExamined: null, seriesDescription: null, protocolName: null };
const study = (changes: Partial<typeof series> | Record<string, unknown> = {}, senders: ReceivedBy[] = []): RoutedStudy => ({
  studyDescription: null,
  series: [{ ...series, ...changes }],
  senders,
});
const rulesOf = (...rules: unknown[]): RoutingRules => RoutingRules.parse({ rules, otherwise: "do-not-read" });
const ruleFor = (of: RoutedStudy, rules: RoutingRules): string | null => routeStudy(of, rules).rule;
const from = (aet: string, host: string): ReceivedBy => ({ way: "dimse", from: aet, host });

test("the first rule that applies decides, and says how", () => {
  const rules = rulesOf(
    { name: "a", when: { modality: ["MR"] }, decision: "read" },
    { name: "b", when: { modality: ["CT", "PT"] }, decision: "read", analyses: ["lung-nodule"], urgent: true },
    { name: "c", when: {}, decision: "do-not-read" },
  );
  expect(routeStudy(study(), rules)).toEqual({ kind: "read", rule: "b", plan: { analyses: ["lung-nodule"], urgent: true } });
  expect(routeStudy(study({ modality: "US" }), rules)).toEqual({
    kind: "unread",
    rule: "c",
    because: [{ code: "route.refused-by-rule", values: { rule: "c" } }],
  });
});

test("a study that no rule applies to is as the rules say otherwise", () => {
  expect(routeStudy(study(), { rules: [], otherwise: "do-not-read" })).toMatchObject({
    kind: "unread",
    because: [{ code: "route.no-rule" }],
  });
  expect(routeStudy(study(), { rules: [], otherwise: "read" })).toEqual({
    kind: "read",
    rule: null,
    plan: { analyses: null, urgent: false },
  });
});

test("all conditions on a series must hold of one series, and those on a sender of one sender", () => {
  const rules = rulesOf({
    name: "a",
    when: { modality: ["CT"], text: ["lung"], callingAe: ["CT1"], host: ["10.0.0.1"] },
    decision: "read",
  });
  const apart = [
    { ...series, seriesDescription: "scout" },
    { ...series, modality: "MR", seriesDescription: "lung" },
  ];
  const right = from("CT1", "10.0.0.1");
  expect(ruleFor({ ...study(), series: apart, senders: [right] }, rules)).toBeNull();
  const lung = study({ seriesDescription: "Lung" });
  expect(ruleFor({ ...lung, senders: [from("CT1", "10.0.0.2"), from("CT2", "10.0.0.1")] }, rules)).toBeNull();
  expect(ruleFor({ ...lung, senders: [{ way: "stow", from: "CT1" }] }, rules)).toBeNull();
  expect(ruleFor({ ...lung, senders: [from("CT2", "10.0.0.1"), right] }, rules)).toBe("a");
});

test("reports and pictures of our own count for nothing: a study of those alone has no images", () => {
  const rules = rulesOf({ name: "a", when: {}, decision: "read" });
  const none = { ...study(), series: [{ ...series, modality: "SR" }, { ...series, modality: "OT", manufacturer: "Overread" }] }; // biome-ignore format: one table
  expect(routeStudy(none, rules)).toEqual({ kind: "unread", rule: null, because: [{ code: "job.no-images", values: {} }] });
  expect(ruleFor({ ...study(), series: [{ ...series, modality: "SR", seriesDescription: "lung" }, series] }, usualRules)).toBe(
    "any other CT",
  );
});

test("the usual rules follow their own schema", () => {
  expect(RoutingRules.parse(usualRules)).toEqual(usualRules);
});

test.each([
  "CT Chest w/o contrast",
  "Thorax^ThorRoutine (Adult)",
  "ThoraxRoutine1.0mm",
  "Lunge low dose",
  "Ganzkörper-CT",
  "TDM thoracique",
  "Scanner thoraco-abdomino-pelvien",
  "TC de TÓRAX",
  "TC tórax e pulmões",
  "TC torace",
  "КТ органов грудной клетки",
  "KT klatki piersiowej",
  "Akciğer BT",
  "胸部平扫",
  "低剂量肺结节筛查",
  "胸部〜骨盤CT",
  "흉부 CT",
  "Polytrauma Kopf-Hals-Becken",
  "CT Head and Chest",
])("by the usual rules “%s” is a chest CT, whether a protocol, a series or a study is called so", (text) => {
  expect(ruleFor(study({ seriesDescription: text }), usualRules)).toBe("chest CT");
  expect(ruleFor(study({ protocolName: text }), usualRules)).toBe("chest CT");
  expect(ruleFor({ ...study(), studyDescription: text }, usualRules)).toBe("chest CT");
});

test.each([
  ["CT Head", "CT of head or limbs"],
  ["Schädel nativ", "CT of head or limbs"],
  ["头颅CT平扫", "CT of head or limbs"],
  ["頭部単純", "CT of head or limbs"],
  ["Scanner du genou", "CT of head or limbs"],
  ["Abdomen", "any other CT"],
  ["1.0 B30f", "any other CT"],
])("by the usual rules “%s” is %s", (text, rule) => {
  expect(ruleFor(study({ seriesDescription: text }), usualRules)).toBe(rule);
});

test("by the usual rules a body part makes a chest CT, and other modalities are not read", () => {
  expect(ruleFor(study({ seriesDescription: "Head", bodyPartExamined: "CHESTABDOMEN" }), usualRules)).toBe(
    "CT of the chest by its body part",
  );
  expect(routeStudy(study({ modality: "MR", seriesDescription: "Chest" }), usualRules)).toMatchObject({ kind: "unread", rule: null });
});
