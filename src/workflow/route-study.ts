import { searchableText, wordNeedle } from "../base/folded-words.ts";
import { type Reason, reason } from "../base/reason.ts";
import type { ReceivedBy } from "../findings/received-instance.ts";
import type { RoutingRule, RoutingRules } from "../findings/routing-rules.ts";
import type { SeriesSummary } from "../findings/study.ts";
import type { ReadingPlan } from "../findings/study-routing.ts";
import { isReadable } from "./readable-series.ts";

/** What rules look at. */
export interface RoutedStudy {
  readonly studyDescription: string | null;
  readonly series: readonly RoutedSeries[];
  /** By whom its objects came. */
  readonly senders: readonly ReceivedBy[];
}
type RoutedSeries = Pick<SeriesSummary, "modality" | "manufacturer" | "bodyPartExamined" | "seriesDescription" | "protocolName">;

/** Whether a study is read, and by which rule; rule null: none applies. */
export type Route =
  | { readonly kind: "read"; readonly rule: string | null; readonly plan: ReadingPlan }
  | { readonly kind: "unread"; readonly rule: string | null; readonly because: readonly Reason[] };

/**
 * Decides from headers alone whether a study is to be read: by the first rule that applies to one of its series, else as the rules say otherwise. A study
 * without images is not read. What an analysis chooses is its own, later word.
 */
export function routeStudy({ series, studyDescription, senders }: RoutedStudy, { rules, otherwise }: RoutingRules): Route {
  const images = series.filter(isReadable).map(
    ({ modality, bodyPartExamined, seriesDescription, protocolName }): Searched => ({
      modality,
      bodyPart: searchable(bodyPartExamined),
      text: [seriesDescription, protocolName, studyDescription].map(searchable).join(""),
    }),
  );
  if (images.length === 0) return { kind: "unread", rule: null, because: [reason("job.no-images")] };
  const rule = rules.find(({ when }) => bySender(when, senders) && bySeries(when, images));
  const name = rule?.name ?? null;
  if ((rule?.decision ?? otherwise) === "read")
    return { kind: "read", rule: name, plan: { analyses: rule?.analyses ?? null, urgent: rule?.urgent ?? false } };
  const because = name === null ? reason("route.no-rule") : reason("route.refused-by-rule", { rule: name });
  return { kind: "unread", rule: name, because: [because] };
}

type Condition = RoutingRule["when"];

function bySender({ callingAe, host }: Condition, senders: readonly ReceivedBy[]): boolean {
  if (callingAe === undefined && host === undefined) return true;
  return senders.some(
    ({ way, from, host: its }) =>
      way === "dimse" && (callingAe?.includes(from?.trim() ?? "") ?? true) && (host?.includes(its ?? "") ?? true),
  );
}

/** A series with its texts as words are looked for in them. */
interface Searched {
  readonly modality: string;
  readonly bodyPart: string;
  readonly text: string;
}

const searchable = (text: string | null): string => (text === null ? "" : searchableText(text));

function bySeries({ modality, bodyPart, text }: Condition, images: readonly Searched[]): boolean {
  const inBodyPart = saysOneOf(bodyPart);
  const inText = saysOneOf(text);
  return images.some((each) => (modality?.includes(each.modality) ?? true) && inBodyPart(each.bodyPart) && inText(each.text));
}

function saysOneOf(words: readonly string[] | undefined): (text: string) => boolean {
  if (words === undefined) return () => true;
  const needles = words.flatMap((word) => wordNeedle(word) ?? []);
  return (text) => needles.some((needle) => text.includes(needle));
}
