import { fileURLToPath } from "node:url";

/** What Node needs in front of a command's words to run this program in another process. */
export const programArguments: readonly string[] = [
  "--disable-warning=ExperimentalWarning",
  fileURLToPath(new URL(`./main${import.meta.url.slice(-3)}`, import.meta.url)),
];
