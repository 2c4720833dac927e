import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DimsePeer } from "../../src/dicom/dimse/association.ts";
import { echoPeer } from "../../src/dicom/dimse/echo-scu.ts";
import { moveStudy } from "../../src/dicom/dimse/move-scu.ts";
import { findSeries, findStudies } from "../../src/dicom/dimse/query-scu.ts";
import type { ReceivedObject } from "../../src/dicom/dimse/received-object.ts";
import { listenForObjects, type StoreScp } from "../../src/dicom/dimse/store-scp.ts";
import { retrieveStudy } from "../../src/dicom/web/retrieve-web.ts";
import { searchSeries, searchStudies } from "../../src/dicom/web/search-web.ts";
import { writeSlices } from "./sent.ts";
import { dataSetOf, hasOrthanc, orthanc } from "./store-peers.ts";

const root = mkdtempSync(join(tmpdir(), "overread-query-"));
const patience = { connectTimeoutMs: 5000, idleTimeoutMs: 20_000, signal: new AbortController().signal };
const jane = { patientId: "JANE-1", from: "20200101", to: "20260101" };
const slices = 5;

describe.skipIf(!hasOrthanc)("asking Orthanc", () => {
  let archive: Awaited<ReturnType<typeof orthanc>>;
  let peer: DimsePeer;
  let service: URL;
  let scp: StoreScp;
  const received: { object: ReceivedObject; bytes: Buffer }[] = [];

  beforeAll(async () => {
    scp = await listenForObjects(
      {
        host: "127.0.0.1",
        port: 0,
        admit: () => "accept",
        tls: null,
        commitment: null,
        ended: () => undefined,
        failed: (error) => console.error(error),
      },
      async (object) => {
        const pieces: Uint8Array[] = [];
        for await (const piece of object.data) pieces.push(piece);
        received.push({ object, bytes: Buffer.concat(pieces) });
        return "stored";
      },
    );
    archive = await orthanc(join(root, "orthanc"), {
      DicomModalities: { us: ["OVERREAD", "127.0.0.1", scp.port] },
      DicomAlwaysAllowFind: true,
      DicomAlwaysAllowMove: true,
    });
    peer = { host: "127.0.0.1", port: archive.port, calledAet: "ORTHANC", callingAet: "OVERREAD", tls: false };
    service = new URL(`http://127.0.0.1:${archive.httpPort}/dicom-web`);
    const of = { patientId: "JANE-1", patientName: "Doe^Jane", patientBirthDate: "19600101", bodyPart: "CHEST" };
    for (const [name, more] of Object.entries({
      old: { ...of, studyDate: "20240501", studyDescription: "Thorax" },
      late: { ...of, studyDate: "20250601", patientName: "Wáng^Xiǎo=王^小" },
      ancient: { ...of, studyDate: "20100101" },
      other: { ...of, studyDate: "20250601", patientId: "JANE-10" },
    })) {
      writeSlices(join(root, name), slices, { uidParts: [name], ...more });
      for (const file of readdirSync(join(root, name))) {
        const body = readFileSync(join(root, name, file));
        expect((await fetch(`http://127.0.0.1:${archive.httpPort}/instances`, { method: "POST", body })).status).toBe(200);
      }
    }
  }, 60_000);
  afterAll(async () => {
    await scp.close(0);
    await archive.kill();
    rmSync(root, { recursive: true, force: true });
  });

  const ways = [
    {
      way: "C-FIND",
      studies: (most: number) => findStudies(peer, jane, most, patience),
      series: (uid: string) => findSeries(peer, uid, 10, patience),
    },
    {
      way: "QIDO-RS",
      studies: (most: number) => searchStudies(service, jane, most, patience),
      series: (uid: string) => searchSeries(service, uid, 10, patience),
    },
  ];

  test.each(ways)(
    "$way finds the studies of one patient ID within the dates, with what is said of the person",
    async ({ studies, series }) => {
      const found = [...(await studies(10))].sort((a, b) => ((a.studyDate ?? "") < (b.studyDate ?? "") ? -1 : 1));
      expect(found.map(({ studyDate }) => studyDate)).toEqual(["20240501", "20250601"]);
      expect(found[0]).toMatchObject({
        studyTime: "101112",
        studyDescription: "Thorax",
        modalities: ["CT"],
        instances: slices,
        patient: { id: "JANE-1", name: "Doe^Jane", birthDate: "19600101" },
      });
      // Orthanc answers in Latin-1 and leaves out what that lacks.
      expect(found[1]?.patient.name).toMatch(/^Wáng\^Xi.?o/);
      expect(await series(found[0]?.studyInstanceUid ?? "")).toMatchObject([{ modality: "CT", bodyPartExamined: "CHEST" }]);
    },
  );

  test.each(ways)("$way takes no more answers than it is to", async ({ studies }) => {
    expect(await studies(1)).toHaveLength(1);
  });

  test("C-ECHO is answered, and a wrong title is refused with the peer's reason", async () => {
    await echoPeer(peer, patience);
    await expect(echoPeer({ ...peer, calledAet: "NOBODY" }, patience)).rejects.toMatchObject({ code: "send.rejected" });
  });

  test("C-MOVE brings a study here, object by object as it lies there, and says on whose behalf", async () => {
    const study = (await findStudies(peer, jane, 10, patience)).find(({ studyDate }) => studyDate === "20240501");
    const counts = await moveStudy(peer, { studyInstanceUid: study?.studyInstanceUid ?? "", destinationAet: "OVERREAD" }, patience);
    expect(counts).toMatchObject({ completed: slices, failed: 0, warning: 0 });
    expect(received.map(({ object }) => object.moveOriginator?.aet)).toEqual(Array(slices).fill("OVERREAD"));
    const sent = readdirSync(join(root, "old")).map((file) => dataSetOf(join(root, "old", file)).toString("base64"));
    expect(received.map(({ bytes }) => bytes.toString("base64")).sort()).toEqual(sent.sort());
  });

  test("a destination that the archive does not know, and a time that is over, are told apart", async () => {
    const move = (destinationAet: string, signal: AbortSignal) =>
      moveStudy(peer, { studyInstanceUid: "1.2.3", destinationAet }, { ...patience, signal });
    await expect(move("STRANGER", patience.signal)).rejects.toMatchObject({ code: expect.stringMatching(/^query\./) });
    await expect(move("OVERREAD", AbortSignal.abort(new Error("over")))).rejects.toThrow("over");
  });

  test("WADO-RS brings a study as it lies there", async () => {
    const [study] = await searchStudies(service, { ...jane, to: "20240601" }, 10, patience);
    const files: string[] = [];
    const count = await retrieveStudy(
      service,
      study?.studyInstanceUid ?? "",
      async (file) => {
        const pieces: Uint8Array[] = [];
        for await (const piece of file) pieces.push(piece);
        files.push(Buffer.concat(pieces).toString("base64"));
      },
      patience,
    );
    expect(count).toBe(slices);
    expect(files.sort()).toEqual(
      readdirSync(join(root, "old"))
        .map((file) => readFileSync(join(root, "old", file)).toString("base64"))
        .sort(),
    );
    await expect(retrieveStudy(service, "1.2.3", async () => {}, patience)).rejects.toMatchObject({
      code: expect.stringMatching(/^send\./),
    });
  });
});

test("a service that sends elsewhere is followed nowhere, and one at an address that no peer has is not asked", async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  await expect(searchStudies(new URL(`http://127.0.0.1:${port}/dicom-web`), jane, 1, patience)).rejects.toMatchObject({
    code: "send.redirected",
  });
  await expect(searchStudies(new URL("http://169.254.169.254/dicom-web"), jane, 1, patience)).rejects.toMatchObject({
    code: "send.address-refused",
  });
  expect(asked).toBe(1);
  server.close();
});
