import type { SeededRandom } from "../../src/base/seeded-random.ts";
import { type DicomTree, type Item, viewOf } from "./dicom-tree.ts";
import { pick, wideEdges } from "./mutate-bytes.ts";
import { elementMutations } from "./mutate-elements.ts";

const references = [
  ...[
    "..\\outside.dcm",
    "..\\..\\outside.dcm",
    "CT\\..\\..\\outside.dcm",
    "../outside.dcm",
    "CT/IM0",
    "/etc/passwd",
    "\\etc\\passwd",
    "C:\\x",
    ".",
    "..",
  ],
  ...[
    "CT",
    "DICOMDIR",
    "CT\\IM0\\IM0",
    "CT\\IM0\0.dcm",
    "\\".repeat(2000),
    "x".repeat(3000),
    "link\\outside.dcm",
    "LINK.DCM",
    "",
    "~",
    "é",
    "ct\\im0",
  ],
  ...["\\..\\outside.dcm", "CT\\\\IM0", " .. \\outside.dcm", "..\0\\outside.dcm", "CON", "/dev/zero", "PIPE"],
];

const records = 0x00041220;

/** A DICOMDIR with one to three lies in it. */
export function hostileDicomdir(tree: DicomTree, random: SeededRandom): string[] {
  const sequence = tree.body.find(({ tag }) => tag === records);
  const items: Item[] = sequence && !(sequence.value instanceof Uint8Array) ? sequence.value : [];
  const nodesOf = ({ content }: Item) => (content instanceof Uint8Array ? [] : content);
  const images = items.filter((item) => nodesOf(item).some(({ tag }) => tag === 0x00041500));
  const lies: Readonly<Record<string, () => void>> = {
    "dicomdir: reference": () => {
      for (const image of images) {
        const node = nodesOf(image).find(({ tag }) => tag === 0x00041500);
        if (node && random.uniform() < 0.6) node.value = Buffer.from(pick(references, random));
      }
    },
    "dicomdir: loop of offsets": () => {
      for (const item of items)
        for (const node of nodesOf(item))
          if ((node.tag === 0x00041400 || node.tag === 0x00041420) && node.value instanceof Uint8Array)
            viewOf(node.value).setUint32(0, pick([...wideEdges, 396], random), true);
    },
    "dicomdir: many records": () => {
      const repeated = images.length > 0 ? pick(images, random) : { content: [] };
      for (let n = pick([100, 100, 100, 1000, 1000, 1000, 1000, 1000, 10_000], random); n > 0; n--) items.push(repeated);
    },
    "dicomdir: same file twice": () => items.push(...images),
    "dicomdir: no records": () => items.splice(0),
    "dicomdir: element": () =>
      elementMutations[pick(["length", "vr", "drop element", "item length", "open sequence", "nest"], random)]?.(tree, random),
  };
  const said = Array.from({ length: 1 + random.integer(3) }, () => pick(Object.keys(lies), random));
  for (const lie of said) lies[lie]?.();
  return said;
}
