import type { SeriesSummary } from "../findings/study.ts";

/** Reports, segmentations and presentation states are not read, nor are the pictures Overread itself makes of a reading: a result that comes back starts nothing. */
const notImages: ReadonlySet<string> = new Set([..."SR SEG KO PR DOC RTSTRUCT RTPLAN RTDOSE REG RWV FID PLAN AU ECG".split(" ")]);

/** Whether a series may hold images of a patient that an analysis could read. */
export const isReadable = ({ modality, manufacturer }: Pick<SeriesSummary, "modality" | "manufacturer">): boolean =>
  !notImages.has(modality) && !(manufacturer === "Overread" && modality === "OT");
