/** How pixels are packed. */
export type PixelCodec = "native" | "rle" | "jpeg" | "jpeg-ls" | "jpeg-2000" | "htj2k";

/** Those that a decoder unpacks. */
export type PackedCodec = Exclude<PixelCodec, "native" | "rle">;

/** A transfer syntax this program can read. */
export interface TransferSyntax {
  readonly uid: string;
  readonly codec: PixelCodec;
  readonly encapsulated: boolean;
  readonly deflated: boolean;
  readonly bigEndian: boolean;
  /** The encoding itself may have changed pixel values. */
  readonly lossy: boolean;
}

const native = (uid: string, more: Partial<TransferSyntax> = {}): TransferSyntax => ({
  uid,
  codec: "native",
  encapsulated: false,
  deflated: false,
  bigEndian: false,
  lossy: false,
  ...more,
});
const packed = (uid: string, codec: PixelCodec, lossy: boolean): TransferSyntax => ({ ...native(uid), codec, encapsulated: true, lossy });

/** DICOM PS3.5 chapter 10 and PS3.6 table A-1. JPEG 2000 (.91), HTJ2K (.203) may be either: counted lossy unless the file says otherwise. */
const known: readonly TransferSyntax[] = [
  native("1.2.840.10008.1.2"),
  native("1.2.840.10008.1.2.1"),
  native("1.2.840.10008.1.2.1.99", { deflated: true }),
  native("1.2.840.10008.1.2.2", { bigEndian: true }),
  packed("1.2.840.10008.1.2.1.98", "native", false),
  packed("1.2.840.10008.1.2.5", "rle", false),
  packed("1.2.840.10008.1.2.4.50", "jpeg", true),
  packed("1.2.840.10008.1.2.4.51", "jpeg", true),
  packed("1.2.840.10008.1.2.4.57", "jpeg", false),
  packed("1.2.840.10008.1.2.4.70", "jpeg", false),
  packed("1.2.840.10008.1.2.4.80", "jpeg-ls", false),
  packed("1.2.840.10008.1.2.4.81", "jpeg-ls", true),
  packed("1.2.840.10008.1.2.4.90", "jpeg-2000", false),
  packed("1.2.840.10008.1.2.4.91", "jpeg-2000", true),
  packed("1.2.840.10008.1.2.4.201", "htj2k", false),
  packed("1.2.840.10008.1.2.4.202", "htj2k", false),
  packed("1.2.840.10008.1.2.4.203", "htj2k", true),
];

/** Null when the syntax cannot be read here. */
export function transferSyntax(uid: string): TransferSyntax | null {
  return known.find((syntax) => syntax.uid === uid) ?? null;
}
