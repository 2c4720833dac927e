// A server that has one study, read and spoken of, in which "Secret" stands wherever a name, number or remark may, and every true UID begins with 1.2.99.
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Role } from "../../src/access/role.ts";
import { writeCtSeries } from "../../src/dicom/write/ct.ts";
import type { Element } from "../../src/dicom/write/elements.ts";
import { ReadResult } from "../../src/findings/read-result.ts";
import { sampleReadResult } from "../../src/report/sample-read-result.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { PixelFolder } from "../../src/store/pixel-folder.ts";
import { StudyIndex } from "../../src/store/study-index.ts";
import { axialGrid, voxelCount } from "../../src/volume/grid.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { volume } from "../../src/volume/volume.ts";
import { receiveObject } from "../../src/workflow/receive-object.ts";
import { startPglite } from "../store-servers.ts";
import type { RunningServer } from "./server.ts";

export const knownStudy = "1.2.99.1";
export const knownDate = "20240229";
const secondaryCapture = "1.2.840.10008.5.1.4.1.1.7";
const structuredReport = "1.2.840.10008.5.1.4.1.1.88.33";

/** Three CT slices, a secondary capture that does not say whether text stands in it, and a report. */
export async function keepKnownStudy(data: string): Promise<void> {
  const folder = join(data, "database");
  mkdirSync(data, { recursive: true });
  const pglite = await startPglite();
  renameSync(((await pglite.fresh()) as { folder: string }).folder, folder);
  await pglite.close();
  const database = await openDatabase({ kind: "embedded", folder });
  try {
    await migrate(database);
    const index = new StudyIndex(database, () => new Date());
    const pixels = await PixelFolder.open(join(data, "pixels"));
    let names = 0;
    const ports = { pixels, index, newName: () => `file-${++names}`, now: () => new Date() };
    for (const bytes of [...series(1, 3), ...series(2, 1, secondaryCapture), ...series(3, 1, structuredReport)]) {
      const file = (async function* () {
        yield bytes;
      })();
      const received = await receiveObject({ file, receivedBy: { way: "folder", from: null }, announced: null }, ports);
      if (received.kind !== "kept" || received.quarantined !== null) throw new Error("not kept");
    }
    const study = { studyInstanceUid: knownStudy, revision: 1 };
    const sample = JSON.stringify(sampleReadResult({ language: "en", findings: 3 })).replaceAll('"2.25.', '"1.2.99.');
    await index.saveResult(study, { input: "input", folderKey: `results/${knownStudy}/1`, result: ReadResult.parse(JSON.parse(sample)) });
    await index.addVerdict(knownStudy, "dr.secret", { trackingUid: "1.2.99.90", says: "rejected", reason: "vessel" });
    await index.setState(study, "read", [{ code: "job.time-limit", values: { minutes: "Secret" }, text: "Secret" }]);
  } finally {
    await database.close();
  }
}

function series(number: number, slices: number, sopClass?: string): Uint8Array[] {
  const grid = axialGrid([16, 16, slices], [1, 1, 2], patientPoint(0, 0, 0));
  const extra: Element[] = [
    [0x00080080, "LO", "Secret Hospital"],
    [0x00080090, "PN", "Secret^Referrer"],
    [0x00104000, "LT", "Secret was here"],
    ...(sopClass === undefined ? [] : [[0x00080016, "UI", sopClass] satisfies Element]),
  ];
  const headers = {
    uidParts: ["known study"],
    studyInstanceUid: knownStudy,
    seriesInstanceUid: `1.2.99.1.${number}`,
    frameOfReferenceUid: "1.2.99.1.9",
    patientName: "Secret^Person",
    patientId: "SECRET-ID",
    patientBirthDate: "19300405",
    patientSex: "F",
    patientAge: "093Y",
    studyDate: knownDate,
    studyTime: "101112",
    accessionNumber: "SECRET-17",
    studyId: "SECRET-3",
    studyDescription: "Secret chest",
    seriesDescription: "Secret series",
    bodyPart: "CHEST",
    seriesNumber: number,
    extra,
  } as const;
  return writeCtSeries(volume(grid, new Int16Array(voxelCount(grid)).fill(-700)), headers).map(({ bytes }) => bytes);
}

export type Asks = RunningServer["ask"];

/** Signs somebody of a role in, with an account of its own. */
export async function signedIn(server: RunningServer, role: Role): Promise<Asks> {
  const post = (path: string, body: object) =>
    server.ask(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  const { link } = (await (await post("/api/accounts", { name: `the.${role}`, role })).json()) as { link: string };
  const token = new URL(link).searchParams.get("token");
  const answer = await fetch(`${server.url}/api/first-password`, {
    method: "POST",
    body: JSON.stringify({ token, password: `correct horse battery ${role} 9` }),
    headers: { "content-type": "application/json" },
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const { csrf } = (await answer.json()) as { csrf: string };
  // A connection each: the server may close one that was idle just when it is used again.
  return (path, more = {}) =>
    fetch(server.url + path, {
      ...more,
      redirect: "manual",
      headers: { connection: "close", cookie, "x-overread-csrf": csrf, ...(more.headers as Record<string, string>) },
    });
}
