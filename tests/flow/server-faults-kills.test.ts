import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../src/store/open-database.ts";
import { type PostgresqlServer, startPostgresql, withoutPostgresql } from "../store-servers.ts";
import { underRandomKills } from "./random-kills.ts";
import { smallStudy } from "./slept-study.ts";

const root = mkdtempSync(join(tmpdir(), "overread-kills-"));
let postgresql: PostgresqlServer | undefined;

beforeAll(async () => {
  if (!withoutPostgresql) postgresql = await startPostgresql();
});
afterAll(async () => {
  await postgresql?.close();
  rmSync(root, { recursive: true, force: true });
});

test.skipIf(withoutPostgresql)(
  "of studies that come in and are read while server, workers and compute children are killed at random none is lost and none doubled, and the audit log is whole",
  async () => {
    const place = await postgresql?.fresh();
    if (place?.kind !== "postgresql") throw new RangeError("PostgreSQL is missing");
    const database = await openDatabase(place);
    const slept = Array.from({ length: 20 }, (_, n) => smallStudy(`S${n}`));
    // Too many slices to be slept over: these go to real compute children.
    const studies = [...["R1", "R2", "R3"].map((name) => smallStudy(name, 16)), ...slept];
    const plan = { studies, workers: 2, kills: { server: 2, worker: 1, child: 1 }, betweenMs: [1000, 3000], seed: 7, senders: 2 } as const;
    const report = await underRandomKills({ data: join(root, "data"), databaseUrl: place.url, database }, plan);
    await database.close();
    expect(report).toMatchObject({ killed: plan.kills, lost: [], doubled: [], audit: { code: 0 } });
    expect(report.audit.said).toMatch(/whole: \d+ records/);
  },
  240_000,
);
