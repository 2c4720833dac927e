import type { Messages } from "./message.ts";

/** Faults of volume files that are not DICOM. */
export const volumeMessages = {
  "volume.unreadable-nifti": { en: "The NIfTI file cannot be read ({why}).", zh: "无法读取该 NIfTI 文件（{why}）。" },
  "volume.unreadable-metaimage": { en: "The MetaImage file cannot be read ({why}).", zh: "无法读取该 MetaImage 文件（{why}）。" },
} as const satisfies Messages;
