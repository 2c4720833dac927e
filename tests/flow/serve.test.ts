import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StudyDetail, WorklistRow } from "../../src/api/study.ts";
import { overread } from "./overread.ts";
import { type RunningServer, startServer } from "./server.ts";
import { smallChest, writeChest } from "./small-chest.ts";

const root = mkdtempSync(join(tmpdir(), "overread-serve-"));
const data = join(root, "data");
const inbox = join(root, "inbox");
const chest = join(root, "chest");
/** A reading takes seconds on an idle machine, and much longer beside other tests. */
const readingMs = 300_000;
const settings = { OVERREAD_INBOX: inbox, OVERREAD_DEMO: "no" };
const password = "correct horse battery staple 9";
const hasStorescu = existsSync("/usr/bin/storescu");
let server: RunningServer;
let files: string[];

beforeAll(async () => {
  files = writeChest(chest, await smallChest());
  server = await startServer(data, settings);
});
afterAll(async () => {
  await server.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

/** @returns what it printed; throws when it fails */
const storescu = async (...paths: string[]): Promise<string> => {
  const to = ["-v", "-aec", "OVERREAD", "-aet", "CT1", "127.0.0.1", String(server.dicomPort)];
  const { stdout, stderr } = await promisify(execFile)("storescu", [...to, ...paths]);
  return stdout + stderr;
};
const rows = () => server.json<WorklistRow[]>("/api/studies");
const chestRow = async (): Promise<WorklistRow | undefined> => (await rows()).find(({ patient }) => patient.id === "SECRET-ID");

/** Opens the stream of events. @returns what ends it and gives all that was heard */
async function heard(): Promise<() => Promise<string>> {
  const end = new AbortController();
  const { body } = await server.ask("/api/events", { signal: end.signal });
  let text = "";
  const reading = (async () => {
    for await (const bytes of body ?? []) text += Buffer.from(bytes).toString();
  })();
  return async () => {
    end.abort();
    await reading.catch(() => undefined);
    return text;
  };
}

/** Waits until the chest is as it should be. */
async function until(state: WorklistRow["state"], revision = 1): Promise<WorklistRow> {
  for (;;) {
    const row = await chestRow();
    if (row?.state === state && row.revision >= revision) return row;
    if (row?.state === "failed") throw new Error(`failed: ${JSON.stringify(row.because)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

describe.skipIf(!hasStorescu && process.env.CI !== "true")("a study's trip through the server", () => {
  test("until a password is set nothing is shown, and the link that sets it works once", async () => {
    expect((await server.ask("/api/studies")).status).toBe(401);
    await server.signIn(password);
    expect((await server.ask("/api/studies")).status).toBe(200);
    const token = /first-password\?token=(\S+)/.exec(server.said())?.[1] ?? "";
    const again = await fetch(`${server.url}/api/first-password`, {
      method: "POST",
      body: JSON.stringify({ token, password: "another long password" }),
      headers: { "content-type": "application/json" },
    });
    expect(again.status).toBe(422);
  });

  test("a second process on the same folder is refused with a sentence", async () => {
    await expect(startServer(data)).rejects.toThrow(/Another Overread process uses this data folder/);
  });

  test(
    "a study is taken in over C-STORE, and survives kill -9 of the server in the middle of its reading",
    async () => {
      await storescu(...files.slice(0, -3));
      await until("reading");
      await server.kill("SIGKILL");
      server = await startServer(data, settings);
      await server.signIn(password);
      const row = await until("read");
      const { result } = await server.json<StudyDetail>(`/api/studies/${row.studyInstanceUid}`);
      expect(result?.status).toBe("unconfirmed");
      expect(result?.analyses[0]?.findings.length).toBeGreaterThan(0);
    },
    readingMs,
  );

  test(
    "a verdict is kept beside the result and goes into what the guidelines say; one of an unknown mark is refused",
    async () => {
      const { studyInstanceUid } = await until("read");
      const path = `/api/studies/${studyInstanceUid}`;
      const before = await server.json<StudyDetail>(path);
      const trackingUid = before.result?.analyses[0]?.findings[0]?.trackingUid ?? "";
      const give = (uid: string) =>
        server.ask(`${path}/verdicts`, {
          method: "POST",
          body: JSON.stringify({ trackingUid: uid, says: "rejected", reason: "vessel" }),
          headers: { "content-type": "application/json" },
        });
      expect((await give(trackingUid)).status).toBe(201);
      expect((await give("1.2.3")).status).toBe(404);
      const after = await server.json<StudyDetail>(path);
      expect(after.result?.analyses[0]?.findings[0]?.verdict).toBe("rejected");
      expect(after.result?.assessments.some((assessment) => assessment.trackingUid === trackingUid)).toBe(false);
      expect(after.verdicts).toMatchObject([{ account: "admin", given: { says: "rejected", reason: "vessel" } }]);
    },
    readingMs,
  );

  test(
    "late slices reopen the study, and it is read again with them",
    async () => {
      const events = await heard();
      mkdirSync(inbox, { recursive: true });
      for (const [index, path] of files.slice(-3).entries()) writeFileSync(join(inbox, `late-${index}`), readFileSync(path));
      const row = await until("read", 2);
      const { result, verdicts } = await server.json<StudyDetail>(`/api/studies/${row.studyInstanceUid}`);
      expect(result?.series[0]?.seriesInstanceUid).toBeDefined();
      expect(verdicts).toHaveLength(1);
      const told = await events();
      expect(told).toContain(`event: study\ndata: {"studyInstanceUid":"${row.studyInstanceUid}","state":"read"}`);
      expect(told).toMatch(/event: progress\ndata: .*"stage":"lungs"/);
      expect(readdirSync(inbox)).toEqual(["refused"]);
    },
    readingMs,
  );

  test(
    "what is sent again changes nothing, and results of our own that come back are not read",
    async () => {
      const before = await until("read", 2);
      await storescu(...files);
      expect(await chestRow()).toMatchObject({ state: "read", revision: before.revision });
      const names = await server.json<string[]>(`/api/studies/${before.studyInstanceUid}/files`);
      const report = names.find((name) => name.endsWith("sr-comprehensive-3d.dcm")) ?? "";
      const bytes = await (await server.ask(`/api/studies/${before.studyInstanceUid}/files/${report}`)).arrayBuffer();
      writeFileSync(join(inbox, "result.dcm"), Buffer.from(bytes));
      const after = await until("read", before.revision + 1);
      const { result } = await server.json<StudyDetail>(`/api/studies/${after.studyInstanceUid}`);
      expect(result?.study.studyInstanceUid).toBe(after.studyInstanceUid);
    },
    readingMs,
  );

  test("an instance comes back over DICOMweb with the data set it came with", async () => {
    const { studyInstanceUid } = await until("read");
    const found = await server.json<Record<string, { Value: string[] }>[]>(`/dicom-web/studies/${studyInstanceUid}/instances?limit=1`);
    const [series, sop] = ["0020000E", "00080018"].map((tag) => found[0]?.[tag]?.Value[0] ?? "");
    const answer = await server.ask(`/dicom-web/studies/${studyInstanceUid}/series/${series}/instances/${sop}`);
    const body = Buffer.from(await answer.arrayBuffer());
    const sent = files.map((path) => readFileSync(path)).find((bytes) => bytes.includes(sop ?? "?"));
    // Behind the file meta information, which is ours.
    expect(body.includes(sent?.subarray(-1000) ?? "?")).toBe(true);
  });

  test("a peer that is listed closes the door to all others", async () => {
    const put = await server.ask("/api/peers", {
      method: "PUT",
      body: JSON.stringify({ aeTitle: "CT9", host: "127.0.0.1" }),
      headers: { "content-type": "application/json" },
    });
    expect(put.status).toBe(204);
    await expect(storescu(files[0] ?? "")).rejects.toThrow(/Calling AE Title Not Recognized/);
  });

  test("neither log nor output holds the patient's name or id, and the audit chain names who looked", async () => {
    expect(server.said()).not.toMatch(/secret/i);
    const records = await server.json<{ event: { what: string; who: { name?: string } } }[]>("/api/audit?limit=1000");
    expect(records.map(({ event }) => event.what)).toEqual(
      expect.arrayContaining(["started", "read", "viewed", "verdict", "peer-changed"]),
    );
    expect(JSON.stringify(records)).not.toMatch(/secret/i);
  });

  test("SIGTERM ends the server in good order, and no child is left", async () => {
    expect(await server.kill("SIGTERM")).toBe(0);
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain(data);
  });

  test("the audit log is whole, and a list of studies that was lost is made again from the pixels", async () => {
    const run = (...words: string[]) => promisify(execFile)("bin/overread", words, { env: { ...process.env, OVERREAD_DATA: data } });
    expect((await run("verify-audit")).stdout).toMatch(/whole: \d+ records/);
    rmSync(join(data, "database"), { recursive: true });
    const pixels = readdirSync(join(data, "pixels", "studies"), { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    expect((await run("reindex")).stdout).toBe(`Entered: ${pixels.length}. There already: 0. Refused: 0.\n`);
    expect((await run("reindex")).stdout).toBe(`Entered: 0. There already: ${pixels.length}. Refused: 0.\n`);
  });
});

test(
  "a server that has nothing yet takes in a demonstration examination",
  async () => {
    const empty = join(root, "empty");
    const own = await startServer(empty, { OVERREAD_READERS: "0" });
    try {
      await own.signIn(password);
      let found: WorklistRow[] = [];
      while (found.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        found = await own.json<WorklistRow[]>("/api/studies");
      }
      expect(found.map(({ patient }) => patient.name)).toEqual(["Phantom^Overread"]);
    } finally {
      await own.kill("SIGKILL");
    }
  },
  readingMs,
);

test("a worker without a database of its own refuses with a sentence", async () => {
  const ran = await overread(["worker"]);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toMatch(/DATABASE_URL/);
});
