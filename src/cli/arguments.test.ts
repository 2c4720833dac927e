import { expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { commandOf, languageOf } from "./arguments.ts";

const faultCode = (argv: string[]): string => {
  try {
    commandOf(argv);
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "none";
};

test("a read names its paths, its folder and its choices", () => {
  expect(
    commandOf([
      "read",
      "a",
      "b.zip",
      "--out",
      "o",
      "--lang",
      "zh",
      "--json",
      "--all-candidates",
      "--guideline",
      "bts-2015",
      "--template",
      "t.txt",
      "--operating-point",
      "specific",
      "--person",
      "p.json",
      "--analysis",
      "x",
    ]),
  ).toEqual({
    command: "read",
    paths: ["a", "b.zip"],
    demo: false,
    out: "o",
    analysis: "x",
    prior: null,
    person: "p.json",
    allCandidates: true,
    guideline: "bts-2015",
    template: "t.txt",
    operatingPoint: "specific",
    language: "zh",
    json: true,
  });
});

test.each([
  [["red"], "cli.unknown-command"],
  [["read", "a"], "cli.no-out"],
  [["read", "--out", "o"], "cli.no-path"],
  [["read", "a", "--demo", "--out", "o"], "cli.demo-and-path"],
  [["read", "a", "--out", "o", "--lang", "fr"], "cli.bad-language"],
  [["read", "a", "--out", "o", "--operating-point", "best"], "cli.bad-operating-point"],
  [["template"], "cli.missing-value"],
  [["findings"], "cli.no-report-path"],
  [["route"], "cli.no-report-path"],
  [["route", "a", "--calling", "A NAME FAR TOO LONG"], "cli.bad-calling"],
  [["findings", "a", "--out", "o"], "cli.unknown-option"],
  [["read", "a", "--out", "o", "--colour"], "cli.unknown-option"],
  [["read", "a", "--out"], "cli.missing-value"],
  [["evaluate", "--out", "o"], "cli.no-dataset"],
  [["evaluate", "a", "b", "--out", "o"], "cli.no-dataset"],
  [["evaluate", "a"], "cli.no-out"],
  [["evaluate", "a", "--out", "o", "--threshold", "high"], "cli.bad-threshold"],
  [["evaluate", "a", "--out", "o", "--threshold="], "cli.bad-threshold"],
  [["evaluate", "a", "--out", "o", "--retrain-folds"], "cli.recipe-and-folds"],
  [["evaluate", "a", "--out", "o", "--retrain-folds", "--recipe", "r", "--marks", "m"], "cli.folds-or-marks"],
  [["send", "PACS@host:104"], "cli.no-send"],
  [["send", "a", "host:104"], "cli.bad-peer"],
  [["send", "a", "PACS@host"], "cli.bad-peer"],
  [["send", "a", "PACS@host:0"], "cli.bad-peer"],
  [["send", "a", "PACS@host:65536"], "cli.bad-peer"],
  [["send", "a", "A-TITLE-TOO-LONG-@host:104"], "cli.bad-peer"],
  [["send", "a", "PA\\CS@host:104"], "cli.bad-peer"],
  [["send", "a", "https://"], "cli.bad-peer"],
  [["send", "a", "https://user:secret@host/"], "cli.secret-in-address"],
  [["send", "a", "https://host/", "--calling", "ME"], "cli.dimse-only"],
  [["send", "a", "https://host/", "--tls"], "cli.dimse-only"],
  [["send", "a", "PACS@host:104", "--calling", ""], "cli.bad-calling"],
  [["send", "a", "PACS@host:104", "--profile", "best"], "cli.bad-profile"],
  [["phantom", "--out", "o", "--seed", "-1"], "cli.missing-value"],
  [["phantom", "--out", "o", "--seed", "4294967296"], "cli.bad-seed"],
])("%j is a mistake called %s", (argv, code) => {
  expect(faultCode(argv)).toBe(code);
});

test("route names its paths, its rules and who would have sent them", () => {
  const plain = { command: "route", paths: ["a"], rules: null, calling: null, host: null, language: "en", json: false };
  expect(commandOf(["route", "a"])).toEqual(plain);
  const given = ["route", "a", "--rules", "r.json", "--calling", "CT1", "--host", "10.0.0.5", "--lang", "zh", "--json"];
  expect(commandOf(given)).toEqual({ ...plain, rules: "r.json", calling: "CT1", host: "10.0.0.5", language: "zh", json: true });
});

test("findings names its paths and its choices", () => {
  expect(commandOf(["findings", "a", "b", "--lang", "zh", "--json"])).toEqual({
    command: "findings",
    paths: ["a", "b"],
    language: "zh",
    json: true,
  });
});

test("the last word of send is the peer: a DIMSE address, also of IPv6, or a web address", () => {
  expect(
    commandOf(["send", "a", "b.zip", "PACS@host:104", "--calling", "ME", "--tls", "--profile", "text", "--lang", "zh", "--json"]),
  ).toEqual({
    command: "send",
    paths: ["a", "b.zip"],
    peer: { calledAet: "PACS", callingAet: "ME", host: "host", port: 104, tls: true },
    profile: "text",
    language: "zh",
    json: true,
  });
  expect(commandOf(["send", "a", "MY PACS@[::1]:11112"])).toMatchObject({ peer: { calledAet: "MY PACS", host: "::1", port: 11112 } });
  expect(commandOf(["send", "a", "https://host/dicom-web"])).toMatchObject({ peer: new URL("https://host/dicom-web"), profile: "auto" });
});

test("the language of a faulty line is still known", () => {
  expect(languageOf(["read", "--lang", "zh", "--colour"])).toBe("zh");
  expect(languageOf(["read", "--lang=zh"])).toBe("zh");
  expect(languageOf(["read"])).toBe("en");
});

test("an export names its studies and its folder; what may show text is asked for only where objects are de-identified", () => {
  const command = { command: "export", studies: ["1.2", "1.3"], out: "o", deidentify: false, burnedIn: false, language: "en" };
  const words = ["export", "--study", "1.2", "--study", "1.3", "--out", "o"];
  expect(commandOf(words)).toEqual(command);
  expect(commandOf([...words, "--deidentify", "--with-burned-in"])).toEqual({ ...command, deidentify: true, burnedIn: true });
  expect(faultCode([...words, "--with-burned-in"])).toBe("cli.burned-in-deidentified");
  expect(faultCode(["export", "--out", "o"])).toBe("cli.no-study");
  expect(faultCode(["export", "--study", "1.2"])).toBe("cli.no-out");
});

test("an export of the audit log names its file, and days that there are", () => {
  const words = ["export-audit", "--out", "a.ndjson", "--from", "2026-02-28"];
  expect(commandOf(words)).toEqual({ command: "export-audit", out: "a.ndjson", from: "2026-02-28", to: null, language: "en" });
  for (const day of ["2026-02-30", "28.2.2026", "2026-13-01", ""]) expect(faultCode([...words, "--to", day])).toBe("cli.bad-day");
});

test("a backup names its file and whether images go into it; what is restored is one file", () => {
  expect(commandOf(["backup", "--out", "b.tar"])).toEqual({ command: "backup", out: "b.tar", pixels: false, language: "en" });
  expect(commandOf(["backup", "--out", "b.tar", "--pixels"])).toMatchObject({ pixels: true });
  expect(faultCode(["backup"])).toBe("cli.no-out");
  expect(commandOf(["restore", "b.tar", "--lang", "zh"])).toEqual({ command: "restore", path: "b.tar", language: "zh" });
  expect(faultCode(["restore"])).toBe("cli.no-backup-file");
  expect(faultCode(["restore", "a", "b"])).toBe("cli.no-backup-file");
  expect(commandOf(["move"])).toEqual({ command: "move", language: "en" });
});
