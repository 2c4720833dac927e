import { expect, test } from "vitest";
import { covers, mediaTypes, wantedOf } from "./media-type.ts";

test("a media type is read with its parameters, quoted or not", () => {
  expect(mediaTypes('Multipart/Related; type="application/dicom"; Boundary=a-b')).toEqual([
    { type: "multipart/related", parameters: { type: "application/dicom", boundary: "a-b" } },
  ]);
  expect(mediaTypes('a/b;x="q\\"u,o;te"')?.[0]?.parameters.x).toBe('q"u,o;te');
});

test("what an Accept header asks for comes best first", () => {
  const accept =
    'multipart/related; type="image/jls"; q=0.5, multipart/related; type=application/octet-stream; transfer-syntax=*, image/png;q=0, */*;q=0.1';
  expect(wantedOf(accept)).toEqual([
    { type: "application/octet-stream", multipart: true, transferSyntaxUid: "*" },
    { type: "image/jls", multipart: true, transferSyntaxUid: null },
    { type: "*/*", multipart: false, transferSyntaxUid: null },
  ]);
});

test("without an Accept header anything is wanted", () => {
  for (const accept of [undefined, "", " "]) expect(wantedOf(accept)).toEqual([{ type: "*/*", multipart: false, transferSyntaxUid: null }]);
});

test("what is no media type is not guessed at", () => {
  for (const text of ["dicom", "a/b; x", "a/b c/d", "/", 'a/b;x="open', ","]) expect(mediaTypes(text)).toBeNull();
});

test("a range covers the types under it", () => {
  expect(covers("image/*", "image/png") && covers("*/*", "a/b") && covers("a/b", "a/b")).toBe(true);
  expect(covers("image/*", "imagine/png") || covers("image/jpeg", "image/png")).toBe(false);
});
