import type { FastifyInstance, FastifyRequest } from "fastify";
import { dicomJson } from "../dicom/web/dicom-json.ts";
import { type Level, type SearchQuery, searchQuery } from "../dicom/web/search-query.ts";
import { searchResult } from "../dicom/web/search-result.ts";
import { headerPlace, storedHeader } from "../dicom/web/stored-image.ts";
import { say } from "../words/say.ts";
import { type DicomWebPorts, type FoundObject, sourceOf } from "./dicom-web-ports.ts";
import { addressOf, bulkUriOf, jsonWantedBy, queryOf, sendJson, serviceOf, uidsOf } from "./dicom-web-request.ts";

/** Resources that are searched (PS3.18 table 10.6.1-1) and the levels whose attributes their results show. */
const resources: readonly (readonly [path: string, level: Level, shown: readonly Level[]])[] = [
  ["/studies", "study", ["study"]],
  ["/series", "series", ["study", "series"]],
  ["/studies/:study/series", "series", ["series"]],
  ["/instances", "instance", ["study", "series", "instance"]],
  ["/studies/:study/instances", "instance", ["series", "instance"]],
  ["/studies/:study/series/:series/instances", "instance", ["instance"]],
];

/** Search transaction (QIDO-RS, PS3.18 10.6). Attributes come from the header of a file, counts from the index. */
export async function searchRoutes(app: FastifyInstance, ports: DicomWebPorts): Promise<void> {
  for (const [path, level, shown] of resources)
    app.get(path, { preHandler: ports.guard("study.view") }, async (request, reply) => {
      jsonWantedBy(request);
      const query = searchQuery(level, queryOf(request), uidsOf(request));
      const { includeFields, warnings, ...search } = query;
      // One more than wanted, to know whether there are more.
      const found = await ports.search({ ...search, limit: search.limit + 1 });
      const results = await inOrder(found.slice(0, search.limit), (one) => resultOf(one, shown, query, request, ports));
      const said = [...warnings, ...(found.length > search.limit && query.capped ? ["dicom-web.more-results" as const] : [])];
      // Warning headers are for machines and logs: in English, as the standard words them.
      if (said.length > 0) reply.header("warning", said.map((code) => `299 ${serviceOf(request)} "${say("en", code)}"`).join(", "));
      // PS3.18 8.3.4.4.1, edition 2024
      return results.length === 0 ? reply.code(204).send() : sendJson(reply, results);
    });
}

async function resultOf(
  { instance, study, series }: FoundObject,
  shown: readonly Level[],
  query: SearchQuery,
  request: FastifyRequest,
  ports: DicomWebPorts,
) {
  const header = await storedHeader(sourceOf(instance, ports.pixels));
  const json = dicomJson(await headerPlace(header), { bulkUri: bulkUriOf(request, instance) });
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = instance;
  const below = { study: [], series: [seriesInstanceUid], instance: [seriesInstanceUid, sopInstanceUid] }[query.level];
  return searchResult(json, shown, query, {
    retrieveUrl: addressOf(serviceOf(request), studyInstanceUid, ...below),
    modalities: study?.modalities,
    seriesOfStudy: study?.series,
    instancesOfStudy: study?.instances,
    instancesOfSeries: series?.instances,
    transferSyntaxUid: query.level === "instance" ? instance.transferSyntaxUid : undefined,
  });
}

const atOnce = 16;

/** The results of work on each, a few at a time, in their order. */
async function inOrder<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += atOnce) results.push(...(await Promise.all(items.slice(at, at + atOnce).map(work))));
  return results;
}
