import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A server of another maker's that objects are sent to. */
export interface StorePeer {
  readonly port: number;
  /** Where it keeps what it stored. */
  readonly folder: string;
  readonly log: () => string;
  readonly kill: () => Promise<void>;
}

export const hasOrthanc = process.env.CI === "true" || existsSync("/usr/sbin/Orthanc");
export const hasStorescp = process.env.CI === "true" || existsSync("/usr/bin/storescp");

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** storescp of dcmtk, writing what it gets byte for byte into a folder. */
export async function storescp(folder: string, args: readonly string[] = [], port?: number): Promise<StorePeer> {
  mkdirSync(folder, { recursive: true });
  const at = port ?? (await freePort());
  // Without TCP_NODELAY dcmtk's answers wait for the kernel's delayed acknowledgement, 40 ms each.
  return started("storescp", ["-v", "+B", "-od", folder, ...args, String(at)], { TCP_NODELAY: "1" }, at, folder);
}

/** Orthanc with its DICOMweb plug-in; `port` is that of DICOM, `httpPort` that of REST and DICOMweb. */
export async function orthanc(folder: string, more: Readonly<Record<string, unknown>> = {}): Promise<StorePeer & { httpPort: number }> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const httpPort = await freePort();
  const plugins = readdirSync("/usr/lib/orthanc").filter((name) => name.startsWith("libOrthancDicomWeb"));
  const configuration = {
    StorageDirectory: join(folder, "db"),
    IndexDirectory: join(folder, "db"),
    HttpPort: httpPort,
    DicomPort: port,
    DicomAet: "ORTHANC",
    DicomCheckCalledAet: true,
    DicomAlwaysAllowStore: true,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    Plugins: plugins.map((name) => join("/usr/lib/orthanc", name)),
    DicomWeb: { Enable: true, Root: "/dicom-web/" },
    ...more,
  };
  writeFileSync(join(folder, "orthanc.json"), JSON.stringify(configuration));
  const peer = await started("/usr/sbin/Orthanc", [join(folder, "orthanc.json")], {}, httpPort, folder);
  return { ...peer, port, httpPort };
}

async function started(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  port: number,
  folder: string,
): Promise<StorePeer> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let log = "";
  const keep = (bytes: Buffer): void => {
    log += bytes.toString("latin1");
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  for (let tries = 0; !(await listens(port)); tries++) {
    if (tries > 300 || child.exitCode !== null) throw new Error(`${program} does not start: ${log}`);
    await sleep(50);
  }
  return { port, folder, log: () => log, kill: () => killed(child) };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function listens(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Makes a key and a certificate of its own signature for localhost, and for no other name. */
export function certify(key: string, certificate: string): void {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", certificate];
  execFileSync("openssl", [...made, ...subject], { stdio: "ignore" });
}

/** The data set of a PS3.10 file, behind its file meta information. */
export function dataSetOf(path: string): Buffer {
  const bytes = readFileSync(path);
  return bytes.subarray(144 + bytes.readUInt32LE(140));
}
