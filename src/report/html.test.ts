import { expect, test } from "vitest";
import { composeReport } from "./compose.ts";
import { escaped, reportHtml } from "./html.ts";
import { sampleReadResult } from "./sample-read-result.ts";

const picture = { png: Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), width: 30, height: 10 };
const images = { findings: { "2.25.90": picture }, overviews: [picture] };
const html = (language: "en" | "zh", findings = 3): string => reportHtml(composeReport(sampleReadResult({ language, findings }), images));

test("a name from the headers cannot become markup", () => {
  const result = sampleReadResult({ language: "en", findings: 1 });
  const hostile = `<script>alert("x")</script>' onload='`;
  const written = reportHtml(
    composeReport(
      { ...result, study: { ...result.study, studyDescription: hostile, patient: { ...result.study.patient, name: hostile } } },
      images,
    ),
  );
  expect(written).not.toContain("<script");
  expect(written).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39; onload=&#39;");
});

test("control characters are dropped from texts", () => {
  expect(escaped("a\u0000b\u001bc\u0085d\ne")).toBe("abcd\ne");
});

test("the file refers to nothing outside itself and runs no script", () => {
  const written = html("en");
  expect(written).not.toMatch(/https?:|<script|<link|@import|url\(/);
  expect([...written.matchAll(/src="([^"]{0,22})/g)].map((match) => match[1])).toEqual(["data:image/png;base64,"]);
  expect(written).toContain("default-src 'none'");
});

test("a picture stands in the file as the very bytes it was given", () => {
  const encoded = /src="data:image\/png;base64,([^"]*)"/.exec(html("en"))?.[1] ?? "";
  expect(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))).toEqual(picture.png);
});

test("the language of the file is the language of the report", () => {
  expect(html("en")).toContain('<html lang="en">');
  expect(html("zh")).toContain('<html lang="zh-CN">');
});

test("every element that is opened is closed in order", () => {
  const open: string[] = [];
  const empty = new Set(["meta", "img", "col"]);
  for (const [, slash, name] of html("zh", 5)
    .replace(/<!doctype html>|<style>[\s\S]*?<\/style>/g, "")
    .matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
    if (name === undefined || empty.has(name)) continue;
    if (slash === "") open.push(name);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
});

test("the same read gives the same file", () => {
  expect(html("zh")).toBe(html("zh"));
});
