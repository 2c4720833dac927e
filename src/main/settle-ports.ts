import type { RoutingRules } from "../findings/routing-rules.ts";
import { saying } from "../words/say.ts";
import type { Associations } from "../workflow/associations.ts";
import { rereadWithPrior } from "../workflow/reread-with-prior.ts";
import { routeStudy } from "../workflow/route-study.ts";
import type { SettlePorts } from "../workflow/settle-studies.ts";
import type { Config } from "./config.ts";
import type { Station } from "./station.ts";

/** Higher goes first; other jobs have 0. */
const urgentPriority = 10;

/** What settling needs, of this server. */
export function settlePorts(
  { index, arrivals, queue }: Pick<Station, "index" | "arrivals"> & { readonly queue: Pick<Station["queue"], "send"> },
  associations: Associations,
  rules: RoutingRules,
  language: Config["language"],
): SettlePorts {
  const rereadPorts = {
    readWithoutPrior: arrivals.readWithoutPrior,
    priorOf: index.priorOf,
    reopen: index.reopen,
  };
  return {
    settled: arrivals.quiet,
    arrivalOf: (studyInstanceUid) => associations.of(studyInstanceUid),
    route: async ({ studyInstanceUid, studyDescription }) => {
      const [series, senders] = await Promise.all([index.series(studyInstanceUid), arrivals.senders(studyInstanceUid)]);
      return routeStudy({ studyDescription, series, senders }, rules);
    },
    setUnread: (job, because) => index.setState(job, "unread", because.map(saying(language))),
    setWaiting: (job, plan) => index.setState(job, "waiting", [], plan),
    enqueue: async (job, key, urgent) => void (await queue.send("read", job, { key, priority: urgent ? urgentPriority : 0 })),
    completed: (studyInstanceUid) => rereadWithPrior(studyInstanceUid, new Date(), rereadPorts),
  };
}
