import type { Finding } from "../findings/finding.ts";
import { unknownPerson } from "../findings/person.ts";
import { ReadResult, type SaidQualityFigure } from "../findings/read-result.ts";
import type { SaidReason } from "../findings/reason.ts";
import { type Language, say } from "../words/say.ts";

/** A made-up read for tests: nobody's examination. */
export interface Sample {
  readonly language: Language;
  /** How many findings lie above the operating point. */
  readonly findings: number;
  readonly outcome?: "done" | "partial" | "declined" | "failed";
}

const seriesUid = "2.25.310";

/** A ReadResult as the pipeline would make it, checked against its schema. */
export function sampleReadResult({ language, findings, outcome = "done" }: Sample): ReadResult {
  const because = (code: string, values: SaidReason["values"] = {}): SaidReason => ({ code, values, text: say(language, code, values) });
  const notRead = outcome === "declined" || outcome === "failed";
  return ReadResult.parse({
    schema: 1,
    overread: { version: "0.1.0", commit: "0000000" },
    status: "unconfirmed",
    language,
    study: {
      studyInstanceUid: "2.25.2024110100",
      studyDate: "20240312",
      studyTime: "094512.000",
      accessionNumber: "A-20240312-17",
      studyDescription: "CT CHEST LOW DOSE",
      institutionName: "示例医院 Example Hospital",
      patient: { id: "P-004711", name: "Li^Ming=李^明", birthDate: "19620704", sex: "M", ageYears: 61 },
    },
    intake: [],
    person: { ...unknownPerson, reason: "annual-screening" },
    series: [
      {
        seriesInstanceUid: seriesUid,
        stackId: seriesUid,
        description: "LUNG 1.0 B50f",
        role: notRead ? null : "chest",
        because: [because("lung-nodule.chosen", { slices: 331, thicknessMm: 1 }), because("lung-nodule.sharp-kernel", { kernel: "B50f" })],
        quality: notRead ? {} : qualityFigures(because),
      },
      {
        seriesInstanceUid: "2.25.311",
        stackId: "2.25.311",
        description: "MEDIASTINUM 5.0 B30f",
        role: null,
        because: [because("lung-nodule.other-thinner")],
        quality: {},
      },
      {
        seriesInstanceUid: "2.25.312",
        stackId: "2.25.312",
        description: "Topogram 0.6 T20f",
        role: null,
        because: [because("lung-nodule.localizer")],
        quality: {},
      },
      {
        seriesInstanceUid: "2.25.313",
        stackId: "2.25.313",
        description: null,
        role: null,
        because: [because("lung-nodule.dose-screen")],
        quality: {},
      },
    ],
    analyses: [
      {
        id: "lung-nodule",
        outcome,
        because: notRead
          ? [because("lung-nodule.no-suitable-series", { count: 4 })]
          : outcome === "partial"
            ? [because("lung-nodule.lungs-incomplete")]
            : [],
        models: [],
        operatingPoint: notRead ? null : { name: "balanced", score: 0.5, figures: [] },
        measurements: notRead
          ? []
          : [
              { code: "lung-volume", value: 4812, unit: "mL", subject: "lungs" },
              { code: "lung-volume", value: 2604, unit: "mL", subject: "right-lung" },
              { code: "lung-volume", value: 2208, unit: "mL", subject: "left-lung" },
            ],
        findings: notRead ? [] : [...Array(findings).keys()].map((n) => sampleFinding(n, because)),
        notAssessed: [
          "airways",
          "cysts",
          "parenchyma",
          "pleura",
          "mediastinum",
          "heart",
          "bones",
          "abdomen",
          "growth",
          "calcification",
        ].map((what) => because(`lung-nodule.not-assessed-${what}`)),
      },
    ],
    assessments: [],
    risks: [],
  });
}

type Because = (code: string, values?: SaidReason["values"]) => SaidReason;

function qualityFigures(because: Because): Record<string, SaidQualityFigure> {
  const figure = (
    code: string,
    value: number,
    unit: string,
    grade: SaidQualityFigure["grade"],
    reason: SaidReason,
  ): [string, SaidQualityFigure] => [code, { code, value, unit, grade, because: reason }];
  return Object.fromEntries([
    figure("outside-air", -998, "[hnsf'U]", "good", because("quality.outside-air.good", { value: -998, expected: -1000 })),
    figure("trachea-air", -951, "[hnsf'U]", "good", because("quality.trachea-air.good", { value: -951, expected: -975 })),
    figure("noise", 94.2, "[hnsf'U]", "limited", because("quality.noise.limited", { value: 94.2 })),
    figure("metal", 0, "mL", "good", because("quality.metal.good", { value: 0 })),
    figure("apex", 0, "cm2", "good", because("quality.apex.good", { value: 0 })),
    figure("base", 31.5, "cm2", "limited", because("quality.base.limited", { value: 31.5 })),
    figure("gaps", 0, "mm", "good", because("quality.gaps.good", { value: 0, spacingMm: 1 })),
  ]);
}

function sampleFinding(n: number, because: Because): Finding {
  const textures = ["solid", "part-solid", "non-solid", "unknown"] as const;
  const longAxisMm = 6.2 + n * 1.7;
  const shortAxisMm = longAxisMm * 0.78;
  const unmeasured = n === 4;
  const plane = (name: "axial" | "coronal" | "sagittal", factor: number): Finding["measurements"][number] => ({
    plane: name,
    longAxisMm: longAxisMm * factor,
    shortAxisMm: shortAxisMm * factor,
    meanDiameterMm: ((longAxisMm + shortAxisMm) / 2) * factor,
  });
  return {
    trackingUid: `2.25.9${n}`,
    seriesInstanceUid: seriesUid,
    frameOfReferenceUid: "2.25.300",
    centerMm: [62.4 - 12 * n, -31.8 + 4 * n, 1180.5 + 9 * n],
    score: 0.97 - 0.04 * n,
    kind: longAxisMm > 30 ? "mass" : "nodule",
    verdict: null,
    because: [
      because(`lung-nodule.fact-${textures[n % 3]}`),
      because("lung-nodule.fact-round"),
      because("lung-nodule.fact-contrast", { contrastHu: 640 - 20 * n }),
      n % 2 === 0 ? because("lung-nodule.fact-at-pleura") : because("lung-nodule.fact-from-pleura", { distanceMm: 14.2 }),
    ],
    measurements: unmeasured ? [] : [plane("axial", 1), plane("coronal", 1.06), plane("sagittal", 0.95)],
    volumeMm3: unmeasured ? null : (Math.PI / 6) * longAxisMm * shortAxisMm * shortAxisMm,
    meanHu: unmeasured ? null : 12 - 90 * (n % 4),
    texture: textures[n % 4] ?? "unknown",
    side: n % 2 === 0 ? "left" : "right",
    slice: { sopInstanceUid: `2.25.50${n}`, instanceNumber: n === 3 ? null : 214 - 9 * n, index: 117 + 9 * n },
    flags: n % 3 === 1 ? [because("lung-nodule.thick-for-volume", { thicknessMm: 2 })] : [],
    ...(unmeasured ? { notMeasurable: because("lung-nodule.not-measured") } : {}),
  };
}
