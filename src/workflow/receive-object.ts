import type { Reason } from "../base/reason.ts";
import { reason } from "../base/reason.ts";
import { describeInstance } from "../dicom/describe-instance.ts";
import { streamedFile } from "../dicom/streamed-file.ts";
import type { ReceivedBy } from "../findings/received-instance.ts";
import type { InstanceIndex, Pixels } from "./intake-ports.ts";

/** An object as it arrives, by whatever way. */
export interface ArrivingObject {
  /** A PS3.10 file. */
  readonly file: AsyncIterable<Uint8Array>;
  readonly receivedBy: ReceivedBy;
  /** What the sender calls it, where the way says so; an object that calls itself otherwise is refused. */
  readonly announced: { readonly sopClassUid: string; readonly sopInstanceUid: string } | null;
}

/** "kept": it lasts, in the index or in quarantine. "refused": nothing of it is kept, and the sender is told why. */
export type Received =
  | {
      readonly kind: "kept";
      readonly studyInstanceUid: string;
      readonly sopInstanceUid: string;
      readonly sopClassUid: string;
      readonly quarantined: Reason | null;
    }
  | { readonly kind: "refused"; readonly because: Reason; readonly sopInstanceUid: string | null };

export interface ReceivePorts {
  readonly pixels: Pick<Pixels, "put" | "move" | "remove">;
  readonly index: InstanceIndex;
  readonly newName: () => string;
  readonly now: () => Date;
}

/**
 * Keeps an object and enters it into the index: first the bytes, then the row, so that a row never stands without its bytes. What is there already is
 * left as it is; what contradicts it (other bytes under its UID, another person under its study) is set aside for a person to look at.
 * @throws Fault output.…, store.database-gone: nothing is promised to the sender then; whatever the stream throws
 */
export async function receiveObject(object: ArrivingObject, ports: ReceivePorts): Promise<Received> {
  const { pixels, index } = ports;
  const streamed = streamedFile("", object.file);
  const described = await describeInstance(streamed);
  if (described.kind === "refused") return refused(streamed.whole(), described.because, object.announced?.sopInstanceUid ?? null);
  const { instance, dataSetAt } = described;
  const { sopInstanceUid, sopClassUid } = instance;
  const { studyInstanceUid } = instance.study;
  const { announced } = object;
  if (announced !== null && (announced.sopInstanceUid !== sopInstanceUid || announced.sopClassUid !== sopClassUid))
    return refused(streamed.whole(), reason("receive.not-as-announced"), announced.sopInstanceUid);

  const name = ports.newName();
  const pixelKey = `studies/${studyInstanceUid}/${name}`;
  const kept = { ...(await pixels.put(pixelKey, streamed.whole(), dataSetAt)), receivedAt: ports.now(), receivedBy: object.receivedBy };
  const said = { kind: "kept", studyInstanceUid, sopInstanceUid, sopClassUid } as const;
  const indexed = await index.add({ ...instance, ...kept, pixelKey });
  if (indexed === "added") return { ...said, quarantined: null };
  if (indexed === "duplicate") {
    await pixels.remove(pixelKey);
    return { ...said, quarantined: null };
  }
  const because = reason(`receive.${indexed}`);
  const aside = `quarantine/${name}`;
  await pixels.move(pixelKey, aside);
  await index.quarantine({ ...kept, pixelKey: aside, sopInstanceUid, studyInstanceUid, because });
  return { ...said, quarantined: because };
}

/** The sender goes on sending until it has sent all; only then it hears. */
async function refused(rest: AsyncIterable<Uint8Array>, because: Reason, sopInstanceUid: string | null): Promise<Received> {
  for await (const _ of rest);
  return { kind: "refused", because, sopInstanceUid };
}
