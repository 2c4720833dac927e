/** What a STOW-RS server says of one instance. */
export interface InstanceAnswer {
  readonly status: number;
  /** The server's own words (0000,0902); "" where it gave none. */
  readonly comment: string;
}

/** Attributes by tag; the values of a sequence are such items again. */
interface Item {
  readonly [tag: string]: readonly unknown[];
}

/**
 * The Store Instances Response Module (PS3.18 table I.2-1), in DICOM JSON or as a Native DICOM Model in XML, by SOP Instance UID:
 * what stands in the Referenced SOP Sequence is stored, with its Warning Reason if any; what stands in the Failed SOP Sequence is not.
 * An instance that stands in neither is not in the map: nothing is known of it.
 */
export function stowAnswers(text: string): ReadonlyMap<string, InstanceAnswer> {
  const module = text.trimStart().startsWith("<") ? itemOfXml(text) : itemOfJson(text);
  const answers = new Map<string, InstanceAnswer>();
  const enter = (sequence: string, statusTag: string, otherwise: number): void => {
    for (const item of items(module, sequence)) {
      const [uid] = item["00081155"] ?? [];
      const [status = otherwise] = item[statusTag] ?? [];
      const [comment = ""] = item["00000902"] ?? [];
      if (typeof uid === "string") answers.set(uid, { status: Number(status) || otherwise, comment: String(comment) });
    }
  };
  enter("00081199", "00081196", 0x0000);
  // Entered last: an instance that a confused server lists in both has failed.
  enter("00081198", "00081197", 0x0110);
  return answers;
}

const items = (item: Item, tag: string): readonly Item[] => (item[tag] ?? []).filter(isItem);

const isItem = (value: unknown): value is Item => typeof value === "object" && value !== null;

/** DICOM JSON (PS3.18 annex F): `{ tag: { vr, Value: [...] } }`. Some servers put it into an array. */
function itemOfJson(text: string): Item {
  const plain = (value: unknown): Item => {
    const [item] = Array.isArray(value) ? value : [value];
    if (!isRecord(item)) return {};
    return Object.fromEntries(
      Object.entries(item).map(([tag, attribute]) => {
        const values = isRecord(attribute) && Array.isArray(attribute.Value) ? attribute.Value : [];
        return [tag.toUpperCase(), values.map((one: unknown) => (isRecord(one) ? plain(one) : one))];
      }),
    );
  };
  try {
    return plain(JSON.parse(text));
  } catch {
    return {};
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Native DICOM Model (PS3.19 A.1): DicomAttribute elements that hold Value or Item elements. Other elements are passed by. */
function itemOfXml(text: string): Item {
  const root: Record<string, unknown[]> = {};
  /** The items that are open, each with its attribute that is open. */
  const open: { item: Record<string, unknown[]>; values: unknown[] }[] = [{ item: root, values: [] }];
  for (const [, closing, name, attributes = "", empty, content = ""] of text.matchAll(/<(\/?)(?:\w+:)?(\w+)([^<>]*?)(\/?)>([^<]*)/g)) {
    const top = open.at(-1);
    if (top === undefined) break;
    if (name === "DicomAttribute" && !closing) {
      top.values = [];
      top.item[(/\btag="(\w+)"/.exec(attributes)?.[1] ?? "").toUpperCase()] = top.values;
    } else if (name === "Value" && !closing) {
      top.values.push(unescaped(content.trim()));
    } else if (name === "Item" && closing) {
      if (open.length > 1) open.pop();
    } else if (name === "Item" && !empty) {
      const item = {};
      top.values.push(item);
      open.push({ item, values: [] });
    }
  }
  return root;
}

const unescaped = (text: string): string =>
  text.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_whole, name: string) => ({ lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" })[name] ?? "");
