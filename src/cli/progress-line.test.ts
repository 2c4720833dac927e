import { expect, test } from "vitest";
import { ProgressLine } from "./progress-line.ts";

function screen(isTerminal: boolean): { line: ProgressLine; written: string[]; clock: { now: number } } {
  const written: string[] = [];
  const clock = { now: 0 };
  const line = new ProgressLine({
    write: (text) => written.push(text),
    isTerminal,
    columns: 80,
    clockMs: () => clock.now,
    stageName: (stage) => stage.toUpperCase(),
    remaining: (seconds) => `${seconds} s left`,
    took: (seconds) => `${seconds} s`,
  });
  return { line, written, clock };
}

test("away from a terminal each stage is one plain line, written when it ends", () => {
  const { line, written, clock } = screen(false);
  line.report("load", 0);
  clock.now = 1000;
  line.report("load", 0.5);
  clock.now = 2000;
  line.report("lungs", 0);
  clock.now = 2500;
  line.end();
  expect(written).toEqual(["LOAD  2.0 s\n", "LUNGS  0.5 s\n"]);
});

test("on a terminal the bar says what remains, from the time the stage has taken", () => {
  const { line, written, clock } = screen(true);
  line.report("load", 0);
  clock.now = 4000;
  line.report("load", 0.25);
  expect(written.at(-1)).toContain(" 25 %  LOAD  12 s left");
});
