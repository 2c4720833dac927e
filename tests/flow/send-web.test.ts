import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { stowAnswers } from "../../src/dicom/web/stow-answer.ts";
import { overread } from "./overread.ts";
import { codesOf, objectsOf, outcomesOf, sent, writeRead, writeSlices } from "./sent.ts";
import { certify, dataSetOf, freePort, hasOrthanc, orthanc } from "./store-peers.ts";

const root = mkdtempSync(join(tmpdir(), "overread-web-"));
const slices = join(root, "slices");
let counter = 0;
const fresh = (): string => join(root, `case-${++counter}`);
const fileNames = (): string[] => readdirSync(slices).map((name) => join(slices, name));

beforeAll(() => writeSlices(slices, 5));
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => {
  delete process.env.OVERREAD_PEER_AUTHORIZATION;
});

function portOf(server: NetServer): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

type Orthanc = Awaited<ReturnType<typeof orthanc>>;

describe.skipIf(!hasOrthanc)("to Orthanc's DICOMweb", () => {
  let peer: Orthanc;
  const base = (): string => `http://127.0.0.1:${peer.httpPort}`;
  beforeAll(async () => {
    peer = await orthanc(fresh());
  });
  afterAll(() => peer.kill());

  /** Files that Orthanc holds, by SOP Instance UID. */
  async function held(): Promise<Map<string, Buffer>> {
    const instances = (await (await fetch(`${base()}/instances?expand`)).json()) as {
      ID: string;
      MainDicomTags: { SOPInstanceUID: string };
    }[];
    const file = async (id: string): Promise<Buffer> => Buffer.from(await (await fetch(`${base()}/instances/${id}/file`)).arrayBuffer());
    return new Map(
      await Promise.all(instances.map(async ({ ID, MainDicomTags }) => [MainDicomTags.SOPInstanceUID, await file(ID)] as const)),
    );
  }

  test("objects are found there afterwards, file by file the same bytes", async () => {
    const ran = await sent(slices, `${base()}/dicom-web`);
    expect(ran.code).toBe(0);
    expect(outcomesOf(ran)).toEqual(Array(5).fill("stored"));
    const files = await held();
    const given = fileNames().map((path) => readFileSync(path).toString("base64"));
    expect(objectsOf(ran).map(({ sopInstanceUid }) => files.get(sopInstanceUid)?.toString("base64"))).toEqual(given);
    expect(ran.stdout + ran.stderr).not.toMatch(/secret/i);
  });

  test("files without preamble or file meta information arrive as whole files with the same data set", async () => {
    const folder = fresh();
    mkdirSync(folder);
    writeSlices(join(folder, "all"), 3, { uidParts: ["fronts"] });
    const [first = "", second = "", third = ""] = readdirSync(join(folder, "all")).map((name) => join(folder, "all", name));
    const wanted = [first, second, third].map((path) => dataSetOf(path).toString("base64"));
    writeFileSync(first, readFileSync(first).subarray(128));
    writeFileSync(second, readFileSync(second).subarray(132));
    writeFileSync(third, Buffer.from(wanted[2] ?? "", "base64"));
    const ran = await sent(folder, `${base()}/dicom-web/`);
    expect(outcomesOf(ran)).toEqual(["stored", "stored", "stored"]);
    const files = await held();
    const arrived = objectsOf(ran).map(({ sopInstanceUid }) => {
      const path = fresh();
      writeFileSync(path, files.get(sopInstanceUid) ?? "");
      return dataSetOf(path).toString("base64");
    });
    expect(arrived).toEqual(wanted);
  });

  test("an object that the server cannot take is refused, and does not spoil the others of its request", async () => {
    const folder = fresh();
    writeSlices(folder, 4, { uidParts: ["spoilt"] });
    const uid = Buffer.from("1.2.3.4.5.6\0", "latin1");
    // A SOP Instance UID stored with VR UN: understood here, not by Orthanc.
    writeSlices(join(folder, "bad"), 1, { uidParts: ["bad"], extra: [[0x00080018, "UN", uid]] });
    const ran = await sent(folder, `${base()}/dicom-web`);
    expect(ran.code).toBe(1);
    expect(outcomesOf(ran).sort()).toEqual(["refused", "stored", "stored", "stored", "stored"]);
    const files = await held();
    for (const { sopInstanceUid, outcome } of objectsOf(ran)) expect(files.has(sopInstanceUid)).toBe(outcome === "stored");
  });

  test("the richest report is stored and the poorer ones are not needed", async () => {
    const folder = fresh();
    writeRead(folder);
    const ran = await sent(folder, `${base()}/dicom-web`);
    expect(ran.code).toBe(0);
    expect(outcomesOf(ran).sort()).toEqual(["not-needed", "not-needed", "stored", "stored", "stored"]);
  });

  test("its answer in XML says the same as its answer in JSON", async () => {
    const body = Buffer.concat([
      Buffer.from("--b\r\nContent-Type: application/dicom\r\n\r\n"),
      readFileSync(fileNames()[0] ?? ""),
      Buffer.from("\r\n--b--\r\n"),
    ]);
    const answer = async (accept: string): Promise<string> => {
      const headers = { "Content-Type": 'multipart/related; type="application/dicom"; boundary=b', Accept: accept };
      return (await fetch(`${base()}/dicom-web/studies`, { method: "POST", headers, body })).text();
    };
    const xml = await answer("application/dicom+xml");
    expect(xml).toMatch(/^<\?xml/);
    expect(stowAnswers(xml).size).toBe(1);
    expect(stowAnswers(xml)).toEqual(stowAnswers(await answer("application/dicom+json")));
  });

  test("an address without a DICOMweb store is said so", async () => {
    const ran = await sent(slices, `${base()}/nowhere`);
    expect(ran.code).toBe(1);
    expect(codesOf(ran)).toEqual(["send.no-such-service"]);
    expect(new Set(outcomesOf(ran))).toEqual(new Set(["not-sent"]));
  });
});

describe.skipIf(!hasOrthanc)("to a server that guards itself", () => {
  test("credentials come from the environment, and are printed nowhere", async () => {
    const peer = await orthanc(fresh(), { AuthenticationEnabled: true, RegisteredUsers: { alice: "pass word" } });
    try {
      const url = `http://127.0.0.1:${peer.httpPort}/dicom-web?token=hidden`;
      const without = await sent(slices, url);
      expect(without.code).toBe(1);
      expect(codesOf(without)).toEqual(["send.unauthorized"]);
      process.env.OVERREAD_PEER_AUTHORIZATION = "alice:pass word";
      const ran = await sent(slices, url);
      expect(outcomesOf(ran)).toEqual(Array(5).fill("stored"));
      process.env.OVERREAD_PEER_AUTHORIZATION = `Basic ${Buffer.from("alice:pass word").toString("base64")}`;
      expect((await overread(["send", slices, url])).stdout).toContain("5 of 5 objects stored");
      for (const { stdout, stderr } of [without, ran]) expect(stdout + stderr).not.toMatch(/alice|pass word|hidden/);
      const inAddress = await sent(slices, url.replace("//", "//alice:pw@"));
      expect(inAddress.code).toBe(2);
      expect(inAddress.stdout + inAddress.stderr).not.toMatch(/alice/);
    } finally {
      await peer.kill();
    }
  });

  test("a certificate that is not trusted, or for another host, stops everything; a trusted one does not", async () => {
    const pem = `${fresh()}.pem`;
    certify(`${pem}.key`, `${pem}.crt`);
    const peer = await orthanc(fresh());
    // Debian's Orthanc 1.10.1 crashes when it serves HTTPS itself; TLS ends in front of it, as it mostly does.
    const front = createTlsServer({ key: readFileSync(`${pem}.key`), cert: readFileSync(`${pem}.crt`) }, (socket) => {
      const behind = connect({ port: peer.httpPort, host: "127.0.0.1" });
      pipeline(socket, behind, socket).catch(() => {});
    }).listen(0, "127.0.0.1");
    await once(front, "listening");
    try {
      const url = `https://localhost:${portOf(front)}/dicom-web`;
      expect(codesOf(await sent(slices, url))).toEqual(["send.tls-untrusted"]);
      process.env.NODE_EXTRA_CA_CERTS = `${pem}.crt`;
      expect(outcomesOf(await sent(slices, url))).toEqual(Array(5).fill("stored"));
      const other = await sent(slices, url.replace("localhost", "127.0.0.1"));
      expect(codesOf(other)).toEqual(["send.tls-other-name"]);
      expect(other.code).toBe(1);
    } finally {
      delete process.env.NODE_EXTRA_CA_CERTS;
      front.close();
      await peer.kill();
    }
  });
});

/** Answers that no server at hand gives. */
describe("to a server of a scripted answer", () => {
  type Answer = (request: IncomingMessage, response: ServerResponse, uids: string[]) => void;

  /** Serves each request by the next script, the last one again and again; gives the number of requests. */
  async function scripted<T>(scripts: readonly Answer[], use: (url: string) => Promise<T>): Promise<{ result: T; requests: number }> {
    let requests = 0;
    const server: Server = createServer(async (request, response) => {
      const script = scripts[Math.min(requests++, scripts.length - 1)];
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString("latin1");
      // Media Storage SOP Instance UID (0002,0003) of each file.
      const uids = body.split("\u0002\0\u0003\0UI").slice(1);
      script?.(
        request,
        response,
        uids.map((text) => /[\d.]+/.exec(text.slice(2))?.[0] ?? ""),
      );
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      return { result: await use(`http://127.0.0.1:${portOf(server)}/dicom`), requests };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
  const item = (uid: string, more: Record<string, unknown> = {}) => ({ "00081155": { vr: "UI", Value: [uid] }, ...more });
  const sequence = (items: readonly unknown[]) => ({ vr: "SQ", Value: items });
  const answered =
    (status: number, body: unknown): Answer =>
    (_request, response) =>
      response.writeHead(status, { "Content-Type": "application/dicom+json" }).end(JSON.stringify(body));
  const storesAll: Answer = (_request, response, uids) =>
    response
      .writeHead(200, { "Content-Type": "application/dicom+json" })
      .end(JSON.stringify({ "00081199": sequence(uids.map((uid) => item(uid))) }));

  test.each([
    ["an empty body", (_request: IncomingMessage, response: ServerResponse) => response.writeHead(200).end()],
    [
      "a page in HTML",
      (_request: IncomingMessage, response: ServerResponse) => response.writeHead(200).end("<html><body>Welcome</body></html>"),
    ],
    ["empty lists", answered(200, { "00081199": { vr: "SQ" }, "00081198": { vr: "SQ" } })],
  ])("HTTP 200 with %s is not taken for success", async (_name, answer) => {
    const { result } = await scripted([answer as Answer], (url) => sent(slices, url));
    expect(result.code).toBe(1);
    expect(outcomesOf(result)).toEqual(Array(5).fill("not-sent"));
    expect(codesOf(result)).toEqual(["send.not-mentioned"]);
  });

  test("each instance gets its own answer: stored, stored with a warning, refused, not accepted, not mentioned", async () => {
    const mixed: Answer = (_request, response, [a = "", b = "", c = "", d = ""]) =>
      response.writeHead(202).end(
        JSON.stringify({
          "00081199": sequence([item(a), item(b, { "00081196": { vr: "US", Value: [0xb000] } })]),
          "00081198": sequence([
            item(c, { "00081197": { vr: "US", Value: [0xa700] }, "00000902": { vr: "LO", Value: ["no room for SECRET-ID\u001b[31m"] } }),
            item(d, { "00081197": { vr: "US", Value: [0x0122] } }),
          ]),
        }),
      );
    const { result } = await scripted([mixed], (url) => sent(slices, url));
    expect(result.code).toBe(1);
    expect(objectsOf(result).map(({ outcome, status }) => [outcome, status])).toEqual([
      ["stored", "0000"],
      ["stored-with-warning", "B000"],
      ["refused", "A700"],
      ["not-accepted", "0122"],
      ["not-sent", null],
    ]);
    // The server's own words are shown without the patient and without what would drive a terminal.
    expect(objectsOf(result)[2]?.reason?.text).toContain("no room for …");
    expect(result.stdout).not.toMatch(/SECRET/);
    expect(result.stdout).not.toContain("\\u001b");
  });

  test("a request that is too large is sent in halves", async () => {
    const picky: Answer = (request, response, uids) =>
      uids.length > 2 ? response.writeHead(413).end() : storesAll(request, response, uids);
    const { result, requests } = await scripted([picky], (url) => sent(slices, url));
    expect(outcomesOf(result)).toEqual(Array(5).fill("stored"));
    expect(requests).toBe(5);
  });

  test("a server that is out of order for a moment, or drops the connection, is asked again", async () => {
    const busy = answered(503, {});
    const drops: Answer = (request) => request.socket.destroy();
    const { result, requests } = await scripted([busy, drops, storesAll], (url) => sent(slices, url));
    expect(result.code).toBe(0);
    expect(outcomesOf(result)).toEqual(Array(5).fill("stored"));
    expect(requests).toBe(3);
  });

  test("a redirection is not followed, and its secrets are not shown", async () => {
    const redirects: Answer = (_request, response) =>
      response.writeHead(307, { Location: "http://user:pw@elsewhere.example/store?token=hidden" }).end();
    const { result, requests } = await scripted([redirects], (url) => sent(slices, url));
    expect(requests).toBe(1);
    expect(result.code).toBe(1);
    expect(objectsOf(result)[0]?.reason?.text).toContain("http://elsewhere.example/store");
    expect(result.stdout + result.stderr).not.toMatch(/user:pw|hidden/);
  });

  test("Ctrl-C ends an upload with 130 and no claim", async () => {
    const never: Answer = () => {};
    const { result } = await scripted([never], (url) =>
      overread(["send", slices, url, "--json"], (kill) => void setTimeout(() => kill("SIGINT"), 1000)),
    );
    expect(result.code).toBe(130);
    expect(outcomesOf(result)).toEqual(Array(5).fill("not-sent"));
  });

  test("where nothing listens, it is said so", async () => {
    const ran = await sent(slices, `http://127.0.0.1:${await freePort()}/dicom`);
    expect(ran.code).toBe(1);
    expect(codesOf(ran)).toEqual(["send.nothing-listens"]);
  });

  test("two poorer forms follow only where the richer one was refused", async () => {
    const folder = fresh();
    writeRead(folder);
    mkdirSync(join(folder, "sr"));
    for (const form of ["88.34", "88.22", "88.11"]) copyFileSync(join(folder, `${form}.dcm`), join(folder, "sr", `${form}.dcm`));
    const onlyText: Answer = (request, response, uids) => {
      const failed = uids.map((uid) => item(uid, { "00081197": { vr: "US", Value: [0x0122] } }));
      if (round++ < 2) response.writeHead(409).end(JSON.stringify({ "00081198": sequence(failed) }));
      else storesAll(request, response, uids);
    };
    let round = 0;
    const { result, requests } = await scripted([onlyText], (url) => sent(join(folder, "sr"), url));
    expect(requests).toBe(3);
    expect(result.code).toBe(0);
    expect(outcomesOf(result).sort()).toEqual(["not-needed", "not-needed", "stored"]);
  });
});
