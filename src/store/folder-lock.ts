import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { link, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { Fault } from "../base/fault.ts";

const beatMs = 10_000;
/** A process on another host, or in another container, cannot be looked at: it counts as gone when its lock was not touched for so long. */
const silentMs = 60_000;

/**
 * Makes this process the only one in a folder, on this machine and on others that share it. The lock of a process that was killed is taken over.
 *
 * Locks are numbered, and the highest is the one that counts. A lock is made with link(2), which one process alone can do for a number, holds its
 * text from the first moment, and is never removed while it is the highest: so a process that looked long ago cannot make an old number again and
 * believe in it.
 * @returns what gives the folder back
 * @throws Fault store.folder-in-use
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const highest = Math.max(0, ...(await lockNumbers(folder)));
  if (highest > 0 && (await isHeld(lockPath(folder, highest)))) throw new Fault("store.folder-in-use", {});
  const path = lockPath(folder, highest + 1);
  const whole = join(folder, `lock-${randomUUID()}`);
  await writeFile(whole, [host(), process.pid, processStart(process.pid) ?? ""].join("\n"));
  try {
    await link(whole, path);
  } catch (error) {
    throw new Fault("store.folder-in-use", {}, error);
  } finally {
    await rm(whole);
  }
  const others = (await lockNumbers(folder)).filter((number) => number !== highest + 1);
  if (others.some((number) => number > highest)) {
    await rm(path);
    throw new Fault("store.folder-in-use", {});
  }
  for (const number of others) await rm(lockPath(folder, number), { force: true });
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), beatMs).unref();
  return async () => {
    clearInterval(beat);
    await writeFile(path, "");
  };
}

const lockPath = (folder: string, number: number): string => join(folder, `lock.${number}`);

async function lockNumbers(folder: string): Promise<number[]> {
  return (await readdir(folder)).flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? []).map(Number);
}

async function isHeld(path: string): Promise<boolean> {
  // Empty: given back, or a power cut emptied it. Gone: another process removed it that has the next one.
  const text = await readFile(path, "utf8").catch(() => "");
  if (text === "") return false;
  const [heldOn, pid, startedAt] = text.split("\n");
  if (heldOn !== host()) return Date.now() - (await stat(path)).mtimeMs < silentMs;
  const start = processStart(Number(pid));
  return start === null || (start !== undefined && start === startedAt);
}

/** The host, and on Linux the boot and the space of process ids: containers may bear one name. */
function host(): string {
  if (process.platform !== "linux") return hostname();
  return [hostname(), readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), readlinkSync("/proc/self/ns/pid")].join(" ");
}

/** When a process started, in words of this system; null where the system does not say; undefined when there is no such process. */
function processStart(pid: number): string | null | undefined {
  try {
    process.kill(pid, 0);
    if (process.platform !== "linux") return null;
    // proc(5): behind the name in brackets stand the state and, 20th from there, the start.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return fields[0] === "Z" ? undefined : (fields[19] ?? null);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM" ? null : undefined;
  }
}
