import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { writeSlices } from "../flow/sent.ts";
import { dicomWebServer, type RunningServer } from "./dicom-web-server.ts";

const root = mkdtempSync(join(tmpdir(), "overread-web-faults-"));
let server: RunningServer;
let slices: Buffer[];

const filesIn = (folder: string): Buffer[] => readdirSync(folder).map((name) => readFileSync(join(folder, name)));

beforeAll(async () => {
  writeSlices(join(root, "slices"), 3);
  slices = filesIn(join(root, "slices"));
  server = await dicomWebServer(join(root, "store"), { mostUploadBytes: 2 ** 31 });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

const type = 'multipart/related; type="application/dicom"; boundary=bb';
const bodyOf = (files: readonly Uint8Array[], close = "--bb--"): Buffer =>
  Buffer.concat([
    ...files.flatMap((file) => [Buffer.from("--bb\r\nContent-Type: application/dicom\r\n\r\n"), file, Buffer.from("\r\n")]),
    Buffer.from(close),
  ]);

async function posted(body: Buffer, to = "/studies", contentType = type, base = server.url) {
  const answer = await fetch(base + to, { method: "POST", headers: { "content-type": contentType }, body });
  const text = await answer.text();
  expect(text).not.toMatch(/secret/i);
  return { status: answer.status, json: text === "" ? null : JSON.parse(text) };
}

const reasons = (json: Record<string, { Value: Record<string, { Value: unknown[] }>[] }>, sequence: string): unknown[] =>
  (json[sequence]?.Value ?? []).map((item) => item["00081197"]?.Value[0]);

test("of a request with good objects and bad ones the good are stored, and each is answered for", async () => {
  const cut = (slices[1] as Buffer).subarray(0, 300);
  const { status, json } = await posted(bodyOf([slices[0] as Buffer, Buffer.from("hello ".repeat(50)), cut]));
  expect(status).toBe(202);
  expect(json["00081199"].Value.length).toBe(1);
  expect(reasons(json, "0008119A")).toEqual([0xc000, 0xc000]);
  expect(server.rows.length).toBe(1);
});

test("objects of another study than the address says are not stored", async () => {
  const { status, json } = await posted(bodyOf([slices[2] as Buffer]), "/studies/1.2.3");
  expect(status).toBe(409);
  expect(reasons(json, "00081198")).toEqual([0xa900]);
  expect(server.rows.length).toBe(1);
});

test("the same UID with other bytes is set aside, and the sender hears of it", async () => {
  const other = Buffer.from(slices[0] as Buffer);
  other.writeUInt8(255 - (other.at(-1) as number), other.length - 1);
  const { status, json } = await posted(bodyOf([other]));
  expect(status).toBe(409);
  expect(reasons(json, "00081198")).toEqual([0x0111]);
  expect((await posted(bodyOf([slices[0] as Buffer]))).status).toBe(200);
});

test("a full disk is a lack of resources, and the objects behind it are still answered for", async () => {
  const receive = async ({ file }: { file: AsyncIterable<Uint8Array> }) => {
    for await (const _ of file) throw new Fault("output.disk-full");
    throw new Error("never");
  };
  const full = await dicomWebServer(join(root, "full"), { receive });
  const { status, json } = await posted(bodyOf(slices), "/studies", type, full.url);
  await full.close();
  expect(status).toBe(503);
  expect(reasons(json, "00081198")).toEqual([0xa700, 0xa700, 0xa700]);
});

test.each([
  ["that ends before its closing boundary", bodyOf([], "--bb\r\nContent-Type: application/dicom\r\n\r\nabc"), type, 400],
  ["without a boundary in it", Buffer.from("hello"), type, 400],
  ["without a boundary named", bodyOf([]), 'multipart/related; type="application/dicom"', 400],
  ["of metadata and bulk data", bodyOf([]), 'multipart/related; type="application/dicom+json"; boundary=bb', 415],
  ["that is a single file", Buffer.from("x"), "application/dicom", 415],
])("a body %s is refused", async (_what, body, contentType, expected) => {
  const { status, json } = await posted(body, "/studies", contentType);
  expect(status).toBe(expected);
  expect(json.code).toMatch(/^dicom-web\./);
});

test("a body that breaks off keeps what was whole, and leaves no half file", async () => {
  const own = await dicomWebServer(join(root, "cut"));
  const whole = bodyOf(slices);
  const { port } = new URL(own.url);
  const socket = connect(Number(port), "127.0.0.1");
  const head = `POST /dicom-web/studies HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${whole.length}\r\n\r\n`;
  socket.write(Buffer.concat([Buffer.from(head), whole.subarray(0, whole.length * 0.6)]));
  await expect.poll(() => own.rows.length).toBe(1);
  socket.destroy();
  const stored = (): string[] =>
    readdirSync(join(root, "cut"), { recursive: true, encoding: "utf8" }).filter((name) => /partial|[0-9a-f]{8}-/.test(name));
  await expect.poll(stored).toHaveLength(1);
  await own.close();
});

/** GET as it is written, without the clean-up that fetch gives a path. */
const got = (path: string, accept = "*/*"): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    const asking = request({ port, host: "127.0.0.1", path, headers: { accept } }, (answer) => {
      let text = "";
      answer.setEncoding("latin1").on("data", (piece: string) => {
        text += piece;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asking.on("error", reject).end();
  });

test.each([
  ["/dicom-web/studies/..%2F..%2Fetc%2Fpasswd", 400],
  ["/dicom-web/studies/%2e%2e", 400],
  ["/dicom-web/studies/../../../etc/passwd", 404],
  ["/dicom-web/studies/1.2%00", 400],
  ["/dicom-web/studies/1.2'%20or%20'1'='1/metadata", 400],
  [`/dicom-web/studies/${"1".repeat(65)}`, 400],
  ["/dicom-web/studies/1.2.3", 404],
  ["/dicom-web/studies/1.2.3/series/4.5/instances/6.7/rendered", 404],
  ["/dicom-web/studies/1.2.3/series", 204],
  ["/dicom-web/studies?StudyInstanceUID=../x", 400],
  ["/dicom-web/studies?limit=99999999999999", 400],
] as const)("GET %s answers %i and nothing else", async (path, expected) => {
  const { status, text } = await got(path);
  expect(status).toBe(expected);
  expect(text).not.toMatch(/root:|secret/i);
});

const pathOf = (): string => {
  const [row] = server.rows;
  return `/dicom-web/studies/${row?.study.studyInstanceUid}/series/${row?.series.seriesInstanceUid}/instances/${row?.sopInstanceUid}`;
};

test.each([
  ["/frames/0", "*/*", 404],
  ["/frames/2", "*/*", 404],
  ["/frames/1,2", "*/*", 404],
  ["/frames/x", "*/*", 400],
  ["/frames/1", "image/jp2", 406],
  ["/rendered?window=40", "*/*", 400],
  ["/rendered?window=40,0", "*/*", 400],
  ["/rendered", "image/jpeg", 406],
  ["/metadata", 'multipart/related; type="application/dicom+xml"', 406],
  ["/metadata", "not a type", 400],
  ["", 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.90', 406],
  ["", "text/html", 406],
  ["/bulkdata/00100010/1", "*/*", 404],
  ["/bulkdata/..%2F..", "*/*", 404],
  ["/bulkdata/00990099", "*/*", 404],
] as const)("GET …%s as %s answers %i", async (path, accept, expected) => {
  const { status, text } = await got(pathOf() + path, accept);
  expect(status).toBe(expected);
  expect(JSON.parse(text).code).toMatch(/^dicom-web\./);
  expect(text).not.toMatch(/secret/i);
});

test("what is not heeded of a query is said in a Warning", async () => {
  const answer = await fetch(`${server.url}/studies?fuzzymatching=true&PatientName=SECRET*`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("warning")).toBe(
    `299 ${server.url} "The fuzzymatching parameter is not supported. Only literal matching has been performed."`,
  );
});

test("a rendered frame follows the window: all black above the values, all white below", async () => {
  const pictures = await Promise.all(
    ["5000,10", "-5000,10"].map(async (window) =>
      Buffer.from(await (await fetch(`${server.url}${pathOf().slice(10)}/rendered?window=${window}`)).arrayBuffer()),
    ),
  );
  const { decode } = await import("fast-png");
  expect(pictures.map((png) => [...new Set(decode(png).data)])).toEqual([[0], [255]]);
});

test("a gigabyte in one request passes through without being held", async () => {
  const file = slices[0] as Buffer;
  const piece = Buffer.alloc(1 << 20, 7);
  let mostBytes = 0;
  const start = process.memoryUsage().rss;
  const big = await dicomWebServer(join(root, "big"), {
    receive: async ({ file }) => {
      let bytes = 0;
      for await (const { length } of file) bytes += length;
      mostBytes = Math.max(mostBytes, process.memoryUsage().rss - start);
      expect(bytes).toBeGreaterThan(2 ** 30);
      return { kind: "kept", studyInstanceUid: "1", sopInstanceUid: "1", sopClassUid: "1", quarantined: null };
    },
  });
  function* body(): Generator<Uint8Array> {
    yield Buffer.from("--bb\r\nContent-Type: application/dicom\r\n\r\n");
    yield file;
    for (let n = 0; n < 1024; n++) {
      mostBytes = Math.max(mostBytes, process.memoryUsage().rss - start);
      yield piece;
    }
    yield Buffer.from("\r\n--bb--");
  }
  // Not with fetch, which takes in the whole body by itself.
  const sending = request(`${big.url}/studies`, { method: "POST", headers: { "content-type": type } });
  const answered = once(sending, "response");
  await pipeline(Readable.from(body()), sending);
  const [answer] = (await answered) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(200);
  await big.close();
  expect(mostBytes / 2 ** 20).toBeLessThan(200);
}, 60_000);

test("a request longer than allowed is refused, announced or not", async () => {
  const small = await dicomWebServer(join(root, "small"), { mostUploadBytes: 10_000 });
  expect((await posted(bodyOf([Buffer.alloc(20_000)]), "/studies", type, small.url)).status).toBe(413);
  const answer = await fetch(`${small.url}/studies`, {
    method: "POST",
    headers: { "content-type": type },
    body: Readable.from([bodyOf([Buffer.alloc(20_000)])]) as never,
    duplex: "half",
  } as RequestInit);
  expect(answer.status).toBe(413);
  expect(small.rows).toEqual([]);
  await small.close();
});
