import type { SeededRandom } from "../../src/base/seeded-random.ts";
import { type DicomTree, everyNode, type Form, type Node, undefinedLength, viewOf } from "./dicom-tree.ts";
import { edges, pick, wideEdges } from "./mutate-bytes.ts";

const vrs = [
  "AE",
  "AT",
  "CS",
  "DS",
  "FD",
  "IS",
  "LO",
  "OB",
  "OV",
  "OW",
  "PN",
  "SQ",
  "UC",
  "UI",
  "UL",
  "UN",
  "US",
  "UT",
  "UV",
  "ZZ",
  "\0\0",
  "us",
];
const numbers = [
  ...[
    "",
    " ",
    "0",
    "-0",
    "-1",
    "1",
    "0.5",
    "NaN",
    "Infinity",
    "1e300",
    "-1e300",
    "1e-300",
    "1e9",
    "1e20",
    "2147483648",
    "4294967296",
    "0x10",
  ],
  ...["1.5", "100000", "1\\2", "\\\\\\", "1,5", "++1", "9".repeat(400), "1\0"],
];
const junk = [
  ...["", "\0", "\\", "\\".repeat(3000), "^^^^=", "..\\..\\x", "/etc/passwd", "\x1b$B\x1b", "\x1b(B\x1b$)C\x0e", "é\xff\xfe"],
  ...["a".repeat(10_000), "\ud800", "__proto__", "constructor", "<script>", "%s%n", "=cmd", "\r\n\r\n"],
];
const characterSets = [
  "",
  "ISO_IR 192",
  "ISO_IR 13",
  "GB18030",
  "GBK",
  "ISO 2022 IR 87",
  "\\ISO 2022 IR 87",
  "ISO_IR 999",
  "\\\\\\",
  "x".repeat(999),
];

/** Attributes on which reading depends, by what can stand in them. */
const shortNumbers = [0x00280002, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103];
const decimals = [
  ...[0x00200032, 0x00200037, 0x00280030, 0x00180050, 0x00281052, 0x00281053, 0x00280008, 0x00200013, 0x00200011, 0x00180060, 0x00181152],
  ...[0x00200100, 0x00181120, 0x00200012],
];
const texts = [
  ...[0x00080005, 0x00080008, 0x00080016, 0x00080018, 0x00080060, 0x00100010, 0x00100020, 0x00101010, 0x0020000d, 0x0020000e, 0x00200052],
  ...[0x00280004, 0x00282110, 0x0008103e, 0x00181210],
];

type Mutation = (tree: DicomTree, random: SeededRandom) => void;

/** What can befall a data set whose elements are known. Changes the tree in place; the same random numbers change like trees alike. */
export const elementMutations: Readonly<Record<string, Mutation>> = {
  length: (tree, random) => {
    const { node } = anyNode(tree, random);
    node.length = pick([...wideEdges, 1, 3, undefinedLength, sizeOf(node) + 1, sizeOf(node) - 1], random) >>> 0;
  },
  vr: (tree, random) => {
    anyNode(tree, random).node.vr = pick(vrs, random);
  },
  "drop element": (tree, random) => {
    const { node, list } = anyNode(tree, random);
    list.splice(list.indexOf(node), 1);
  },
  "repeat element": (tree, random) => {
    const { node, list } = anyNode(tree, random);
    for (let n = pick([1, 1, 2, 2000], random); n > 0; n--) list.push(node);
  },
  "move element": (tree, random) => {
    const { node, list } = anyNode(tree, random);
    list.splice(list.indexOf(node), 1);
    list.splice(random.integer(list.length + 1), 0, node);
  },
  "swap tags": (tree, random) => {
    const [a, b] = [anyNode(tree, random).node, anyNode(tree, random).node];
    [a.tag, b.tag] = [b.tag, a.tag];
  },
  "short number": (tree, random) => {
    const { form } = tree;
    setValue(tree, pick(shortNumbers, random), numberBytes(pick([...edges, random.integer(65536)], random), form), "US", random);
  },
  decimal: (tree, random) => setDecimal(tree, random),
  "decimal again": (tree, random) => setDecimal(tree, random),
  text: (tree, random) => setValue(tree, pick(texts, random), Buffer.from(pick([...junk, ...numbers], random), "latin1"), "LO", random),
  "character set": (tree, random) => {
    setValue(tree, 0x00080005, Buffer.from(pick(characterSets, random), "latin1"), "CS", random);
    setValue(tree, 0x00100010, Buffer.from(pick(junk, random), "latin1"), "PN", random);
  },
  "transfer syntax": (tree, random) => {
    const codes = [
      "",
      ".1",
      ".1.98",
      ".1.99",
      ".2",
      ".4.50",
      ".4.51",
      ".4.57",
      ".4.70",
      ".4.80",
      ".4.81",
      ".4.90",
      ".4.91",
      ".4.201",
      ".5",
      ".4.100",
      ".x",
    ];
    const node = tree.meta.find(({ tag }) => tag === 0x00020010);
    if (node) node.value = evenBytes(Buffer.from(`1.2.840.10008.1.2${pick(codes, random)}`));
  },
  nest: (tree, random) => {
    const depth = pick([2, 10, 100, 1000, 10_000], random);
    const delimited = random.uniform() < 0.6;
    tree.body.splice(
      random.integer(tree.body.length + 1),
      0,
      nestedBytes(tree.form, depth, delimited, pick([0x0040a730, 0x52009229, 0x00091010], random)),
    );
  },
  "many items": (tree, random) => {
    const items = Array.from({ length: pick([10, 100, 10_000], random) }, () => ({ content: [], delimited: random.uniform() < 0.5 }));
    tree.body.splice(random.integer(tree.body.length + 1), 0, {
      tag: pick([0x52009230, 0x0040a730, 0x00041220], random),
      vr: "SQ",
      value: items,
      delimited: true,
    });
  },
  "many elements": (tree, random) => {
    const first = pick([0x00090000, 0x00210000, 0x70010000], random);
    for (let n = pick([100, 1000, 20_000], random); n > 0; n--) tree.body.push({ tag: first + n, vr: "LO", value: new Uint8Array() });
    if (random.uniform() < 0.7) tree.body.sort((a, b) => a.tag - b.tag);
  },
  "open sequence": (tree, random) => {
    for (const { node } of everyNode(tree.body)) {
      if (node.value instanceof Uint8Array || random.uniform() < 0.5) continue;
      Object.assign(node, { delimited: true, open: random.uniform() < 0.7 });
      for (const item of node.value) Object.assign(item, { delimited: true, open: random.uniform() < 0.5 });
    }
  },
  "item length": (tree, random) => {
    const sequences = [...everyNode(tree.body)].flatMap(({ node }) => (node.value instanceof Uint8Array ? [] : node.value));
    if (sequences.length > 0) pick(sequences, random).length = pick(wideEdges, random);
  },
  "no preamble": (tree, random) => {
    tree.preamble = tree.preamble.slice(pick([128, 132, 64], random));
    if (random.uniform() < 0.3) tree.meta = [];
  },
  "trailing junk": (tree, random) => {
    tree.body.push({
      tag: 0xfffcfffc,
      vr: "OB",
      value: new Uint8Array(pick([2, 100_000], random)),
      ...(random.uniform() < 0.5 ? { length: 1e9 } : {}),
    });
  },
  "extended offset table": (tree, random) => {
    const table = new Uint8Array(8 * (1 + random.integer(5))).map(() => random.integer(256));
    const place = tree.body.findIndex(({ tag }) => tag >= 0x7fe00000);
    const lie = random.uniform() < 0.5 ? { length: pick(wideEdges, random) } : {};
    tree.body.splice(
      Math.max(0, place),
      0,
      { tag: 0x7fe00001, vr: "OV", value: table, ...lie },
      { tag: 0x7fe00002, vr: "OV", value: table },
    );
  },
  "frames and groups": (tree, random) => {
    const groups = tree.body.find(({ tag }) => tag === 0x52009230);
    if (groups && !(groups.value instanceof Uint8Array)) groups.value = groups.value.slice(0, random.integer(groups.value.length + 1));
    setValue(tree, 0x00280008, Buffer.from(pick(["0", "1", "3", "5", "-4", "1000", "2147483648", "4.5", "1e300"], random)), "IS", random);
  },
};

function anyNode(tree: DicomTree, random: SeededRandom): { node: Node; list: Node[] } {
  const all = [...everyNode(random.uniform() < 0.1 ? tree.meta : tree.body)];
  return all.length > 0 ? pick(all, random) : { node: { tag: 0, vr: "UN", value: new Uint8Array() }, list: tree.body };
}

const sizeOf = ({ value }: Node): number => (value instanceof Uint8Array ? value.length : value.length * 8);

function evenBytes(bytes: Uint8Array): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(" ")]);
}

function numberBytes(value: number, { bigEndian }: Form): Uint8Array {
  const bytes = new Uint8Array(2);
  viewOf(bytes).setUint16(0, value, !bigEndian);
  return bytes;
}

/** Sets an attribute wherever it stands, or puts it on the top level where it does not. */
function setValue(tree: DicomTree, tag: number, bytes: Uint8Array, vr: string, random: SeededRandom): void {
  const value = random.uniform() < 0.95 ? evenBytes(bytes) : bytes;
  const found = [...everyNode(tree.body)].filter(({ node }) => node.tag === tag);
  for (const { node } of found) node.value = value;
  if (found.length > 0) return;
  const place = tree.body.findIndex((node) => node.tag > tag);
  tree.body.splice(place < 0 ? tree.body.length : place, 0, { tag, vr, value });
}

function setDecimal(tree: DicomTree, random: SeededRandom): void {
  const tag = pick(decimals, random);
  const count = tag === 0x00200032 ? 3 : tag === 0x00200037 ? 6 : tag === 0x00280030 ? 2 : 1;
  const usual = pick(["0", "1", "0.7", "-1"], random);
  const values = Array.from({ length: count }, () => (random.uniform() < 0.5 ? pick(numbers, random) : usual));
  setValue(tree, tag, Buffer.from(values.join("\\")), "DS", random);
}

/** Sequences in one another, built without recursion. */
function nestedBytes(form: Form, depth: number, delimited: boolean, tag: number): Node {
  let node: Node = { tag: 0x00080100, vr: "SH", value: new Uint8Array(4) };
  // Encoding recurses too: what is deeper than this is written as bytes.
  if (depth <= 100) {
    for (let n = 0; n < depth; n++) node = { tag, vr: "SQ", value: [{ content: [node], delimited }], delimited };
    return node;
  }
  const put = (bytes: Buffer, at: number, value: number): number =>
    form.bigEndian ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
  const level = Buffer.alloc(form.explicit ? 20 : 16);
  const item = level.length - 8;
  put(level, 0, tag >>> 16);
  put(level, 2, tag & 0xffff);
  if (form.explicit) level.write("SQ", 4);
  level.writeUInt32LE(undefinedLength, item - 4);
  put(level, item, 0xfffe);
  put(level, item + 2, 0xe000);
  level.writeUInt32LE(undefinedLength, item + 4);
  const value = new Uint8Array(Buffer.concat([level.subarray(item), ...Array.from({ length: depth }, () => level)]));
  return { tag, vr: "SQ", value, ...(delimited ? { length: undefinedLength } : {}) };
}
