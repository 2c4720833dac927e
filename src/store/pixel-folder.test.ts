import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { PixelFolder } from "./pixel-folder.ts";

// What folder and bucket have in common: pixels.test.ts.
const parent = mkdtempSync(join(tmpdir(), "overread-pixel-folder-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));
const freshRoot = (): string => mkdtempSync(join(parent, "p-"));

async function* stream(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk);
}

test("keys are listed in the order of their characters, as a bucket lists them, though folders lie otherwise", async () => {
  const pixels = await PixelFolder.open(freshRoot());
  const keys = async (prefix: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const key of pixels.list(prefix)) found.push(key);
    return found;
  };
  const all = ["a-b/x", "a/b/c", "a/b-c", "a/b.c", "a/b0", "b", "a.b"];
  for (const key of all) await pixels.put(key, stream("x"));
  expect(await keys("")).toEqual([...all].sort());
  expect(await keys("a/")).toEqual(["a/b-c", "a/b.c", "a/b/c", "a/b0"]);
  expect(await keys("a/b")).toEqual(["a/b-c", "a/b.c", "a/b/c", "a/b0"]);
});

test("a folder that is gone, as one of another host, can keep nothing", async () => {
  const root = freshRoot();
  const pixels = await PixelFolder.open(root);
  rmSync(root, { recursive: true });
  await expect(pixels.check()).rejects.toMatchObject({ code: "output.not-writable", values: { system: "ENOENT" } });
});

test("a full disk is a fault, leaves nothing half-written, and what was kept stays", async (context) => {
  const small = mkdtempSync(join(parent, "small-"));
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", small]).status !== 0) return context.skip("needs the right to mount");
  try {
    const full = await PixelFolder.open(small);
    await full.put("studies/1.2/a", stream("kept"));
    const big = "x".repeat(100_000);
    await expect(full.put("studies/1.2/b", stream(big, big, big))).rejects.toMatchObject({ code: "output.disk-full" });
    expect(readdirSync(join(small, "temporary~"))).toEqual([]);
    expect(readdirSync(join(small, "studies", "1.2"))).toEqual(["a"]);
    expect(await full.put("studies/1.2/c", stream(big))).toMatchObject({ bytes: 100_000 });
  } finally {
    spawnSync("umount", [small]);
  }
});
