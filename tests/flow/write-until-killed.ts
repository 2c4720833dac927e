// Writes a result and is killed in front of one step of it, as a power cut or `kill -9` would.
// Usage: node write-until-killed.ts FOLDER STEP     Ends with exit code 0 when there are fewer steps.
import { writeResult } from "../../src/main/result-folder.ts";
import { newFiles } from "./result-versions.ts";
import { troubledDisk } from "./troubled-disk.ts";

const [folder = "", killAt] = process.argv.slice(2);
const disk = troubledDisk((step) => {
  if (step === Number(killAt)) process.kill(process.pid, "SIGKILL");
});
await writeResult(folder, newFiles, new AbortController().signal, disk);
