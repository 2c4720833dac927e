import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chestPhantom } from "../../src/volume/phantom/chest.ts";
import { overread } from "../flow/overread.ts";
import { objectsOf, sent } from "../flow/sent.ts";
import { writeChest } from "../flow/small-chest.ts";
import { dataSetOf, orthanc, type StorePeer, storescp } from "../flow/store-peers.ts";
import { cornerstoneLabelmaps } from "./cornerstone-labelmaps.ts";
import { naturalized } from "./dcmjs.ts";
import { studyIn } from "./segmented-study.ts";

// Every DICOM object of one whole read, before every reader: the table of docs/conformance.md, made anew and compared.

const root = mkdtempSync(join(tmpdir(), "overread-readers-"));
const images = join(root, "chest");
let objects: string;
let pacs: StorePeer & { httpPort: number };
let receiver: StorePeer;
let stored: ReadonlySet<string>;

beforeAll(async () => {
  // 256 columns: Cornerstone's adapters refuse a segmentation whose packed pixels have an odd length.
  const chest = await chestPhantom({ seed: 5, size: [256, 256, 220], spacingMm: [1.4, 1.4, 1.25], noiseHu: 12, kernel: "soft" });
  writeChest(images, chest, { patientName: "Wang^XiaoDong=王^小东" });
  const { code, stderr } = await overread(["read", images, "--out", join(root, "out"), "--lang", "zh"]);
  expect(code, stderr).toBe(0);
  objects = join(root, "out", readdirSync(join(root, "out"))[0] ?? "", "dicom");
  [receiver, pacs] = await Promise.all([storescp(join(root, "storescp")), orthanc(join(root, "orthanc"))]);
  stored = new Set([
    ...(await storedAt("storescp", `ANY@127.0.0.1:${receiver.port}`)),
    ...(await storedAt("orthanc", `ORTHANC@127.0.0.1:${pacs.port}`)),
  ]);
}, 600_000);
afterAll(async () => {
  await Promise.all([receiver?.kill(), pacs?.kill()]);
  rmSync(root, { recursive: true, force: true });
});

/** `peer SOPInstanceUID` of each object the peer said it stored; the three reports need a profile each. */
async function storedAt(name: string, peer: string): Promise<string[]> {
  const answers: string[] = [];
  for (const profile of ["full", "enhanced", "text"]) {
    for (const { sopInstanceUid, outcome } of objectsOf(await sent(objects, peer, "--profile", profile)))
      if (outcome === "stored") answers.push(`${name} ${sopInstanceUid}`);
  }
  return answers;
}

interface Judged {
  readonly file: string;
  readonly kind: "sr" | "text" | "selection" | "seg" | "other";
  readonly uid: string;
}

type Answer = "yes" | "–" | string;
type Reader = (object: Judged) => Answer | Promise<Answer>;

function ran(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env: { ...process.env, ...env }, maxBuffer: 2 ** 28 });
  return { status, said: stdout + stderr };
}

const validatorLimits = {
  JAVA_TOOL_OPTIONS: ["xpathExprOpLimit", "xpathTotalOpLimit", "xpathExprGrpLimit"].map((name) => `-Djdk.xml.${name}=0`).join(" "),
};

const pydicomReads = `
import sys, pydicom
d = pydicom.dcmread(sys.argv[1])
for element in d.iterall(): str(element.value)
assert str(d.PatientName) == "Wang^XiaoDong=王^小东", "the name"
if "Rows" in d: assert d.pixel_array.size > 0
`;

const copyOf = (file: string): ArrayBuffer => new Uint8Array(readFileSync(file)).buffer;

/** Each reader answers "yes", "–" where the object is none of its kind, or what it complains of. */
const readers: Readonly<Record<string, Reader>> = {
  dciodvfy: ({ file }) => {
    const errors = ran("dciodvfy", [file])
      .said.split("\n")
      .filter((line) => line.startsWith("Error"));
    return errors.length === 0 ? "yes" : errors.join("; ");
  },
  DicomSRValidator: ({ file, kind }) => {
    if (kind !== "sr" && kind !== "selection") return "–";
    const { status, said } = ran("DicomSRValidator", [file], validatorLimits);
    const errors = said.split("\n").filter((line) => /error/i.test(line));
    return status === 0 && errors.length === 0 && /IOD|Root Template/i.test(said) ? "yes" : errors.join("; ") || said;
  },
  dcmtk: ({ file, kind }) => {
    const program = kind === "seg" || kind === "other" ? "dcmdump" : "dsrdump";
    const { status, said } = ran(program, [file]);
    return status === 0 && !/^E:/m.test(said) ? "yes" : said.slice(0, 400);
  },
  pydicom: ({ file }) => {
    const { status, said } = ran("/usr/bin/python3", ["-c", pydicomReads, file]);
    return status === 0 ? "yes" : said;
  },
  dcmjs: ({ file, uid }) => {
    const { SOPInstanceUID } = naturalized(copyOf(file));
    return SOPInstanceUID === uid ? "yes" : SOPInstanceUID;
  },
  Cornerstone: async ({ file, kind }) => {
    if (kind !== "seg") return "–";
    const { segments, pixels } = await cornerstoneLabelmaps((await studyIn(images)).sources, new Uint8Array(copyOf(file)));
    return segments.length > 1 && pixels.size === segments.length - 1 ? "yes" : `${pixels.size} of ${segments.length - 1} segments`;
  },
  storescp: ({ file, uid }) => {
    if (!stored.has(`storescp ${uid}`)) return "refused";
    const kept = readdirSync(receiver.folder).find((name) => name.endsWith(uid));
    return kept !== undefined && dataSetOf(join(receiver.folder, kept)).equals(dataSetOf(file)) ? "yes" : "changed";
  },
  Orthanc: async ({ file, uid }) => {
    if (!stored.has(`orthanc ${uid}`)) return "refused";
    const at = `http://127.0.0.1:${pacs.httpPort}`;
    const [id] = (await (await fetch(`${at}/tools/lookup`, { method: "POST", body: uid })).json()) as { ID: string }[];
    const kept = Buffer.from(await (await fetch(`${at}/instances/${id?.ID}/file`)).arrayBuffer());
    return kept.subarray(144 + kept.readUInt32LE(140)).equals(dataSetOf(file)) ? "yes" : "changed";
  },
  "overread findings": async ({ file, kind }) => {
    if (kind !== "sr" && kind !== "seg") return "–";
    const { code, stdout } = await overread(["findings", file, "--json"]);
    return code === 0 && /"trackingUid"/.test(stdout) ? "yes" : stdout.slice(0, 200);
  },
};

const rows: ReadonlyArray<readonly [title: string, name: RegExp, kind: Judged["kind"]]> = [
  ["Comprehensive 3D SR", /^sr-comprehensive-3d/, "sr"],
  ["Enhanced SR", /^sr-enhanced/, "sr"],
  ["Basic Text SR", /^sr-basic-text/, "text"],
  ["Segmentation", /^segmentation/, "seg"],
  ["Secondary Capture", /^key-image-/, "other"],
  ["Key Object Selection", /^key-object-selection/, "selection"],
  ["Encapsulated PDF", /^report/, "other"],
];

test("every object of a read is taken by every reader of its kind, and the table in docs/conformance.md says so", {
  timeout: 900_000,
}, async () => {
  const lines = [`| object | ${Object.keys(readers).join(" | ")} |`, `| --- |${" --- |".repeat(Object.keys(readers).length)}`];
  for (const [title, name, kind] of rows) {
    const files = readdirSync(objects)
      .filter((file) => name.test(file))
      .map((file): Judged => ({ file: join(objects, file), kind, uid: uidOf(join(objects, file)) }));
    expect(files.length, title).toBeGreaterThan(0);
    // Key images differ in their pixels alone: one stands for all but in the two archives.
    const answers = await Promise.all(
      Object.entries(readers).map(async ([reader, ask]) => {
        const asked = reader === "storescp" || reader === "Orthanc" ? files : files.slice(0, 1);
        const said = await Promise.all(asked.map((object) => ask(object)));
        return [...new Set(said)].join("; ");
      }),
    );
    lines.push(`| ${title} | ${answers.join(" | ")} |`);
  }
  const table = lines.join("\n");
  console.log(table);
  const document = readFileSync(resolve(import.meta.dirname, "../../docs/conformance.md"), "utf8");
  expect(document).toContain(table);
});

function uidOf(file: string): string {
  return /\(0008,0018\) UI \[([0-9.]+)\]/.exec(ran("dcmdump", ["+P", "0008,0018", file]).said)?.[1] ?? "";
}
