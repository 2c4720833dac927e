import { randomUUID } from "node:crypto";
import { createWriteStream, mkdirSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import fastify, { type FastifyInstance } from "fastify";
import { decodeStoredFrameTask } from "../../src/dicom/web/decode-stored-frame.ts";
import type { SearchKey } from "../../src/dicom/web/search-query.ts";
import type { ObjectSearch, SearchMatch } from "../../src/findings/object-search.ts";
import type { Indexed, ReceivedInstance } from "../../src/findings/received-instance.ts";
import { dicomWebRoutes } from "../../src/server/dicom-web.ts";
import type { DicomWebPorts, FoundObject } from "../../src/server/dicom-web-ports.ts";
import { receiveObject } from "../../src/workflow/receive-object.ts";
import { renderStoredFrameTask } from "../../src/workflow/render-stored-frame.ts";

export interface RunningServer {
  readonly app: FastifyInstance;
  /** http://127.0.0.1:port/dicom-web */
  readonly url: string;
  readonly rows: ReceivedInstance[];
  readonly close: () => Promise<void>;
}

/** The DICOMweb service over a folder of files and rows in memory, received as any object is. */
export async function dicomWebServer(folder: string, more: Partial<DicomWebPorts> = {}): Promise<RunningServer> {
  mkdirSync(folder, { recursive: true });
  const rows: ReceivedInstance[] = [];
  const add = async (instance: ReceivedInstance): Promise<Indexed> => {
    const known = rows.find(({ sopInstanceUid }) => sopInstanceUid === instance.sopInstanceUid);
    if (known !== undefined) return known.sha256 === instance.sha256 ? "duplicate" : "other-bytes";
    rows.push(instance);
    return "added";
  };
  const pixels = pixelFolder(folder);
  const ports: DicomWebPorts = {
    search: async (search) => found(rows, search),
    pixels,
    receive: (object) =>
      receiveObject(object, { pixels, index: { add, quarantine: async () => {} }, newName: randomUUID, now: () => new Date() }),
    decode: async (frame) => decodeStoredFrameTask.compute(frame),
    render: async (frame) => renderStoredFrameTask.compute(frame),
    guard: () => async () => {},
    accountOf: () => "tester",
    viewed: async () => {},
    mostUploadBytes: 2 ** 32,
    imagesRemovedAt: async () => null,
    newBoundary: randomUUID,
    ...more,
  };
  const app = fastify({ routerOptions: { maxParamLength: 256 } });
  await app.register(dicomWebRoutes, ports);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  return { app, url: `http://127.0.0.1:${port}/dicom-web`, rows, close: () => app.close() };
}

/** Files in a folder, without the care for power cuts that the real one takes. */
function pixelFolder(folder: string) {
  const pathOf = (key: string): string => join(folder, key);
  return {
    put: async (key: string, bytes: AsyncIterable<Uint8Array>) => {
      mkdirSync(dirname(pathOf(key)), { recursive: true });
      const partial = `${pathOf(key)}.partial`;
      try {
        await pipeline(Readable.from(bytes), createWriteStream(partial));
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
      await rename(partial, pathOf(key));
      const file = await open(pathOf(key));
      const { size } = await file.stat();
      const whole = size < 2 ** 26 ? await file.readFile() : Buffer.alloc(0);
      await file.close();
      return { bytes: size, sha256: whole.toString("base64") };
    },
    move: async (from: string, to: string) => {
      mkdirSync(dirname(pathOf(to)), { recursive: true });
      await rename(pathOf(from), pathOf(to));
    },
    remove: (key: string) => rm(pathOf(key)),
    read: async (key: string, offset: number, length: number) => {
      const file = await open(pathOf(key));
      try {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

function found(rows: readonly ReceivedInstance[], { level, matches, offset, limit }: ObjectSearch): FoundObject[] {
  const matching = rows.filter((row) => matches.every((match) => fits(valuesOf(row, rows)[match.key as SearchKey], match)));
  const keyOf = (row: ReceivedInstance): string =>
    ({ study: row.study.studyInstanceUid, series: row.series.seriesInstanceUid, instance: row.sopInstanceUid })[level];
  const groups = Map.groupBy(matching, keyOf);
  return [...groups.values()]
    .slice(offset, offset + limit)
    .flatMap(([first]) => (first === undefined ? [] : [first]))
    .map((first) => {
      const ofStudy = rows.filter(({ study }) => study.studyInstanceUid === first.study.studyInstanceUid);
      const ofSeries = ofStudy.filter(({ series }) => series.seriesInstanceUid === first.series.seriesInstanceUid);
      return {
        instance: { ...first, studyInstanceUid: first.study.studyInstanceUid, seriesInstanceUid: first.series.seriesInstanceUid },
        study:
          level === "study"
            ? {
                modalities: [...new Set(ofStudy.map(({ series }) => series.modality))],
                series: new Set(ofStudy.map(({ series }) => series.seriesInstanceUid)).size,
                instances: ofStudy.length,
              }
            : null,
        series: level === "series" ? { instances: ofSeries.length } : null,
      };
    });
}

const valuesOf = (row: ReceivedInstance, rows: readonly ReceivedInstance[]): Readonly<Record<SearchKey, readonly (string | null)[]>> => ({
  StudyInstanceUID: [row.study.studyInstanceUid],
  StudyDate: [row.study.studyDate],
  StudyTime: [row.study.studyTime],
  AccessionNumber: [row.study.accessionNumber],
  StudyDescription: [row.study.studyDescription],
  ModalitiesInStudy: rows.filter(({ study }) => study.studyInstanceUid === row.study.studyInstanceUid).map(({ series }) => series.modality),
  PatientName: [row.study.patient.name],
  PatientID: [row.study.patient.id],
  SeriesInstanceUID: [row.series.seriesInstanceUid],
  Modality: [row.series.modality],
  SeriesNumber: [String(row.series.seriesNumber)],
  SeriesDescription: [row.series.seriesDescription],
  BodyPartExamined: [row.series.bodyPartExamined],
  SOPInstanceUID: [row.sopInstanceUid],
  SOPClassUID: [row.sopClassUid],
  InstanceNumber: [String(row.instanceNumber)],
});

const fits = (values: readonly (string | null)[], match: SearchMatch): boolean =>
  values.some((value) => value !== null && fitsOne(value, match));

function fitsOne(value: string, match: SearchMatch): boolean {
  switch (match.kind) {
    case "one-of":
      return match.values.includes(value);
    case "number":
      return Number(value) === match.value;
    case "range":
      return (match.from === null || value >= match.from) && (match.to === null || value.slice(0, match.to.length) <= match.to);
    case "text":
      return match.patterns.some((pattern) => {
        const escaped = pattern
          .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
          .replaceAll("*", ".*")
          .replaceAll("?", ".");
        return new RegExp(`^${escaped}$`, match.ignoreCase ? "iu" : "u").test(value);
      });
  }
}
