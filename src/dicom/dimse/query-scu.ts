import { attributesOf } from "../attributes.ts";
import { encodingOf } from "../file-start.ts";
import {
  type Found,
  type FoundSeries,
  type FoundStudy,
  foundSeries,
  foundStudies,
  type StudyQuery,
  seriesTags,
  studyTags,
} from "../found-study.ts";
import { type Element, encodeElements } from "../write/elements.ts";
import { askPeer } from "./ask-peer.ts";
import type { DimsePeer, Patience } from "./association.ts";
import { commandField } from "./command-set.ts";
import { implicitLittleEndian } from "./negotiation.ts";
import { cancelled, queryFault } from "./query-status.ts";

const studyRootFind = "1.2.840.10008.5.1.4.1.2.2.1";
const uidTags: ReadonlySet<number> = new Set([0x0020000d, 0x0020000e]);

/**
 * Studies of a patient at a peer, as Query SCU (C-FIND, Study Root, PS3.4 C.6.2). The peer is asked to stop at so many.
 * @throws Fault `send.…`, query.not-offered, query.status; the signal's reason
 */
export async function findStudies(peer: DimsePeer, query: StudyQuery, most: number, patience: Patience): Promise<readonly FoundStudy[]> {
  const keys: [tag: number, value: string][] = [
    [0x00080052, "STUDY"],
    ...studyTags.map((tag): [number, string] => [tag, ""]),
    [0x00100020, query.patientId],
    [0x00080020, `${query.from}-${query.to}`],
  ];
  return foundStudies(await find(peer, keys, most, patience));
}

/** The series of a study at a peer. @throws as `findStudies` */
export async function findSeries(
  peer: DimsePeer,
  studyInstanceUid: string,
  most: number,
  patience: Patience,
): Promise<readonly FoundSeries[]> {
  const keys: [tag: number, value: string][] = [
    [0x00080052, "SERIES"],
    ...seriesTags.map((tag): [number, string] => [tag, ""]),
    [0x0020000d, studyInstanceUid],
  ];
  return foundSeries(await find(peer, keys, most, patience));
}

async function find(peer: DimsePeer, keys: readonly [tag: number, value: string][], most: number, patience: Patience): Promise<Found[]> {
  // A key that is asked by takes the place of the same one that is asked for.
  const identifier = new Map(keys);
  // What is ASCII needs no character set, and some peers know few.
  if ([...identifier.values()].some((value) => !/^[ -~]*$/.test(value))) identifier.set(0x00080005, "ISO_IR 192");
  // Implicit VR: text is text, but for how it is padded.
  const elements = [...identifier].map(([tag, value]): Element => [tag, uidTags.has(tag) ? "UI" : "LO", value]);
  const request = {
    sopClassUid: studyRootFind,
    field: commandField.find,
    // Medium priority (PS3.7 9.3.2.1).
    elements: [[0x00000700, "US", 0]] satisfies Element[],
    dataSet: encodeElements(elements, "implicit-le", (text) => Buffer.from(text, "utf8")),
    mostAnswers: most,
  };
  const found: Found[] = [];
  const replies = askPeer(peer, request, patience);
  for (;;) {
    const { done, value } = await replies.next();
    if (done) {
      if (value.status !== 0 && value.status !== cancelled) throw queryFault(value.status);
      return found;
    }
    const { dataSet } = value;
    if (dataSet === null) continue;
    found.push(attributesOf({ bytes: dataSet, from: 0, to: dataSet.length, encoding: encodingOf(implicitLittleEndian) }));
  }
}
