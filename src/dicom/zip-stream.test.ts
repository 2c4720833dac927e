import { execFileSync } from "node:child_process";
import { createWriteStream, mkdtempSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, expect, test } from "vitest";
import { zipFiles } from "./zip-files.ts";
import { type FileToPack, zipStream } from "./zip-stream.ts";

const root = mkdtempSync(join(tmpdir(), "overread-zip-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
async function* files(...given: FileToPack[]): AsyncGenerator<FileToPack> {
  yield* given;
}
/** What Python, which knows nothing of this program, finds: names, sizes, and the first name whose sum is wrong. */
const inspected = (path: string): { names: number; last: string; text: string; bad: string | null } =>
  JSON.parse(
    execFileSync(
      "/usr/bin/python3",
      [
        "-c",
        `import sys, json, zipfile
z = zipfile.ZipFile(sys.argv[1])
names = z.namelist()
print(json.dumps({"names": len(names), "last": names[-1], "text": z.read(names[-1]).decode(), "bad": z.testzip() if len(sys.argv) > 2 else None}))`,
        path,
        ...(path.includes("large") ? [] : ["check"]),
      ],
      { encoding: "utf8" },
    ),
  );

test("Python and our own reader find the files as they were, whatever pieces they came in", async () => {
  const path = join(root, "small.zip");
  const given = files(
    { path: "a/one.dcm", bytes: pieces("first ", "", "file") },
    { path: "empty", bytes: pieces() },
    { path: "二.txt", bytes: pieces("last") },
  );
  await pipeline(Readable.from(zipStream(given)), createWriteStream(path));
  expect(inspected(path)).toEqual({ names: 3, last: "二.txt", text: "last", bad: null });
  expect((await zipFiles(path)).origins.map(({ name }) => name)).toEqual(["one.dcm", "empty", "二.txt"]);
});

test("an archive of more than 65,535 files is read", async () => {
  const path = join(root, "many.zip");
  const many = async function* (): AsyncGenerator<FileToPack> {
    for (let n = 0; n < 66_000; n++) yield { path: String(n), bytes: pieces(n % 1000 === 999 ? "x" : "") };
  };
  await pipeline(Readable.from(zipStream(many())), createWriteStream(path));
  expect(inspected(path)).toEqual({ names: 66_000, last: "65999", text: "x", bad: null });
});

test("an archive of more than 4 GiB is read", async () => {
  const path = join(root, "large.zip");
  const zeros = new Uint8Array(1 << 26);
  const gibibytes = async function* (): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < 48; n++) yield zeros;
  };
  const file = openSync(path, "w");
  let at = 0;
  // Zeros are left out on the disk: the file is as long, but takes no room.
  for await (const piece of zipStream(
    files({ path: "a", bytes: gibibytes() }, { path: "b", bytes: gibibytes() }, { path: "c", bytes: pieces("far") }),
  )) {
    if (piece !== zeros) writeSync(file, piece, 0, piece.length, at);
    at += piece.length;
  }
  truncateSync(path, at);
  expect(at).toBeGreaterThan(6 * 2 ** 30);
  expect(inspected(path)).toMatchObject({ names: 3, last: "c", text: "far" });
});
