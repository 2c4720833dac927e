import { z } from "zod";
import { wordNeedle } from "../base/folded-words.ts";
import { AeTitle } from "./ae-title.ts";

const mostRules = 500;
const mostWords = 500;

const Word = z
  .string()
  .max(64)
  .refine((word) => wordNeedle(word) !== null, "holds no letter and no digit");
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(mostWords).optional();

/** What must be so of a study for a rule to apply: all that is said, each list by one of its entries. Nothing said: every study. */
const Condition = z.strictObject({
  modality: listOf(z.string().regex(/^[A-Z0-9_]{1,16}$/)).describe("of a series, as DICOM writes it: CT, MR"),
  bodyPart: listOf(Word).describe("words of Body Part Examined of the same series"),
  text: listOf(Word).describe(
    "words of the same series' description or protocol name, or of the study's description; whole words, * at the end goes on; Chinese, Japanese and Korean anywhere; case, width and accents do not count",
  ),
  callingAe: listOf(AeTitle).describe("AE title of a sender of the study, over C-STORE"),
  host: listOf(z.string().min(1).max(255)).describe(
    "network address of a sender of the study, over C-STORE; of the same sender where callingAe is said too",
  ),
});

const RoutingRule = z
  .strictObject({
    name: z.string().min(1).max(100).describe("shown with studies that the rule applies to"),
    when: Condition,
    decision: z.enum(["read", "do-not-read"]),
    analyses: z.array(z.string()).min(1).optional().describe("which analyses read it; without it, all"),
    urgent: z.boolean().optional().describe("read before others that wait"),
  })
  .refine(({ decision, analyses, urgent }) => decision === "read" || (analyses === undefined && urgent === undefined), {
    path: ["decision"],
    message: "what is not read has no analyses and is not urgent",
  });
export type RoutingRule = z.infer<typeof RoutingRule>;

/** Which studies are read. The first rule that applies decides. */
export const RoutingRules = z.strictObject({
  rules: z.array(RoutingRule).max(mostRules),
  otherwise: z.enum(["read", "do-not-read"]).describe("what becomes of a study that no rule applies to"),
});
export type RoutingRules = z.infer<typeof RoutingRules>;
