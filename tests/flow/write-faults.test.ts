import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { writeResult } from "../../src/main/result-folder.ts";
import { newFiles, oldFiles, versionIn } from "./result-versions.ts";
import { troubledDisk } from "./troubled-disk.ts";

const root = mkdtempSync(join(tmpdir(), "overread-write-faults-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const never = new AbortController().signal;

async function freshFolder(withOld: boolean): Promise<string> {
  const folder = join(mkdtempSync(join(root, "out-")), "1.2.3");
  if (withOld) await writeResult(folder, oldFiles, never);
  return folder;
}

/** What each step of an untroubled write does. */
async function stepsOf(withOld: boolean): Promise<string[]> {
  const steps: string[] = [];
  await writeResult(await freshFolder(withOld), newFiles, never, troubledDisk((_, operation) => steps.push(operation))); // biome-ignore format: one call
  return steps;
}

async function nextRunCleansUp(folder: string): Promise<void> {
  await writeResult(folder, newFiles, never);
  expect(versionIn(folder)).toBe("new");
  expect(readdirSync(join(folder, ".."))).toEqual(["1.2.3"]);
}

for (const withOld of [true, false]) {
  const before = withOld ? "old" : "none";

  test(`a fault at any step of a write leaves the ${withOld ? "old result, or the new one, whole" : "new result whole, or none"}`, async () => {
    const steps = await stepsOf(withOld);
    expect(steps.filter((operation) => operation === "writeFile")).toHaveLength(newFiles.length);
    expect(steps.filter((operation) => operation === "rename")).toHaveLength(2);
    for (const [step, operation] of steps.entries()) {
      for (const code of ["ENOSPC", "EIO", "EACCES"]) {
        const at = `${operation} (${step}) with ${code}`;
        const folder = await freshFolder(withOld);
        const trouble = Object.assign(new Error(code), { code });
        const disk = troubledDisk((n) => {
          if (n === step) throw trouble;
        });
        const ended = await writeResult(folder, newFiles, never, disk).then(() => "written", (error: unknown) => error); // biome-ignore format: one call
        const left = versionIn(folder);
        if (ended === "written") expect(left, at).toBe("new");
        else {
          expect(ended, at).toBeInstanceOf(Fault);
          expect(ended, at).toMatchObject({ code: code === "ENOSPC" ? "output.disk-full" : "output.not-writable" });
          // Once the new result is in place, only making it last through a power cut can still fail.
          const isInPlace = step > steps.lastIndexOf("rename");
          expect(left, at).toBe(isInPlace ? "new" : before);
        }
        await nextRunCleansUp(folder);
      }
    }
  });

  test(`a disk that fails from some step on, undoing included, leaves the ${withOld ? "old" : "new"} result to be had`, async () => {
    const steps = await stepsOf(withOld);
    for (const step of steps.keys()) {
      const folder = await freshFolder(withOld);
      const disk = troubledDisk((n) => {
        if (n >= step) throw Object.assign(new Error("EIO"), { code: "EIO" });
      });
      await writeResult(folder, newFiles, never, disk).catch(() => undefined);
      expect(["new", "none", before], `step ${step}`).toContain(versionIn(folder));
      await expect(writeResult(folder, [{ path: "a", bytes: new Uint8Array(1) }], AbortSignal.abort())).rejects.toThrow();
      expect(["new", before], `step ${step}, the next run having looked`).toContain(versionIn(folder));
      await nextRunCleansUp(folder);
    }
  });

  test(`kill -9 at any step of a write leaves the ${withOld ? "old result, or the new one, whole" : "new result whole, or none"}`, async () => {
    const steps = await stepsOf(withOld);
    const program = fileURLToPath(new URL("write-until-killed.ts", import.meta.url));
    for (const [step, operation] of steps.entries()) {
      const at = `in front of ${operation} (${step})`;
      const folder = await freshFolder(withOld);
      const { signal } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", program, folder, String(step)]);
      expect(signal, at).toBe("SIGKILL");
      const lastRename = steps.lastIndexOf("rename");
      // Between the renames the old result is set aside; whoever looks next puts it back.
      expect(versionIn(folder), at).toBe(step > lastRename ? "new" : step === lastRename ? "none" : before);
      await expect(writeResult(folder, newFiles, AbortSignal.abort())).rejects.toThrow();
      expect(versionIn(folder), at).toBe(step > lastRename ? "new" : before);
      await nextRunCleansUp(folder);
    }
  });
}
