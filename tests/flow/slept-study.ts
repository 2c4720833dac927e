import { derivedUid } from "../../src/base/uid.ts";
import type { StorableObject } from "../../src/dicom/dimse/storable-object.ts";
import { type CtHeaders, ctSeriesFiles, seriesUids } from "../../src/dicom/write/ct.ts";
import { axialGrid } from "../../src/volume/grid.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { type Volume, volume } from "../../src/volume/volume.ts";

/** A study of so many images or fewer is slept over by sleeping-worker.ts, not read. */
export const sleptImages = 10;
export const sleepMs = 50;

/** CT objects of one study, as they are sent; nothing of them lies on the disk. */
export interface StudyToSend {
  readonly studyInstanceUid: string;
  readonly objects: readonly StorableObject[];
}

/** So many small slices of a person of their own. */
export function smallStudy(name: string, slices = sleptImages): StudyToSend {
  const grid = axialGrid([32, 32, slices], [1, 1, 1], patientPoint(0, 0, 0));
  return studyOf(volume(grid, new Int16Array(32 * 32 * slices)), name);
}

/** A volume as a study of a person of its own. */
export function studyOf(of: Volume, name: string): StudyToSend {
  const headers: CtHeaders = {
    uidParts: ["load", name],
    patientName: `Load^${name}`,
    patientId: name,
    studyDate: "20260102",
    studyTime: "101112",
  };
  const uids = seriesUids(headers);
  const objects = [...ctSeriesFiles(of, headers)].map(
    ({ bytes, fileName }, index): StorableObject => ({
      origin: { kind: "bytes", name: fileName, bytes },
      sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
      sopInstanceUid: derivedUid(uids.series, "instance", String(index + 1)),
      transferSyntaxUid: "1.2.840.10008.1.2.1",
      size: bytes.length,
      dataSetOffset: 144 + Buffer.from(bytes.buffer, bytes.byteOffset).readUInt32LE(140),
      front: new Uint8Array(),
      read: null,
      identifiers: [],
    }),
  );
  return { studyInstanceUid: uids.study, objects };
}
