import { type Reason, reason } from "../base/reason.ts";
import { deidentify, methods } from "../dicom/deidentify/deidentify.ts";
import { type Pseudonyms, patientKey } from "../dicom/deidentify/pseudonyms.ts";
import type { FileToPack } from "../dicom/zip-stream.ts";
import type { SaidReason } from "../findings/reason.ts";
import type { ReceivedInstance } from "../findings/received-instance.ts";

/** How objects lose who the patient is; `burnedIn`: whether those whose pixels may show text are given too. */
export interface Deidentification {
  readonly pseudonyms: Pseudonyms;
  readonly burnedIn: boolean;
}

/** How the audit log calls an export. */
export const exportAct = (how: Deidentification | null): string =>
  how === null ? "identified" : how.burnedIn ? "pseudonymised.burned-in" : "pseudonymised";

export interface ExportPorts {
  readonly instances: (of: { readonly studyInstanceUid: string }) => Promise<readonly ReceivedInstance[]>;
  readonly open: (pixelKey: string) => AsyncIterable<Uint8Array>;
  readonly say: (because: Reason) => SaidReason;
}

/** manifest.json, the last file of an export. UIDs are those that stand in the files. */
export interface ExportManifest {
  readonly schema: 1;
  readonly studyInstanceUid: string;
  /** What was done, as codes of PS3.16 CID 7050; null: nothing, the objects name the patient. */
  readonly deidentified: readonly string[] | null;
  readonly objects: number;
  /** Given, but their pixels may show text: they are to be looked at. */
  readonly mayShowText: readonly ObjectNote[];
  readonly leftOut: readonly ObjectNote[];
}

interface ObjectNote {
  readonly sopInstanceUid: string;
  readonly because: readonly SaidReason[];
}

/** One object is in memory at a time while it is de-identified. */
const mostBytes = { deidentified: 2 ** 30, plain: 2 ** 32 - 1 };

/**
 * The objects of a study as they came in, or de-identified after PS3.15 Annex E, one after another, and a manifest behind them. What cannot be made sure of is left out and
 * listed, and so is what may show text in its pixels, unless that is asked for.
 * @throws Fault store.no-such-file when the bytes of an object are gone
 */
export async function* exportStudy(studyInstanceUid: string, how: Deidentification | null, ports: ExportPorts): AsyncGenerator<FileToPack> {
  const named = how?.pseudonyms.uid ?? ((uid: string): string => uid);
  const notes = { mayShowText: [] as ObjectNote[], leftOut: [] as ObjectNote[] };
  let objects = 0;
  for (const instance of await ports.instances({ studyInstanceUid })) {
    const exported = how === null ? plain(instance, ports) : await deidentified(instance, how, ports);
    const sopInstanceUid = named(instance.sopInstanceUid);
    const note = { sopInstanceUid, because: exported.because.map(ports.say) };
    if (exported.bytes === null) notes.leftOut.push(note);
    else {
      objects += 1;
      if (note.because.length > 0) notes.mayShowText.push(note);
      yield { path: `${named(instance.series.seriesInstanceUid)}/${sopInstanceUid}.dcm`, bytes: exported.bytes };
    }
  }
  const done = how === null ? null : methods.map(([code]) => code);
  const manifest: ExportManifest = { schema: 1, studyInstanceUid: named(studyInstanceUid), deidentified: done, objects, ...notes };
  yield { path: "manifest.json", bytes: once(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)) };
}

interface Exported {
  /** Null: left out. */
  readonly bytes: AsyncIterable<Uint8Array> | null;
  readonly because: readonly Reason[];
}

const leftOut = (...because: readonly Reason[]): Exported => ({ bytes: null, because });

const plain = ({ bytes, pixelKey }: ReceivedInstance, { open }: ExportPorts): Exported =>
  bytes > mostBytes.plain ? leftOut(reason("export.too-large")) : { bytes: open(pixelKey), because: [] };

async function deidentified(
  { bytes, pixelKey, study }: ReceivedInstance,
  { pseudonyms, burnedIn }: Deidentification,
  { open }: ExportPorts,
): Promise<Exported> {
  if (bytes > mostBytes.deidentified) return leftOut(reason("export.too-large"));
  const pieces: Uint8Array[] = [];
  for await (const piece of open(pixelKey)) pieces.push(piece);
  const file = Buffer.concat(pieces);
  const result = deidentify(file, pseudonyms, patientKey(study.patient.id, study.studyInstanceUid));
  if (result.kind === "declined") return leftOut(result.because);
  const { warnings } = result;
  return warnings.length > 0 && !burnedIn ? leftOut(...warnings) : { bytes: once(result.bytes), because: warnings };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
