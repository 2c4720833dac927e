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

const oidc = {
  OVERREAD_PUBLIC_URL: "https://overread.hospital.example/",
  OVERREAD_OIDC_ISSUER: "https://id.hospital.example/realms/staff",
  OVERREAD_OIDC_CLIENT_ID: "overread",
  OVERREAD_OIDC_CLIENT_SECRET_FILE: "/run/secrets/oidc",
  OVERREAD_OIDC_ROLES: "radiology=reader, it = administrator,a=b=technician",
};

test("sign-in over OpenID Connect is set whole", () => {
  expect(configOf(oidc).oidc).toEqual({
    issuer: "https://id.hospital.example/realms/staff",
    clientId: "overread",
    clientSecretFile: "/run/secrets/oidc",
    scope: "openid profile",
    roleClaim: "roles",
    roles: [
      ["radiology", "reader"],
      ["it", "administrator"],
      ["a=b", "technician"],
    ],
    publicUrl: "https://overread.hospital.example",
  });
  expect(configOf({ OVERREAD_PUBLIC_URL: oidc.OVERREAD_PUBLIC_URL })).toMatchObject({
    oidc: null,
    publicUrl: "https://overread.hospital.example",
  });
});

test.each(Object.keys(oidc))("without %s the rest of the sign-in over OpenID Connect is refused by name", (missing) => {
  const { [missing as keyof typeof oidc]: _, ...rest } = oidc;
  expect(() => configOf(rest)).toThrow(expect.objectContaining({ code: "cli.oidc-half-set", values: { names: missing } }));
});

test.each([
  ["OVERREAD_OIDC_ISSUER", "http://id.hospital.example"],
  ["OVERREAD_OIDC_ISSUER", "http://127.0.0.1.example"],
  ["OVERREAD_OIDC_ISSUER", "ftp://127.0.0.1"],
  ["OVERREAD_OIDC_ROLES", "radiology=king"],
  ["OVERREAD_OIDC_ROLES", "radiology"],
  ["OVERREAD_OIDC_ROLES", "=reader"],
  ["OVERREAD_OIDC_SCOPE", "profile"],
  ["OVERREAD_PUBLIC_URL", "https://hospital.example/overread"],
])("%s=%s cannot be used", (name, value) => {
  expect(() => configOf({ ...oidc, [name]: value })).toThrow(expect.objectContaining({ code: "cli.bad-setting", values: { names: name } }));
});

test("a provider on this machine may do without https", () => {
  for (const issuer of ["http://127.0.0.1:4000", "http://localhost:4000", "http://[::1]:4000"])
    expect(configOf({ ...oidc, OVERREAD_OIDC_ISSUER: issuer }).oidc?.issuer).toBe(issuer);
});

test("a key without its certificate, or authorities without either, are not taken", () => {
  expect(configOf({ OVERREAD_DICOM_TLS_KEY_FILE: "k", OVERREAD_DICOM_TLS_CERTIFICATE_FILE: "c" }).dicom.tls).toEqual({
    keyFile: "k",
    certificateFile: "c",
    caFile: null,
  });
  for (const half of ["KEY", "CERTIFICATE", "CA"])
    expect(() => configOf({ [`OVERREAD_DICOM_TLS_${half}_FILE`]: "k" })).toThrow(/cli.bad-setting/);
});

test("every setting says what it is", () => {
  for (const { name, what } of settings) expect(`${name} ${what}`).toMatch(/^[A-Z0-9_]+ \S.{10,}/);
});

test("images lie in a folder beside the database, or in a bucket under a prefix; what could be neither is refused", () => {
  expect(configOf({ OVERREAD_DATA: "/data" }).pixels).toEqual({ kind: "folder", folder: "/data/pixels" });
  const set = { OVERREAD_DATA: "/data", OVERREAD_PIXELS: "s3://images/site-1/overread/", OVERREAD_S3_ENDPOINT: "http://s3:9000" };
  expect(configOf(set).pixels).toEqual({
    kind: "bucket",
    bucket: "images",
    prefix: "site-1/overread/",
    endpoint: "http://s3:9000",
    region: "us-east-1",
    pathStyle: false,
    temporaryFolder: "/data/lent",
  });
  expect(configOf({ ...set, OVERREAD_PIXELS: "s3://images" }).pixels).toMatchObject({ bucket: "images", prefix: "" });
  for (const wrong of ["/data/pixels", "s3://", "s3://Images", "s3://images/../other", "s3://key:secret@images", "https://images"])
    expect(() => configOf({ OVERREAD_PIXELS: wrong })).toThrow(expect.objectContaining({ values: { names: "OVERREAD_PIXELS" } }));
});

test("images are kept for good unless a number of days or gigabytes is set", () => {
  expect(configOf({}).retention).toEqual({ keepMs: null, quotaBytes: null });
  expect(configOf({ OVERREAD_KEEP_DAYS: "30", OVERREAD_QUOTA_GB: "1.5" }).retention).toEqual({ keepMs: 2_592_000_000, quotaBytes: 1.5e9 });
  for (const wrong of ["0", "-1", "x", ""])
    expect(() => configOf({ OVERREAD_KEEP_DAYS: wrong, OVERREAD_QUOTA_GB: wrong })).toThrow(
      expect.objectContaining({ values: { names: "OVERREAD_KEEP_DAYS, OVERREAD_QUOTA_GB" } }),
    );
});
