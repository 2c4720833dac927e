import { Fault } from "../base/fault.ts";
import { type Grid, grid } from "./grid.ts";
import { inflate } from "./inflate.ts";
import { patientPoint, type Vector3 } from "./space.ts";
import { bytesPerNumber, decodeNumbers, type StoredKind } from "./stored-numbers.ts";
import { type Volume, type VoxelData, volume } from "./volume.ts";

const headerBytes = 348;
/** NIfTI-1 `datatype` codes that hold one real number a voxel. */
const kinds: Readonly<Record<number, StoredKind>> = {
  2: "uint8",
  4: "int16",
  8: "int32",
  16: "float32",
  64: "float64",
  256: "int8",
  512: "uint16",
  768: "uint32",
};
/** `xyzt_units` & 7 to mm; where a file leaves the unit open (0), mm, as NIfTI tools do. */
const unitMm: Readonly<Record<number, number>> = { 0: 1, 1: 1000, 2: 1, 3: 0.001 };

interface Header {
  readonly grid: Grid;
  readonly kind: StoredKind;
  readonly littleEndian: boolean;
  readonly dataStart: number;
  readonly slope: number;
  readonly intercept: number;
  readonly totalBytes: number;
}

const unreadable = (why: string): Fault => new Fault("volume.unreadable-nifti", { why });

/**
 * A NIfTI-1 image in one file (.nii, or .nii.gz: gzip is told by its first bytes). The place comes from the sform where there is
 * one, else the qform; the file's RAS axes (+x right, +y front) become LPS. Voxels stay in the file's order: see toLps. scl_slope and
 * scl_inter are applied (https://nifti.nimh.nih.gov/nifti-1, nifti1.h).
 * @throws Fault "volume.unreadable-nifti" when the file is not one, too short, sheared, without a place, or not a volume of real numbers
 */
export async function readNifti(bytes: Uint8Array): Promise<Volume<VoxelData>> {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = packed
    ? await inflate(bytes, "gzip", (head) => (head.length < headerBytes ? undefined : readHeader(head).totalBytes))
    : bytes;
  const header = readHeader(plain);
  if (plain.length < header.totalBytes) throw unreadable("too-short");
  const count = header.grid.size[0] * header.grid.size[1] * header.grid.size[2];
  return volume(header.grid, decodeNumbers(plain.subarray(header.dataStart), { ...header, count }));
}

function readHeader(bytes: Uint8Array): Header {
  if (bytes.length < headerBytes) throw unreadable("too-short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = view.getInt32(0, true) === headerBytes;
  if (!littleEndian && view.getInt32(0, false) !== headerBytes) throw unreadable("not-nifti");
  if (String.fromCharCode(...bytes.subarray(344, 347)) !== "n+1") throw unreadable("not-single-file");
  const short = (offset: number): number => view.getInt16(offset, littleEndian);
  const float = (offset: number): number => view.getFloat32(offset, littleEndian);
  const dimensions = Array.from({ length: 8 }, (_, n) => short(40 + 2 * n)) as [number, number, number, number, ...number[]];
  const used = dimensions.slice(1, 1 + dimensions[0]);
  if (dimensions[0] < 3 || dimensions[0] > 7 || used.slice(3).some((length) => length > 1)) throw unreadable("not-three-dimensional");
  const kind = kinds[short(70)];
  if (kind === undefined) throw unreadable("datatype");
  const place = placeOf([dimensions[1], dimensions[2], dimensions[3]], short, float, bytes[123]!);
  const slope = float(112);
  const scaled = Number.isFinite(slope) && slope !== 0;
  const dataStart = float(108);
  if (!(dataStart >= headerBytes)) throw unreadable("data-offset");
  return {
    grid: place,
    kind,
    littleEndian,
    dataStart,
    slope: scaled ? slope : 1,
    intercept: scaled ? float(116) : 0,
    totalBytes: dataStart + place.size[0] * place.size[1] * place.size[2] * bytesPerNumber[kind],
  };
}

function placeOf(size: Vector3, short: (offset: number) => number, float: (offset: number) => number, units: number): Grid {
  const mm = unitMm[units & 7];
  if (mm === undefined) throw unreadable("unit");
  const rows = short(254) > 0 ? sform(float) : short(252) > 0 ? qform(float) : undefined;
  if (rows === undefined) throw unreadable("no-place");
  const [x, y, z] = rows;
  const column = (n: 0 | 1 | 2 | 3): Vector3 => [0 - x[n] * mm, 0 - y[n] * mm, z[n] * mm];
  const axes = [column(0), column(1), column(2)] as const;
  const lengths = axes.map((axis) => Math.hypot(...axis)) as unknown as Vector3;
  const directions = axes.map((axis, n) => axis.map((part) => part / lengths[n as 0 | 1 | 2])) as unknown as readonly [
    Vector3,
    Vector3,
    Vector3,
  ];
  try {
    return grid({ size, spacingMm: lengths, origin: patientPoint(...column(3)), directions });
  } catch (cause) {
    throw new Fault("volume.unreadable-nifti", { why: "place" }, cause);
  }
}

type Rows = readonly [Row, Row, Row];
type Row = readonly [number, number, number, number];

function sform(float: (offset: number) => number): Rows {
  const row = (at: number): Row => [float(at), float(at + 4), float(at + 8), float(at + 12)];
  return [row(280), row(296), row(312)];
}

/** Rotation of a unit quaternion, columns scaled by pixdim; the third is turned over where pixdim[0] is −1. */
function qform(float: (offset: number) => number): Rows {
  const [b, c, d] = [float(256), float(260), float(264)];
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const [si, sj] = [float(80), float(84)];
  const sk = float(88) * (float(76) < 0 ? -1 : 1);
  return [
    [(a * a + b * b - c * c - d * d) * si, 2 * (b * c - a * d) * sj, 2 * (b * d + a * c) * sk, float(268)],
    [2 * (b * c + a * d) * si, (a * a + c * c - b * b - d * d) * sj, 2 * (c * d - a * b) * sk, float(272)],
    [2 * (b * d - a * c) * si, 2 * (c * d + a * b) * sj, (a * a + d * d - b * b - c * c) * sk, float(276)],
  ];
}
