import { expect, test } from "vitest";
import { csvText, parseCsv } from "./csv.ts";

test("cells may be quoted, hold commas and line ends, and a row knows the line it begins on", () => {
  expect(parseCsv('\uFEFFa,b\r\n"x, ""y""\nz", 2 \n\n3,\n')).toEqual([
    { line: 1, cells: ["a", "b"] },
    { line: 2, cells: ['x, "y"\nz', "2"] },
    { line: 5, cells: ["3", ""] },
  ]);
  expect(parseCsv("")).toEqual([]);
});

test("what is written reads back as it was", () => {
  const rows = [
    ["a,b", 'say "no"', "two\nlines"],
    ["", "0", "−1"],
  ];
  expect(parseCsv(csvText(["x", "y", "z"], rows)).map(({ cells }) => cells)).toEqual([["x", "y", "z"], ...rows]);
});

test("a quotation mark inside a bare cell is refused, not read as something else", () => {
  expect(() => parseCsv('a,b\n1,12"3\n')).toThrow("evaluation.csv-quote");
});
