import { expect, test } from "vitest";
import { Fault } from "../../base/fault.ts";
import { isBoundary, readMultipart } from "./read-multipart.ts";

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Each part as its type and its body; or the code of the fault. */
async function partsOf(text: string, size = 7): Promise<string[] | string> {
  const parts: string[] = [];
  try {
    for await (const { headers, body } of readMultipart(inPieces(text, size), "bb")) {
      let whole = "";
      for await (const piece of body) whole += Buffer.from(piece).toString("latin1");
      parts.push(`${headers.get("content-type")} ${whole}`);
    }
    return parts;
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

const part = (type: string, body: string): string => `--bb\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;

test("parts come out whole, however the stream is cut and whatever in them resembles a boundary", async () => {
  const bodies = ["first", "", "\r\n--b\r\n--ba--bb\r\n\r\n", "\0\xff\r", "--bb"];
  const text = `a preamble\r\n${bodies.map((body, n) => part(`t/${n}`, body)).join("")}--bb--\r\nan epilogue`;
  for (let size = 1; size < 60; size++) expect(await partsOf(text, size)).toEqual(bodies.map((body, n) => `t/${n} ${body}`));
});

test("a body that is not read to its end does not hide the next part", async () => {
  const types: (string | undefined)[] = [];
  for await (const { headers } of readMultipart(inPieces(`${part("a/a", "x".repeat(500))}${part("b/b", "y")}--bb--`, 11), "bb"))
    types.push(headers.get("content-type"));
  expect(types).toEqual(["a/a", "b/b"]);
});

test.each([
  ["no boundary at all", "hello"],
  ["nothing", ""],
  ["no part", "--bb--\r\n"],
  ["no closing boundary", part("a/a", "x")],
  ["an end within a header", "--bb\r\nContent-Ty"],
  ["an end within a body", "--bb\r\n\r\nabc"],
  ["something else behind a boundary", "--bbb\r\n\r\nabc\r\n--bb--"],
  ["a header without a name", "--bb\r\n: x\r\n\r\nabc\r\n--bb--"],
  ["a header folded into nonsense", "--bb\r\nno colon here\r\n\r\nabc\r\n--bb--"],
  ["headers without end", `--bb\r\n${"X-Long: y\r\n".repeat(5000)}\r\n--bb--`],
  ["a header line without end", `--bb\r\nX: ${"y".repeat(20_000)}\r\n\r\n--bb--`],
])("a body with %s is a fault", async (_what, text) => {
  expect(await partsOf(text)).toBe("dicom-web.bad-multipart");
});

test("a long part is passed on while it comes, and no more of it is held than a piece", async () => {
  const piece = new Uint8Array(65536).fill(0x2d);
  let given = 0;
  async function* long(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("--bb\r\n\r\n");
    for (let n = 0; n < 200; n++) {
      given += piece.length;
      yield piece;
    }
    yield Buffer.from("\r\n--bb--");
  }
  let taken = 0;
  for await (const { body } of readMultipart(long(), "bb"))
    for await (const bytes of body) {
      taken += bytes.length;
      expect(given - taken).toBeLessThan(2 * piece.length);
    }
  expect(taken).toBe(200 * piece.length);
});

test("a boundary is of the characters that may stand in one", () => {
  expect(["a", "a b", "----=_Part'()+,./:=?", "x".repeat(73)].filter(isBoundary).length).toBe(4);
  expect([undefined, "", "a ", "a\r\nb", 'a"', "x".repeat(300)].filter(isBoundary)).toEqual([]);
});
