import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { bucketFault } from "./bucket-fault.ts";
import { checkKey } from "./check-key.ts";
import { inLanes } from "./in-lanes.ts";
import { inSteps } from "./in-steps.ts";
import { openTemporary } from "./open-temporary.ts";
import { TailHash } from "./tail-hash.ts";
import { writing } from "./writing.ts";

/** Which bucket. Who may use it stands in the environment (AWS_ACCESS_KEY_ID and others), where the client looks itself. */
export interface BucketPlace {
  readonly bucket: string;
  /** In front of all keys: empty, or ending in "/". */
  readonly prefix: string;
  /** null: Amazon's. */
  readonly endpoint: string | null;
  readonly region: string;
  /** Whether the bucket's name stands in the path, or in the name of the host. */
  readonly pathStyle: boolean;
  /** A folder of this machine for what is lent. */
  readonly temporaryFolder: string;
}

/** A part has at least 5 MiB unless it is the last, and a file 10,000 parts at most: 80 GiB. One part of each file that comes in is held in memory. */
const partBytes = 8 << 20;
const lentAtOnce = 8;
const silentMs = 60_000;

/** Bytes of images and of results, in a bucket of an S3-compatible service. */
export class PixelBucket {
  readonly #client: S3Client;
  readonly #place: BucketPlace;

  private constructor(place: BucketPlace) {
    this.#place = place;
    this.#client = new S3Client({
      region: place.region,
      ...(place.endpoint !== null && { endpoint: place.endpoint }),
      forcePathStyle: place.pathStyle,
      // Not every compatible service knows the newer checksums. The signature holds a hash of the body.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: { connectionTimeout: 5000, requestTimeout: silentMs, throwOnRequestTimeout: true, socketTimeout: silentMs },
    });
  }

  /** @throws Fault store.bucket-gone, store.bucket-refuses, output.… for the temporary folder */
  static async open(place: BucketPlace): Promise<PixelBucket> {
    await openTemporary(place.temporaryFolder);
    const pixels = new PixelBucket(place);
    await pixels.check();
    return pixels;
  }

  /**
   * Keeps a file; when it returns, the bucket has said that it has it. A reader of the key sees the whole file or none; one that was there is replaced.
   * @param hashFrom bytes in front that the hash leaves out
   * @throws Fault store.bucket-gone, store.bucket-refuses, output.disk-full; what the stream throws
   */
  readonly put = async (key: string, bytes: AsyncIterable<Uint8Array>, hashFrom = 0): Promise<{ bytes: number; sha256: string }> => {
    const target = this.#target(key);
    const hash = new TailHash(hashFrom);
    const parts: CompletedPart[] = [];
    let only: Uint8Array = new Uint8Array();
    let UploadId: string | undefined;
    try {
      for await (const piece of inSteps(bytes, partBytes)) {
        hash.add(piece);
        if (hash.bytes < partBytes) {
          only = piece;
          continue;
        }
        UploadId ??= (await answered(this.#client.send(new CreateMultipartUploadCommand(target)))).UploadId;
        const PartNumber = parts.length + 1;
        const { ETag } = await answered(this.#client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body: piece })));
        parts.push({ PartNumber, ETag });
      }
      if (UploadId === undefined) await answered(this.#client.send(new PutObjectCommand({ ...target, Body: only })));
      else
        await answered(this.#client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } })));
    } catch (error) {
      // Parts of a bucket that is gone stay in it, unseen, until its own rule removes them.
      if (UploadId !== undefined) await this.#client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
      throw error;
    }
    return { bytes: hash.bytes, sha256: hash.sha256() };
  };

  /** By way of this machine: a bucket's own copying ends at 5 GiB. @throws Fault store.no-such-file, as `put` */
  readonly move = async (from: string, to: string): Promise<void> => {
    await this.put(to, this.#bytes(from));
    await this.remove(from);
  };

  /** Fewer bytes than asked for only where the file ends. @throws Fault store.no-such-file, store.bucket-… */
  readonly read = async (key: string, offset: number, length: number): Promise<Uint8Array> => {
    if (length === 0) return new Uint8Array();
    const Range = `bytes=${offset}-${offset + length - 1}`;
    const asked = this.#client.send(new GetObjectCommand({ ...this.#target(key), Range })).catch((error: unknown) => {
      if (error instanceof Error && error.name === "InvalidRange") return null;
      throw error;
    });
    const body = (await answered(asked))?.Body;
    return body === undefined ? new Uint8Array() : answered(body.transformToByteArray());
  };

  /** What is not there is removed already. @throws Fault store.bucket-… */
  readonly remove = async (key: string): Promise<void> => {
    await answered(this.#client.send(new DeleteObjectCommand(this.#target(key))));
  };

  /** Keys that begin with a prefix, in the order of their characters, as the bucket gives them. */
  readonly list = (prefix: string): AsyncIterable<string> => this.#under(prefix);

  /**
   * A folder that holds copies of these files while the work runs, named by their last part.
   * @throws Fault store.no-such-file, store.bucket-…, output.…
   */
  readonly lend = async <Result>(keys: readonly string[], work: (folder: string) => Promise<Result>): Promise<Result> => {
    keys.forEach(checkKey);
    const folder = join(this.#place.temporaryFolder, randomUUID());
    await writing(mkdir(folder));
    try {
      await inLanes(keys, lentAtOnce, (key) => writing(writeFile(join(folder, basename(key)), this.#bytes(key))));
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  /** @throws Fault store.bucket-gone, store.bucket-refuses */
  readonly check = async (): Promise<void> => {
    const asked = new ListObjectsV2Command({ Bucket: this.#place.bucket, Prefix: this.#place.prefix, MaxKeys: 1 });
    await answered(this.#client.send(asked, { abortSignal: AbortSignal.timeout(5000) }));
  };

  #target(key: string): { readonly Bucket: string; readonly Key: string } {
    checkKey(key);
    return { Bucket: this.#place.bucket, Key: this.#place.prefix + key };
  }

  async *#under(start: string): AsyncGenerator<string> {
    const folder = start.slice(0, Math.max(0, start.lastIndexOf("/")));
    if (folder !== "") checkKey(folder);
    const { bucket, prefix } = this.#place;
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: bucket, Prefix: prefix + start });
    try {
      for await (const { Contents = [] } of pages) for (const { Key = "" } of Contents) yield Key.slice(prefix.length);
    } catch (error) {
      throw bucketFault(error);
    }
  }

  async *#bytes(key: string): AsyncGenerator<Uint8Array> {
    const { Body } = await answered(this.#client.send(new GetObjectCommand(this.#target(key))));
    if (!(Body instanceof Readable)) throw new TypeError("the client gives no stream of Node");
    try {
      yield* Body;
    } catch (error) {
      throw bucketFault(error);
    }
  }
}

/** What the bucket answered, with errors of the client as faults. */
async function answered<Answer>(asked: Promise<Answer>): Promise<Answer> {
  return asked.catch((error: unknown) => Promise.reject(bucketFault(error)));
}
