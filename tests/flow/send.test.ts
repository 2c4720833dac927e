import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ctSeriesFiles } from "../../src/dicom/write/ct.ts";
import { axialGrid } from "../../src/volume/grid.ts";
import { patientPoint } from "../../src/volume/space.ts";
import { volume } from "../../src/volume/volume.ts";
import { overread, type Ran } from "./overread.ts";
import { codesOf, outcomesOf, sent, writeRead, writeSlices } from "./sent.ts";
import { sharedData } from "./shared-data.ts";
import { certify, dataSetOf, freePort, hasOrthanc, hasStorescp, orthanc, type StorePeer, storescp } from "./store-peers.ts";

const root = mkdtempSync(join(tmpdir(), "overread-send-"));
const slices = join(root, "slices");
const peers: StorePeer[] = [];
let counter = 0;
const fresh = (): string => join(root, `case-${++counter}`);

async function scp(...args: string[]): Promise<StorePeer> {
  const peer = await storescp(fresh(), args);
  peers.push(peer);
  return peer;
}
const address = ({ port }: StorePeer, aet = "PACS"): string => `${aet}@127.0.0.1:${port}`;

beforeAll(() => writeSlices(slices, 5));
afterAll(async () => {
  for (const peer of peers) await peer.kill();
  rmSync(root, { recursive: true, force: true });
});

/** No answer of ours may name the patient, nor claim a storage that was none. */
function expectNothingStored(ran: Ran): void {
  expect(ran.code).toBe(1);
  expect(outcomesOf(ran).length).toBeGreaterThan(0);
  for (const outcome of outcomesOf(ran)) expect(["refused", "not-accepted", "not-sent"]).toContain(outcome);
  expect(ran.stdout + ran.stderr).not.toMatch(/secret/i);
}

describe.skipIf(!hasStorescp)("to storescp", () => {
  test("objects arrive with their data sets unchanged, byte for byte, and each is said to be stored", async () => {
    const peer = await scp();
    const ran = await sent(slices, address(peer));
    expect(ran.code).toBe(0);
    expect(outcomesOf(ran)).toEqual(Array(5).fill("stored"));
    const arrived = readdirSync(peer.folder).map((name) => dataSetOf(join(peer.folder, name)).toString("base64"));
    const given = readdirSync(slices).map((name) => dataSetOf(join(slices, name)).toString("base64"));
    expect(arrived.sort()).toEqual(given.sort());
    expect(ran.stdout + ran.stderr).not.toMatch(/secret/i);
  });

  test("a person reads how many of which kind were stored, in English or Chinese", async () => {
    const peer = await scp();
    const english = await overread(["send", slices, address(peer)]);
    expect(english.stdout).toContain("CT Image: 5 stored");
    expect(english.stdout).toContain("5 of 5 objects stored");
    const chinese = await overread(["send", slices, address(peer), "--lang", "zh"]);
    expect(chinese.stdout).toContain("CT Image：5 个已存储");
  });

  test("a Chinese name arrives as it stood, in its own character set", async () => {
    const folder = fresh();
    // 王^伟 in GB18030.
    const name = Buffer.from([0xcd, 0xf5, 0x5e, 0xce, 0xb0]);
    writeSlices(
      folder,
      1,
      { patientName: "王^伟" },
      { characterSet: { term: "GB18030", encode: (text) => (text === "王^伟" ? name : Buffer.from(text)) } },
    );
    const peer = await scp();
    expect((await sent(folder, address(peer))).code).toBe(0);
    const [file = ""] = readdirSync(peer.folder);
    expect(readFileSync(join(peer.folder, file)).includes(name)).toBe(true);
  });

  test("a zip, and files without preamble or file meta information, are sent like any other; what is not DICOM is passed by", async () => {
    const folder = fresh();
    mkdirSync(folder, { recursive: true });
    const [first = "", second = "", third = ""] = readdirSync(slices).map((name) => join(slices, name));
    writeFileSync(join(folder, "no-preamble"), readFileSync(first).subarray(132));
    writeFileSync(join(folder, "bare"), dataSetOf(second));
    writeFileSync(join(folder, "notes.txt"), "no image");
    const zip = `${fresh()}.zip`;
    const script = "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED)\nz.write(sys.argv[2],'a.dcm')\nz.close()";
    expect(spawnSync("python3", ["-c", script, zip, third]).status).toBe(0);
    const peer = await scp();
    const ran = await sent(folder, zip, address(peer));
    expect(outcomesOf(ran)).toEqual(["stored", "stored", "stored"]);
    const arrived = readdirSync(peer.folder).map((name) => dataSetOf(join(peer.folder, name)).toString("base64"));
    expect(arrived.sort()).toEqual([first, second, third].map((path) => dataSetOf(path).toString("base64")).sort());
  });

  test("a slice in JPEG 2000 arrives unchanged where the peer takes it, and is not accepted where it does not", async (context) => {
    const data = sharedData();
    if (data === null) return context.skip("../shared/data is absent");
    const source = join(data, "lidc", "LIDC-IDRI-0001", "dicom");
    const [name = ""] = readdirSync(source).sort();
    const taking = await scp("+xv");
    const ran = await sent(join(source, name), address(taking));
    expect(outcomesOf(ran)).toEqual(["stored"]);
    const [file = ""] = readdirSync(taking.folder);
    expect(dataSetOf(join(taking.folder, file)).equals(dataSetOf(join(source, name)))).toBe(true);
    const plain = await scp("+xe");
    expectNothingStored(await sent(join(source, name), address(plain)));
    expect(readdirSync(plain.folder)).toEqual([]);
  });

  test("a peer that takes another transfer syntax only is not said to have stored anything", async () => {
    const peer = await scp("+xi");
    const ran = await sent(slices, address(peer));
    expectNothingStored(ran);
    expect(outcomesOf(ran)).toEqual(Array(5).fill("not-accepted"));
  });

  test("objects that the peer refuses are refused, with its status: never sent, never stored", async () => {
    const peer = await scp();
    // The peer cannot write any more: it answers A700 to each C-STORE.
    rmdirSync(peer.folder);
    const ran = await sent(slices, address(peer));
    expectNothingStored(ran);
    expect(JSON.parse(ran.stdout).objects.map(({ outcome, status }: { outcome: string; status: string }) => [outcome, status])).toEqual(
      Array(5).fill(["refused", "A700"]),
    );
    const said = await overread(["send", slices, address(peer)]);
    expect(said.code).toBe(1);
    expect(said.stdout).toContain("CT Image: 5 refused");
    expect(said.stdout).toContain("object 1–5: refused. Status A700: Out of resources.");
    expect(said.stdout).toContain("0 of 5 objects stored");
  });

  test("an association that is refused is said with its reason, at once", async () => {
    const ran = await sent(slices, address(await scp("--refuse")));
    expectNothingStored(ran);
    expect(codesOf(ran)).toEqual(["send.rejected"]);
  });

  test.each(["--abort-during", "--abort-after"])(
    "a peer that aborts (%s) is tried three times and nothing is said to be stored",
    async (how) => {
      const peer = await scp(how);
      const folder = fresh();
      writeSlices(folder, 1);
      const ran = await sent(folder, address(peer));
      expectNothingStored(ran);
      expect(outcomesOf(ran)).toEqual(["not-sent"]);
      expect(peer.log().match(/Received Store Request/g)).toHaveLength(3);
    },
  );

  test("where nothing listens, it is said so", async () => {
    const ran = await sent(slices, `PACS@127.0.0.1:${await freePort()}`);
    expectNothingStored(ran);
    expect(codesOf(ran)).toEqual(["send.nothing-listens"]);
  });

  test("a peer that dies in the middle and comes back gets the rest", async () => {
    const dying = await scp("--sleep-after", "1");
    const sending = sent(slices, address(dying));
    while (readdirSync(dying.folder).length < 2) await sleep(20);
    await dying.kill();
    expect(readdirSync(dying.folder).length).toBeLessThan(5);
    await sleep(300);
    peers.push(await storescp(dying.folder, [], dying.port));
    const ran = await sending;
    expect(ran.code).toBe(0);
    expect(outcomesOf(ran)).toEqual(Array(5).fill("stored"));
    expect(readdirSync(dying.folder)).toHaveLength(5);
  });

  test("Ctrl-C aborts the association, tells what was stored, and ends with 130", async () => {
    const peer = await scp("--sleep-after", "1");
    const ran = await overread(["send", slices, address(peer), "--json"], (kill, stderr) => {
      if (/headers/i.test(stderr())) setTimeout(() => kill("SIGINT"), 1500);
    });
    expect(ran.code).toBe(130);
    expect(outcomesOf(ran)).toContain("stored");
    expect(outcomesOf(ran)).toContain("not-sent");
    for (let tries = 0; !/abort/i.test(peer.log()); tries++) {
      expect(tries).toBeLessThan(100);
      await sleep(50);
    }
  });

  test("130 kinds of object go over two associations", async () => {
    const folder = fresh();
    mkdirSync(folder);
    const grid = axialGrid([4, 4, 1], [1, 1, 1], patientPoint(0, 0, 0));
    for (let n = 0; n < 130; n++) {
      const headers = { uidParts: ["kinds", String(n)], patientName: "", patientId: "", studyDate: "20260101", studyTime: "120000" };
      for (const { bytes } of ctSeriesFiles(volume(grid, new Int16Array(16)), { ...headers, extra: [[0x00080016, "UI", `2.25.1000${n}`]] }))
        writeFileSync(join(folder, `${n}.dcm`), bytes);
    }
    const peer = await scp("-pm");
    const ran = await sent(folder, address(peer));
    expect(ran.code).toBe(0);
    expect(readdirSync(peer.folder)).toHaveLength(130);
    expect(peer.log().match(/Association Received/g)?.length).toBe(1 + 2); // one is the test's own look whether it listens
  });

  test("200 slices of 512 × 512 go at the pace of storescu", async () => {
    const folder = fresh();
    mkdirSync(folder);
    const grid = axialGrid([512, 512, 200], [0.7, 0.7, 1], patientPoint(0, 0, 0));
    const headers = { uidParts: ["pace"], patientName: "", patientId: "", studyDate: "20260101", studyTime: "120000" };
    for (const { fileName, bytes } of ctSeriesFiles(volume(grid, new Int16Array(512 * 512 * 200)), headers))
      writeFileSync(join(folder, fileName), bytes);
    const peer = await scp();
    const timed = async (send: () => Promise<number | null>): Promise<number> => {
      const started = performance.now();
      expect(await send()).toBe(0);
      return (performance.now() - started) / 1000;
    };
    let stages = "";
    const ours = await timed(async () => {
      const { code, stderr } = await sent(folder, address(peer));
      stages = stderr.trim().replaceAll(/\s+/g, " ");
      return code;
    });
    const theirs = await timed(async () => {
      const env = { ...process.env, TCP_NODELAY: "1" };
      const storescu = spawn("storescu", ["+sd", "-aec", "PACS", "127.0.0.1", String(peer.port), folder], { env, stdio: "ignore" });
      const [code] = await once(storescu, "close");
      return code;
    });
    console.log(
      `200 slices: overread ${ours.toFixed(2)} s (${stages}), storescu ${theirs.toFixed(2)} s, ratio ${(ours / theirs).toFixed(2)}`,
    );
    expect(readdirSync(peer.folder)).toHaveLength(200);
    // Starting Node and reading headers included. A pause a file, as of Nagle's algorithm, would cost 8 s.
    expect(ours).toBeLessThan(3 * theirs + 4);
  });
});

describe.skipIf(!hasStorescp)("forms of one report", () => {
  const forms = {
    full: "Comprehensive3DSRStorage",
    enhanced: "EnhancedSRStorage",
    text: "BasicTextSRStorage",
    seg: "SegmentationStorage",
    sc: "SecondaryCaptureImageStorage",
  };
  const read = join(root, "read");
  beforeAll(() => writeRead(read));

  async function taking(...kinds: (keyof typeof forms)[]): Promise<StorePeer> {
    const file = `${fresh()}.cfg`;
    const contexts = kinds.map((kind, n) => `PresentationContext${n + 1} = ${forms[kind]}\\Plain`).join("\n");
    writeFileSync(
      file,
      `[[TransferSyntaxes]]\n[Plain]\nTransferSyntax1 = LittleEndianExplicit\n[[PresentationContexts]]\n[Some]\n${contexts}\n[[Profiles]]\n[Peer]\nPresentationContexts = Some\n`,
    );
    return scp("-xf", file, "Peer");
  }
  const byForm = (ran: Ran): Record<string, string> =>
    Object.fromEntries(
      JSON.parse(ran.stdout).objects.map(({ sopClassUid, outcome }: Record<string, string>) => [sopClassUid?.slice(24), outcome]),
    );

  test.each([
    [
      ["full", "enhanced", "text", "seg", "sc"],
      { "88.34": "stored", "88.22": "not-needed", "88.11": "not-needed", "66.4": "stored", "7": "stored" },
      0,
    ],
    [
      ["enhanced", "text", "sc"],
      { "88.34": "not-needed", "88.22": "stored", "88.11": "not-needed", "66.4": "not-needed", "7": "stored" },
      0,
    ],
    [["text", "sc"], { "88.34": "not-needed", "88.22": "not-needed", "88.11": "stored", "66.4": "not-needed", "7": "stored" }, 0],
    [["sc"], { "88.34": "not-accepted", "88.22": "not-accepted", "88.11": "not-accepted", "66.4": "not-needed", "7": "stored" }, 1],
  ] as const)("a peer that takes %j gets the richest report it takes, and no other", async (kinds, outcomes, code) => {
    const peer = await taking(...kinds);
    const ran = await sent(read, address(peer));
    expect(byForm(ran)).toEqual(outcomes);
    expect(ran.code).toBe(code);
    expect(readdirSync(peer.folder)).toHaveLength(Object.values(outcomes).filter((outcome) => outcome === "stored").length);
  });

  test("--profile text sends the text report and no other", async () => {
    const peer = await taking("full", "enhanced", "text", "seg", "sc");
    const ran = await sent(read, address(peer), "--profile", "text");
    expect(byForm(ran)).toMatchObject({ "88.34": "not-needed", "88.22": "not-needed", "88.11": "stored" });
    expect(ran.code).toBe(0);
  });

  test("a profile that the read was not written in is a failure, not silence", async () => {
    const folder = fresh();
    mkdirSync(folder);
    copyFileSync(join(read, "88.34.dcm"), join(folder, "a.dcm"));
    const ran = await sent(folder, address(await taking("full")), "--profile", "text");
    expectNothingStored(ran);
  });
});

describe.skipIf(!hasStorescp)("over TLS", () => {
  const key = join(root, "key.pem");
  const certificate = join(root, "certificate.pem");
  beforeAll(() => certify(key, certificate));
  const secure = (): Promise<StorePeer> => scp("+tls", key, certificate, "-ic");

  test("objects go to a peer whose certificate is trusted", async () => {
    const peer = await secure();
    process.env.NODE_EXTRA_CA_CERTS = certificate;
    try {
      const ran = await sent(slices, `PACS@localhost:${peer.port}`, "--tls");
      expect(outcomesOf(ran)).toEqual(Array(5).fill("stored"));
      expect(codesOf(await sent(slices, address(peer), "--tls"))).toEqual(["send.tls-other-name"]);
    } finally {
      delete process.env.NODE_EXTRA_CA_CERTS;
    }
    expect(readdirSync(peer.folder)).toHaveLength(5);
  });

  test("nothing goes to a peer that cannot prove who it is, or speaks no TLS", async () => {
    const untrusted = await sent(slices, `PACS@localhost:${(await secure()).port}`, "--tls");
    expectNothingStored(untrusted);
    expect(codesOf(untrusted)).toEqual(["send.tls-untrusted"]);
    expectNothingStored(await sent(slices, address(await scp()), "--tls"));
  });
});

describe.skipIf(!hasOrthanc)("to Orthanc", () => {
  test("objects sent to its own title are found there; another title is rejected in words", async () => {
    const peer = await orthanc(fresh());
    peers.push(peer);
    const wrong = await sent(slices, address(peer, "NOBODY"));
    expectNothingStored(wrong);
    expect(JSON.parse(wrong.stdout).objects[0].reason.text).toContain("called AE title not recognized");
    const ran = await sent(slices, address(peer, "ORTHANC"));
    expect(outcomesOf(ran)).toEqual(Array(5).fill("stored"));
    const instances = await (await fetch(`http://127.0.0.1:${peer.httpPort}/instances`)).json();
    expect(instances).toHaveLength(5);
  });
});

describe("what cannot be sent", () => {
  test("a folder without DICOM is nothing to send, exit code 3", async () => {
    const folder = fresh();
    mkdirSync(folder);
    writeFileSync(join(folder, "notes.txt"), "no image");
    const ran = await sent(folder, `PACS@127.0.0.1:${await freePort()}`);
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.stdout).objects).toEqual([]);
  });

  test("a path that is not there is a usage mistake, exit code 2", async () => {
    expect((await sent(join(root, "nowhere"), "PACS@127.0.0.1:104")).code).toBe(2);
  });
});
