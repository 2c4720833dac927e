import { derivedUid } from "../../base/uid.ts";
import { toPatient } from "../../volume/grid.ts";
import { voxelPoint } from "../../volume/space.ts";
import type { Volume } from "../../volume/volume.ts";
import {
  type CtHeaders,
  commonElements,
  type DicomFile,
  finished,
  pixelElements,
  type Storage,
  seriesUids,
  storageOf,
  storedSlice,
  type WriteCtOptions,
} from "./ct.ts";
import { decimalString, type Element, encodeElements, part10File } from "./elements.ts";

const enhancedCtImageStorage = "1.2.840.10008.5.1.4.1.1.2.1";

/** What an Enhanced CT object must say of its acquisition when it calls itself ORIGINAL. */
export interface EnhancedCtHeaders extends CtHeaders {
  readonly kvp: number;
  readonly sliceThicknessMm: number;
}

/**
 * A volume as one multi-frame Enhanced CT object (PS3.3 A.38), a frame a slice. Made for tests and phantoms: attributes of the
 * acquisition that the standard demands of an ORIGINAL image and that no headers give describe a plain helical scan.
 * @throws RangeError when paddingHu has no stored value
 */
export function writeEnhancedCt(volume: Volume, headers: EnhancedCtHeaders, options: WriteCtOptions = {}): DicomFile {
  const { encoding = "explicit-le" } = options;
  const encodeText = options.characterSet?.encode ?? ((text: string) => new TextEncoder().encode(text));
  const uids = seriesUids(headers);
  const storage = storageOf(options);
  const slices = volume.grid.size[2];
  const sopInstanceUid = derivedUid(uids.series, "enhanced");
  const order = Array.from({ length: slices }, (_, frame) => (options.order === "reverse" ? slices - 1 - frame : frame));
  const pixels = new Uint8Array(2 * volume.data.length);
  order.forEach((k, frame) => {
    pixels.set(storedSlice(volume, k, storage), frame * 2 * volume.grid.size[0] * volume.grid.size[1]);
  });
  const elements: Element[] = [
    ...commonElements(headers, uids, options),
    ...pixelElements(volume, storage),
    ...imageElements(headers, sopInstanceUid, uids.study),
    [0x00280008, "IS", String(slices)],
    [0x52009229, "SQ", [sharedGroups(volume, headers, storage, uids.series)]],
    [0x52009230, "SQ", order.map((k, frame) => frameGroups(volume, headers, k, frame))],
    [0x7fe00010, "OW", pixels],
  ];
  const dataSet = encodeElements(finished(elements, headers), encoding, encodeText);
  return { fileName: "IM0001.dcm", bytes: part10File(enhancedCtImageStorage, sopInstanceUid, dataSet, encoding) };
}

const imageTypeOf = (headers: CtHeaders): readonly string[] => headers.imageType ?? ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"];

function imageElements(headers: EnhancedCtHeaders, sopInstanceUid: string, studyUid: string): Element[] {
  const dimension = derivedUid(sopInstanceUid, "dimension");
  return [
    [0x00080008, "CS", imageTypeOf(headers)],
    [0x00080016, "UI", enhancedCtImageStorage],
    [0x00080018, "UI", sopInstanceUid],
    [0x0008002a, "DT", headers.studyDate + headers.studyTime],
    [0x00081090, "LO", headers.modelName ?? "none"],
    [0x00089205, "CS", "MONOCHROME"],
    [0x00089206, "CS", "VOLUME"],
    [0x00089207, "CS", "NONE"],
    [0x00181000, "LO", "none"],
    [0x00181020, "LO", "1"],
    [0x00189004, "CS", "PRODUCT"],
    [0x00189073, "FD", 5000],
    [0x00200013, "IS", "1"],
    [0x00209221, "SQ", [[[0x00209164, "UI", dimension]]]],
    [
      0x00209222,
      "SQ",
      [
        [
          [0x00209164, "UI", dimension],
          [0x00209165, "AT", 0x00209057],
          [0x00209167, "AT", 0x00209111],
        ],
      ],
    ],
    [0x00200200, "UI", derivedUid(studyUid, "synchronization")],
    [0x00280301, "CS", "NO"],
    [0x00282110, "CS", "00"],
    [0x20500020, "CS", "IDENTITY"],
    [0x00400555, "SQ", []],
    [0x00181800, "CS", "N"],
    [0x0018106a, "CS", "NO TRIGGER"],
  ];
}

const code = (value: string, scheme: string, meaning: string): Element[] => [
  [0x00080100, "SH", value],
  [0x00080102, "SH", scheme],
  [0x00080104, "LO", meaning],
];

/** Functional groups that hold for every frame (PS3.3 C.7.6.16.2, C.8.15.3). */
function sharedGroups(volume: Volume, headers: EnhancedCtHeaders, storage: Storage, seriesUid: string): Element[] {
  const { spacingMm, directions, size } = volume.grid;
  const pixelSpacing = [spacingMm[1], spacingMm[0]].map(decimalString);
  return [
    [
      0x00289110,
      "SQ",
      [
        [
          [0x00180050, "DS", decimalString(headers.sliceThicknessMm)],
          [0x00280030, "DS", pixelSpacing],
        ],
      ],
    ],
    [0x00209116, "SQ", [[[0x00200037, "DS", [...directions[0], ...directions[1]].map(decimalString)]]]],
    [
      0x00209071,
      "SQ",
      [
        [
          [0x00082218, "SQ", [code("43799004", "SCT", "Thoracic cavity")]],
          [0x00209072, "CS", "B"],
        ],
      ],
    ],
    [
      0x00289145,
      "SQ",
      [
        [
          [0x00281052, "DS", decimalString(storage.intercept)],
          [0x00281053, "DS", "1"],
          [0x00281054, "LO", "HU"],
        ],
      ],
    ],
    [
      0x00289132,
      "SQ",
      [
        [
          [0x00281050, "DS", "-600"],
          [0x00281051, "DS", "1500"],
        ],
      ],
    ],
    [
      0x00189329,
      "SQ",
      [
        [
          [0x00089007, "CS", imageTypeOf(headers)],
          [0x00089205, "CS", "MONOCHROME"],
          [0x00089206, "CS", "VOLUME"],
          [0x00089207, "CS", "NONE"],
        ],
      ],
    ],
    [0x00189477, "SQ", [[[0x00083010, "UI", derivedUid(seriesUid, "irradiation event")]]]],
    ...acquisitionGroups(headers, spacingMm, size[0] * spacingMm[0]),
  ];
}

function acquisitionGroups(headers: EnhancedCtHeaders, spacingMm: readonly number[], fieldMm: number): Element[] {
  return [
    [
      0x00189301,
      "SQ",
      [
        [
          [0x00189302, "CS", "SPIRAL"],
          [0x00189333, "CS", "NO"],
          [0x00189334, "CS", "NO"],
        ],
      ],
    ],
    [
      0x00189304,
      "SQ",
      [
        [
          [0x00181120, "DS", "0"],
          [0x00181130, "DS", "0"],
          [0x00181140, "CS", "CW"],
          [0x00189305, "FD", 0.5],
          [0x00189306, "FD", headers.sliceThicknessMm],
          [0x00189307, "FD", headers.sliceThicknessMm * 16],
          [0x00180090, "DS", decimalString(fieldMm)],
        ],
      ],
    ],
    [
      0x00189308,
      "SQ",
      [
        [
          [0x00189309, "FD", 30],
          [0x00189310, "FD", 15],
          [0x00189311, "FD", 1],
        ],
      ],
    ],
    [
      0x00189312,
      "SQ",
      [
        [
          [0x00181110, "DS", "1000"],
          [0x00189335, "FD", 600],
        ],
      ],
    ],
    [
      0x00189314,
      "SQ",
      [
        [
          [0x00181210, "SH", headers.convolutionKernel ?? "none"],
          [0x00189315, "CS", "FILTER_BACK_PROJ"],
          [0x00189316, "CS", "SMOOTH"],
          [0x00189320, "SH", "none"],
          [0x00189317, "FD", [fieldMm, fieldMm]],
          [0x00189319, "FD", 0],
          [0x00189322, "FD", [spacingMm[0]!, spacingMm[1]!]],
        ],
      ],
    ],
    [
      0x00189321,
      "SQ",
      [
        [
          [0x00189323, "CS", "NONE"],
          [0x00189328, "FD", 500],
          [0x00189330, "FD", headers.tubeCurrentMa ?? 100],
          [0x00189332, "FD", headers.exposureMas ?? 50],
        ],
      ],
    ],
    [
      0x00189325,
      "SQ",
      [
        [
          [0x00180060, "DS", decimalString(headers.kvp)],
          [0x00181160, "SH", "NONE"],
          [0x00181190, "DS", "1"],
          [0x00187050, "CS", "ALUMINUM"],
        ],
      ],
    ],
  ];
}

function frameGroups(volume: Volume, headers: CtHeaders, k: number, frame: number): Element[] {
  const position = toPatient(volume.grid, voxelPoint(0, 0, k));
  const dateTime = headers.studyDate + headers.studyTime;
  return [
    [
      0x00209111,
      "SQ",
      [
        [
          [0x00189074, "DT", dateTime],
          [0x00189151, "DT", dateTime],
          [0x00189220, "FD", 1000],
          [0x00209056, "SH", "1"],
          [0x00209057, "UL", frame + 1],
          [0x00209157, "UL", frame + 1],
          [0x00209156, "US", 1],
        ],
      ],
    ],
    [0x00209113, "SQ", [[[0x00200032, "DS", position.map(decimalString)]]]],
    [
      0x00189326,
      "SQ",
      [
        [
          [0x00189313, "FD", [0, 0, 0]],
          [0x00189318, "FD", [0, 0, 0]],
          [0x00189327, "FD", position[2]],
        ],
      ],
    ],
  ];
}
