import type { FastifyRequest, preHandlerHookHandler } from "fastify";
import type { ByteSource } from "../dicom/byte-source.ts";
import type { EncodedFrame } from "../dicom/web/decode-stored-frame.ts";
import type { ObjectSearch } from "../findings/object-search.ts";
import type { ReceivedInstance } from "../findings/received-instance.ts";
import type { Pixels } from "../workflow/intake-ports.ts";
import type { ArrivingObject, Received } from "../workflow/receive-object.ts";
import type { FrameToRender } from "../workflow/render-stored-frame.ts";

/** One stored object, as the index knows it. */
export interface StoredInstance
  extends Pick<ReceivedInstance, "sopInstanceUid" | "sopClassUid" | "transferSyntaxUid" | "pixelKey" | "bytes"> {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
}

/** A study, series or instance that was found. */
export interface FoundObject {
  /** The instance, or any one of the study or series, the same at each call. */
  readonly instance: StoredInstance;
  /** Of a study; null at other levels. */
  readonly study: { readonly modalities: readonly string[]; readonly series: number; readonly instances: number } | null;
  /** Of a series; null at other levels. */
  readonly series: { readonly instances: number } | null;
}

export interface DicomWebPorts {
  /** What matches, in an order that stays the same from page to page. */
  readonly search: (search: ObjectSearch) => Promise<readonly FoundObject[]>;
  /** When a study's images were removed, where they were. */
  readonly imagesRemovedAt: (studyInstanceUid: string) => Promise<Date | null>;
  readonly pixels: Pick<Pixels, "read">;
  readonly receive: (object: ArrivingObject) => Promise<Received>;
  /** Unpacks a frame on another thread; null where it cannot be. */
  readonly decode: (frame: EncodedFrame) => Promise<Uint8Array | null>;
  /** Draws a frame on another thread, as PNG; null where it cannot be. */
  readonly render: (frame: FrameToRender) => Promise<Uint8Array | null>;
  readonly guard: (action: "study.view" | "study.receive") => preHandlerHookHandler;
  readonly accountOf: (request: FastifyRequest) => string;
  /** Told of each study of which something is handed out. */
  readonly viewed: (request: FastifyRequest, studyInstanceUid: string) => Promise<void>;
  /** A request that is longer is refused. */
  readonly mostUploadBytes: number;
  /** A text that does not occur in the files, another one at each call. */
  readonly newBoundary: () => string;
}

/** The bytes of a stored object. */
export function sourceOf({ pixelKey, bytes }: Pick<StoredInstance, "pixelKey" | "bytes">, { read }: DicomWebPorts["pixels"]): ByteSource {
  return {
    name: "",
    size: bytes,
    read: (offset, length) => read(pixelKey, offset, Math.max(0, Math.min(length, bytes - offset))),
    close: async () => {},
  };
}
