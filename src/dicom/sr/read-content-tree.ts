import { type Reason, reason } from "../../base/reason.ts";
import type { ReportedCode } from "../../findings/reported-finding.ts";
import type { Attributes } from "../attributes.ts";
import { readCode } from "../read-code.ts";
import { tag } from "../tags.ts";

/** One item of a structured report's content tree (DICOM PS3.3 C.17.3). */
export interface ContentItem {
  /** Value type: CONTAINER, CODE, NUM, TEXT, UIDREF, IMAGE, SCOORD, SCOORD3D …; empty in a by-reference relationship. */
  readonly type: string;
  readonly name: ReportedCode | null;
  readonly attributes: Attributes;
  readonly children: readonly ContentItem[];
}

export interface ContentTree {
  readonly root: ContentItem;
  /** The children of an item; one that only refers to an item elsewhere (PS3.3 C.17.3.2.5) is replaced by that item. */
  readonly childrenOf: (item: ContentItem) => readonly ContentItem[];
}

/** The deepest templates of PS3.16 nest about a dozen items, the longest reports hold some ten thousand. */
const deepest = 60;
const most = 200_000;

/** Reads a content tree level by level, so that no nesting exhausts the stack; one beyond the limits is refused. */
export function readContentTree(attributes: Attributes): ContentTree | Reason {
  const node = (of: Attributes): ContentItem & { children: ContentItem[]; depth: number } => ({
    type: of.text(tag.valueType) ?? "",
    name: readCode(of, tag.conceptNameCodeSequence),
    attributes: of,
    children: [],
    depth: 0,
  });
  const root = node(attributes);
  const queue = [root];
  for (const parent of queue) {
    for (const item of parent.attributes.items(tag.contentSequence)) {
      const child = { ...node(item), depth: parent.depth + 1 };
      if (child.depth > deepest) return reason("sr.too-deep", { levels: deepest });
      if (queue.length >= most) return reason("sr.too-long", { items: most });
      parent.children.push(child);
      queue.push(child);
    }
  }
  const follow = (item: ContentItem): ContentItem | undefined => {
    const path = item.attributes.unsigned32s(tag.referencedContentItemIdentifier);
    return path.length === 0 ? item : path.slice(1).reduce<ContentItem | undefined>((at, n) => at?.children[n - 1], root);
  };
  return { root, childrenOf: (item) => item.children.flatMap((child) => follow(child) ?? []) };
}
