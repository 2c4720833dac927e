// Installs the Debian programs that tests need when run as root on Debian; else names exactly what is missing. Under CI=true a missing one fails.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Debian package → a file it installs. */
const programs: Readonly<Record<string, string>> = {
  chromium: "/usr/bin/chromium",
  dcmtk: "/usr/bin/dcmdump",
  dicom3tools: "/usr/bin/dciodvfy",
  "libgdcm-tools": "/usr/bin/gdcmconv",
  openssl: "/usr/bin/openssl",
  orthanc: "/usr/sbin/Orthanc",
  "orthanc-dicomweb": "/etc/orthanc/dicomweb.json",
  "pixelmed-apps": "/usr/bin/DicomSRValidator",
  "poppler-utils": "/usr/bin/pdftotext",
  postgresql: "/usr/share/doc/postgresql/copyright",
  "python3-pydicom": "/usr/lib/python3/dist-packages/pydicom/__init__.py",
  "python3-scipy": "/usr/lib/python3/dist-packages/scipy/__init__.py",
};

const missing = (): string[] => Object.keys(programs).filter((name) => !existsSync(programs[name] ?? ""));

function install(names: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], { stdio: ["ignore", "ignore", "inherit"], env });
}

if (missing().length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) install(missing());
const still = missing();
if (still.length > 0) {
  console.error(
    `Test programs are missing; tests that need them are skipped. Install them with: sudo apt-get install -y --no-install-recommends ${still.join(" ")}`,
  );
  if (process.env.CI === "true") process.exit(1);
}
