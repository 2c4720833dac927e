import type { Messages } from "./message.ts";

/** What limits the figures of a nodule, and why one could not be measured. */
export const noduleMeasurementMessages = {
  "nodule.placed-by-reader": { en: "Marked by a reader.", zh: "由阅片者标记。" },
  "nodule.thick-slices-volume": {
    en: "Slices are {sliceSpacingMm:1} mm apart: volume and solid part are approximate.",
    zh: "层间距 {sliceSpacingMm:1} mm：体积及实性成分仅为近似值。",
  },
  "nodule.outside-volume": { en: "The point lies outside the scan.", zh: "该点位于扫描范围之外。" },
  "nodule.nothing-here": {
    en: "Nothing that stands out from the lung was found at this point.",
    zh: "该处未见可与周围肺组织区分的病灶。",
  },
  "nodule.no-lung-around": {
    en: "There is no aerated lung around this point to measure against.",
    zh: "该点周围无含气肺组织，无法界定边界。",
  },
  "nodule.inside-wall": {
    en: "The point lies in the chest wall, mediastinum or diaphragm; no edge towards the lung could be drawn.",
    zh: "该点位于胸壁、纵隔或膈肌内，无法勾画与肺的边界。",
  },
  "nodule.leak": {
    en: "No end was found within 11 cm: it could not be told from what it is attached to.",
    zh: "11 cm 范围内未见边界，无法与相连结构区分。",
  },
  "nodule.cut-by-volume-edge": { en: "The edge of the scan cuts it: it is not measured.", zh: "病灶被扫描边缘截断，未予测量。" },
  "nodule.too-small": { en: "Smaller than the voxels can show: it is not measured.", zh: "小于体素可分辨的大小，未予测量。" },
  "nodule.one-slice": {
    en: "Seen on one slice only (slices are {sliceSpacingMm:1} mm apart): it is not measured.",
    zh: "仅见于一层图像（层间距 {sliceSpacingMm:1} mm），未予测量。",
  },
} as const satisfies Messages;
