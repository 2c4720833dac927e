import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { decodeText } from "./character-set.ts";

/** Bytes as the standard prints them: column/row pairs in hexadecimal. */
const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.trim().split(/\s+/), (pair) => Number.parseInt(pair, 16));

test("names of the standard's examples read as printed there (DICOM PS3.5 annexes H, I, J, K)", () => {
  // H.3.1: Japanese, ISO 2022 IR 87 behind the default repertoire.
  const japanese = bytes(
    "59 61 6d 61 64 61 5e 54 61 72 6f 75 3d 1b 24 42 3b 33 45 44 1b 28 42 5e 1b 24 42 42 40 4f 3a 1b 28 42 3d 1b 24 42 24 64 24 5e 24 40 1b 28 42 5e 1b 24 42 24 3f 24 6d 24 26 1b 28 42",
  );
  expect(decodeText(japanese, ["", "ISO 2022 IR 87"])).toBe("Yamada^Tarou=山田^太郎=やまだ^たろう");
  // I.2: Korean, ISO 2022 IR 149.
  const korean = bytes(
    "48 6f 6e 67 5e 47 69 6c 64 6f 6e 67 3d 1b 24 29 43 fb f3 5e 1b 24 29 43 d1 ce d4 d7 3d 1b 24 29 43 c8 ab 5e 1b 24 29 43 b1 e6 b5 bf",
  );
  expect(decodeText(korean, ["", "ISO 2022 IR 149"])).toBe("Hong^Gildong=洪^吉洞=홍^길동");
  // J.1: UTF-8, J.2: GB18030.
  const utf8 = bytes("57 61 6e 67 5e 58 69 61 6f 44 6f 6e 67 3d e7 8e 8b 5e e5 b0 8f e6 9d b1 3d");
  expect(decodeText(utf8, ["ISO_IR 192"])).toBe("Wang^XiaoDong=王^小東=");
  const gb18030 = bytes("57 61 6e 67 5e 58 69 61 6f 44 6f 6e 67 3d cd f5 5e d0 a1 b6 ab 3d");
  expect(decodeText(gb18030, ["GB18030"])).toBe("Wang^XiaoDong=王^小东=");
  expect(decodeText(gb18030, ["GBK"])).toBe("Wang^XiaoDong=王^小东=");
  // K.2: ISO 2022 IR 58.
  const ir58 = bytes("5a 68 61 6e 67 5e 58 69 61 6f 44 6f 6e 67 3d 1b 24 29 41 d5 c5 5e 1b 24 29 41 d0 a1 b6 ab 3d 20 20 20");
  expect(decodeText(ir58, ["", "ISO 2022 IR 58"]).trimEnd()).toBe("Zhang^XiaoDong=张^小东=");
});

test("Latin-1 keeps the bytes that Windows-1252 would change", () => {
  expect(decodeText(bytes("4d fc 6c 6c 65 72 80"), ["ISO_IR 100"])).toBe("Müller\u0080");
});

test("a backslash inside a GB18030 character does not split it", () => {
  // 8A 5C is one character of GBK whose second byte is that of a backslash.
  expect(decodeText(bytes("8a 5c"), ["GBK"])).toBe("奬");
});

test("Python's codecs agree on every two-byte character of GB2312", () => {
  const script =
    "import sys;b=bytes([x for r in range(0xb0,0xf8) for c in range(0xa1,0xff) for x in (r,c)]);sys.stdout.buffer.write(b.decode('gb18030').encode('utf-8'))";
  const expected = execFileSync("/usr/bin/python3", ["-c", script], { encoding: "utf8" });
  const all = Uint8Array.from({ length: 72 * 94 * 2 }, (_, n) =>
    n % 2 === 0 ? 0xb0 + Math.floor(n / 188) : 0xa1 + (Math.floor(n / 2) % 94),
  );
  expect(decodeText(all, ["GB18030"])).toBe(expected);
});
