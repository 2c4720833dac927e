import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "../../src/base/fault.ts";
import { part10Front, type ReceivedObject } from "../../src/dicom/dimse/received-object.ts";
import { type EndedAssociation, type Keep, listenForObjects, type ScpOptions, type StoreScp } from "../../src/dicom/dimse/store-scp.ts";
import { ctSeriesFiles } from "../../src/dicom/write/ct.ts";
import { axialGrid } from "../../src/volume/grid.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { volume } from "../../src/volume/volume.ts";
import { outcomesOf, sent, writeSlices } from "./sent.ts";
import { certify, dataSetOf, hasOrthanc, hasStorescp, orthanc } from "./store-peers.ts";

const root = mkdtempSync(join(tmpdir(), "overread-receive-"));
const slices = join(root, "slices");
const scps: StoreScp[] = [];
let counter = 0;
const fresh = (): string => join(root, `case-${++counter}`);

beforeAll(() => writeSlices(slices, 5));
afterAll(async () => {
  for (const scp of scps) await scp.close(0);
  rmSync(root, { recursive: true, force: true });
});

interface Listening {
  readonly port: string;
  readonly objects: ReceivedObject[];
  /** Data sets as they came, base64. */
  readonly dataSets: string[];
  readonly ended: EndedAssociation[];
  readonly failed: unknown[];
}

async function listening(options: Partial<ScpOptions> = {}, keep?: Keep): Promise<Listening> {
  const heard: Listening = { port: "", objects: [], dataSets: [], ended: [], failed: [] };
  const collect: Keep = async (object) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of object.data) pieces.push(piece);
    heard.objects.push(object);
    heard.dataSets.push(Buffer.concat(pieces).toString("base64"));
    return "stored";
  };
  const scp = await listenForObjects(
    {
      host: "127.0.0.1",
      port: 0,
      admit: () => "accept",
      tls: null,
      commitment: null,
      ended: (one) => heard.ended.push(one),
      failed: (error) => heard.failed.push(error),
      ...options,
    },
    keep ?? collect,
  );
  scps.push(scp);
  return { ...heard, port: String(scp.port) };
}

const env = { ...process.env, TCP_NODELAY: "1" };

async function ran(program: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, args, { env });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => {
      output += bytes.toString("latin1");
    });
  const [code] = await once(child, "close");
  return { code, output };
}

const dataSetsIn = (folder: string): string[] => readdirSync(folder).map((name) => dataSetOf(join(folder, name)).toString("base64"));

/** A CT slice of 4096 × 4096: more than the buffers of a connection hold. */
function writeLongSlice(folder: string): void {
  mkdirSync(folder);
  const grid = axialGrid([4096, 4096, 1], [0.1, 0.1, 1], patientPoint(0, 0, 0));
  const headers = { uidParts: ["long"], patientName: "", patientId: "", studyDate: "20260101", studyTime: "120000" };
  for (const { bytes } of ctSeriesFiles(volume(grid, new Int16Array(4096 * 4096)), headers)) writeFileSync(join(folder, "long.dcm"), bytes);
}

describe.skipIf(!hasStorescp)("from DCMTK", () => {
  test("echoscu is answered", async () => {
    const { port, ended } = await listening();
    const { code, output } = await ran("echoscu", "-v", "-aet", "MODALITY", "127.0.0.1", port);
    expect(output).toContain("Received Echo Response (Success)");
    expect(code).toBe(0);
    expect(ended).toMatchObject([{ callingAet: "MODALITY", remoteHost: "127.0.0.1", stored: 0, because: "released" }]);
  });

  test.each([
    ["explicit", "explicit-le", "-xe"],
    ["implicit", "implicit-le", "-xi"],
  ] as const)("storescu's %s data sets come byte for byte, with who sent them", async (_name, encoding, option) => {
    const folder = fresh();
    writeSlices(folder, 5, {}, { encoding });
    const { port, dataSets, objects, ended } = await listening();
    expect((await ran("storescu", option, "+sd", "-aet", "CT1", "127.0.0.1", port, folder)).code).toBe(0);
    expect(dataSets.toSorted()).toEqual(dataSetsIn(folder).toSorted());
    expect(objects[0]).toMatchObject({
      sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
      transferSyntaxUid: encoding === "explicit-le" ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2",
      callingAet: "CT1",
      remoteHost: "127.0.0.1",
    });
    expect(ended).toMatchObject([{ callingAet: "CT1", stored: 5, because: "released" }]);
  });

  test.each([
    ["JPEG 2000", "--j2k", "1.2.840.10008.1.2.4.90"],
    ["JPEG lossless", "--jpeg", "1.2.840.10008.1.2.4.70"],
    ["JPEG-LS", "--jpegls", "1.2.840.10008.1.2.4.80"],
    ["RLE", "--rle", "1.2.840.10008.1.2.5"],
  ])("dcmsend's %s files come packed as they are", async (_name, option, syntax) => {
    const folder = fresh();
    mkdirSync(folder);
    for (const name of readdirSync(slices)) expect((await ran("gdcmconv", option, join(slices, name), join(folder, name))).code).toBe(0);
    const { port, dataSets, objects } = await listening();
    expect((await ran("dcmsend", "-d", "+sd", "--decompress-never", "127.0.0.1", port, folder)).code).toBe(0);
    expect(dataSets.toSorted()).toEqual(dataSetsIn(folder).toSorted());
    expect(new Set(objects.map(({ transferSyntaxUid }) => transferSyntaxUid))).toEqual(new Set([syntax]));
  });

  test("with the front that is made for it, a received object is a file that dcmdump reads, with its sender's title", async () => {
    const { port, dataSets, objects } = await listening();
    await ran("storescu", "-aet", "CT1", "127.0.0.1", port, join(slices, "1.dcm"));
    const [object, dataSet] = [objects[0], dataSets[0]];
    if (object === undefined || dataSet === undefined) throw new Error("nothing came");
    const file = `${fresh()}.dcm`;
    writeFileSync(file, Buffer.concat([part10Front(object), Buffer.from(dataSet, "base64")]));
    const { code, output } = await ran("dcmdump", "+L", file);
    expect(code).toBe(0);
    expect(output).toContain(`MediaStorageSOPInstanceUID`);
    expect(output).toMatch(/\(0002,0016\) AE \[CT1\]/);
    expect(output).toContain(object.sopInstanceUid);
    expect(dataSetOf(file).equals(dataSetOf(join(slices, "1.dcm")))).toBe(true);
  });

  test.each([
    ["out-of-resources", "0xa700"],
    ["does-not-match", "0xa900"],
    ["cannot-understand", "0xc000"],
  ] as const)("an object that is kept as %s is answered %s", async (status, code) => {
    const { port, ended } = await listening({}, async () => status);
    const { output } = await ran("storescu", "-v", "-d", "127.0.0.1", port, join(slices, "1.dcm"));
    expect(output).toContain(`${code}: `);
    expect(ended).toMatchObject([{ stored: 0 }]);
  });

  test("a title that is not allowed is rejected with its reason", async () => {
    const { port, objects } = await listening({ admit: (calling) => (calling === "CT1" ? "accept" : "calling-title") });
    expect((await ran("echoscu", "-aet", "CT1", "127.0.0.1", port)).code).toBe(0);
    const { code, output } = await ran("storescu", "-aet", "OTHER", "127.0.0.1", port, join(slices, "1.dcm"));
    expect(code).not.toBe(0);
    expect(output).toContain("Calling AE Title Not Recognized");
    expect(objects).toEqual([]);
  });

  test("four associations are served at once", async () => {
    let inside = 0;
    const all = Promise.withResolvers<void>();
    const { port } = await listening({}, async ({ data }) => {
      for await (const _ of data);
      if (++inside === 4) all.resolve();
      await all.promise;
      return "stored";
    });
    const runs = await Promise.all([1, 2, 3, 4].map((number) => ran("storescu", "127.0.0.1", port, join(slices, `${number}.dcm`))));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  });

  test("a sender that is killed in the middle leaves a fault where the rest of its object should be, and no stored object", async () => {
    const folder = fresh();
    writeLongSlice(folder);
    let storescu: ChildProcess | null = null;
    let thrown: Partial<Fault> = {};
    const { port, ended, failed } = await listening({}, async ({ data }, signal) => {
      try {
        for await (const _ of data) {
          storescu?.kill("SIGKILL");
          await sleep(1);
        }
      } catch (error) {
        thrown = error as Fault;
        expect(signal.aborted).toBe(true);
        throw error;
      }
      return "stored";
    });
    storescu = spawn("storescu", ["127.0.0.1", port, join(folder, "long.dcm")], { env, stdio: "ignore" });
    await once(storescu, "close");
    // The association may have ended before what had arrived of the object is read through.
    while (ended.length === 0 || thrown.code === undefined) await sleep(10);
    expect(thrown.code).toBe("receive.connection-lost");
    expect(ended).toMatchObject([{ stored: 0, because: { code: "receive.connection-lost" } }]);
    expect(failed).toEqual([]);
  });

  test("a sender is not read faster than its objects are kept", async () => {
    const folder = fresh();
    writeLongSlice(folder);
    const go = Promise.withResolvers<void>();
    const pieces: Uint8Array[] = [];
    const { port } = await listening({}, async ({ data }) => {
      for await (const piece of data) {
        await go.promise;
        pieces.push(piece);
      }
      return "stored";
    });
    const before = process.memoryUsage();
    const storescu = ran("storescu", "127.0.0.1", port, join(folder, "long.dcm"));
    await sleep(1500);
    const held = process.memoryUsage().arrayBuffers + process.memoryUsage().external - before.arrayBuffers - before.external;
    // The object has 33 MB.
    expect(held).toBeLessThan(8 * 2 ** 20);
    go.resolve();
    expect((await storescu).code).toBe(0);
    expect(Buffer.concat(pieces).equals(dataSetOf(join(folder, "long.dcm")))).toBe(true);
  });
});

describe.skipIf(!hasStorescp)("over TLS", () => {
  const [key, certificate] = [join(root, "key.pem"), join(root, "certificate.pem")];
  beforeAll(() => certify(key, certificate));
  const tls = (): ScpOptions["tls"] => ({ key: readFileSync(key), cert: readFileSync(certificate) });

  test("storescu's objects come byte for byte", async () => {
    const { port, dataSets } = await listening({ tls: tls() });
    expect((await ran("storescu", "+tls", key, certificate, "-ic", "+sd", "127.0.0.1", port, slices)).code).toBe(0);
    expect(dataSets.toSorted()).toEqual(dataSetsIn(slices).toSorted());
  });

  test("where certificates of clients are demanded, one without gets nowhere; nor does one without TLS", async () => {
    const demanding = { ...tls(), ca: readFileSync(certificate), requestCert: true, rejectUnauthorized: true };
    const { port, objects } = await listening({ tls: demanding });
    expect((await ran("storescu", "+tls", key, certificate, "-ic", "127.0.0.1", port, join(slices, "1.dcm"))).code).toBe(0);
    expect(objects).toHaveLength(1);
    expect((await ran("storescu", "+tla", "-ic", "127.0.0.1", port, join(slices, "2.dcm"))).code).not.toBe(0);
    expect((await ran("storescu", "127.0.0.1", port, join(slices, "2.dcm"))).code).not.toBe(0);
    expect(objects).toHaveLength(1);
  });
});

test("our own requestor's objects come byte for byte", async () => {
  const { port, dataSets } = await listening();
  expect(outcomesOf(await sent(slices, `PACS@127.0.0.1:${port}`))).toEqual(Array(5).fill("stored"));
  expect(dataSets.toSorted()).toEqual(dataSetsIn(slices).toSorted());
});

describe.skipIf(!hasOrthanc)("from Orthanc", () => {
  test("Orthanc, asking for commitment, hears which of its objects are kept and which are not", async () => {
    const folder = fresh();
    let orthancPort = 0;
    const unreported: string[] = [];
    const { port, objects } = await listening({
      commitment: {
        // The last is said to be lost.
        committed: async (references) =>
          new Set(
            references
              .map(({ sopInstanceUid }) => sopInstanceUid)
              .filter((uid) => objects.slice(0, 4).some((object) => object.sopInstanceUid === uid)),
          ),
        peerOf: (callingAet) => ({ host: "127.0.0.1", port: orthancPort, calledAet: callingAet, callingAet: "OVERREAD", tls: false }),
        unreported: (callingAet) => unreported.push(callingAet),
      },
    });
    const peer = await orthanc(folder, { DicomModalities: { ours: ["OVERREAD", "127.0.0.1", Number(port)] } });
    orthancPort = peer.port;
    try {
      const url = `http://127.0.0.1:${peer.httpPort}`;
      const post = async (path: string, body: string | Uint8Array<ArrayBuffer>): Promise<unknown> =>
        JSON.parse(await (await fetch(`${url}${path}`, { method: "POST", body })).text());
      for (const name of readdirSync(slices)) await post("/instances", Uint8Array.from(readFileSync(join(slices, name))));
      const instances = await (await fetch(`${url}/instances`)).text();
      await post("/modalities/ours/store", instances);
      expect(objects).toHaveLength(5);
      const asked = await post("/modalities/ours/storage-commitment", `{"Resources": ${instances}}`);
      let heard = { Status: "Pending", Success: [], Failures: [] };
      for (let tries = 0; heard.Status === "Pending" && tries < 100; tries++) {
        await sleep(100);
        heard = JSON.parse(await (await fetch(`${url}/storage-commitment/${(asked as { ID: string }).ID}`)).text());
      }
      const kept = objects.slice(0, 4).map(({ sopInstanceUid }) => sopInstanceUid);
      expect(heard.Status).toBe("Failure");
      expect(heard.Success.map(({ SOPInstanceUID }) => SOPInstanceUID).toSorted()).toEqual(kept.toSorted());
      expect(heard.Failures).toMatchObject([{ SOPInstanceUID: objects[4]?.sopInstanceUid, FailureReason: 0x0112 }]);
      expect(unreported).toEqual([]);
    } finally {
      await peer.kill();
    }
  });

  test("objects come byte for byte as Orthanc has them, packed ones too", async () => {
    const { port, dataSets } = await listening();
    const peer = await orthanc(fresh(), { DicomModalities: { ours: ["OVERREAD", "127.0.0.1", Number(port)] } });
    try {
      const url = `http://127.0.0.1:${peer.httpPort}`;
      const packed = `${fresh()}.dcm`;
      expect((await ran("gdcmconv", "--j2k", join(slices, "5.dcm"), packed)).code).toBe(0);
      const files = [...[1, 2, 3, 4].map((number) => join(slices, `${number}.dcm`)), packed];
      for (const file of files) expect((await fetch(`${url}/instances`, { method: "POST", body: readFileSync(file) })).status).toBe(200);
      const instances: string[] = JSON.parse(await (await fetch(`${url}/instances`)).text());
      expect(instances).toHaveLength(5);
      const stored = await fetch(`${url}/modalities/ours/store`, { method: "POST", body: JSON.stringify(instances) });
      expect(await stored.json()).toMatchObject({ InstancesCount: 5, FailedInstancesCount: 0 });
      expect(dataSets.toSorted()).toEqual(files.map((file) => dataSetOf(file).toString("base64")).toSorted());
    } finally {
      await peer.kill();
    }
  });
});
