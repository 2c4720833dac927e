import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { Fault } from "../base/fault.ts";
import { migrations } from "./migrate.ts";
import type { Snapshot } from "./snapshot.ts";
import { bytesOf, type TarEntry, TarWriter, tarEntries } from "./tar.ts";
import { wholeFile } from "./whole-file.ts";
import { writing } from "./writing.ts";

/** What comes from a file and goes into a statement. */
const SqlName = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The last file of a backup, manifest.json: what the others are. */
const Manifest = z.strictObject({
  format: z.literal(1),
  schema: z.number().int().positive(),
  overread: z.string(),
  madeAt: z.iso.datetime(),
  tables: z.array(z.strictObject({ name: SqlName, columns: z.array(SqlName).min(1).readonly(), rows: z.number().int(), sha256: Sha256 })),
  images: z
    .strictObject({
      files: z.number().int(),
      missing: z.number().int().describe("files that rows name and that were not there"),
      sha256: Sha256.describe("of the lines that sha256sum would print of them, in their order"),
    })
    .nullable(),
});
type Manifest = z.infer<typeof Manifest>;

/** Where the bytes of images and results are. */
interface KeptFiles {
  readonly read: (key: string, offset: number, length: number) => Promise<Uint8Array>;
  readonly list: (prefix: string) => AsyncIterable<string>;
}

/**
 * Writes all that a database holds, and the images where they are given, into one file that its owner alone can read: a tar of tables/NAME.ndjson, of
 * images/KEY and, last, of manifest.json. Little of it is in memory at a time.
 * @throws Fault output.disk-full, output.not-writable; the signal's reason. There is no file then, or the one before.
 */
export async function writeBackup(
  path: string,
  snapshot: Snapshot,
  { images, overread, now, signal }: { images: KeptFiles | null; overread: string; now: Date; signal: AbortSignal },
): Promise<Manifest> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    const file = await writing(open(partial, "wx", 0o600));
    try {
      const tar = new TarWriter(file, now);
      const tables: Manifest["tables"] = [];
      for (const table of snapshot.tables)
        tables.push({ ...table, sha256: await tar.add(`tables/${table.name}.ndjson`, linesOf(snapshot, table.name, signal)) });
      const added = images === null ? null : await addImages(tar, snapshot, images, signal);
      const manifest: Manifest = { format: 1, schema: snapshot.schema, overread, madeAt: now.toISOString(), tables, images: added };
      await tar.add("manifest.json", [Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)]);
      await tar.end();
      await writing(file.sync());
      await writing(rename(partial, path));
      return manifest;
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Those that rows of the snapshot name, and the files of results. One that is lost is no reason to save none of the others. */
async function addImages(tar: TarWriter, snapshot: Snapshot, images: KeptFiles, signal: AbortSignal): Promise<Manifest["images"]> {
  const list = createHash("sha256");
  let [files, missing] = [0, 0];
  for await (const key of keysOf(snapshot, images)) {
    signal.throwIfAborted();
    try {
      list.update(lineOf(await tar.add(`images/${key}`, wholeFile(images, key)), key));
      files += 1;
    } catch (error) {
      if (!(error instanceof Fault && error.code === "store.no-such-file")) throw error;
      missing += 1;
    }
  }
  return { files, missing, sha256: list.digest("hex") };
}

const lineOf = (sha256: string, key: string): string => `${sha256}  ${key}\n`;

const Named = z.object({ pixel_key: z.string() }).or(z.object({ folder_key: z.string() }));

async function* keysOf(snapshot: Snapshot, { list }: KeptFiles): AsyncGenerator<string> {
  for (const table of ["instance", "quarantine", "result"])
    for await (const rows of snapshot.rows(table))
      for (const row of rows) {
        const named = Named.parse(JSON.parse(row));
        if ("pixel_key" in named) yield named.pixel_key;
        else yield* list(`${named.folder_key}/`);
      }
}

async function* linesOf({ rows }: Snapshot, table: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const lines of rows(table)) {
    signal.throwIfAborted();
    yield Buffer.from(lines.map((line) => `${line}\n`).join(""));
  }
}

/** A backup that is open to be read. */
export interface Backup {
  readonly manifest: Manifest;
  readonly snapshot: Snapshot;
  /** @throws Fault store.backup-damaged when a byte is not as it was written */
  readonly check: (signal: AbortSignal) => Promise<void>;
  /** Keys and bytes of the images, where the backup holds them. */
  readonly images: () => AsyncIterable<{ readonly key: string; readonly bytes: AsyncIterable<Uint8Array> }>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a file of `writeBackup`.
 * @throws Fault store.no-backup, store.backup-damaged, store.backup-newer
 */
export async function openBackup(path: string): Promise<Backup> {
  const file = await open(path, "r").catch((cause: unknown) => Promise.reject(new Fault("store.no-backup", {}, cause)));
  try {
    const tables = new Map<string, TarEntry>();
    let last: TarEntry | undefined;
    for await (const entry of tarEntries(file)) {
      if (entry.name.startsWith("tables/")) tables.set(entry.name, entry);
      last = entry;
    }
    const manifest = await manifestIn(last?.name === "manifest.json" ? bytesOf(file, last) : null);
    const entryOf = (table: string): TarEntry => {
      const entry = tables.get(`tables/${table}.ndjson`);
      if (entry === undefined) throw new Fault("store.backup-damaged");
      return entry;
    };
    const images: Backup["images"] = async function* () {
      for await (const entry of tarEntries(file))
        if (entry.name.startsWith("images/")) yield { key: entry.name.slice("images/".length), bytes: bytesOf(file, entry) };
    };
    return {
      manifest,
      snapshot: { ...manifest, rows: (table) => linesIn(bytesOf(file, entryOf(table))) },
      images,
      check: async (signal) => {
        const same = (one: string, other: string | undefined): void => {
          signal.throwIfAborted();
          if (one !== other) throw new Fault("store.backup-damaged");
        };
        for (const { name, sha256 } of manifest.tables) same(await hashOf(bytesOf(file, entryOf(name))), sha256);
        const list = createHash("sha256");
        let files = 0;
        for await (const { key, bytes } of images()) {
          signal.throwIfAborted();
          list.update(lineOf(await hashOf(bytes), key));
          files += 1;
        }
        if (manifest.images !== null || files > 0) same(list.digest("hex"), manifest.images?.sha256);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const Versions = z.object({ format: z.number(), schema: z.number() });

async function manifestIn(bytes: AsyncIterable<Uint8Array> | null): Promise<Manifest> {
  if (bytes === null) throw new Fault("store.backup-damaged");
  try {
    const written = await json(bytes);
    const { format, schema } = Versions.parse(written);
    if (format > 1 || schema > migrations.length) throw new Fault("store.backup-newer", { version: schema, known: migrations.length });
    return Manifest.parse(written);
  } catch (error) {
    throw error instanceof Fault ? error : new Fault("store.backup-damaged", {}, error);
  }
}

async function hashOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of bytes) hash.update(piece);
  return hash.digest("hex");
}

/** The lines that are complete, piece by piece. */
async function* linesIn(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  let begun: Uint8Array[] = [];
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(0x0a) + 1;
    begun.push(piece.subarray(0, end));
    if (end > 0) {
      yield Buffer.concat(begun).toString("utf8").slice(0, -1).split("\n");
      begun = [];
    }
    begun.push(piece.subarray(end));
  }
}
