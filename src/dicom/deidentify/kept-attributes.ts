/**
 * What becomes of an attribute. Kept where it looks as its VR (PS3.6) says: CS, DS, IS, TM, UI (of the standard's own UIDs), numbers in binary; kept where it is a short
 * text in ASCII; a UID, day, point in time or age is replaced; of the items of a sequence stays what is kept itself.
 */
export type Keeping = "CS" | "DS" | "IS" | "TM" | "UI" | "binary" | "text" | "uid" | "date" | "date-time" | "age" | "items";

/** One line: keeping, group, elements. What stands in no line is removed, private attributes and overlays with it. */
const lines: readonly (readonly [Keeping, string, string])[] = [
  // General: image type, modality, conversion, intent, classes, times of day; maker and model, which reconstruct each in their own way
  ["CS", "0008", "0008 0060 0064 0068"],
  ["UI", "0008", "0016 1150"],
  ["TM", "0008", "0030 0031 0032 0033"],
  ["text", "0008", "0070 1090"],
  ["uid", "0008", "0018 1155"],
  ["date", "0008", "0020 0021 0022 0023"],
  ["date-time", "0008", "002a"],
  ["items", "0008", "1140 2112 2218 2220"],
  // A code: value, scheme, version, meaning
  ["text", "0008", "0100 0102 0103 0104"],
  // Sex, size, weight; age
  ["CS", "0010", "0040"],
  ["DS", "0010", "1020 1030"],
  ["age", "0010", "1010"],
  // How the image was taken
  ["CS", "0018", "0015 0020 0021 0022 0023 0025 0085 1134 1140 1147 1155 1166 1191 1312 1315 1508 5100 5101 7004 7005 7024 7034 7050 7060"],
  ["DS", "0018", "0050 0060 0080 0081 0082 0083 0084 0087 0088 0090 0093 0094 0095 1060 1063 1074 1075 1076 1100 1110 1111 1114 1120"],
  ["DS", "0018", "1130 1131 1135 1164 1190 11a0 11a2 1314 1316 1318 1411 1412 1413 1510 1511 1530 1531 6000"],
  ["DS", "0018", "701a 7020 7022 7026 7030 7032 7052 7054"],
  ["IS", "0018", "0086 0089 0091 1062 1088 1090 1149 1150 1151 1152 1153 1170 1405"],
  ["TM", "0018", "1072"],
  ["binary", "0018", "1310 9073 9087 9089 9305 9306 9307 9309 9310 9311 9345"],
  ["text", "0018", "1210"],
  ["date-time", "0018", "1078"],
  // Where it lies
  ["CS", "0020", "0020 0060 0062 1040"],
  ["DS", "0020", "0032 0037 1041"],
  ["IS", "0020", "0011 0012 0013 0100 0105 1002"],
  ["uid", "0020", "000d 000e 0052"],
  // Pixels and what their values mean
  ["CS", "0028", "0004 0051 0300 0301 0a02 1040 1054 1056 2110 2114 3004"],
  ["DS", "0028", "0030 1050 1051 1052 1053 2112"],
  ["IS", "0028", "0008 0034"],
  ["binary", "0028", "0002 0006 0009 0010 0011 0100 0101 0102 0103 0106 0107 0120 0121 1041 1101 1102 1103 1201 1202 1203 3002 3006"],
  ["items", "0028", "3000 3010"],
  ["CS", "2050", "0020"],
  ["CS", "0040", "0318"],
  // Nuclear medicine and mammography
  ["CS", "0054", "1000 1001 1002 1100 1102"],
  ["DS", "0054", "1300 1321 1322 1323"],
  ["binary", "0054", "0081 0101 1330"],
  ["items", "0054", "0016 0220 0222 0300 0304 0410 0412 0414"],
];

/** By tag, (0008,0008) as 0x00080008. */
export const keptAttributes: ReadonlyMap<number, Keeping> = new Map(
  lines.flatMap(([keeping, group, elements]) =>
    elements.split(" ").map((element): [number, Keeping] => [Number.parseInt(group + element, 16), keeping]),
  ),
);
