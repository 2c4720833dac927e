import { catalog } from "../analyses/catalog.ts";
import { intake } from "../dicom/intake.ts";
import type { RoutingRules } from "../findings/routing-rules.ts";
import { unknownStudy } from "../findings/study.ts";
import type { RoutingRoutePorts } from "../server/routing-routes.ts";
import { saying } from "../words/say.ts";
import { explainRoute } from "../workflow/explain-route.ts";
import type { Station } from "./station.ts";

const patience = { signal: new AbortController().signal, progress: () => {} };

/** Says why a study of the index is read or not, from the headers of its files. */
export const studyRouting =
  ({ index, arrivals, pixels }: Station, rules: RoutingRules): RoutingRoutePorts["routing"] =>
  async (studyInstanceUid, language) => {
    if ((await index.study(studyInstanceUid)) === null) return null;
    const keys = (await index.instances({ studyInstanceUid })).map(({ pixelKey }) => pixelKey);
    const senders = await arrivals.senders(studyInstanceUid);
    return pixels.lend(keys, async (folder) => {
      const [study] = (await intake([folder], patience)).studies;
      return explainRoute(study?.summary ?? unknownStudy(studyInstanceUid), senders, rules, catalog, saying(language));
    });
  };
