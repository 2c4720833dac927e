import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WorklistRow } from "../../src/api/study.ts";
import type { StudyRouting } from "../../src/findings/study-routing.ts";
import { overread } from "./overread.ts";
import { type RunningServer, startServer } from "./server.ts";
import { smallChest, writeChest } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-routing-"));
const rules = join(root, "rules.json");
const readingMs = 300_000;
let server: RunningServer;
let studies: { readonly aet: string; readonly folder: string; readonly files: string[]; readonly patientId: string }[];

beforeAll(async () => {
  const chest = await smallChest();
  studies = ["CT1", "ARCHIVE"].map((aet) => {
    const folder = join(root, aet);
    const headers = { uidParts: ["routing", aet], patientId: `ID-${aet}`, seriesDescription: "ThoraxRoutine1.25mm" };
    return { aet, folder, files: writeChest(folder, chest, headers), patientId: headers.patientId };
  });
  writeFileSync(
    rules,
    JSON.stringify({
      rules: [
        { name: "the archive's", when: { callingAe: ["ARCHIVE"], host: ["127.0.0.1"] }, decision: "do-not-read" },
        { name: "chests", when: { modality: ["CT"], text: ["thorax"] }, decision: "read", analyses: ["lung-nodule"], urgent: true },
      ],
      otherwise: "do-not-read",
    }),
  );
  // Only the end of its association makes a study complete before these tests end.
  const settings = { OVERREAD_ROUTING: rules, OVERREAD_QUIET_SECONDS: "3600", OVERREAD_QUIET_AFTER_ASSOCIATION_SECONDS: "1" };
  server = await startServer(join(root, "data"), { ...settings, OVERREAD_DEMO: "no" });
  await server.signIn("correct horse battery staple 9");
}, readingMs);
afterAll(async () => {
  await server.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

const complete = ["unread", "waiting", "reading", "read"] as const;

async function until(patientId: string, ...states: WorklistRow["state"][]): Promise<WorklistRow> {
  for (;;) {
    const row = (await server.json<WorklistRow[]>("/api/studies")).find(({ patient }) => patient.id === patientId);
    if (row !== undefined && states.includes(row.state)) return row;
    if (row?.state === "failed") throw new Error(`failed: ${JSON.stringify(row.because)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

describe.skipIf(!existsSync("/usr/bin/storescu") && process.env.CI !== "true")("routing by rule", () => {
  test(
    "a study that a rule refuses stands unread with the reason, and one that a rule wants goes to be read",
    async () => {
      for (const { aet, files } of studies)
        await promisify(execFile)("storescu", ["-aec", "OVERREAD", "-aet", aet, "127.0.0.1", String(server.dicomPort), ...files]);
      const refused = await until("ID-ARCHIVE", ...complete);
      expect(refused).toMatchObject({ state: "unread", because: [{ code: "route.refused-by-rule", values: { rule: "the archive's" } }] });
      expect(refused.because[0]?.text).toMatch(/^Not read by rule: “the archive's”\./);
      expect((await until("ID-CT1", ...complete)).state).not.toBe("unread");
    },
    readingMs,
  );

  test(
    "a dry run on the files says of both what the server says of what came in",
    async () => {
      for (const { aet, folder, patientId } of studies) {
        const { studyInstanceUid } = await until(patientId, ...complete);
        const said = await server.json<StudyRouting>(`/api/studies/${studyInstanceUid}/routing`);
        const ran = await overread(["route", folder, "--rules", rules, "--calling", aet, "--host", "127.0.0.1", "--json"]);
        expect(JSON.parse(ran.stdout)).toEqual({ studies: [said], refused: [] });
        expect(said).toMatchObject({ studyInstanceUid, read: aet === "CT1", urgent: aet === "CT1" });
        expect(said.analyses[0]).toMatchObject({ outcome: aet === "CT1" ? "chosen" : "not-asked", series: [{ role: "chest" }] });
      }
      expect((await server.ask("/api/studies/1.2.3/routing")).status).toBe(404);
    },
    readingMs,
  );

  test(
    "a dry run says it in both languages",
    async () => {
      const said = (...more: string[]) => overread(["route", studies[1]?.folder ?? "", "--rules", rules, ...more]);
      expect((await said()).stdout).toMatch(
        /Study 1 of 1 \(.*\): Read by rule before others that wait: “chests”\.\n.*Read as chest: Thorax/s,
      );
      expect((await said("--calling", "ARCHIVE", "--host", "127.0.0.1", "--lang", "zh")).stdout).toMatch(/按规则“the archive's”不阅片/);
    },
    readingMs,
  );

  test(
    "what the rule wants is read, and so is what was refused, when somebody asks for it",
    async () => {
      const { studyInstanceUid } = await until("ID-ARCHIVE", "unread");
      expect((await server.ask(`/api/studies/${studyInstanceUid}/read-again`, { method: "POST" })).status).toBe(202);
      expect((await until("ID-CT1", "read", "unread")).state).toBe("read");
      expect(await until("ID-ARCHIVE", "reading", "read", "unread")).toMatchObject({ state: expect.stringMatching(/^read/), revision: 2 });
    },
    2 * readingMs,
  );
});

test(
  "a server whose rules cannot be used does not start, and says where",
  async () => {
    const bad = join(root, "bad.json");
    writeFileSync(bad, JSON.stringify({ rules: [{ name: "a", when: { modality: "CT" }, decision: "read" }], otherwise: "read" }));
    await expect(startServer(join(root, "other"), { OVERREAD_ROUTING: bad })).rejects.toThrow(
      /does not follow docs\/reference\/routing.schema.json at: rules\.0\.when\.modality/,
    );
  },
  readingMs,
);
