import type { Messages } from "./message.ts";

/** What the DICOM objects of a read are called in a PACS. */
export const resultObjectMessages = {
  "object.segmentation": { en: "Overread outlines (unconfirmed)", zh: "Overread 轮廓（未经确认）" },
  "object.key-images": { en: "Overread key images (unconfirmed)", zh: "Overread 关键图像（未经确认）" },
  "object.key-image": {
    en: "{name} in three planes; found by a program, unconfirmed until a physician signs.",
    zh: "{name}，三个平面；由程序标出，医师签署之前未经确认。",
  },
  "object.selection": { en: "Overread key slices (unconfirmed)", zh: "Overread 关键层面（未经确认）" },
  "object.selection-why": {
    en: "Slices on which Overread marked a finding, with its key images. Unconfirmed until a physician signs.",
    zh: "Overread 标出发现的层面及其关键图像。医师签署之前未经确认。",
  },
  "object.report": { en: "Overread report (unconfirmed)", zh: "Overread 报告（未经确认）" },
} as const satisfies Messages;
