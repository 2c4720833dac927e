// Writes seeds/: small valid files of our own writers, recoded by foreign programs into every transfer syntax that is read. Committed, so that an
// input can be made again without those programs.
// Usage: node benchmarks/fuzz/make-seeds.ts     Needs dcmtk and gdcmconv.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import dcmjsCodecs from "dcmjs-codecs";
import { derivedUid } from "../../src/base/uid.ts";
import { type CtHeaders, type WriteCtOptions, writeCtSeries } from "../../src/dicom/write/ct.ts";
import { type Element, encodeElements, part10File } from "../../src/dicom/write/elements.ts";
import { writeEnhancedCt } from "../../src/dicom/write/enhanced-ct.ts";
import { axialGrid, voxelCount } from "../../src/volume/grid.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { type Volume, volume } from "../../src/volume/volume.ts";

const seeds = fileURLToPath(new URL("seeds/", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "overread-seeds-"));
mkdirSync(seeds, { recursive: true });

const headers = {
  uidParts: ["fuzz"],
  patientName: "Fuzz^Seed",
  patientId: "FUZZ",
  studyDate: "20260101",
  studyTime: "120000",
  kvp: 120,
  sliceThicknessMm: 1,
  convolutionKernel: "SOFT",
} satisfies CtHeaders & { kvp: number; sliceThicknessMm: number };

/** A soft disc that moves from slice to slice. */
function disc(size: number, slices: number): Volume {
  const grid = axialGrid([size, size, slices], [0.8, 0.8, 1], patientPoint(-10, -10, 0));
  const data = Int16Array.from({ length: voxelCount(grid) }, (_, n) => {
    const [i, j, k] = [n % size, Math.floor(n / size) % size, Math.floor(n / size ** 2)];
    return Math.hypot(i - size / 2 - k, j - size / 2) < size / 3 ? 40 + 3 * i - 2 * j : -980 + ((n * 7) % 40);
  });
  return volume(grid, data);
}

type Command = (from: string, to: string) => readonly string[];

function recoded(name: string, bytes: Uint8Array, command: Command): void {
  const [from, to] = [join(scratch, `${name}.in`), join(seeds, `${name}.dcm`)];
  writeFileSync(from, bytes);
  const [program = "", ...args] = command(from, to);
  execFileSync(program, args, { stdio: "pipe" });
}

const slice = (options: WriteCtOptions = {}): Uint8Array<ArrayBuffer> =>
  writeCtSeries(disc(32, 1), headers, options)[0]?.bytes ?? new Uint8Array();
const signed = slice({ stored: "signed-16" });
const plain = slice();

writeFileSync(join(seeds, "explicit.dcm"), plain);
const recodings: ReadonlyArray<readonly [name: string, bytes: Uint8Array, command: Command]> = [
  ["implicit", plain, (from, to) => ["dcmconv", "+ti", from, to]],
  ["big-endian", plain, (from, to) => ["dcmconv", "+tb", from, to]],
  ["deflated", signed, (from, to) => ["dcmconv", "+td", from, to]],
  ["rle", plain, (from, to) => ["dcmcrle", from, to]],
  ["jpeg-lossless", plain, (from, to) => ["dcmcjpeg", "+e1", from, to]],
  ["jpeg-predictor-6", plain, (from, to) => ["dcmcjpeg", "+el", "+sv", "6", from, to]],
  ["jpeg-extended", plain, (from, to) => ["dcmcjpeg", "+ee", "+q", "90", from, to]],
  ["jpeg-ls", plain, (from, to) => ["dcmcjpls", from, to]],
  ["jpeg-ls-signed", signed, (from, to) => ["gdcmconv", "-L", from, to]],
  ["jpeg-ls-near", plain, (from, to) => ["dcmcjpls", "+en", "+md", "3", from, to]],
  ["jpeg-2000", plain, (from, to) => ["gdcmconv", "-K", from, to]],
  ["jpeg-2000-signed", signed, (from, to) => ["gdcmconv", "-K", from, to]],
  ["jpeg-2000-tiled", plain, (from, to) => ["gdcmconv", "-K", "--tile", "16,16", from, to]],
];
for (const [name, bytes, command] of recodings) recoded(name, bytes, command);

await dcmjsCodecs.NativeCodecs.initializeAsync();
for (const [name, uid] of [
  ["htj2k", "1.2.840.10008.1.2.4.201"],
  ["jpeg-2000-lossy", "1.2.840.10008.1.2.4.91"],
] as const) {
  const transcoder = new dcmjsCodecs.Transcoder(plain.buffer as ArrayBuffer);
  transcoder.transcode(uid);
  writeFileSync(join(seeds, `${name}.dcm`), new Uint8Array(transcoder.getDicomPart10()));
}

const enhanced = writeEnhancedCt(disc(24, 4), headers).bytes;
writeFileSync(join(seeds, "multi-explicit.dcm"), enhanced);
recoded("multi-deflated", enhanced, (from, to) => ["dcmconv", "+td", from, to]);
recoded("multi-rle", enhanced, (from, to) => ["dcmcrle", from, to]);
recoded("multi-rle-fragments", enhanced, (from, to) => ["dcmcrle", "+fs", "1", from, to]);
recoded("multi-jpeg", enhanced, (from, to) => ["dcmcjpeg", from, to]);
recoded("multi-jpeg-2000", enhanced, (from, to) => ["gdcmconv", "-K", from, to]);

const disk = join(scratch, "disk");
mkdirSync(join(disk, "CT"), { recursive: true });
const names = writeCtSeries(disc(8, 4), headers).map(({ bytes }, n) => {
  writeFileSync(join(disk, "CT", `IM${n}`), bytes);
  return join("CT", `IM${n}`);
});
execFileSync("dcmmkdir", ["--output-file", "DICOMDIR", "--general-purpose", "-W", ...names], { cwd: disk, stdio: "pipe" });
writeFileSync(join(seeds, "DICOMDIR"), readFileSync(join(disk, "DICOMDIR")));

writeFileSync(join(seeds, "segmentation.dcm"), segmentation());
writeFileSync(join(seeds, "report.dcm"), structuredReport());
rmSync(scratch, { recursive: true, force: true });

function other(sopClass: string, modality: string, body: readonly Element[]): Uint8Array {
  const instance = derivedUid("fuzz", modality);
  const elements: Element[] = [
    [0x00080005, "CS", "ISO_IR 192"],
    [0x00080016, "UI", sopClass],
    [0x00080018, "UI", instance],
    [0x00080020, "DA", headers.studyDate],
    [0x00080060, "CS", modality],
    [0x00100010, "PN", headers.patientName],
    [0x00100020, "LO", headers.patientId],
    [0x0020000d, "UI", derivedUid("fuzz", "study")],
    [0x0020000e, "UI", derivedUid("fuzz", "series", modality)],
    ...body,
  ];
  const bytes = encodeElements(elements, "explicit-le", (text) => new TextEncoder().encode(text));
  return part10File(sopClass, instance, bytes, "explicit-le");
}

function segmentation(): Uint8Array {
  const plane = (z: number): Element[] => [[0x00209113, "SQ", [[[0x00200032, "DS", ["0", "0", String(z)]]]]]];
  return other("1.2.840.10008.5.1.4.1.1.66.4", "SEG", [
    [0x00280002, "US", 1],
    [0x00280004, "CS", "MONOCHROME2"],
    [0x00280008, "IS", "2"],
    [0x00280010, "US", 16],
    [0x00280011, "US", 16],
    [0x00280100, "US", 1],
    [0x00280101, "US", 1],
    [0x00280102, "US", 0],
    [0x00280103, "US", 0],
    [0x00620001, "CS", "BINARY"],
    [
      0x00620002,
      "SQ",
      [
        [
          [0x00620004, "US", 1],
          [0x00620005, "LO", "Nodule"],
          [0x00620008, "CS", "AUTOMATIC"],
        ],
      ],
    ],
    [0x52009230, "SQ", [plane(0), plane(1)]],
    [0x7fe00010, "OB", new Uint8Array(64).fill(0x5a)],
  ]);
}

function structuredReport(): Uint8Array {
  const name = (value: string): Element => [
    0x0040a043,
    "SQ",
    [
      [
        [0x00080100, "SH", value],
        [0x00080102, "SH", "DCM"],
        [0x00080104, "LO", "A concept"],
      ],
    ],
  ];
  const container = (children: readonly (readonly Element[])[]): Element[] => [
    [0x0040a010, "CS", "CONTAINS"],
    [0x0040a040, "CS", "CONTAINER"],
    name("126000"),
    [0x0040a050, "CS", "SEPARATE"],
    [0x0040a730, "SQ", children],
  ];
  const text: Element[] = [[0x0040a010, "CS", "CONTAINS"], [0x0040a040, "CS", "TEXT"], name("121106"), [0x0040a160, "UT", "结节 nodule"]];
  return other("1.2.840.10008.5.1.4.1.1.88.34", "SR", container([container([text, container([text])]), text]));
}
