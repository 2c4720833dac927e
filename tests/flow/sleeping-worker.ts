// A worker that takes 50 ms of sleep for a study of few images and says how many it was lent; longer studies are read as ever, in compute children.
// For tests of the jobs and their benchmark.
// Usage: node sleeping-worker.ts     Settings as those of `overread worker`.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openOrigin } from "../../src/dicom/byte-source.ts";
import { readHeader } from "../../src/dicom/read-header.ts";
import { tag } from "../../src/dicom/tags.ts";
import { ReadResult } from "../../src/findings/read-result.ts";
import { aborted } from "../../src/main/aborted.ts";
import { computeChild } from "../../src/main/compute-child.ts";
import { configOf } from "../../src/main/config.ts";
import { readStudies } from "../../src/main/read-studies.ts";
import { logUnexpected } from "../../src/main/server-log.ts";
import { openStation } from "../../src/main/station.ts";
import { sleepMs, sleptImages } from "./slept-study.ts";

const sleepOrRead: typeof computeChild = async (folders, use, limits, language, progress, signal) => {
  const names = await readdir(folders.study);
  if (names.length > sleptImages) return computeChild(folders, use, limits, language, progress, signal);
  await sleep(sleepMs, undefined, { signal });
  const result = await resultOf(join(folders.study, names[0] ?? ""), names.length);
  const bytes = Buffer.from(JSON.stringify(result));
  const files = (async function* () {
    yield {
      path: "findings.json",
      bytes: (async function* () {
        yield bytes;
      })(),
    };
  })();
  return use({ kind: "computed", computed: { result, files } });
};

/** What is said of a study that was only counted. */
async function resultOf(path: string, images: number): Promise<ReadResult> {
  const source = await openOrigin({ kind: "file", name: "", path });
  const reading = await readHeader(source);
  await source.close();
  if (reading.kind !== "header") throw new RangeError("a slept study is DICOM");
  const { attributes } = reading.header;
  return ReadResult.parse({
    schema: 1,
    overread: { version: "0", commit: "none" },
    status: "unconfirmed",
    language: "en",
    study: {
      studyInstanceUid: attributes.text(tag.studyInstanceUid),
      studyDate: null,
      studyTime: null,
      accessionNumber: null,
      studyDescription: null,
      institutionName: null,
      patient: { id: null, name: null, birthDate: null, sex: null, ageYears: null },
    },
    intake: [{ code: "images", values: { images }, text: "" }],
    person: {},
    series: [],
    analyses: [
      { id: "sleep", outcome: "done", because: [], models: [], operatingPoint: null, measurements: [], findings: [], notAssessed: [] },
    ],
    assessments: [],
    risks: [],
  });
}

const config = configOf(process.env);
const station = await openStation(config, logUnexpected);
const end = new AbortController();
process.on("SIGTERM", () => end.abort());
const stop = await readStudies(station, config, sleepOrRead);
console.log("working");
await aborted(end.signal);
await stop();
await station.close(0);
