// The doors of the house (ARCHITECTURE.md): which room of src may import which. Fails on a forbidden import (type imports count), on a circle,
// on an npm package in a room it is not allowed in, on a file the parser did not see, and when it does not catch the planted fault.
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

/** Room → the rooms it may import. A room missing here is a fault. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  base: [],
  words: ["base"],
  volume: ["base"],
  findings: ["base", "volume"],
  guidelines: ["base", "findings"],
  models: ["base", "volume"],
  anatomy: ["base", "volume", "models"],
  render: ["base", "volume", "findings"],
  evaluation: ["base", "volume", "findings"],
  dicom: ["base", "volume", "findings"],
  analyses: ["base", "volume", "findings", "models", "anatomy"],
  report: ["base", "words", "findings"],
  audit: ["base", "findings"],
  access: ["base", "findings"],
  api: ["base", "findings", "access"],
  store: ["base", "findings", "audit", "access"],
  workflow: ["base", "volume", "findings", "guidelines", "analyses", "render", "dicom", "report", "audit"],
  server: ["base", "words", "findings", "api", "audit", "access", "dicom", "evaluation", "report", "store", "workflow"],
  web: ["base", "words", "volume", "findings", "render", "api", "report"],
  cli: ["base", "words", "volume", "findings", "dicom", "evaluation", "workflow"],
};

/** npm packages and Node's own modules → the rooms they are allowed in; scripts, tests and benchmarks may use all. */
const packages: Readonly<Record<string, readonly string[]>> = {
  "@noble/hashes": ["audit", "base", "dicom"],
  zod: ["access", "api", "audit", "evaluation", "findings", "main", "models", "server", "store", "web"],
  "@electric-sql/pglite": ["store"],
  pg: ["store"],
  "@aws-sdk/client-s3": ["store"],
  "pg-boss": ["store"],
  fastify: ["server"],
  "fastify-type-provider-zod": ["server"],
  "@fastify/cookie": ["server"],
  "@fastify/swagger": ["server"],
  "@fastify/static": ["server"],
  "openid-client": ["server"],
  react: ["web"],
  "react-dom": ["web"],
  "@cornerstonejs/core": ["web"],
  "@cornerstonejs/tools": ["web"],
  "@cornerstonejs/dicom-image-loader": ["web"],
  "@tanstack/react-virtual": ["web"],
  "dcmjs-codecs": ["dicom"],
  "onnxruntime-node": ["models"],
  "onnxruntime-web": ["models"],
  yauzl: ["dicom"],
  "fast-png": ["render"],
  pdfkit: ["report"],
  "@expo-google-fonts/noto-sans-sc": ["main"],
};
const nodeModulesAllowedIn = ["access", "dicom", "cli", "main", "server", "store"];

const inRoom = (names: readonly string[]): string => `^src/(${names.join("|")})/`;
const productFiles = "\\.test\\.ts$";

const rules: IForbiddenRuleType[] = [
  { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
  { name: "nobody-imports-main", severity: "error", from: { path: "^src/", pathNot: "^src/main/" }, to: { path: "^src/main/" } },
  { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ...Object.entries(rooms).map(([room, allowed]) => ({
    name: `door-of-${room}`,
    severity: "error" as const,
    from: { path: inRoom([room]) },
    to: { path: "^src/", pathNot: inRoom([room, ...allowed]) },
  })),
  {
    name: "analyses-never-one-another",
    severity: "error",
    from: { path: "^src/analyses/([^/]+)/" },
    to: { path: "^src/analyses/[^/]+/", pathNot: "^src/analyses/$1/" },
  },
  {
    name: "node-modules-of-node",
    severity: "error",
    from: { path: "^src/", pathNot: [inRoom(nodeModulesAllowedIn), productFiles] },
    to: { dependencyTypes: ["core"] },
  },
  ...Object.entries(packages).map(([name, allowed]) => ({
    name: `package-${name}`,
    severity: "error" as const,
    from: { path: "^src/", pathNot: [inRoom(allowed), productFiles] },
    to: { path: `node_modules/${name}/` },
  })),
  {
    name: "package-not-listed",
    severity: "error",
    from: { path: "^src/", pathNot: productFiles },
    to: { path: "node_modules/", pathNot: [...Object.keys(packages).map((name) => `node_modules/${name}/`), "node_modules/@types/"] },
  },
];

async function look(paths: string[]): Promise<ICruiseResult> {
  const { output } = await cruise(paths, {
    parser: "swc",
    tsPreCompilationDeps: true,
    validate: true,
    ruleSet: { forbidden: rules },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { extensions: [".ts", ".js"], exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  });
  if (typeof output === "string") throw new Error("dependency-cruiser gave text instead of a result");
  return output;
}

const faults: string[] = [];
const files = globSync("src/**/*.{ts,tsx}").map((file) => file.replaceAll("\\", "/"));

// A planted type import through a closed door must be seen, or this gate proves nothing.
const planted = "src/base/planted-fault.ts";
mkdirSync(dirname(planted), { recursive: true });
writeFileSync(planted, `import type { Finding } from "../findings/finding.ts";\nexport type Planted = Finding;\n`);
try {
  const seen = (await look(["src"])).summary.violations.some(
    (violation) => violation.from === planted && violation.rule.name === "door-of-base",
  );
  if (!seen) faults.push("the planted forbidden type import was not seen");
} finally {
  rmSync(planted);
}

const { modules, summary } = await look(["src"]);
const cruised = new Set(modules.map((module) => module.source).filter((source) => source.startsWith("src/")));
for (const file of files) if (!cruised.has(file)) faults.push(`not parsed: ${file}`);
for (const file of files) {
  const room = file.split("/")[1] ?? "";
  if (room !== "main" && rooms[room] === undefined) faults.push(`no doors are defined for the room of ${file}`);
}
for (const { rule, from, to } of summary.violations) faults.push(`${rule.name}: ${from} → ${to}`);

for (const fault of faults) console.error(fault);
console.log(`doors: ${files.length} files, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
