import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { catalog } from "../analyses/catalog.ts";
import { Fault } from "../base/fault.ts";
import type { DatasetScan } from "../evaluation/manifest.ts";
import { say, saying } from "../words/say.ts";
import { codeChecksum } from "./code-checksum.ts";
import { type Marking, markScan, ScanReading } from "./mark-scan.ts";
import { modelsIn } from "./models.ts";
import { scanChecksum } from "./scan-checksum.ts";
import { terminalProgress } from "./terminal-progress.ts";
import { ThreadPool } from "./thread-pool.ts";
import { writeWhole } from "./write-whole.ts";

export interface MarkedScan {
  readonly scan: DatasetScan;
  readonly sha256: string;
  readonly reading: ScanReading;
}

export interface MarkScansOptions {
  /** Folder that the scans' paths are relative to. */
  readonly data: string;
  /** Folder where readings are kept. */
  readonly cache: string;
  /** Folder of the nets. */
  readonly models: string;
  readonly language: "en" | "zh";
  readonly signal: AbortSignal;
}

const analysisId = "lung-nodule";

/**
 * Reads scans with the product. Each reading is kept, named for the scan's files and the program's code and nets, so that an interrupted run
 * goes on where it stopped and what has changed is read anew.
 * @throws Fault evaluation.scan-missing, evaluation.checksum; the signal's reason when interrupted
 */
export async function markScans(scans: readonly DatasetScan[], options: MarkScansOptions): Promise<MarkedScan[]> {
  const { data, cache, models, language, signal } = options;
  const missing = scans.find(({ path }) => !existsSync(join(data, path)));
  if (missing !== undefined) throw new Fault("evaluation.scan-missing", { scan: missing.id, path: missing.path });
  const analysis = catalog.find(({ id }) => id === analysisId);
  if (analysis === undefined) throw new RangeError(`the catalog has no analysis ${analysisId}`);
  await mkdir(cache, { recursive: true });
  const code = codeChecksum(models);
  const threads = new ThreadPool(availableParallelism());
  const stop = (): void => void threads.close(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const progress = terminalProgress(language);
  const marking: Marking = {
    analysis,
    models: modelsIn(threads.count, pathToFileURL(`${models}/`)),
    threads,
    signal,
    progress: progress.report,
    say: saying(language),
  };
  const marked: MarkedScan[] = [];
  try {
    for (const [n, scan] of scans.entries()) {
      const sha256 = await scanChecksum(join(data, scan.path), signal);
      if (scan.sha256 !== null && scan.sha256 !== sha256)
        throw new Fault("evaluation.checksum", { scan: scan.id, found: sha256, expected: scan.sha256 });
      const key = createHash("sha256").update(JSON.stringify([sha256, code, scan.seriesInstanceUid, scan.kernel, scan.sliceThicknessMm]));
      const file = join(cache, `${key.digest("hex").slice(0, 32)}.json`);
      const known = await kept(file);
      const reading = known ?? (await read(scan));
      if (known === null && reading.outcome !== "failed") await writeWhole(file, `${JSON.stringify(reading)}\n`);
      marked.push({ scan, sha256, reading });
      progress.end();
      const values = { which: n + 1, of: scans.length, outcome: say(language, `outcome.${reading.outcome}`), marks: reading.marks.length };
      process.stderr.write(`${say(language, "evaluation.scan-progress", values)}\n`);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    await threads.close();
  }
  return marked;

  async function read(scan: DatasetScan): Promise<ScanReading> {
    try {
      return await markScan(join(data, scan.path), scan, marking);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Fault)) throw error;
      return { outcome: "failed", because: [say(language, error.code, error.values)], operatingPoint: null, models: [], marks: [] };
    }
  }
}

async function kept(file: string): Promise<ScanReading | null> {
  if (!existsSync(file)) return null;
  try {
    return ScanReading.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return null; // half-written or of an older form: read anew
  }
}
