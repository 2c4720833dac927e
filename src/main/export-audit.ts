import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { type AuditRecord, type ChainState, verifiedRecords } from "../audit/chain.ts";
import { fhirAuditEvent } from "../audit/fhir-audit-event.ts";
import { writingFault } from "../base/writing-fault.ts";
import type { ExportAuditCommand } from "../cli/arguments.ts";
import { exitCode } from "../cli/exit-code.ts";
import { AuditLog } from "../store/audit-log.ts";
import { say } from "../words/say.ts";
import { configOf } from "./config.ts";
import { existingDatabase } from "./existing-database.ts";

/**
 * `overread export-audit`: the audit log of some days (UTC) as FHIR AuditEvents, one a line (NDJSON), read from its first record on so that the chain is verified. Of a broken
 * one the file holds what stands before the break.
 * @returns 0 when the chain is whole, 1 when it is broken
 * @throws Fault store.nothing-here, output.…, store.…
 */
export async function exportAudit({ from, to, out, language }: ExportAuditCommand, signal: AbortSignal): Promise<number> {
  const database = await existingDatabase(configOf(process.env));
  const fresh = `${out}.partial-${process.pid}`;
  try {
    const told: { lines: number; chain?: ChainState } = { lines: 0 };
    const wanted = ({ event: { at } }: AuditRecord): boolean => (from === null || at >= from) && (to === null || at.slice(0, 10) <= to);
    await mkdir(dirname(out), { recursive: true });
    await pipeline(
      async function* () {
        told.chain = yield* verifiedRecords(new AuditLog(database).records());
      },
      async function* (records: AsyncIterable<AuditRecord>) {
        for await (const record of records) {
          if (!wanted(record)) continue;
          told.lines += 1;
          yield `${JSON.stringify(fhirAuditEvent(record))}\n`;
        }
      },
      createWriteStream(fresh, { flush: true }),
      { signal },
    );
    await rename(fresh, out);
    console.log(say(language, "export.audit-written", { lines: told.lines, path: out }));
    if (told.chain?.kind === "whole") return exitCode.done;
    console.log(say(language, "server.audit-broken", { sequence: told.chain?.atSequence ?? 0 }));
    return exitCode.failed;
  } catch (error) {
    await rm(fresh, { force: true });
    throw signal.aborted ? error : writingFault(error);
  } finally {
    await database.close();
  }
}
