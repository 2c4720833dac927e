import { Fault } from "../base/fault.ts";
import { part10Front, type ReceivedObject, type StoreStatus } from "../dicom/dimse/received-object.ts";
import type { Keep } from "../dicom/dimse/store-scp.ts";
import type { ArrivingObject, Received } from "../workflow/receive-object.ts";

/** Faults that pass: the sender is told to come back (PS3.4 B.2.3, out of resources). */
const forNow: ReadonlySet<string> = new Set(["output.disk-full", "output.not-writable", "store.database-gone"]);

/** Keeps what comes in over C-STORE: its data set as it came, behind a front of our own. */
export function keepObject(receive: (object: ArrivingObject) => Promise<Received>, unexpected: (error: unknown) => void): Keep {
  return async (object) => {
    const { sopClassUid, sopInstanceUid, callingAet } = object;
    try {
      const received = await receive({
        file: fileOf(object),
        receivedBy: { way: "dimse", from: callingAet },
        announced: { sopClassUid, sopInstanceUid },
      });
      return received.kind === "kept" ? "stored" : statusOf(received.because.code);
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
