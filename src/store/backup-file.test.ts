import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allRows, fill, filledInstances } from "../../tests/filled-database.ts";
import { type StoreServer, storeKinds } from "../../tests/store-servers.ts";
import { AuditLog } from "./audit-log.ts";
import { openBackup, writeBackup } from "./backup-file.ts";
import { fillDatabase } from "./copy-database.ts";
import type { Database } from "./database.ts";
import { migrate, migrations } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";
import { PixelFolder } from "./pixel-folder.ts";
import { withSnapshot } from "./snapshot.ts";

const going = new AbortController().signal;
const bytesOf = (key: string): Buffer => Buffer.from(key.repeat(500));

describe.each(storeKinds)("on $name", ({ name, start }) => {
  const folder = mkdtempSync(join(tmpdir(), "overread-backup-"));
  const path = join(folder, "backup.tar");
  let server: StoreServer;
  let database: Database;
  let images: PixelFolder;
  let before: Record<string, unknown>;
  beforeAll(async () => {
    server = await start();
    database = await openDatabase(await server.fresh());
    await fill(database);
    before = await allRows(database);
    images = await PixelFolder.open(join(folder, "pixels"), { sync: false });
    const keys = Array.from({ length: filledInstances }, (_, n) => `studies/1.1/${n + 1}`);
    for (const key of [...keys.slice(1), "quarantine/1", "results/1.1/1/images/a.png", "studies/1.1/of-no-row"])
      await images.put(key, [bytesOf(key)] as unknown as AsyncIterable<Uint8Array>);
    const about = { images, overread: "0.1.0", now: new Date("2026-01-02T03:04:05Z"), signal: going };
    await withSnapshot(database, (snapshot) => writeBackup(path, snapshot, about));
  });
  afterAll(async () => {
    await database.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** One is lost; what was set aside and a picture of the result are with them. */
  const files = filledInstances + 1;

  test("tar lists it, sha256sum agrees with its manifest, and only its owner can read it", () => {
    const names = execFileSync("tar", ["-tf", path], { encoding: "utf8" }).trim().split("\n");
    expect(names).toEqual(expect.arrayContaining(["tables/study.ndjson", "images/quarantine/1", "images/results/1.1/1/images/a.png"]));
    expect(names).not.toContain("images/studies/1.1/of-no-row");
    expect(names.at(-1)).toBe("manifest.json");
    const manifest = JSON.parse(execFileSync("tar", ["-xOf", path, "manifest.json"], { encoding: "utf8" }));
    const sum = (input: Buffer): string => execFileSync("sha256sum", { input, encoding: "utf8" }).slice(0, 64);
    const audit = manifest.tables.find(({ name }: { name: string }) => name === "audit");
    expect(sum(execFileSync("tar", ["-xOf", path, "tables/audit.ndjson"]))).toBe(audit.sha256);
    expect(manifest.images).toMatchObject({ files, missing: 1 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("from it all comes back: every row, every image, the audit chain whole", async () => {
    const backup = await openBackup(path);
    await backup.check(going);
    const target = await openDatabase(await server.fresh());
    await migrate(target);
    await fillDatabase(target, backup.snapshot, going);
    expect(await allRows(target)).toEqual(before);
    expect(await new AuditLog(target).verify()).toEqual(await new AuditLog(database).verify());
    let found = 0;
    for await (const { key, bytes } of backup.images()) {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      expect(Buffer.concat(pieces)).toEqual(bytesOf(key));
      found += 1;
    }
    expect(found).toBe(files);
    await backup.close();
    await target.close();
  });

  test.skipIf(name === "PGlite")("what is written meanwhile is not in it, and nothing is removed meanwhile", async () => {
    const other = join(folder, "other.tar");
    await withSnapshot(database, async (snapshot) => {
      await database.query("insert into verdict (study_uid, account, said_at, body) values ('1.1', 'ann', now(), '{}')");
      const removing = database.transaction(async ({ query }) => {
        await query("lock table pixels_to_remove in share row exclusive mode nowait");
      });
      await expect(removing).rejects.toMatchObject({ code: "55P03" });
      await writeBackup(other, snapshot, { images: null, overread: "0.1.0", now: new Date(), signal: going });
    });
    const backup = await openBackup(other);
    expect(backup.manifest.images).toBeNull();
    expect(backup.manifest.tables.find(({ name }) => name === "verdict")?.rows).toBe(7);
    await backup.close();
  });
});

test("a byte that changed, an end that is missing, and a newer schema are told before anything is written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "overread-backup-"));
  const path = join(folder, "backup.tar");
  const none = { images: null, overread: "0.1.0", now: new Date(), signal: going };
  const one = { name: "study", columns: ["study_uid"], rows: 1 };
  const rows = async function* () {
    yield ['{"study_uid": "1.2"}'];
  };
  try {
    await writeBackup(path, { schema: 1, tables: [one], rows }, none);
    const whole = readFileSync(path);
    const changed = Buffer.from(whole);
    changed[whole.indexOf("1.2")] = 0x32;
    writeFileSync(path, changed);
    const backup = await openBackup(path);
    await expect(backup.check(going)).rejects.toMatchObject({ code: "store.backup-damaged" });
    await backup.close();
    truncateSync(path, 1024);
    await expect(openBackup(path)).rejects.toMatchObject({ code: "store.backup-damaged" });
    await expect(openBackup(join(folder, "none"))).rejects.toMatchObject({ code: "store.no-backup" });
    await writeBackup(path, { schema: migrations.length + 1, tables: [one], rows }, none);
    await expect(openBackup(path)).rejects.toMatchObject({ code: "store.backup-newer" });
    const stop = AbortSignal.abort(new Error("stopped"));
    await expect(writeBackup(path, { schema: 1, tables: [one], rows }, { ...none, signal: stop })).rejects.toThrow("stopped");
    expect((await openBackup(path).catch((fault) => fault)).code).toBe("store.backup-newer");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
