import dcmjsCodecs from "dcmjs-codecs";
import type { PixelFormat } from "./image-file.ts";
import type { PixelCodec } from "./transfer-syntax.ts";

const { Context, NativeCodecs } = dcmjsCodecs;

type Decoder = (context: InstanceType<typeof Context>) => InstanceType<typeof Context>;

const decoders: Readonly<Record<Exclude<PixelCodec, "native" | "rle">, Decoder>> = {
  jpeg: (context) => NativeCodecs.decodeJpeg(context),
  "jpeg-ls": (context) => NativeCodecs.decodeJpegLs(context),
  "jpeg-2000": (context) => NativeCodecs.decodeJpeg2000(context),
  htj2k: (context) => NativeCodecs.decodeHtJpeg2000(context),
};

/**
 * Compiles the WebAssembly codecs of this thread once.
 * A first call takes about 40 ms; later ones nothing. Not while frames of this thread are being decoded.
 */
export async function prepareCodecs(): Promise<void> {
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync();
}

/**
 * Decodes one compressed frame to stored values, little endian, one or two bytes each.
 * @param format as the header describes the frame
 * @returns the bytes and the number of bytes a value takes
 * @throws Error when the stream is broken, or has other rows and columns than the header
 */
export function decodeCompressed(
  encoded: Uint8Array,
  codec: Exclude<PixelCodec, "native" | "rle">,
  format: PixelFormat,
): { bytes: Uint8Array; bytesPerValue: 1 | 2 } {
  const context = new Context({
    width: format.columns,
    height: format.rows,
    bitsAllocated: format.bitsAllocated,
    bitsStored: format.bitsStored,
    samplesPerPixel: format.samplesPerPixel,
    pixelRepresentation: format.signed ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation: format.photometricInterpretation,
    encodedBuffer: encoded,
  });
  const decoded = decoders[codec](context);
  const bytes = decoded.getDecodedBuffer();
  const values = format.rows * format.columns * format.samplesPerPixel;
  if (decoded.getWidth() !== format.columns || decoded.getHeight() !== format.rows || !bytes)
    throw new Error("a frame of another size than its header says");
  if (bytes.length === values * 2) return { bytes, bytesPerValue: 2 };
  if (bytes.length === values) return { bytes, bytesPerValue: 1 };
  throw new Error(`${bytes.length} bytes for ${values} values`);
}
