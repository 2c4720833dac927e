import { Fault } from "../base/fault.ts";
import { type Grid, grid, voxelCount } from "./grid.ts";
import { inflate } from "./inflate.ts";
import { patientPoint, type Vector3 } from "./space.ts";
import { bytesPerNumber, decodeNumbers, type StoredKind } from "./stored-numbers.ts";
import { type Volume, type VoxelData, volume } from "./volume.ts";

const kinds: Readonly<Record<string, StoredKind>> = {
  MET_UCHAR: "uint8",
  MET_CHAR: "int8",
  MET_USHORT: "uint16",
  MET_SHORT: "int16",
  MET_UINT: "uint32",
  MET_INT: "int32",
  MET_FLOAT: "float32",
  MET_DOUBLE: "float64",
};

interface Header {
  readonly fields: ReadonlyMap<string, string>;
  readonly dataFile: string;
  /** First byte after the header's last line. */
  readonly end: number;
}

const unreadable = (why: string): Fault => new Fault("volume.unreadable-metaimage", { why });

/** Which file the header (.mhd) names for its voxels, or "LOCAL" when they follow in the same file (.mha). @throws Fault as readMetaImage */
export function metaImageDataFile(header: Uint8Array): string {
  return readHeader(header).dataFile;
}

/**
 * A MetaImage volume: .mha bytes, or .mhd header bytes with those of its voxel file; zlib-compressed or not. Places are LPS, as ITK writes
 * them; TransformMatrix lists the directions of i, j, k in turn. Without Offset or TransformMatrix the format's own defaults hold
 * (0 and identity, MetaIO documentation); without ElementSpacing the file is refused. Voxels stay in the file's order: see toLps.
 * @param bytes the whole .mha, or the .mhd header
 * @param voxels bytes of the file that the header names; left out for .mha
 * @throws Fault "volume.unreadable-metaimage" when the file is not one, too short, or not a three-dimensional volume of real numbers
 */
export async function readMetaImage(bytes: Uint8Array, voxels?: Uint8Array): Promise<Volume<VoxelData>> {
  const header = readHeader(bytes);
  const { fields } = header;
  const kind = kinds[fields.get("ElementType") ?? ""];
  if (kind === undefined) throw unreadable("element-type");
  if (fields.has("ElementNumberOfChannels") && fields.get("ElementNumberOfChannels") !== "1") throw unreadable("channels");
  const place = placeOf(fields);
  const count = voxelCount(place);
  const needed = count * bytesPerNumber[kind];
  const stored = dataOf(header, bytes, voxels);
  const compressed = isTrue(fields.get("CompressedData"));
  const plain = compressed ? await inflate(stored, "deflate", () => needed) : pastOwnHeader(stored, fields, needed);
  if (plain.length < needed) throw unreadable("too-short");
  const littleEndian = !isTrue(fields.get("BinaryDataByteOrderMSB") ?? fields.get("ElementByteOrderMSB"));
  return volume(place, decodeNumbers(plain, { kind, count, littleEndian, slope: 1, intercept: 0 }));
}

const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === "true";

function dataOf(header: Header, bytes: Uint8Array, voxels: Uint8Array | undefined): Uint8Array {
  if (header.dataFile === "LOCAL") return bytes.subarray(header.end);
  if (voxels === undefined) throw unreadable("voxel-file");
  return voxels;
}

/** HeaderSize skips that many bytes of the voxel file; −1 takes its last bytes. */
function pastOwnHeader(stored: Uint8Array, fields: ReadonlyMap<string, string>, needed: number): Uint8Array {
  const skip = Number(fields.get("HeaderSize") ?? "0");
  if (skip === -1) return stored.length < needed ? stored : stored.subarray(stored.length - needed);
  if (!(Number.isInteger(skip) && skip >= 0)) throw unreadable("header-size");
  return stored.subarray(skip);
}

const longestHeader = 1 << 16;

function readHeader(bytes: Uint8Array): Header {
  const fields = new Map<string, string>();
  let start = 0;
  while (start < Math.min(bytes.length, longestHeader)) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 4096)));
    const equals = line.indexOf("=");
    if (equals < 0) throw unreadable("not-metaimage");
    const key = line.slice(0, equals).trim();
    const value = line.slice(equals + 1).trim();
    start = end + 1;
    if (key === "ElementDataFile") {
      if (value === "" || value.startsWith("LIST") || value.includes("%")) throw unreadable("voxel-file");
      return { fields, dataFile: value.toUpperCase() === "LOCAL" ? "LOCAL" : value, end: start };
    }
    fields.set(key, value);
  }
  throw unreadable("not-metaimage");
}

function placeOf(fields: ReadonlyMap<string, string>): Grid {
  const numbers = (names: readonly string[], count: number): number[] | undefined => {
    const text = names.map((name) => fields.get(name)).find((value) => value !== undefined);
    if (text === undefined) return undefined;
    const values = text.split(/\s+/).map(Number);
    if (values.length !== count || !values.every(Number.isFinite)) throw unreadable("place");
    return values;
  };
  if (fields.get("NDims") !== "3") throw unreadable("not-three-dimensional");
  const size = numbers(["DimSize"], 3);
  const spacing = numbers(["ElementSpacing"], 3);
  if (size === undefined || spacing === undefined) throw unreadable("place");
  const [x, y, z] = (numbers(["Offset", "Origin", "Position"], 3) ?? [0, 0, 0]) as [number, number, number];
  const matrix = numbers(["TransformMatrix", "Rotation", "Orientation"], 9) ?? [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const row = (n: number): Vector3 => matrix.slice(3 * n, 3 * n + 3) as unknown as Vector3;
  try {
    return grid({
      size: size as unknown as Vector3,
      spacingMm: spacing as unknown as Vector3,
      origin: patientPoint(x, y, z),
      directions: [row(0), row(1), row(2)],
    });
  } catch (cause) {
    throw new Fault("volume.unreadable-metaimage", { why: "place" }, cause);
  }
}
