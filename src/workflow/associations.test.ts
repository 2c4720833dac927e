import { expect, test } from "vitest";
import { Associations } from "./associations.ts";

const [first, second] = [{}, {}];
const at = (seconds: number): Date => new Date(seconds * 1000);

test("a study is open while one of its associations is, and ended when the last is", () => {
  const associations = new Associations();
  associations.came("1.2", first);
  associations.came("1.2", second);
  associations.came("1.3", second);
  associations.ended(first, at(1), true);
  expect(associations.of("1.2")).toEqual({ kind: "open" });
  associations.ended(second, at(2), true);
  expect([associations.of("1.2"), associations.of("1.3")]).toEqual([
    { kind: "ended", at: at(2) },
    { kind: "ended", at: at(2) },
  ]);
  associations.came("1.2", first);
  expect(associations.of("1.2")).toEqual({ kind: "open" });
});

test("of a study that came otherwise, wholly or in part, nobody knows the end", () => {
  const associations = new Associations();
  associations.came("1.2", null);
  associations.came("1.3", first);
  associations.came("1.3", null);
  expect(associations.of("1.3")).toEqual({ kind: "open" });
  associations.ended(first, at(1), true);
  expect([associations.of("1.2"), associations.of("1.3"), associations.of("1.4")].map(({ kind }) => kind)).toEqual([
    "unknown",
    "unknown",
    "unknown",
  ]);
});

test("an association that broke off is no end", () => {
  const associations = new Associations();
  associations.came("1.2", first);
  associations.ended(first, at(1), false);
  expect(associations.of("1.2")).toEqual({ kind: "unknown" });
});

test("an hour after their end studies are forgotten", () => {
  const associations = new Associations();
  associations.came("1.2", first);
  associations.ended(first, at(0), true);
  associations.ended(second, at(3601), true);
  expect(associations.of("1.2")).toEqual({ kind: "unknown" });
});
