import { expect, test } from "vitest";
import { configOf, settings } from "./config.ts";

test("without settings the server listens on this machine and keeps its data beside it", () => {
  const config = configOf({});
  expect(config.web).toEqual({ host: "127.0.0.1", port: 8080, behindHttps: false });
  expect(config.dataFolder).toBe(`${process.cwd()}/overread-data`);
  expect(config.databaseUrl).toBeNull();
});

test("a setting that cannot be used is named, and its value, which may hold a password, is not repeated", () => {
  const wrong = { DATABASE_URL: "mysql://user:secret@host/db", OVERREAD_PORT: "eighty", OVERREAD_AE_TITLE: "TOO LONG A TITLE FOR DICOM" };
  expect(() => configOf(wrong)).toThrow(
    expect.objectContaining({ code: "cli.bad-setting", values: { names: "DATABASE_URL, OVERREAD_PORT, OVERREAD_AE_TITLE" } }),
  );
  try {
    configOf(wrong);
  } catch (error) {
    expect(String(error)).not.toContain("secret");
  }
});

test("every setting says what it is", () => {
  for (const { name, what } of settings) expect(`${name} ${what}`).toMatch(/^[A-Z_]+ \S.{10,}/);
});
