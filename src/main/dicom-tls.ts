import { readFile } from "node:fs/promises";
import { type ConnectionOptions, createSecureContext, type TlsOptions } from "node:tls";
import { Fault } from "../base/fault.ts";
import type { Config } from "./config.ts";

export interface DicomTls {
  /** Null: the listener speaks plain DICOM. */
  readonly listen: TlsOptions | null;
  readonly connect: ConnectionOptions;
}

/** Non-downgrading BCP 195 profile (PS3.15 B.10, RFC 9325): TLS 1.2 with forward secrecy and authenticated encryption, and TLS 1.3. */
const profile = {
  minVersion: "TLSv1.2",
  ciphers: [
    ...["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"],
    ...["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "DHE-RSA-AES256-GCM-SHA384"],
    ...["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES128-GCM-SHA256"],
  ].join(":"),
  honorCipherOrder: true,
} as const;

/**
 * Reads key, certificate and authorities. With authorities, senders must have a certificate of theirs; peers' certificates are judged by them alone.
 * @throws Fault server.dicom-tls
 */
export async function dicomTls(files: Config["dicom"]["tls"]): Promise<DicomTls> {
  if (files === null) return { listen: null, connect: profile };
  try {
    const [key, cert, ca] = await Promise.all([files.keyFile, files.certificateFile, files.caFile].map((path) => path && readFile(path)));
    const own = { ...profile, key: key ?? "", cert: cert ?? "", ...(ca ? { ca } : {}) };
    createSecureContext(own);
    return { listen: { ...own, requestCert: Boolean(ca), rejectUnauthorized: Boolean(ca), dhparam: "auto" }, connect: own };
  } catch (cause) {
    throw new Fault("server.dicom-tls", {}, cause);
  }
}
