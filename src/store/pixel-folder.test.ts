import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { PixelFolder } from "./pixel-folder.ts";

const parent = mkdtempSync(join(tmpdir(), "overread-pixels-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));
let root: string;
let pixels: PixelFolder;
beforeEach(async () => {
  root = mkdtempSync(join(parent, "p-"));
  pixels = await PixelFolder.open(root);
});

async function* stream(...chunks: readonly (string | Error)[]): AsyncIterable<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    yield new TextEncoder().encode(chunk);
  }
}
const textOf = async (key: string): Promise<string> => new TextDecoder().decode(await pixels.read(key, 0, 1000));
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const keys = async (prefix: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const key of pixels.list(prefix)) found.push(key);
  return found;
};
const leftovers = (): string[] => readdirSync(join(root, "temporary~"));

test("a file comes back whole and in parts, with its length and hash", async () => {
  expect(await pixels.put("studies/1.2/a", stream("abc", "", "defg"))).toEqual({ bytes: 7, sha256: sha256("abcdefg") });
  expect(await textOf("studies/1.2/a")).toBe("abcdefg");
  expect(new TextDecoder().decode(await pixels.read("studies/1.2/a", 2, 3))).toBe("cde");
  expect(await pixels.read("studies/1.2/a", 7, 3)).toHaveLength(0);
  expect(await pixels.put("empty", stream())).toEqual({ bytes: 0, sha256: sha256("") });
  expect(leftovers()).toEqual([]);
});

test.each([0, 1, 3, 4, 6, 7, 9])("the hash leaves out %i bytes in front, wherever the chunks are cut", async (hashFrom) => {
  expect((await pixels.put("a", stream("abc", "d", "efg"), hashFrom)).sha256).toBe(sha256("abcdefg".slice(hashFrom)));
});

test("a file that is put again replaces the one that was there; one that breaks off leaves it, and nothing else", async () => {
  await pixels.put("a", stream("old"));
  await expect(pixels.put("a", stream("ne", Object.assign(new Error("gone"), { code: "ECONNRESET" })))).rejects.toMatchObject({
    code: "ECONNRESET",
  });
  expect(await textOf("a")).toBe("old");
  await pixels.put("a", stream("new"));
  expect(await textOf("a")).toBe("new");
  expect(leftovers()).toEqual([]);
});

test("a file is moved, and removed, once and again", async () => {
  await pixels.put("studies/1.2/a", stream("x"));
  await pixels.move("studies/1.2/a", "quarantine/a");
  expect(await textOf("quarantine/a")).toBe("x");
  await expect(pixels.read("studies/1.2/a", 0, 1)).rejects.toMatchObject({ code: "store.no-such-file" });
  await expect(pixels.move("studies/1.2/a", "quarantine/b")).rejects.toMatchObject({ code: "store.no-such-file" });
  await pixels.remove("quarantine/a");
  await pixels.remove("quarantine/a");
  await expect(textOf("quarantine/a")).rejects.toMatchObject({ code: "store.no-such-file" });
});

test("keys are listed in the order of their characters, as a bucket lists them", async () => {
  const all = ["a-b/x", "a/b/c", "a/b-c", "a/b.c", "a/b0", "b", "a.b"];
  for (const key of all) await pixels.put(key, stream("x"));
  expect(await keys("")).toEqual([...all].sort());
  expect(await keys("a/")).toEqual(["a/b-c", "a/b.c", "a/b/c", "a/b0"]);
  expect(await keys("a/b")).toEqual(["a/b-c", "a/b.c", "a/b/c", "a/b0"]);
  expect(await keys("absent/")).toEqual([]);
});

test.each(["", "/etc/passwd", "../a", "a/../../b", "a//b", "a/.", "a\\..\\b", "a\0", "temporary~/x", "é", "x".repeat(65)])(
  "the key %j is refused by every operation, and nothing outside is touched",
  async (key) => {
    await pixels.put("kept", stream("x"));
    await expect(pixels.put(key, stream("evil"))).rejects.toThrow(RangeError);
    await expect(pixels.read(key, 0, 1)).rejects.toThrow(RangeError);
    await expect(pixels.move("kept", key)).rejects.toThrow(RangeError);
    await expect(pixels.remove(key)).rejects.toThrow(RangeError);
    await expect(pixels.lend([key], async () => undefined)).rejects.toThrow(RangeError);
    if (key.includes("/")) await expect(keys(`${key}/`)).rejects.toThrow(RangeError);
    expect(readdirSync(root).sort()).toEqual(["kept", "temporary~"]);
    expect(leftovers()).toEqual([]);
  },
);

test("lent files lie under their last names while the work runs, though one is removed meanwhile, and are gone after it", async () => {
  await pixels.put("studies/1.2/a", stream("first"));
  await pixels.put("studies/1.2/b", stream("second"));
  let lent = "";
  const read = await pixels.lend(["studies/1.2/a", "studies/1.2/b"], async (folder) => {
    lent = folder;
    await pixels.remove("studies/1.2/a");
    return readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  });
  expect(read).toEqual([
    ["a", "first"],
    ["b", "second"],
  ]);
  expect(existsSync(lent)).toBe(false);
  await expect(pixels.lend(["studies/1.2/b"], () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  await expect(pixels.lend(["studies/1.2/a"], async () => "never")).rejects.toMatchObject({ code: "store.no-such-file" });
  expect(leftovers()).toEqual([]);
});

test("what a killed process left for a day is removed at the next start; what is fresh may still be written", async () => {
  const [old, fresh] = [join(root, "temporary~", "old"), join(root, "temporary~", "fresh")];
  mkdirSync(old);
  writeFileSync(join(old, "x"), "x");
  writeFileSync(fresh, "x");
  const longAgo = new Date(Date.now() - 86_401_000);
  utimesSync(old, longAgo, longAgo);
  await PixelFolder.open(root);
  expect(leftovers()).toEqual(["fresh"]);
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
