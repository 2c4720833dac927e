import { S3ServiceException } from "@aws-sdk/client-s3";
import { Fault } from "../base/fault.ts";

/**
 * An error of the S3 client as a fault: store.no-such-file, output.disk-full, store.bucket-refuses (no such bucket, no credentials or wrong ones, no right),
 * store.bucket-gone (the network, or a service that is not well). Only its name is passed on: its text and fields may hold an access key. A caller's mistake is passed on
 * as it is.
 */
export function bucketFault(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return error;
  if (error.name === "NoSuchKey") return new Fault("store.no-such-file");
  const status = error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
  // RFC 4918 11.5, as MinIO answers.
  if (status === 507) return new Fault("output.disk-full");
  const because = "code" in error && typeof error.code === "string" ? error.code : error.name;
  const refused = (status >= 300 && status < 500 && status !== 429) || error.name === "CredentialsProviderError";
  return new Fault(refused ? "store.bucket-refuses" : "store.bucket-gone", { because });
}
