import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { checkedCodestream } from "./checked-codestream.ts";
import type { PixelFormat } from "./image-file.ts";
import type { PackedCodec } from "./transfer-syntax.ts";

const decoders = {
  jpeg: "DecodeJpeg",
  "jpeg-ls": "DecodeJpegLs",
  "jpeg-2000": "DecodeJpeg2000",
  htj2k: "DecodeHtJpeg2000",
} as const satisfies Record<PackedCodec, string>;

/** A decoder's own memory may grow to this; it starts with 256 MB, most of them never touched. */
const mostBytes = 512 * 2 ** 20;

interface Memory {
  readonly buffer: ArrayBuffer;
}

// Node's types leave WebAssembly to those of browsers, which this room does without.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** One instance of the WebAssembly module. */
interface Instance {
  readonly memory: Memory;
  readonly call: (name: string, ...args: readonly number[]) => number;
}

/**
 * The WebAssembly codecs of dcmjs-codecs, without its JavaScript: that one keeps using an instance whose decoder has thrown, with the stack and
 * memory the decoder left behind, so that later frames fail or come out wrong. Here such an instance is thrown away.
 */
export class Codecs {
  #module: object | null = null;
  #instance: Instance | null = null;

  /**
   * Decodes one compressed frame to stored values, little endian, one or two bytes each. A first call takes about 60 ms longer.
   * @param format as the header describes the frame
   * @returns the bytes and the number of bytes a value takes
   * @throws Error when the stream is broken, has other rows and columns than the header, or wants too much memory
   */
  decode(encoded: Uint8Array, codec: PackedCodec, format: PixelFormat): { bytes: Uint8Array; bytesPerValue: 1 | 2 } {
    const codestream = checkedCodestream(encoded, codec, format);
    this.#module ??= new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve(wasmFile)));
    const instance = this.#instance ?? instantiate(this.#module);
    // Stays so when decoding throws.
    this.#instance = null;
    const usual = instance.memory.buffer.byteLength;
    const bytes = decodeWith(instance, codestream, decoders[codec], format);
    // Memory never shrinks: what has grown is given back.
    if (instance.memory.buffer.byteLength === usual) this.#instance = instance;
    const values = format.rows * format.columns * format.samplesPerPixel;
    if (bytes.length === values * 2) return { bytes, bytesPerValue: 2 };
    if (bytes.length === values) return { bytes, bytesPerValue: 1 };
    throw new Error(`${bytes.length} bytes for ${values} values`);
  }
}

const wasmFile = "dcmjs-codecs/build/dcmjs-native-codecs.wasm";
/** Place of MONOCHROME2 among the codecs' photometric interpretations; nothing is converted. */
const monochrome2 = 1;

function decodeWith({ memory, call }: Instance, encoded: Uint8Array, decoder: string, format: PixelFormat): Uint8Array {
  const context = call("CreateCodecsContext");
  call("SetColumns", context, format.columns);
  call("SetRows", context, format.rows);
  call("SetBitsAllocated", context, format.bitsAllocated);
  call("SetBitsStored", context, format.bitsStored);
  call("SetSamplesPerPixel", context, format.samplesPerPixel);
  call("SetPixelRepresentation", context, format.signed ? 1 : 0);
  call("SetPlanarConfiguration", context, 0);
  call("SetPhotometricInterpretation", context, monochrome2);
  call("SetEncodedBufferSize", context, encoded.length);
  const from = call("GetEncodedBuffer", context);
  new Uint8Array(memory.buffer).set(encoded, from);
  const parameters = call("CreateDecoderParameters");
  call("SetConvertColorspaceToRgb", parameters, 0);
  call(decoder, context, parameters);
  call("ReleaseDecoderParameters", parameters);
  if (call("GetColumns", context) !== format.columns || call("GetRows", context) !== format.rows)
    throw new Error("a frame of another size than its header says");
  const decoded = call("GetDecodedBuffer", context);
  const bytes = new Uint8Array(memory.buffer).slice(decoded, decoded + call("GetDecodedBufferSize", context));
  call("ReleaseCodecsContext", context);
  return bytes;
}

function instantiate(module: object): Instance {
  const refuse = (what: string) => (): never => {
    throw new Error(what);
  };
  const ignore = (): number => 0;
  const limit = (): void => {
    if (memory.buffer.byteLength > mostBytes) throw new Error("a frame that takes too much memory");
  };
  const { exports } = new WebAssembly.Instance(module, {
    env: {
      onCodecsException: refuse("a broken codestream"),
      onCodecsInfo: ignore,
      onCodecsTrace: ignore,
      emscripten_notify_memory_growth: limit,
    },
    wasi_snapshot_preview1: {
      proc_exit: refuse("a decoder gave up"),
      environ_get: ignore,
      environ_sizes_get: ignore,
      clock_time_get: ignore,
      // What decoders write to the terminal is dropped; they are told that it was written.
      fd_write: (_file: number, pieces: number, count: number, written: number): number => {
        const view = new DataView(memory.buffer);
        let bytes = 0;
        for (let n = 0; n < count; n++) bytes += view.getUint32(pieces + 8 * n + 4, true);
        view.setUint32(written, bytes, true);
        return 0;
      },
      fd_seek: ignore,
      fd_close: ignore,
    },
  });
  const memory = exports.memory as Memory;
  return { memory, call: (name, ...args) => (exports[name] as (...args: readonly number[]) => number)(...args) };
}
