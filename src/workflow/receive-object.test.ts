import { expect, test } from "vitest";
import { type DataSet, elementsOf } from "../dicom/write/data-set.ts";
import { type Element, encodeElements, part10File } from "../dicom/write/elements.ts";
import type { ReceivedInstance } from "../findings/received-instance.ts";
import { type ArrivingObject, receiveObject } from "./receive-object.ts";

const ct = "1.2.840.10008.5.1.4.1.1.2";
const uid = "1.2.3.1";

/** A small object that holds what the index asks for. */
function file(changes: DataSet = {}, more: readonly Element[] = []): Uint8Array {
  const attributes: DataSet = {
    SOPClassUID: ct,
    SOPInstanceUID: uid,
    Modality: "CT",
    Manufacturer: "Acme",
    PatientName: "Secret^Name",
    PatientID: "P1",
    StudyInstanceUID: "1.2.3",
    SeriesInstanceUID: "1.2.3.0",
    InstanceNumber: "7",
    ...changes,
  };
  const bytes = encodeElements([...elementsOf(attributes), ...more], "explicit-le", (text) => Buffer.from(text, "latin1"));
  return part10File(ct, uid, bytes, "explicit-le");
}

async function* inPieces(bytes: Uint8Array, size = 50): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A store in memory that answers as the index is told to. */
function room(answer: "added" | "duplicate" | "other-bytes" | "other-person" = "added") {
  const kept = new Map<string, Uint8Array>();
  const rows: ReceivedInstance[] = [];
  const aside: { because: string; pixelKey: string }[] = [];
  const order: string[] = [];
  const ports = {
    pixels: {
      put: async (key: string, bytes: AsyncIterable<Uint8Array>, hashFrom = 0) => {
        const pieces: Uint8Array[] = [];
        for await (const piece of bytes) pieces.push(piece);
        const whole = Buffer.concat(pieces);
        kept.set(key, whole);
        order.push("bytes");
        return { bytes: whole.length, sha256: `from ${hashFrom}` };
      },
      move: async (from: string, to: string) => {
        kept.set(to, kept.get(from) ?? new Uint8Array());
        kept.delete(from);
      },
      remove: async (key: string) => void kept.delete(key),
    },
    index: {
      add: async (instance: ReceivedInstance) => {
        order.push("row");
        rows.push(instance);
        return answer;
      },
      quarantine: async ({ because, pixelKey }: { because: { code: string }; pixelKey: string }) =>
        void aside.push({ because: because.code, pixelKey }),
    },
    newName: () => "n1",
    now: () => new Date(0),
  };
  return { ports, kept, rows, aside, order };
}

const arriving = (bytes: Uint8Array, announced: ArrivingObject["announced"] = null): ArrivingObject => ({
  file: inPieces(bytes),
  receivedBy: { way: "dimse", from: "CT1" },
  announced,
});

test("an object is kept byte for byte, then entered with what its header says and the hash of its data set alone", async () => {
  const { ports, kept, rows, order } = room();
  const bytes = file();
  expect(await receiveObject(arriving(bytes, { sopClassUid: ct, sopInstanceUid: uid }), ports)).toMatchObject({
    kind: "kept",
    quarantined: null,
  });
  expect(order).toEqual(["bytes", "row"]);
  expect([...kept]).toEqual([["studies/1.2.3/n1", Buffer.from(bytes)]]);
  const dataSetAt = Buffer.from(bytes).indexOf(Buffer.from([8, 0, 0x16, 0]));
  expect(rows[0]).toMatchObject({
    sopInstanceUid: uid,
    instanceNumber: 7,
    pixelKey: "studies/1.2.3/n1",
    bytes: bytes.length,
    sha256: `from ${dataSetAt}`,
    study: { studyInstanceUid: "1.2.3", patient: { id: "P1" } },
  });
});

test("the same object again is kept once and answered as kept", async () => {
  const { ports, kept, aside } = room("duplicate");
  expect(await receiveObject(arriving(file()), ports)).toMatchObject({ kind: "kept", quarantined: null });
  expect(kept.size).toBe(0);
  expect(aside).toEqual([]);
});

test.each(["other-bytes", "other-person"] as const)("what contradicts the index (%s) is set aside and not lost", async (answer) => {
  const { ports, kept, aside } = room(answer);
  expect(await receiveObject(arriving(file()), ports)).toMatchObject({ kind: "kept", quarantined: { code: `receive.${answer}` } });
  expect([...kept.keys()]).toEqual(["quarantine/n1"]);
  expect(aside).toEqual([{ because: `receive.${answer}`, pixelKey: "quarantine/n1" }]);
});

test("how many objects the study and the series have is learnt where the header says so, and nonsense is not", async () => {
  const { ports, rows } = room();
  const counts = [[0x00201206, "IS", "0"], [0x00201208, "IS", "300"], [0x00201209, "IS", "-1"]] as const; // biome-ignore format: one table
  await receiveObject(arriving(file({}, counts)), ports);
  await receiveObject(arriving(file()), ports);
  expect(rows.map(({ announced }) => announced)).toEqual([{ studyInstances: 300, studySeries: null, seriesInstances: null }, undefined]);
});

test("an object that calls itself otherwise than announced is refused, and nothing of it is kept", async () => {
  const { ports, kept, rows } = room();
  const received = await receiveObject(arriving(file(), { sopClassUid: ct, sopInstanceUid: "1.2.3.2" }), ports);
  expect(received).toMatchObject({ kind: "refused", because: { code: "receive.not-as-announced" }, sopInstanceUid: "1.2.3.2" });
  expect(kept.size + rows.length).toBe(0);
});

test.each([
  ["no DICOM", new TextEncoder().encode("hello ".repeat(100)), "intake.not-dicom"],
  ["no study", file({ StudyInstanceUID: "" }), "intake.no-uids"],
  ["a study UID that leads out of the folder", file({ StudyInstanceUID: "../../etc" }), "intake.no-uids"],
  ["a header that breaks off", file().subarray(0, 200), "intake.truncated-header"],
  ["nothing at all", new Uint8Array(), "intake.not-dicom"],
])("%s is refused with its reason", async (_what, bytes, code) => {
  const { ports, kept, rows } = room();
  expect(await receiveObject(arriving(bytes), ports)).toMatchObject({ kind: "refused", because: { code } });
  expect(kept.size + rows.length).toBe(0);
});

test("a stream that breaks off, or a disk that is full, is passed on, and no row is made", async () => {
  const { ports, rows } = room();
  const broken = (async function* () {
    yield file().subarray(0, 160);
    throw new Error("connection lost");
  })();
  await expect(receiveObject({ ...arriving(file()), file: broken }, ports)).rejects.toThrow("connection lost");
  const full = { ...ports, pixels: { ...ports.pixels, put: () => Promise.reject(new Error("full")) } };
  await expect(receiveObject(arriving(file()), full)).rejects.toThrow("full");
  expect(rows).toEqual([]);
});
