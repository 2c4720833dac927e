import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyPixels } from "./copy-pixels.ts";
import { PixelFolder } from "./pixel-folder.ts";
import { wholeFile } from "./whole-file.ts";

const going = new AbortController().signal;
const stream = async function* (text: string) {
  yield new TextEncoder().encode(text);
};
const textOf = async (pixels: PixelFolder, key: string): Promise<string> => {
  let text = "";
  for await (const piece of wholeFile(pixels, key)) text += new TextDecoder().decode(piece);
  return text;
};

test("a copy that broke off goes on where it was, and results that changed meanwhile are copied again", async () => {
  const root = mkdtempSync(join(tmpdir(), "overread-copy-"));
  try {
    const from = await PixelFolder.open(join(root, "from"), { sync: false });
    const to = await PixelFolder.open(join(root, "to"), { sync: false });
    const keys = ["quarantine/a", "results/1.2/1/report.html", "studies/1.2/a", "studies/1.2/b", "studies/1.2.3/c", "studies/1.10/d"];
    for (const key of keys) await from.put(key, stream(key));
    await to.put("studies/1.2/a", stream("as before"));
    await to.put("results/1.2/1/report.html", stream("older"));
    await to.put("studies/1.1/z", stream("another"));
    expect(await copyPixels(from, to, going)).toBe(keys.length - 1);
    expect(await textOf(to, "results/1.2/1/report.html")).toBe("results/1.2/1/report.html");
    expect(await textOf(to, "studies/1.2/a")).toBe("as before");
    expect(await textOf(to, "studies/1.2.3/c")).toBe("studies/1.2.3/c");
    expect(await copyPixels(from, to, going)).toBe(1);
    await expect(copyPixels(from, to, AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
  } finally {
    rmSync(root, { recursive: true });
  }
});
