import type { Analysis } from "../analyses/analysis.ts";
import { reason } from "../base/reason.ts";
import type { ReceivedBy } from "../findings/received-instance.ts";
import type { RoutingRules } from "../findings/routing-rules.ts";
import type { StudySummary } from "../findings/study.ts";
import type { StudyRouting } from "../findings/study-routing.ts";
import { type Route, routeStudy } from "./route-study.ts";
import type { SayReason } from "./to-finding.ts";

/** Says what would become of a study that these senders sent, without reading it. */
export function explainRoute(
  study: StudySummary,
  senders: readonly ReceivedBy[],
  rules: RoutingRules,
  analyses: readonly Analysis[],
  say: SayReason,
): StudyRouting {
  const route = routeStudy({ ...study, senders }, rules);
  const { studyInstanceUid } = study;
  return {
    studyInstanceUid,
    read: route.kind === "read",
    rule: route.rule,
    because: route.kind === "read" ? [] : route.because.map(say),
    urgent: route.kind === "read" && route.plan.urgent,
    analyses: analyses.map((analysis) => explainChoice(analysis, study, route, say)),
  };
}

/** An analysis that is not asked still says what it would have chosen, series by series. */
function explainChoice({ id, choose }: Analysis, study: StudySummary, route: Route, say: SayReason): StudyRouting["analyses"][number] {
  const choice = choose(study);
  const isAsked = route.kind === "read" && (route.plan.analyses?.includes(id) ?? true);
  const declined = choice.kind === "declined" ? choice.because.map(say) : [];
  return {
    id,
    outcome: isAsked ? choice.kind : "not-asked",
    because: isAsked ? declined : [say(reason("route.not-asked"))],
    series: choice.series.map(({ stackId, role, because }) => {
      const series = study.series.find((each) => each.stackId === stackId);
      return {
        seriesInstanceUid: series?.seriesInstanceUid ?? stackId,
        stackId,
        description: series?.seriesDescription ?? series?.protocolName ?? null,
        role,
        because: because.map(say),
      };
    }),
  };
}
