import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type SeededRandom, seededRandom } from "../../src/base/seeded-random.ts";
import { type DicomTree, encodeTree, parseTree, textOf } from "./dicom-tree.ts";
import { hostileDicomdir } from "./hostile-dicomdir.ts";
import { hostileZip } from "./hostile-zip.ts";
import { byteMutations, pick } from "./mutate-bytes.ts";
import { codestreamMutations } from "./mutate-codestream.ts";
import { elementMutations } from "./mutate-elements.ts";

/** Files to lay out in an empty folder, and which of them to read: the folder itself where `open` is ".". */
export interface HostileInput {
  readonly kind: "stack" | "multi-frame" | "other object" | "zip" | "dicomdir" | "bytes";
  /** The seed file and what was done to it. */
  readonly made: readonly string[];
  readonly open: string;
  readonly files: ReadonlyArray<{ readonly path: string; readonly bytes: Uint8Array }>;
}

const folder = fileURLToPath(new URL("seeds/", import.meta.url));
const seeds = readdirSync(folder).sort();
/** A seed as it lies in seeds/. */
export const seedBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
const multi = seeds.filter((name) => name.startsWith("multi-"));
const others = ["segmentation.dcm", "report.dcm"];
const slices = seeds.filter((name) => name !== "DICOMDIR" && !multi.includes(name) && !others.includes(name));
const slicesInStack = 5;

/** Input `n` of a seed: the same bytes for ever, whatever ran before. */
export function hostileInput(seed: number, n: number): HostileInput {
  const random = seededRandom((Math.imul(seed, 0x9e3779b1) ^ Math.imul(n, 0x85ebca6b)) >>> 0);
  const dice = random.uniform();
  if (dice < 0.52) return stack(random);
  if (dice < 0.64) return multiFrame(random);
  if (dice < 0.69) return otherObject(random);
  if (dice < 0.79) return zip(random);
  if (dice < 0.87) return dicomdir(random);
  return bytes(random);
}

/** A slice of the seed's series, `index` mm further up. */
export function sliceTree(name: string, index: number): DicomTree {
  const tree = parseTree(seedBytes(name));
  const set = (tag: number, text: string): void => {
    const node = tree.body.find((found) => found.tag === tag);
    if (node) node.value = Buffer.from(text.length % 2 === 0 ? text : `${text} `);
  };
  set(0x00080018, `${textOf(tree.body.find(({ tag }) => tag === 0x00080018)).slice(0, 50)}.${index}`);
  set(0x00200013, String(index + 1));
  set(0x00200032, `-10\\-10\\${index}`);
  return tree;
}

const mutations = { ...elementMutations, ...codestreamMutations };

function stack(random: SeededRandom): HostileInput {
  const name = pick(slices, random);
  const trees = Array.from({ length: slicesInStack }, (_, index) => sliceTree(name, index));
  const made = [name];
  const rounds = 1 + random.integer(2);
  for (let round = 0; round < rounds; round++) {
    const kinds = random.uniform() < 0.5 ? mutations : codestreamMutations;
    const mutation = pick(Object.keys(kinds), random);
    const struck = random.uniform() < 0.4 ? trees : [pick(trees, random)];
    made.push(`${mutation} × ${struck.length}`);
    // Like trees are changed alike.
    const seed = random.integer(2 ** 32);
    for (const tree of struck) mutations[mutation as keyof typeof mutations]?.(tree, seededRandom(seed));
  }
  return { kind: "stack", made, open: ".", files: trees.map((tree, n) => ({ path: `IM${n}.dcm`, bytes: encodeTree(tree) })) };
}

function mutatedTree(name: string, random: SeededRandom): { tree: DicomTree; made: string[] } {
  const tree = parseTree(seedBytes(name));
  const made = Array.from({ length: 1 + random.integer(3) }, () => pick(Object.keys(mutations), random));
  for (const mutation of made) mutations[mutation as keyof typeof mutations]?.(tree, random);
  return { tree, made: [name, ...made] };
}

function multiFrame(random: SeededRandom): HostileInput {
  const { tree, made } = mutatedTree(pick(multi, random), random);
  return { kind: "multi-frame", made, open: ".", files: [{ path: "multi.dcm", bytes: encodeTree(tree) }] };
}

function otherObject(random: SeededRandom): HostileInput {
  const { tree, made } = mutatedTree(pick(others, random), random);
  return { kind: "other object", made, open: "object.dcm", files: [{ path: "object.dcm", bytes: encodeTree(tree) }] };
}

const soundFiles = (random: SeededRandom): { path: string; bytes: Uint8Array }[] => {
  const name = pick(slices, random);
  return Array.from({ length: slicesInStack }, (_, n) => ({ path: `CT/IM${n}`, bytes: encodeTree(sliceTree(name, n)) }));
};

function zip(random: SeededRandom): HostileInput {
  const files = soundFiles(random);
  const { bytes: archive, said } = hostileZip(files, random);
  if (random.uniform() > 0.3) return { kind: "zip", made: said, open: "in.zip", files: [{ path: "in.zip", bytes: archive }] };
  const mutation = pick(Object.keys(byteMutations), random);
  const mutated = byteMutations[mutation]?.(archive, random, seedBytes("explicit.dcm")) ?? archive;
  return { kind: "zip", made: [...said, mutation], open: "in.zip", files: [{ path: "in.zip", bytes: mutated }] };
}

function dicomdir(random: SeededRandom): HostileInput {
  const tree = parseTree(seedBytes("DICOMDIR"));
  const made = hostileDicomdir(tree, random);
  return { kind: "dicomdir", made, open: "DICOMDIR", files: [{ path: "DICOMDIR", bytes: encodeTree(tree) }, ...soundFiles(random)] };
}

function bytes(random: SeededRandom): HostileInput {
  const name = pick(seeds, random);
  let mutated = seedBytes(name);
  const made = Array.from({ length: 1 + random.integer(3) }, () => pick(Object.keys(byteMutations), random));
  for (const mutation of made) mutated = byteMutations[mutation]?.(mutated, random, seedBytes(pick(seeds, random))) ?? mutated;
  const sound = soundFiles(random).slice(0, slices.includes(name) ? 0 : 2);
  const path = name === "DICOMDIR" ? name : "mutated.dcm";
  const around = slices.includes(name)
    ? [0, 1, 2, 3].map((n) => ({ path: `IM${n}.dcm`, bytes: encodeTree(sliceTree(name, n + 1)) }))
    : sound;
  return { kind: "bytes", made: [name, ...made], open: name === "DICOMDIR" ? name : ".", files: [{ path, bytes: mutated }, ...around] };
}
