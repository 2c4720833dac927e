import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WorklistRow } from "../../src/api/study.ts";
import { writeCtSeries } from "../../src/dicom/write/ct.ts";
import { axialGrid } from "../../src/volume/grid.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { volume } from "../../src/volume/volume.ts";
import { storeKinds } from "../store-servers.ts";
import { sendOnce } from "./send-once.ts";
import { type RunningServer, startServer } from "./server.ts";
import { type StudyToSend, studyOf } from "./slept-study.ts";
import { chestHeaders } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-full-"));
const data = join(root, "data");
const pixels = join(data, "pixels");
const inbox = join(root, "inbox");
mkdirSync(pixels, { recursive: true });
mkdirSync(inbox);
/** A disk of its own; where the right to mount is missing, the tests of a full one are skipped. */
const isSmall = spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", pixels]).status === 0;
let server: RunningServer;

beforeAll(async () => {
  // An empty embedded database takes long to make: a copy of one that is there.
  const embedded = await storeKinds[0]?.start();
  const place = await embedded?.fresh();
  if (place?.kind === "embedded") cpSync(place.folder, join(data, "database"), { recursive: true });
  await embedded?.close();
  server = await startServer(data, { OVERREAD_READERS: "0", OVERREAD_DEMO: "no", OVERREAD_INBOX: inbox });
  await server.signIn("correct horse battery staple 9");
}, 240_000);
afterAll(async () => {
  await server?.kill("SIGKILL");
  if (isSmall) spawnSync("umount", [pixels]);
  rmSync(root, { recursive: true, force: true });
});

const grid = axialGrid([256, 256, 10], [1, 1, 1], patientPoint(0, 0, 0));
const wide = volume(grid, new Int16Array(256 * 256 * 10));

const uidsOf = async ({ studyInstanceUid }: StudyToSend): Promise<string[]> => {
  const found = await server.json<Record<string, { Value: string[] }>[]>(`/dicom-web/studies/${studyInstanceUid}/instances`);
  return found.map((each) => each["00080018"]?.Value[0] ?? "").sort();
};

function posted(files: readonly Uint8Array[]): Promise<Response> {
  const parts = files.flatMap((file) => [Buffer.from("--bb\r\nContent-Type: application/dicom\r\n\r\n"), file, Buffer.from("\r\n")]);
  const type = 'multipart/related; type="application/dicom"; boundary=bb';
  const body = Buffer.concat([...parts, Buffer.from("--bb--\r\n")]);
  return server.ask("/dicom-web/studies", { method: "POST", body, headers: { "content-type": type } });
}

const bytesOf = ({ objects }: StudyToSend): Uint8Array[] =>
  objects.map(({ origin }) => (origin.kind === "bytes" ? origin.bytes : new Uint8Array()));

test("an object whose UIDs would lead out of the folder of pixels is refused however it comes, and nothing is written", async () => {
  const headers = { ...chestHeaders, studyInstanceUid: "../../../evil", seriesInstanceUid: "../evil" };
  const evil = writeCtSeries(volume(axialGrid([8, 8, 1], [1, 1, 1], patientPoint(0, 0, 0)), new Int16Array(64)), headers);
  const bytes = evil.map((file) => file.bytes);
  expect((await posted(bytes)).status).toBe(409);
  writeFileSync(join(inbox, "evil.dcm"), bytes[0] ?? "");
  await expect.poll(() => readdirSync(join(inbox, "refused")).length, { timeout: 20_000 }).toBe(1);
  expect(readdirSync(root).sort()).toEqual(["data", "inbox"]);
  expect(existsSync(join(pixels, "studies"))).toBe(false);
  expect(await server.json("/api/studies")).toEqual([]);
});

test("links in the drop folder lead nowhere: what they point to is neither taken in nor removed", async () => {
  const outside = join(root, "outside");
  mkdirSync(outside);
  const [slice] = bytesOf(studyOf(wide, "outside"));
  writeFileSync(join(outside, "slice.dcm"), slice ?? "");
  symlinkSync(join(outside, "slice.dcm"), join(inbox, "file"));
  symlinkSync(outside, join(inbox, "folder"));
  await sleep(4000);
  expect(await server.json("/api/studies")).toEqual([]);
  expect(readdirSync(outside)).toEqual(["slice.dcm"]);
});

test.skipIf(!isSmall && process.env.CI !== "true")(
  "on a full disk C-STORE and STOW say so, nothing half-kept stays, what was stored is whole, and it goes on when there is room",
  async () => {
    const studies = [1, 2, 3, 4].map((n) => studyOf(wide, `full ${n}`));
    const [, , third, fourth] = studies as [StudyToSend, StudyToSend, StudyToSend, StudyToSend];
    const answers = [];
    for (const study of studies.slice(0, 3)) answers.push(await sendOnce(study, server.dicomPort));
    // 3.9 MB into 3 MiB.
    const refused = answers.flatMap(({ statuses }) => statuses);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused)).toEqual(new Set([0xa700]));
    const [first] = bytesOf(fourth);
    const full = await posted(first === undefined ? [] : [first, first]);
    expect(full.status).toBe(503);
    for (const [at, study] of studies.slice(0, 3).entries()) expect(await uidsOf(study)).toEqual(answers[at]?.stored.sort());
    expect(readdirSync(join(pixels, "temporary~"))).toEqual([]);

    spawnSync("mount", ["-o", "remount,size=64m", pixels]);
    expect((await sendOnce(third, server.dicomPort)).statuses).toEqual([]);
    expect((await posted(bytesOf(fourth))).status).toBe(200);
    expect((await server.json<WorklistRow[]>("/api/studies")).length).toBe(4);
    expect(await uidsOf(third)).toHaveLength(10);
  },
);
