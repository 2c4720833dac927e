import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BucketServer, bucketCredentials, startBucket } from "../../tests/bucket-server.ts";
import { openPixels, type PixelPlace } from "./open-pixels.ts";

const parent = mkdtempSync(join(tmpdir(), "overread-pixels-"));
let server: BucketServer;
beforeAll(async () => {
  Object.assign(process.env, bucketCredentials);
  server = await startBucket();
});
afterAll(async () => {
  await server.close();
  rmSync(parent, { recursive: true, force: true });
});

interface Kind {
  readonly name: string;
  /** Somewhere with nothing in it, and the folder where things lie while they are written or lent. */
  readonly fresh: () => { readonly place: PixelPlace; readonly temporary: string };
}

const kinds: readonly Kind[] = [
  {
    name: "a folder",
    fresh: () => {
      const folder = mkdtempSync(join(parent, "p-"));
      return { place: { kind: "folder", folder }, temporary: join(folder, "temporary~") };
    },
  },
  {
    name: "a bucket",
    fresh: () => {
      const temporary = mkdtempSync(join(parent, "t-"));
      const { bucket, endpoint } = server;
      const where = { bucket, prefix: `${randomUUID()}/`, endpoint, region: "us-east-1", pathStyle: true };
      return { place: { kind: "bucket", ...where, temporaryFolder: temporary }, temporary };
    },
  },
];

async function* stream(...chunks: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    yield new TextEncoder().encode(chunk);
  }
}
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
/** More than one part of an upload. */
const large = "0123456789".repeat(900_000);
const breaks = (): Error => Object.assign(new Error("gone"), { code: "ECONNRESET" });

describe.each(kinds)("pixels in $name", ({ fresh }) => {
  let pixels: Awaited<ReturnType<typeof openPixels>>;
  let place: PixelPlace;
  let temporary: string;
  beforeEach(async () => {
    ({ place, temporary } = fresh());
    pixels = await openPixels(place);
  });

  const textOf = async (key: string, from = 0, length = 1000): Promise<string> =>
    new TextDecoder().decode(await pixels.read(key, from, length));
  const keys = async (prefix: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const key of pixels.list(prefix)) found.push(key);
    return found;
  };
  const leftovers = (): string[] => readdirSync(temporary);

  test("a file comes back whole and in parts, with its length and hash", async () => {
    expect(await pixels.put("studies/1.2/a", stream("abc", "", "defg"))).toEqual({ bytes: 7, sha256: sha256("abcdefg") });
    expect(await textOf("studies/1.2/a")).toBe("abcdefg");
    expect(await textOf("studies/1.2/a", 2, 3)).toBe("cde");
    expect(await textOf("studies/1.2/a", 5, 10)).toBe("fg");
    expect(await textOf("studies/1.2/a", 7, 3)).toBe("");
    expect(await textOf("studies/1.2/a", 2, 0)).toBe("");
    expect(await pixels.put("empty", stream())).toEqual({ bytes: 0, sha256: sha256("") });
    expect(await pixels.lend(["empty"], async (folder) => readFileSync(join(folder, "empty"), "utf8"))).toBe("");
    await expect(pixels.read("absent", 0, 1)).rejects.toMatchObject({ code: "store.no-such-file" });
    expect(leftovers()).toEqual([]);
  });

  test.each([0, 1, 3, 4, 6, 7, 9])("the hash leaves out %i bytes in front, wherever the chunks are cut", async (hashFrom) => {
    expect((await pixels.put("a", stream("abc", "d", "efg"), hashFrom)).sha256).toBe(sha256("abcdefg".slice(hashFrom)));
  });

  test("a file that is put again replaces the one that was there; one that breaks off leaves it, and nothing else", async () => {
    await pixels.put("a", stream("old"));
    for (const start of ["ne", large]) {
      await expect(pixels.put("a", stream(start, breaks()))).rejects.toMatchObject({ code: "ECONNRESET" });
      await expect(pixels.put("b", stream(start, breaks()))).rejects.toMatchObject({ code: "ECONNRESET" });
    }
    expect(await textOf("a")).toBe("old");
    await pixels.put("a", stream("new"));
    expect(await textOf("a")).toBe("new");
    expect(await keys("")).toEqual(["a"]);
    expect(leftovers()).toEqual([]);
  });

  test("while a file is written its readers have the one that was there, and then all of the new one", async () => {
    await pixels.put("a", stream("old"));
    const half = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield* stream(large);
      half.resolve();
      await goOn.promise;
      yield* stream("end");
    }
    const putting = pixels.put("a", slow());
    await half.promise;
    expect(await textOf("a")).toBe("old");
    goOn.resolve();
    expect(await putting).toEqual({ bytes: large.length + 3, sha256: sha256(`${large}end`) });
    expect(await textOf("a", large.length - 2)).toBe("89end");
  });

  test("a file of 200 MB is kept and read without being held in memory", async () => {
    const [pieceBytes, pieces] = [1 << 16, 3200];
    const before = process.memoryUsage.rss();
    let most = 0;
    const [written, read] = [createHash("sha256"), createHash("sha256")];
    async function* many(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < pieces; n++) {
        const piece = new Uint8Array(pieceBytes).fill(n);
        written.update(piece);
        most = Math.max(most, process.memoryUsage.rss() - before);
        yield piece;
      }
    }
    const kept = await pixels.put("a", many());
    expect(kept).toEqual({ bytes: pieceBytes * pieces, sha256: written.digest("hex") });
    for (let at = 0; at < kept.bytes; at += 1 << 23) read.update(await pixels.read("a", at, 1 << 23));
    expect(read.digest("hex")).toBe(kept.sha256);
    expect(most / 2 ** 20).toBeLessThan(100);
  });

  test("a file is moved, and removed, once and again", async () => {
    for (const text of ["x", large]) {
      await pixels.put("studies/1.2/a", stream(text));
      await pixels.move("studies/1.2/a", "quarantine/a");
      expect(await textOf("quarantine/a", 0, large.length)).toBe(text);
      await expect(pixels.read("studies/1.2/a", 0, 1)).rejects.toMatchObject({ code: "store.no-such-file" });
      await expect(pixels.move("studies/1.2/a", "quarantine/b")).rejects.toMatchObject({ code: "store.no-such-file" });
    }
    expect(await keys("")).toEqual(["quarantine/a"]);
    await pixels.remove("quarantine/a");
    await pixels.remove("quarantine/a");
    await expect(textOf("quarantine/a")).rejects.toMatchObject({ code: "store.no-such-file" });
  });

  test("keys are listed in order, by prefix, and more than a page of them", async () => {
    const page = Array.from({ length: 1010 }, (_, n) => `b/${String(n).padStart(4, "0")}`);
    const all = ["a/b.c", "a/b0", "a/c/d", ...page, "c"];
    for (let at = 0; at < all.length; at += 16) await Promise.all(all.slice(at, at + 16).map((key) => pixels.put(key, stream("x"))));
    expect(await keys("")).toEqual(all);
    expect(await keys("b/")).toEqual(page);
    expect(await keys("a/b")).toEqual(["a/b.c", "a/b0"]);
    expect(await keys("absent/")).toEqual([]);
  });

  test.each(["", "/etc/passwd", "../a", "a/../../b", "a//b", "a/.", "a\\..\\b", "a\0", "temporary~/x", "é", "x".repeat(65)])(
    "the key %j is refused by every operation, and nothing is touched",
    async (key) => {
      await pixels.put("kept", stream("x"));
      await expect(pixels.put(key, stream("evil"))).rejects.toThrow(RangeError);
      await expect(pixels.read(key, 0, 1)).rejects.toThrow(RangeError);
      await expect(pixels.move("kept", key)).rejects.toThrow(RangeError);
      await expect(pixels.remove(key)).rejects.toThrow(RangeError);
      await expect(pixels.lend([key], async () => undefined)).rejects.toThrow(RangeError);
      if (key.includes("/")) await expect(keys(`${key}/`)).rejects.toThrow(RangeError);
      expect(await keys("")).toEqual(["kept"]);
      expect(leftovers()).toEqual([]);
    },
  );

  test("lent files lie under their last names while the work runs, though one is removed meanwhile, and are gone after it", async () => {
    const names = Array.from({ length: 20 }, (_, n) => `f${n}`).sort();
    const lent = names.map((name) => `studies/1.2/${name}`);
    for (const key of lent) await pixels.put(key, stream("bytes of ", key));
    let seen = "";
    const read = await pixels.lend(lent, async (folder) => {
      seen = folder;
      await pixels.remove("studies/1.2/f0");
      return readdirSync(folder)
        .sort()
        .map((name) => [name, readFileSync(join(folder, name), "utf8")]);
    });
    expect(read).toEqual(names.map((name) => [name, `bytes of studies/1.2/${name}`]));
    expect(existsSync(seen)).toBe(false);
    await expect(pixels.lend(["studies/1.2/f1"], () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    await expect(pixels.lend(lent, async () => "never")).rejects.toMatchObject({ code: "store.no-such-file" });
    expect(leftovers()).toEqual([]);
  });

  test("what a killed process left for a day is removed at the next start; what is fresh may still be written", async () => {
    const [old, young] = [join(temporary, "old"), join(temporary, "young")];
    mkdirSync(old);
    writeFileSync(join(old, "x"), "x");
    writeFileSync(young, "x");
    const longAgo = new Date(Date.now() - 86_401_000);
    utimesSync(old, longAgo, longAgo);
    await openPixels(place);
    expect(leftovers()).toEqual(["young"]);
  });

  test("what can be kept is checked without keeping anything", async () => {
    await pixels.check();
    expect(await keys("")).toEqual([]);
  });
});
