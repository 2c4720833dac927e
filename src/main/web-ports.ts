import { randomUUID } from "node:crypto";
import { statfs } from "node:fs/promises";
import type { ServerEvent } from "../api/event.ts";
import { Fault } from "../base/fault.ts";
import { Pseudonyms } from "../dicom/deidentify/pseudonyms.ts";
import { decodeStoredFrameTask } from "../dicom/web/decode-stored-frame.ts";
import type { Sessions } from "../server/session.ts";
import { PseudonymousStudies } from "../store/pseudonymous-studies.ts";
import { searchObjects } from "../store/search-objects.ts";
import { siteKey } from "../store/site-key.ts";
import { wholeFile } from "../store/whole-file.ts";
import type { Threads } from "../volume/threads.ts";
import { saying } from "../words/say.ts";
import { type Deidentification, exportStudy } from "../workflow/export-study.ts";
import type { ArrivingObject, Received } from "../workflow/receive-object.ts";
import { renderStoredFrameTask } from "../workflow/render-stored-frame.ts";
import type { Config } from "./config.ts";
import type { Station } from "./station.ts";

const mostUploadBytes = 16 * 2 ** 30;
/** Less room on the disk, and the server is not ready for more. */
const leastFreeBytes = 2 ** 30;

/** What the worklist hears of, from all processes. */
export async function listenForEvents({ index, queue }: Station, heard: (event: ServerEvent) => void): Promise<() => Promise<void>> {
  const stops = [
    await index.onState((change) => heard({ event: "study", ...change })),
    await queue.onProgress(({ about, stage, fraction }) => heard({ event: "progress", studyInstanceUid: about, stage, fraction })),
  ];
  return async () => void (await Promise.all(stops.map((stop) => stop())));
}

/** Studies, and the files of their results. */
export function studyPorts({ index, pixels }: Station, sessions: Sessions) {
  return {
    guard: sessions.guard,
    accountOf: sessions.accountOf,
    viewed: sessions.viewed,
    did: sessions.did,
    readAgain: index.askToRead,
    filesOf: async (folderKey: string): Promise<string[]> => {
      const names: string[] = [];
      for await (const key of pixels.list(`${folderKey}/`)) names.push(key.slice(folderKey.length + 1));
      return names;
    },
    open: (folderKey: string, name: string) => wholeFile(pixels, `${folderKey}/${name}`),
  };
}

/** Studies under their pseudonyms, and their export. */
export async function pseudonymisedPorts({ database, index, pixels }: Station, sessions: Sessions) {
  const pseudonyms = new Pseudonyms(await siteKey(database));
  const { instances } = index;
  return {
    ...index,
    sessions,
    pseudonyms,
    pseudonymousStudies: new PseudonymousStudies(database, pseudonyms.uid),
    exportStudy: (studyInstanceUid: string, how: Deidentification | null, language: "en" | "zh") =>
      exportStudy(studyInstanceUid, how, { instances, open: (key) => wholeFile(pixels, key), say: saying(language) }),
  };
}

/** Whether the server can work, and its figures. */
export function healthPorts({ database, pixels, queue, index }: Station, { dataFolder }: Config, isFull: () => boolean) {
  return {
    ready: async () => {
      const because: string[] = [];
      await database.query("select 1").catch(() => because.push("store.database-gone"));
      await pixels.check().catch((error: unknown) => because.push(error instanceof Fault ? error.code : "server.unexpected"));
      const { bavail, bsize } = await statfs(dataFolder);
      if (bavail * bsize < leastFreeBytes) because.push("output.disk-full");
      if (isFull()) because.push("output.quota-reached");
      return { ready: because.length === 0, because };
    },
    figures: async () => {
      const jobs = (await queue.counts()).map(({ queue: name, state, jobs: count }) => [`jobs{queue="${name}",state="${state}"}`, count]);
      const studies = (await index.counts()).map(({ state, studies: count }) => [`studies{state="${state}"}`, count]);
      const process_ = [
        ["resident_bytes", process.memoryUsage.rss()],
        ["uptime_seconds", Math.round(process.uptime())],
      ];
      return Object.fromEntries([...jobs, ...studies, ...process_]) as Record<string, number>;
    },
  };
}

/** Objects over DICOMweb. */
export function dicomWebPorts(
  { database, index, pixels }: Station,
  studies: ReturnType<typeof studyPorts>,
  threads: Threads,
  receive: (object: ArrivingObject) => Promise<Received>,
) {
  return {
    search: (search: Parameters<typeof searchObjects>[1]) => searchObjects(database, search),
    imagesRemovedAt: async (studyInstanceUid: string) => (await index.study(studyInstanceUid))?.imagesRemovedAt ?? null,
    pixels,
    receive,
    decode: (frame: Parameters<typeof decodeStoredFrameTask.compute>[0]) => threads.run(decodeStoredFrameTask, frame),
    render: (frame: Parameters<typeof renderStoredFrameTask.compute>[0]) => threads.run(renderStoredFrameTask, frame),
    guard: studies.guard,
    accountOf: studies.accountOf,
    viewed: studies.viewed,
    mostUploadBytes,
    newBoundary: randomUUID,
  };
}
