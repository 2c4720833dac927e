import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { writeResult } from "./result-folder.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "overread-result-"));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const never = new AbortController().signal;

test("a result replaces the one before as a whole", async () => {
  const folder = join(parent, "1.2.3");
  await writeResult(folder, [{ path: "old.txt", bytes: bytes("old") }], never);
  await writeResult(folder, [{ path: "key-images/a.png", bytes: bytes("new") }], never);
  expect(await readdir(folder)).toEqual(["key-images"]);
  expect(await readFile(join(folder, "key-images/a.png"), "utf8")).toBe("new");
  expect(await readdir(parent)).toEqual(["1.2.3"]);
});

test("an interrupted write leaves the old result and no trace of the new", async () => {
  const folder = join(parent, "1.2.3");
  await writeResult(folder, [{ path: "old.txt", bytes: bytes("old") }], never);
  await expect(writeResult(folder, [{ path: "new.txt", bytes: bytes("new") }], AbortSignal.abort())).rejects.toThrow();
  expect(await readdir(parent)).toEqual(["1.2.3"]);
  expect(await readdir(folder)).toEqual(["old.txt"]);
});

test("a result that a crash had set aside is put back before anything new is written", async () => {
  await mkdir(join(parent, ".1.2.3.partial-old-x"));
  await writeFile(join(parent, ".1.2.3.partial-old-x", "old.txt"), "old");
  await expect(writeResult(join(parent, "1.2.3"), [{ path: "new.txt", bytes: bytes("new") }], AbortSignal.abort())).rejects.toThrow();
  expect(await readdir(join(parent, "1.2.3"))).toEqual(["old.txt"]);
  expect(await readdir(parent)).toEqual(["1.2.3"]);
});

test("what a crash left half-written is removed by the next write", async () => {
  await mkdir(join(parent, ".1.2.3.partial-x"));
  await writeResult(join(parent, "1.2.3"), [{ path: "new.txt", bytes: bytes("new") }], never);
  expect(await readdir(parent)).toEqual(["1.2.3"]);
});

test("a folder that cannot be written to is a fault that names the system's code", async () => {
  await writeFile(join(parent, "file"), "");
  const fault = await writeResult(join(parent, "file", "1.2.3"), [{ path: "a", bytes: bytes("a") }], never).catch(
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(Fault);
  expect(fault).toMatchObject({ code: "output.not-writable" });
});
