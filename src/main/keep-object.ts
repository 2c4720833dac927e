import { Fault } from "../base/fault.ts";
import { part10Front, type ReceivedObject, type StoreStatus } from "../dicom/dimse/received-object.ts";
import type { Keep } from "../dicom/dimse/store-scp.ts";
import type { Associations } from "../workflow/associations.ts";
import type { ArrivingObject, Received } from "../workflow/receive-object.ts";
import { plainAddress } from "./plain-address.ts";

/** Faults that pass: the sender is told to come back (PS3.4 B.2.3, out of resources). */
const forNow: ReadonlySet<string> = new Set([
  "output.disk-full",
  "output.quota-reached",
  "output.not-writable",
  "store.database-gone",
  "store.bucket-gone",
  "store.bucket-refuses",
]);

/**
 * Keeps what comes in over C-STORE: its data set as it came, behind a front of our own.
 * @param ownAet what is sent here on our own behalf (C-MOVE) is a prior
 * @param associations told of the study of each object that was kept; the signal stands for the association
 */
export function keepObject(
  receive: (object: ArrivingObject) => Promise<Received>,
  ownAet: string,
  associations: Associations,
  unexpected: (error: unknown) => void,
): Keep {
  return async (object, association) => {
    const { sopClassUid, sopInstanceUid, callingAet } = object;
    try {
      const received = await receive({
        file: fileOf(object),
        receivedBy: {
          way: object.moveOriginator?.aet === ownAet ? "prior" : "dimse",
          from: callingAet,
          host: plainAddress(object.remoteHost),
        },
        announced: { sopClassUid, sopInstanceUid },
      });
      if (received.kind === "refused") return statusOf(received.because.code);
      if (!association.aborted) associations.came(received.studyInstanceUid, association);
      return "stored";
    } catch (error) {
      if (!(error instanceof Fault && forNow.has(error.code))) throw error;
      unexpected(error);
      return "out-of-resources";
    }
  };
}

async function* fileOf(object: ReceivedObject): AsyncGenerator<Uint8Array> {
  yield part10Front(object);
  yield* object.data;
}

const statusOf = (code: string): StoreStatus => (code === "receive.not-as-announced" ? "does-not-match" : "cannot-understand");
