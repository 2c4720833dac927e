import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { standardVr } from "./standard-vrs.ts";

test("the dictionary agrees with that of dcmjs but for seven attributes", () => {
  const { data } = createRequire(import.meta.url)("dcmjs") as {
    data: { DicomMetaDictionary: { nameMap: Readonly<Record<string, { tag: string; vr: string }>> } };
  };
  const different: string[] = [];
  let compared = 0;
  for (const { tag, vr } of Object.values(data.DicomMetaDictionary.nameMap)) {
    const [, group, element] = /^\(([0-9A-F]{4}),([0-9A-F]{4})\)$/.exec(tag) ?? [];
    if (group === undefined || element === undefined || ["0000", "0002", "FFFE"].includes(group) || !/^[A-Z]{2}$/.test(vr)) continue;
    const own = standardVr(Number.parseInt(group + element, 16), false);
    compared++;
    if (own !== vr) different.push(`${tag} ${vr} ${own}`);
  }
  expect(compared).toBeGreaterThan(4000);
  // Where dcmtk's dictionary says the same as ours.
  const wrongInDcmjs = ["(0066,0040)", "(0066,0041)", "(0066,0042)", "(0066,0043)", "(0068,62F0)", "(0070,150C)", "(0076,0034)"];
  expect(different.map((text) => text.slice(0, 11))).toEqual(wrongInDcmjs);
});

test("what may be signed follows the pixels; private creators are text, other private attributes unknown", () => {
  expect([standardVr(0x00280120, false), standardVr(0x00280120, true)]).toEqual(["US", "SS"]);
  expect([standardVr(0x00090010, false), standardVr(0x00091001, false)]).toEqual(["LO", "UN"]);
  expect([standardVr(0x60020010, false), standardVr(0x60023000, false), standardVr(0x00100000, false)]).toEqual(["US", "OW", "UL"]);
});
