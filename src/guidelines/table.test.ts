import { expect, test } from "vitest";
import { given } from "./field.ts";
import { factsOf, type Stated } from "./stated.ts";
import { type Row, readTable, tableOf, type When } from "./table.ts";

const row = (rule: string, when: When): Row<string> => ({ rule, when, outcome: rule });
const read = (rows: readonly Row<string>[], stated: Stated) => {
  const fields = new Map<string, ReturnType<typeof given>>();
  const { rows: reached, open } = readTable(tableOf(rows), (code) => {
    const field = fields.get(code) ?? given(factsOf(stated), code);
    fields.set(code, field);
    return field;
  });
  return { rules: reached.map(({ rule }) => rule), missing: open.flatMap(({ missing }) => missing) };
};

const bySize = [
  row("small", { meanMm: { below: 6 } }),
  row("middle", { meanMm: { atLeast: 6, upTo: 8 } }),
  row("large", { meanMm: { over: 8 } }),
];

test.each([
  [5.9, "small"],
  [6, "middle"],
  [8, "middle"],
  [8.04, "middle"],
  [8.05, "large"],
])("the first row that holds decides: %d mm is %s", (meanMm, rule) => {
  expect(read(bySize, { meanMm })).toEqual({ rules: [rule], missing: [] });
});

test("an unknown value leaves every row it can reach, and is missing", () => {
  expect(read(bySize, {})).toEqual({ rules: ["small", "middle", "large"], missing: ["meanMm"] });
});

test("a row is not reached by values that an earlier row has taken", () => {
  const rows = [row("yes", { fat: "yes" }), row("no", { fat: "no" }), row("never", {})];
  expect(read(rows, {}).rules).toEqual(["yes", "no"]);
});

test("two conditions on one input are never met by different values of it", () => {
  const rows = [row("a", { fat: "yes", kind: "solid" }), row("b", { fat: "no", kind: "solid" }), row("c", { kind: "solid" }), row("d", {})];
  expect(read(rows, {}).rules).toEqual(["a", "b", "d"]);
});

test("an unknown input on which nothing depends is not missing", () => {
  const rows = [row("same", { fat: "yes" }), { ...row("other", {}), outcome: "same" }];
  expect(read(rows, {})).toEqual({ rules: ["same", "other"], missing: [] });
});

test("a table that leaves a value out is a mistake of its writer", () => {
  expect(() => read([row("yes", { fat: "yes" })], {})).toThrow(RangeError);
});
