import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { listenForObjects, type StoreScp } from "../../src/dicom/dimse/store-scp.ts";
import { type DicomTls, dicomTls } from "../../src/main/dicom-tls.ts";
import { dimsePeerOf } from "../../src/main/dimse-peer.ts";
import { testPeer } from "../../src/main/test-peer.ts";
import type { Peer } from "../../src/store/peers.ts";
import { writeSlices } from "./sent.ts";
import { hasOrthanc, hasStorescp, orthanc, type StorePeer, storescp } from "./store-peers.ts";

const root = mkdtempSync(join(tmpdir(), "overread-dicom-tls-"));
const slices = join(root, "slices");
const path = (name: string): string => join(root, name);
const openssl = (...args: string[]): void => void execFileSync("openssl", args, { stdio: "ignore" });
const pem = (name: string) => ({ keyFile: path(`${name}.key`), certificateFile: path(`${name}.pem`), caFile: path("ca.pem") });

/** An authority of its own. */
function authority(name: string): void {
  openssl(
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-keyout",
    path(`${name}.key`),
    "-out",
    path(`${name}.pem`),
    "-subj",
    `/CN=${name}`,
  );
}

/** A key with a certificate for a name, from an authority. */
function certified(name: string, alternative: string, by: string): void {
  writeFileSync(path(`${name}.ext`), `subjectAltName=${alternative}`);
  openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", path(`${name}.key`), "-out", path(`${name}.csr`), "-subj", `/CN=${name}`);
  const signed = ["-CA", path(`${by}.pem`), "-CAkey", path(`${by}.key`), "-CAcreateserial", "-days", "2", "-extfile", path(`${name}.ext`)];
  openssl("x509", "-req", "-in", path(`${name}.csr`), "-out", path(`${name}.pem`), ...signed);
}

let tls: DicomTls;
beforeAll(async () => {
  authority("ca");
  authority("stranger");
  certified("ours", "IP:127.0.0.1", "ca");
  certified("ct", "DNS:ct.example", "ca");
  certified("forged", "DNS:ct.example", "stranger");
  writeSlices(slices, 3);
  tls = await dicomTls(pem("ours"));
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { close } of open.splice(0)) await close();
});

interface Listening {
  readonly scp: StoreScp;
  readonly stored: string[];
}
async function listening(more: Partial<Parameters<typeof listenForObjects>[0]> = {}): Promise<Listening> {
  const stored: string[] = [];
  const scp = await listenForObjects(
    {
      host: "127.0.0.1",
      port: 0,
      admit: () => "accept",
      tls: tls.listen,
      commitment: null,
      ended: () => undefined,
      failed: () => undefined,
      ...more,
    },
    async ({ sopInstanceUid, data }) => {
      for await (const _ of data);
      stored.push(sopInstanceUid);
      return "stored";
    },
  );
  open.push({ close: () => scp.close(0) });
  return { scp, stored };
}
const peerAt = (port: number, more: Partial<Peer> = {}): Peer => ({
  aeTitle: "PACS",
  host: "127.0.0.1",
  port,
  tls: true,
  certificateName: null,
  mayStore: true,
  priors: "none",
  dicomWebUrl: null,
  ...more,
});
const running = (peer: StorePeer): StorePeer => {
  open.push({ close: peer.kill });
  return peer;
};

describe.skipIf(!hasStorescp)("DICOM over TLS", () => {
  test("storescu with a certificate of the authority stores; without one, with a stranger's, and without TLS it does not", async () => {
    const { scp, stored } = await listening();
    const send = (...args: string[]) =>
      promisify(execFile)("storescu", [...args, "+sd", "127.0.0.1", String(scp.port), slices], { timeout: 20_000 }).then(
        () => "stored",
        () => "failed",
      );
    const trusting = ["--add-cert-file", path("ca.pem")];
    expect(await send("+tls", path("ct.key"), path("ct.pem"), ...trusting)).toBe("stored");
    expect(stored).toHaveLength(3);
    expect(await send("+tla", ...trusting)).toBe("failed");
    expect(await send("+tls", path("forged.key"), path("forged.pem"), ...trusting)).toBe("failed");
    expect(await send()).toBe("failed");
    expect(stored).toHaveLength(3);
  });

  test("neither an older TLS nor a cipher without forward secrecy is spoken", async () => {
    const { scp } = await listening();
    const shake = (...args: string[]) =>
      promisify(execFile)("sh", [
        "-c",
        `openssl s_client -connect 127.0.0.1:${scp.port} -cert ${path("ct.pem")} -key ${path("ct.key")} ${args.join(" ")} </dev/null`,
      ]).then(
        ({ stdout }) => /Cipher is (?!\(NONE\))/.test(stdout),
        () => false,
      );
    expect(await shake("-tls1_3")).toBe(true);
    expect(await shake("-tls1_2")).toBe(true);
    expect(await shake("-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384")).toBe(true);
    expect(await shake("-tls1_2", "-cipher", "AES128-SHA:AES256-SHA256:AES128-GCM-SHA256")).toBe(false);
    expect(await shake("-tls1_1", "-cipher", "ALL:@SECLEVEL=0")).toBe(false);
  });

  test("a peer is reached over TLS with our certificate, when its own is for its name", async () => {
    const args = ["+tls", path("ct.key"), path("ct.pem"), "--add-cert-file", path("ca.pem")];
    const { port } = running(await storescp(path("peer"), args));
    const ask = async (more: Partial<Peer>) => (await testPeer(peerAt(port, more), "OVERREAD", tls)).map(({ because }) => because.code);
    expect(await ask({ certificateName: "ct.example" })).toEqual(["peer.answers"]);
    expect(await ask({})).toEqual(["send.tls-other-name"]);
    expect((await ask({ tls: false }))[0]).toMatch(/^send\./);
    const bare = await dicomTls(null);
    expect((await testPeer(peerAt(port, { certificateName: "ct.example" }), "OVERREAD", bare))[0]?.because.code).toMatch(/^send\.tls/);
  });

  test("files that are none, or do not fit each other, are told before anything listens", async () => {
    for (const files of [
      { ...pem("ours"), keyFile: path("ct.key") },
      { ...pem("ours"), certificateFile: path("nowhere.pem") },
      { ...pem("ours"), keyFile: path("ours.ext") },
    ])
      await expect(dicomTls(files)).rejects.toMatchObject({ code: "server.dicom-tls" });
  });
});

describe.skipIf(!hasOrthanc)("with Orthanc, over TLS both ways", () => {
  test("its objects are stored, and what is kept of them is reported over an association of our own", async () => {
    let port = 0;
    const unreported: string[] = [];
    const { scp, stored } = await listening({
      commitment: {
        committed: async () => new Set(stored),
        peerOf: () => dimsePeerOf(peerAt(port, { aeTitle: "ORTHANC", certificateName: "ct.example" }), "OVERREAD", tls),
        unreported: (callingAet) => unreported.push(callingAet),
      },
    });
    const archive = await orthanc(path("orthanc"), {
      DicomTlsEnabled: true,
      DicomTlsCertificate: path("ct.pem"),
      DicomTlsPrivateKey: path("ct.key"),
      DicomTlsTrustedCertificates: path("ca.pem"),
      DicomTlsRemoteCertificateRequired: true,
      DicomModalities: { ours: { AET: "OVERREAD", Host: "127.0.0.1", Port: scp.port, UseDicomTls: true } },
    });
    running(archive);
    port = archive.port;
    const at = (resource: string): string => `http://127.0.0.1:${archive.httpPort}${resource}`;
    for (const name of readdirSync(slices)) await fetch(at("/instances"), { method: "POST", body: readFileSync(join(slices, name)) });
    const instances = await (await fetch(at("/instances"))).text();
    expect((await fetch(at("/modalities/ours/store"), { method: "POST", body: instances })).status).toBe(200);
    expect(stored).toHaveLength(3);
    const asked = await fetch(at("/modalities/ours/storage-commitment"), { method: "POST", body: `{"Resources": ${instances}}` });
    const { ID } = (await asked.json()) as { ID: string };
    let status = "Pending";
    for (let tries = 0; status === "Pending" && tries < 200; tries++) {
      await sleep(100);
      status = ((await (await fetch(at(`/storage-commitment/${ID}`))).json()) as { Status: string }).Status;
    }
    expect([status, unreported]).toEqual(["Success", []]);
  }, 60_000);
});
