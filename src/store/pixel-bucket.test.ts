import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type BucketServer, bucketCredentials, startBucket } from "../../tests/bucket-server.ts";
import { type BucketPlace, PixelBucket } from "./pixel-bucket.ts";

// What folder and bucket have in common: pixels.test.ts.
const temporaryFolder = mkdtempSync(join(tmpdir(), "overread-pixel-bucket-"));
let server: BucketServer;
let place: BucketPlace;
beforeAll(async () => {
  server = await startBucket();
  const { bucket, endpoint } = server;
  place = { bucket, prefix: "one/site/", endpoint, region: "us-east-1", pathStyle: true, temporaryFolder };
});
beforeEach(() => void Object.assign(process.env, bucketCredentials));
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  expect(readdirSync(temporaryFolder)).toEqual([]);
});
afterAll(async () => {
  await server.close();
  rmSync(temporaryFolder, { recursive: true, force: true });
});

async function* stream(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk);
}
const large = "0123456789".repeat(900_000);
const textOf = async (pixels: PixelBucket, key: string): Promise<string> => new TextDecoder().decode(await pixels.read(key, 0, 1000));
const keysOf = async (pixels: PixelBucket): Promise<string[]> => {
  const found: string[] = [];
  for await (const key of pixels.list("")) found.push(key);
  return found;
};
const gone = { code: "store.bucket-gone" };

test("two prefixes of one bucket know nothing of each other", async () => {
  const [one, other] = [await PixelBucket.open(place), await PixelBucket.open({ ...place, prefix: "one/" })];
  await one.put("a", stream("x"));
  await other.put("b", stream("y"));
  expect(await keysOf(one)).toEqual(["a"]);
  await expect(one.read("b", 0, 1)).rejects.toMatchObject({ code: "store.no-such-file" });
  expect(await textOf(other, "site/a")).toBe("x");
});

test("a bucket that is away is a fault of every operation; when it is back all is there that it said it has, and nothing else", async () => {
  const pixels = await PixelBucket.open({ ...place, prefix: "away/" });
  await pixels.put("kept", stream("x"));
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield* stream(large);
    await server.stop();
    yield* stream(large);
  }
  await expect(pixels.put("half", cut())).rejects.toMatchObject(gone);
  await expect(pixels.put("a", stream("x"))).rejects.toMatchObject(gone);
  await expect(pixels.read("kept", 0, 1)).rejects.toMatchObject(gone);
  await expect(pixels.move("kept", "b")).rejects.toMatchObject(gone);
  await expect(pixels.remove("kept")).rejects.toMatchObject(gone);
  await expect(keysOf(pixels)).rejects.toMatchObject(gone);
  await expect(pixels.lend(["kept"], async () => "never")).rejects.toMatchObject(gone);
  await expect(pixels.check()).rejects.toMatchObject({ ...gone, values: { because: "ECONNREFUSED" } });
  await expect(PixelBucket.open(place)).rejects.toMatchObject(gone);
  await server.start();
  await pixels.check();
  expect(await keysOf(pixels)).toEqual(["kept"]);
  expect(await textOf(pixels, "kept")).toBe("x");
});

test("a bucket that is not there, or does not know us, refuses, and the fault holds no key", async () => {
  await expect(PixelBucket.open({ ...place, bucket: "absent" })).rejects.toMatchObject({
    code: "store.bucket-refuses",
    values: { because: "NoSuchBucket" },
  });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "A-WRONG-KEY", AWS_SECRET_ACCESS_KEY: "A-WRONG-SECRET" });
  const fault: unknown = await PixelBucket.open(place).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: "store.bucket-refuses", values: { because: "InvalidAccessKeyId" } });
  expect(inspect(fault, { depth: null, showHidden: true })).not.toMatch(/A-WRONG/);
});

/** A service on this machine that answers as no real one should. */
async function faulty(answer: RequestListener): Promise<BucketPlace> {
  const http = createServer(answer).listen(0, "127.0.0.1");
  await once(http, "listening");
  closing.push(() => {
    http.close();
    http.closeAllConnections();
  });
  return { ...place, endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}
const begun = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
const emptyList = '<?xml version="1.0"?><ListBucketResult></ListBucketResult>';

test("a service that never answers is away after a while", async () => {
  await expect(PixelBucket.open(await faulty(() => undefined))).rejects.toMatchObject(gone);
});

test("a file that ends before its length is a fault, and never taken for the whole", async () => {
  const pixels = await PixelBucket.open(
    await faulty(({ url }, response) => {
      if (url?.includes("list-type")) response.end(emptyList);
      else response.writeHead(200, { "content-length": 100 }).write("half", () => setTimeout(() => response.destroy(), 50));
    }),
  );
  await expect(pixels.read("a", 0, 100)).rejects.toMatchObject(gone);
  await expect(pixels.lend(["a", "b"], async () => "never")).rejects.toMatchObject(gone);
});

test("a service without room is a full disk, and one that fails at the last part has kept nothing", async () => {
  const asked: string[] = [];
  const pixels = await PixelBucket.open(
    await faulty((request, response) => {
      const { method = "", url = "" } = request;
      request.resume().on("end", () => {
        asked.push(`${method} ${url.replace(/^.*\?/, "")}`);
        if (url.includes("list-type")) response.end(emptyList);
        else if (url.includes("uploads")) response.end(begun);
        else if (url.includes("partNumber=1&")) response.writeHead(200, { etag: '"1"' }).end();
        else response.writeHead(method === "PUT" ? 507 : 204).end();
      });
    }),
  );
  await expect(pixels.put("a", stream("x"))).rejects.toMatchObject({ code: "output.disk-full" });
  await expect(pixels.put("a", stream(large, "end"))).rejects.toMatchObject({ code: "output.disk-full" });
  expect(asked.at(-1)).toMatch(/^DELETE .*uploadId=u/);
});
