import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Fault } from "../../src/base/fault.ts";
import type { Reason } from "../../src/base/reason.ts";
import { intake } from "../../src/dicom/intake.ts";
import { loadVolume } from "../../src/dicom/load-volume.ts";
import { reportedUnder } from "../../src/dicom/read-reported.ts";
import { voxelCount } from "../../src/volume/grid.ts";
import type { Threads } from "../../src/volume/threads.ts";
import { say } from "../../src/words/say.ts";
import { encodeTree } from "./dicom-tree.ts";
import { type HostileInput, sliceTree } from "./hostile-input.ts";

/** What became of an input. `bugs` is empty when all went as it must. */
export interface Outcome {
  /** Codes of what was said, each once: "volume" for a stack that was read. */
  readonly said: readonly string[];
  readonly bugs: readonly string[];
}

/** The patient of the files that lie outside every input's folder: whoever meets them has read what was not given. */
const outsidePatient = "OUTSIDE";

const options = { signal: new AbortController().signal, progress: () => {} };

/** Puts a stranger's image wherever a path that leads out of an input's folder could find it, and a named pipe that nobody ever writes to. */
export function prepareSurroundings(root: string): void {
  const slice = sliceTree("explicit.dcm", 0);
  const patient = slice.body.find(({ tag }) => tag === 0x00100020);
  if (patient === undefined) throw new RangeError("the seed has no patient");
  patient.value = Buffer.from(`${outsidePatient} `);
  mkdirSync(join(root, "around", "outside"), { recursive: true });
  for (const path of ["outside.dcm", "around/outside.dcm", "around/outside/outside.dcm"])
    writeFileSync(join(root, path), encodeTree(slice));
  execFileSync("mkfifo", [join(root, "around", "pipe")]);
}

/**
 * Lays an input out below `root`, reads it as `overread read` would and judges what happens: a fault or a coded reason that has words in both
 * languages, or a sound volume. Anything else thrown, a file read or written elsewhere, is a bug.
 * @param root as prepareSurroundings left it
 */
export async function readHostile(input: HostileInput, root: string, threads: Threads): Promise<Outcome> {
  const folder = join(root, "around", "input");
  rmSync(folder, { recursive: true, force: true });
  for (const { path, bytes } of input.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  if (input.kind === "dicomdir") {
    symlinkSync(join(root, "around", "outside"), join(folder, "link"));
    linkSync(join(root, "around", "pipe"), join(folder, "PIPE"));
  }
  const before = listing(root);
  const outcome = await judge(join(folder, input.open), input.kind === "other object", threads);
  const strays = listing(root).filter((path) => !before.includes(path));
  return { said: outcome.said, bugs: [...outcome.bugs, ...strays.map((path) => `wrote ${path}`)] };
}

const listing = (root: string): string[] => readdirSync(root, { recursive: true }).map(String);

async function judge(path: string, mayReport: boolean, threads: Threads): Promise<Outcome> {
  const said = new Set<string>();
  const bugs: string[] = [];
  const hear = ({ code, values }: Reason): void => {
    said.add(code);
    for (const language of ["en", "zh"] as const) say(language, code, values);
  };
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (error instanceof Fault) hear(error);
      else bugs.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  };
  await attempt(async () => {
    const { studies, refused } = await intake([path], options);
    for (const { because } of refused) hear(because);
    for (const study of studies) {
      for (const because of study.because) hear(because);
      if (study.summary.patient.id === outsidePatient) bugs.push("read a file outside the input's folder");
      for (const stack of study.stacks.values()) {
        for (const because of [...stack.summary.faults, ...stack.summary.warnings]) hear(because);
        if (stack.arrangement === null || stack.summary.faults.length > 0) continue;
        await attempt(async () => {
          const { volume, because } = await loadVolume(stack, { threads, ...options });
          for (const each of because) hear(each);
          const { spacingMm, origin } = volume.grid;
          if (![...spacingMm, ...origin].every(Number.isFinite)) bugs.push(`a grid that is nowhere: ${spacingMm} at ${origin}`);
          if (volume.data.length !== voxelCount(volume.grid)) bugs.push("a volume of another size than its grid");
          if (volume.data.some((hu) => hu < -1024)) bugs.push("a voxel below −1024 HU");
          said.add("volume");
        });
      }
    }
  });
  if (mayReport) {
    await attempt(async () => {
      const { documents, refused } = await reportedUnder([path], options.signal);
      for (const because of refused) hear(because);
      if (documents.length > 0) said.add("document");
    });
  }
  return { said: [...said], bugs };
}
