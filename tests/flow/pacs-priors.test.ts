import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StudyDetail, WorklistRow } from "../../src/api/study.ts";
import { writeSlices } from "./sent.ts";
import { type RunningServer, startServer } from "./server.ts";
import { smallChest, writeChest } from "./small-chest.ts";
import { freePort, hasOrthanc, orthanc } from "./store-peers.ts";

const root = mkdtempSync(join(tmpdir(), "overread-pacs-"));
const data = join(root, "data");
const password = "correct horse battery staple 9";
/** A reading takes seconds on an idle machine, and much longer beside other tests. */
const readingMs = 1_200_000;
const chests = {
  now: { patientId: "SECRET-1", studyDate: "20260102" },
  before: { patientId: "SECRET-1", studyDate: "20250702" },
  alone: { patientId: "SECRET-3", studyDate: "20260102" },
};
/** Studies of which nobody sees more than the header. */
const small = {
  longBefore: { patientId: "SECRET-1", studyDate: "20230702" },
  ofOther: { patientId: "SECRET-12", studyDate: "20250801" },
  webNow: { patientId: "SECRET-2", studyDate: "20260102" },
  webBefore: { patientId: "SECRET-2", studyDate: "20250702" },
};
const smallSlices = 4;

const storescu = async (title: string, port: number, folder: string): Promise<void> =>
  void (await promisify(execFile)("storescu", ["-aec", title, "-aet", "CT1", "+sd", "127.0.0.1", String(port), join(root, folder)]));

describe.skipIf(!hasOrthanc)("a follow-up study whose prior lies in an archive", () => {
  let server: RunningServer;
  let archive: Awaited<ReturnType<typeof orthanc>>;
  let silent: Server;
  let settings: Record<string, string>;

  const start = async (): Promise<void> => {
    server = await startServer(data, settings);
    await server.signIn(password);
  };
  beforeAll(async () => {
    const chest = await smallChest();
    for (const [name, headers] of Object.entries(chests)) writeChest(join(root, name), chest, { uidParts: [name], ...headers });
    for (const [name, headers] of Object.entries(small)) writeSlices(join(root, name), smallSlices, { uidParts: [name], ...headers });
    const port = await freePort();
    settings = {
      OVERREAD_DEMO: "no",
      OVERREAD_DICOM_HOST: "127.0.0.1",
      OVERREAD_DICOM_PORT: String(port),
      OVERREAD_PRIORS_WAIT_SECONDS: "300",
    };
    silent = createServer((socket) => void socket.on("error", () => undefined)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    archive = await orthanc(join(root, "orthanc"), {
      DicomModalities: { us: ["OVERREAD", "127.0.0.1", port] },
      DicomAlwaysAllowFind: true,
      DicomAlwaysAllowMove: true,
      SyncStorageArea: false,
    });
    for (const name of ["before", "longBefore", "ofOther", "webBefore"]) await storescu("ORTHANC", archive.port, name);
    await start();
  }, readingMs);
  afterAll(async () => {
    await server.kill("SIGKILL");
    await archive.kill();
    silent.close();
    rmSync(root, { recursive: true, force: true });
  });

  const put = (peer: object) =>
    server.ask("/api/peers", { method: "PUT", body: JSON.stringify(peer), headers: { "content-type": "application/json" } });
  const send = (name: string): Promise<void> => storescu("OVERREAD", server.dicomPort, name);
  const found = (patientId: string) => server.json<WorklistRow[]>(`/api/studies?search=${patientId}`);
  const until = async (patientId: string, studyDate: string, state: WorklistRow["state"]): Promise<WorklistRow> => {
    for (;;) {
      const row = (await found(patientId)).find((one) => one.studyDate === studyDate);
      if (row?.state === state) return row;
      if (row?.state === "failed") throw new Error(JSON.stringify(row.because));
      await sleep(300);
    }
  };
  const comparisonOf = async (studyInstanceUid: string) =>
    (await server.json<StudyDetail>(`/api/studies/${studyInstanceUid}`)).result?.analyses[0]?.comparison;

  test("peers are listed with their roles, and say whether they answer", async () => {
    expect((await put({ aeTitle: "CT1", host: "127.0.0.1" })).status).toBe(204);
    const pacs = { aeTitle: "ORTHANC", host: "127.0.0.1", port: archive.port, priors: "c-move" };
    expect((await put({ ...pacs, mayStore: false })).status).toBe(422);
    expect((await put({ ...pacs, host: "169.254.169.254" })).status).toBe(422);
    expect((await put({ ...pacs, priors: "dicomweb", dicomWebUrl: "http://a:b@127.0.0.1/" })).status).toBe(422);
    expect((await put(pacs)).status).toBe(204);
    const ask = async (language: string) => {
      const answer = await server.ask("/api/peers/ORTHANC/test", { method: "POST", headers: { "accept-language": language } });
      return (await answer.json()) as unknown;
    };
    expect(await ask("en")).toEqual([
      { service: "c-echo", answers: true, because: { code: "peer.answers", values: {}, text: "The peer answers." } },
    ]);
    expect(await ask("zh-CN")).toMatchObject([{ because: { text: "对端有应答。" } }]);
  });

  test(
    "it is fetched over C-MOVE before the reading, the study is compared with it, and it makes no work of its own",
    async () => {
      await send("now");
      const { studyInstanceUid } = await until("SECRET-1", "20260102", "read");
      const prior = await until("SECRET-1", "20250702", "unread");
      expect(prior.because.map(({ code }) => code)).toEqual(["prior.fetched"]);
      expect(await comparisonOf(studyInstanceUid)).toMatchObject({ outcome: "compared", priorStudyInstanceUid: prior.studyInstanceUid });
      expect((await found("SECRET-1")).map(({ studyDate }) => studyDate).sort()).toEqual(["20250702", "20260102"]);
      expect((await server.json<WorklistRow[]>("/api/studies")).map(({ studyDate }) => studyDate)).toEqual(["20260102"]);
      const records = await server.json<{ event: object }[]>("/api/audit?limit=100");
      expect(records.map(({ event }) => event)).toContainEqual(
        expect.objectContaining({
          what: "received",
          because: "prior",
          about: { studyInstanceUid: prior.studyInstanceUid, peer: "ORTHANC" },
        }),
      );
    },
    readingMs,
  );

  test(
    "it is fetched over DICOMweb as well",
    async () => {
      const dicomWebUrl = `http://127.0.0.1:${archive.httpPort}/dicom-web`;
      expect((await put({ aeTitle: "ORTHANC", host: "127.0.0.1", priors: "dicomweb", dicomWebUrl, mayStore: false })).status).toBe(204);
      const tested = await server.ask("/api/peers/ORTHANC/test", { method: "POST" });
      expect(await tested.json()).toMatchObject([{ service: "dicomweb", answers: true }]);
      await send("webNow");
      const prior = await until("SECRET-2", "20250702", "unread");
      while ((await server.json<StudyDetail>(`/api/studies/${prior.studyInstanceUid}`)).study.because.length === 0) await sleep(300);
      const found = await server.json<object[]>(`/dicom-web/studies/${prior.studyInstanceUid}/instances`);
      expect(found.length).toBe(smallSlices);
    },
    readingMs,
  );

  test(
    "with the archive away and another one silent, and the server killed while it waits, the study is read in time and says why it was not compared",
    async () => {
      const { port } = silent.address() as { port: number };
      await archive.kill();
      expect((await put({ aeTitle: "SILENT", host: "127.0.0.1", port, priors: "c-move" })).status).toBe(204);
      const tested = await server.ask("/api/peers/ORTHANC/test", { method: "POST" });
      expect(await tested.json()).toMatchObject([{ answers: false, because: { code: "send.nothing-listens" } }]);
      const waiting = once(silent, "connection");
      await send("alone");
      await waiting;
      await server.kill("SIGKILL");
      settings.OVERREAD_PRIORS_WAIT_SECONDS = "10";
      await start();
      const { studyInstanceUid } = await until("SECRET-3", "20260102", "read");
      expect(await comparisonOf(studyInstanceUid)).toMatchObject({
        outcome: "not-compared",
        because: [{ code: "prior.source-away", values: { peer: "ORTHANC" } }],
      });
      expect(server.said()).toMatch(/"event":"prior-not-fetched","peer":"SILENT"/);
      expect(server.said()).not.toMatch(/SECRET/);
    },
    readingMs,
  );
});
