import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { watchDropFolder } from "./drop-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "overread-inbox-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Looks into the folder as often as there are steps, each taken before the next look; files are what they begin with. */
async function look(...steps: (() => void)[]) {
  const end = new AbortController();
  const taken: string[] = [];
  const errors: unknown[] = [];
  let refused = 0;
  const left = [...steps];
  await watchDropFolder(
    folder,
    {
      receive: async (file) => {
        let content = "";
        for await (const piece of file) content += Buffer.from(piece).toString();
        if (content === "disk full") throw new Error("disk full");
        taken.push(content);
        return content.startsWith("dicom")
          ? { kind: "kept", studyInstanceUid: "1", sopInstanceUid: "1", sopClassUid: "1", quarantined: null }
          : { kind: "refused", because: { code: "intake.not-dicom", values: {} }, sopInstanceUid: null };
      },
      wait: async () => {
        const step = left.shift();
        if (step === undefined) end.abort();
        else step();
      },
      refused: () => {
        refused += 1;
      },
      unexpected: (error) => errors.push(error),
    },
    end.signal,
  );
  return { taken, refused, errors };
}
const nothing = (): void => {};

test("a file that stands still is taken in and removed, in folders too; hidden ones are left alone", async () => {
  mkdirSync(join(folder, "cd", "a"), { recursive: true });
  writeFileSync(join(folder, "cd", "a", "1"), "dicom 1");
  writeFileSync(join(folder, "2.dcm"), "dicom 2");
  writeFileSync(join(folder, ".part"), "dicom 3");
  expect((await look(nothing)).taken.sort()).toEqual(["dicom 1", "dicom 2"]);
  expect(existsSync(join(folder, "2.dcm"))).toBe(false);
  expect(existsSync(join(folder, ".part"))).toBe(true);
});

test("a file that still grows is not taken in before it is whole", async () => {
  writeFileSync(join(folder, "1"), "dicom");
  const grow = () => writeFileSync(join(folder, "1"), "dicom whole");
  expect((await look(grow)).taken).toEqual([]);
  expect((await look(grow, nothing)).taken).toEqual(["dicom whole"]);
});

test("what is refused is moved aside, said, and not looked at again", async () => {
  writeFileSync(join(folder, "letter.txt"), "hello");
  expect(await look(nothing, nothing, nothing)).toMatchObject({ taken: ["hello"], refused: 1 });
  expect(readdirSync(folder)).toEqual(["refused"]);
  expect(readdirSync(join(folder, "refused"))).toHaveLength(1);
});

test("a file that could not be kept stays and is tried again", async () => {
  writeFileSync(join(folder, "1"), "disk full");
  const { errors } = await look(nothing, nothing, nothing);
  expect(errors.length).toBeGreaterThan(1);
  expect(existsSync(join(folder, "1"))).toBe(true);
});
