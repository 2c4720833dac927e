import { z } from "zod";
import type { DatasetScan } from "./manifest.ts";

const Place = z.tuple([z.number(), z.number(), z.number()]);

/** reference.json beside a scan: what the readers marked, clustered. Only what is scored is looked at. */
const ReferenceFile = z.object({
  patientId: z.string(),
  seriesInstanceUid: z.string(),
  sliceThicknessMm: z.number().positive().nullable().default(null),
  kernel: z.string().nullable().default(null),
  manufacturer: z.string().nullable().default(null),
  lesions: z.array(
    z.object({
      kind: z.string(),
      readers: z.number().int().positive().nullable(),
      centerMm: Place,
      diameterMm: z.number().positive().nullable(),
      medianRatings: z.object({ texture: z.number().optional() }).optional(),
    }),
  ),
  nonNodules: z.array(z.object({ centerMm: Place })),
});

/**
 * A scan and its reference from reference.json. A lesion with no number of readers was not looked for by several: such a reference is not
 * complete.
 * @param json the parsed file
 * @throws ZodError when it is something else
 */
export function scanOfReference(id: string, path: string, json: unknown): DatasetScan {
  const { lesions, nonNodules, ...headers } = ReferenceFile.parse(json);
  const nodules = lesions.filter(({ kind }) => kind === "nodule>=3mm");
  return {
    id,
    path,
    sha256: null,
    ...headers,
    reference: {
      complete: lesions.every(({ readers }) => readers !== null),
      nodules: nodules.map(({ centerMm, diameterMm, readers, medianRatings }) => ({
        centerMm,
        diameterMm,
        readers,
        texture: textureOf(medianRatings?.texture),
        patientId: null,
      })),
      irrelevant: [
        ...lesions.filter((lesion) => !nodules.includes(lesion)),
        ...nonNodules.map((mark) => ({ ...mark, diameterMm: null })),
      ].map(({ centerMm, diameterMm }) => ({ centerMm, diameterMm })),
      shams: [],
    },
  };
}

/** LIDC's rating: 1 non-solid … 5 solid. */
export function textureOf(rating: number | undefined): DatasetScan["reference"]["nodules"][number]["texture"] {
  if (rating === undefined) return "unknown";
  return rating > 4 ? "solid" : rating >= 2 ? "part-solid" : "non-solid";
}
