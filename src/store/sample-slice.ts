import type { ReceivedInstance } from "../findings/received-instance.ts";
import { unknownStudy } from "../findings/study.ts";

/** So many seconds after midnight. */
export const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));
export const jane = { id: "P1", name: "Doe^Jane", birthDate: "19600101", sex: "F", ageYears: null };

/** Instance n of series 1 of a study. */
export function slice(
  studyUid: string,
  n: number,
  more: Partial<ReceivedInstance> = {},
  patient: Partial<typeof jane> = {},
): ReceivedInstance {
  return {
    sopInstanceUid: `${studyUid}.1.${n}`,
    sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
    transferSyntaxUid: "1.2.840.10008.1.2.1",
    instanceNumber: n,
    series: {
      seriesInstanceUid: `${studyUid}.1`,
      modality: "CT",
      seriesNumber: 1,
      seriesDescription: "胸部",
      protocolName: null,
      bodyPartExamined: "CHEST",
      manufacturer: "A",
    },
    study: { ...withoutSeries(studyUid), accessionNumber: "A100%", patient: { ...jane, ...patient } },
    pixelKey: `images/${studyUid}.1.${n}`,
    bytes: 5_000_000_000,
    sha256: `${n}`.padStart(64, "0"),
    receivedAt: at(n),
    receivedBy: { way: "dimse", from: "CT1" },
    ...more,
  };
}

/** A study of which nothing is known but its UID. */
export function withoutSeries(studyUid: string): ReceivedInstance["study"] {
  const { series: _, ...study } = unknownStudy(studyUid);
  return study;
}
