import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { access, mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Fault } from "../base/fault.ts";
import { writingFault } from "../base/writing-fault.ts";
import type { ExportCommand } from "../cli/arguments.ts";
import { exitCode } from "../cli/exit-code.ts";
import { Pseudonyms } from "../dicom/deidentify/pseudonyms.ts";
import type { FileToPack } from "../dicom/zip-stream.ts";
import { siteKey } from "../store/site-key.ts";
import { wholeFile } from "../store/whole-file.ts";
import { say, saying } from "../words/say.ts";
import { type ExportManifest, exportAct, exportStudy } from "../workflow/export-study.ts";
import { configOf } from "./config.ts";
import { logUnexpected } from "./server-log.ts";
import { openStation } from "./station.ts";

/**
 * `overread export`: the objects of studies into a folder each, as they came in or de-identified, with a manifest. Each is written down in the audit log.
 * @returns the exit code
 * @throws Fault export.no-such-study, output.…, store.…
 */
export async function exportStudies({ studies, out, deidentify, burnedIn, language }: ExportCommand, signal: AbortSignal): Promise<number> {
  const station = await openStation(configOf(process.env), logUnexpected);
  const { database, index, pixels, audit } = station;
  try {
    const how = deidentify ? { pseudonyms: new Pseudonyms(await siteKey(database)), burnedIn } : null;
    for (const [which, uid] of studies.entries())
      if ((await index.study(uid)) === null) throw new Fault("export.no-such-study", { which: which + 1 });
    for (const studyInstanceUid of studies) {
      await audit.append({
        at: new Date().toISOString(),
        who: { kind: "program", name: "export" },
        from: null,
        what: "exported",
        outcome: "done",
        about: { studyInstanceUid },
        because: exportAct(how),
      });
      const ports = { instances: index.instances, open: (key: string) => wholeFile(pixels, key), say: saying(language) };
      const folder = join(out, how === null ? studyInstanceUid : how.pseudonyms.uid(studyInstanceUid));
      const { objects, leftOut } = await writeFolder(folder, exportStudy(studyInstanceUid, how, ports), signal);
      console.log(say(language, "export.written", { objects, leftOut: leftOut.length, path: folder }));
    }
    return exitCode.done;
  } finally {
    await station.close(0);
  }
}

/** Writes files into a folder that appears once all are there. */
async function writeFolder(folder: string, files: AsyncIterable<FileToPack>, signal: AbortSignal): Promise<ExportManifest> {
  const fresh = join(dirname(folder), `.partial-${randomUUID()}`);
  try {
    if (await access(folder).then(() => true, () => false)) throw new Fault("output.not-empty"); // biome-ignore format: one line
    for await (const { path, bytes } of files) {
      const target = join(fresh, path);
      await mkdir(dirname(target), { recursive: true });
      await pipeline(Readable.from(bytes), createWriteStream(target, { flush: true }), { signal });
    }
    const manifest = JSON.parse(await readFile(join(fresh, "manifest.json"), "utf8")) as ExportManifest;
    await rename(fresh, folder);
    return manifest;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw signal.aborted ? error : writingFault(error);
  }
}
