import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { computeChild } from "../../src/main/compute-child.ts";
import type { ComputeOutcome } from "../../src/workflow/read-job.ts";
import { smallChest, writeChest } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-child-"));
const chest = join(root, "chest");
const limits = { timeLimitMs: 600_000, memoryLimitMb: 8000 };

beforeAll(async () => void writeChest(chest, await smallChest()));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function run(folder: string, changes: Partial<typeof limits> = {}, signal = new AbortController().signal) {
  const stages = new Set<string>();
  const look = async (outcome: ComputeOutcome) => {
    if (outcome.kind === "nothing") return { nothing: outcome.because.map(({ code }) => code) };
    const paths: string[] = [];
    for await (const { path, bytes } of outcome.computed.files) {
      let size = 0;
      for await (const piece of bytes) size += piece.length;
      if (size > 0) paths.push(path);
    }
    return { outcomes: outcome.computed.result.analyses.map((each) => each.outcome), paths };
  };
  const used = await computeChild(
    { study: folder, prior: null, analyses: null },
    look,
    { ...limits, ...changes },
    "en",
    (stage) => stages.add(stage),
    signal,
  );
  return { used, stages };
}
const childrenLeft = (): string => {
  const listed = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
  return listed
    .split("\n")
    .filter((line) => line.includes(root))
    .join("\n");
};

test("a child reads a folder, says its stages, and leaves a result with its files", async () => {
  const { used, stages } = await run(chest);
  expect(used.outcomes).toEqual(["done"]);
  expect(used.paths).toEqual(expect.arrayContaining(["findings.json", "report.html", "dicom/sr-comprehensive-3d.dcm"]));
  expect([...stages]).toEqual(expect.arrayContaining(["load", "lungs"]));
});

test("a folder that holds nothing readable is an answer, not a failure", async () => {
  const folder = join(root, "letters");
  mkdirSync(folder);
  writeFileSync(join(folder, "letter.txt"), "no image");
  expect((await run(folder)).used.nothing).toContain("intake.nothing-found");
});

test.each([
  ["takes too much memory", { memoryLimitMb: 100 }, "job.memory-limit"],
  ["takes too long", { timeLimitMs: 1500 }, "job.time-limit"],
])("a child that %s is ended and says so", async (_what, changes, code) => {
  await expect(run(chest, changes)).rejects.toMatchObject({ code });
  expect(childrenLeft()).toBe("");
});

test("a reading that is cancelled ends its child", async () => {
  const cancel = new AbortController();
  setTimeout(() => cancel.abort(new Error("cancelled")), 1500);
  await expect(run(chest, {}, cancel.signal)).rejects.toThrow("cancelled");
  expect(childrenLeft()).toBe("");
});
