import fs from "node:fs/promises";
import type { Disk } from "../../src/main/result-folder.ts";

const fileOperations = ["writeFile", "sync", "close"] as const;

/**
 * The file system with trouble at one of its steps: `trouble` is called in front of every operation, counted from 0, and what it throws is what the
 * operation fails with. A write that fails has written half.
 */
export function troubledDisk(trouble: (step: number, operation: string) => void): Disk {
  let steps = 0;
  const at = (operation: string): void => trouble(steps++, operation);
  const troubledFile = (file: fs.FileHandle): fs.FileHandle =>
    new Proxy(file, {
      get: (target, name) => {
        const own = Reflect.get(target, name, target);
        if (!fileOperations.some((operation) => operation === name)) return own;
        return async (...given: readonly unknown[]) => {
          try {
            at(String(name));
          } catch (error) {
            if (name === "writeFile") await target.writeFile((given[0] as Uint8Array).subarray(0, 1));
            if (name === "close") await target.close();
            throw error;
          }
          return own.apply(target, given);
        };
      },
    });
  const troubled = (operation: keyof Disk): never =>
    (async (...given: readonly unknown[]) => {
      at(operation);
      const done = await (fs[operation] as (...given: readonly unknown[]) => Promise<unknown>)(...given);
      return operation === "open" ? troubledFile(done as fs.FileHandle) : done;
    }) as never;
  return {
    mkdir: troubled("mkdir"),
    open: troubled("open"),
    readdir: troubled("readdir"),
    rename: troubled("rename"),
    rm: troubled("rm"),
  };
}
