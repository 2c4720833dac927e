import { z } from "zod";

/** How HU become what a net was trained on: (HU + offsetHu) / scaleHu, held between least and most. */
export const CtEncoding = z.strictObject({
  offsetHu: z.number(),
  scaleHu: z.number().positive(),
  least: z.number(),
  most: z.number(),
});
export type CtEncoding = z.infer<typeof CtEncoding>;

/** models/<id>/card.json: what a net is, what it was trained on and how well it does. */
export const ModelCard = z.strictObject({
  id: z.string(),
  title: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("of model.onnx"),
  encoding: CtEncoding,
  steps: z.number().int().positive().describe("of training"),
  training: z
    .strictObject({ patients: z.array(z.string()), scans: z.array(z.string()) })
    .describe("whoever trained it; no figure may be measured on them"),
  data: z.array(z.strictObject({ name: z.string(), doi: z.string(), licence: z.string() })),
  licence: z.string().describe("of the weights"),
  figures: z.array(
    z.strictObject({
      what: z.string(),
      value: z.number(),
      interval: z.tuple([z.number(), z.number()]),
      data: z.string(),
      commit: z.string(),
    }),
  ),
});
export type ModelCard = z.infer<typeof ModelCard>;
