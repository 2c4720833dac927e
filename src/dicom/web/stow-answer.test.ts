import { expect, test } from "vitest";
import { stowAnswers } from "./stow-answer.ts";

const stored = { status: 0, comment: "" };

test("an answer in JSON, alone or in an array, gives each instance its status", () => {
  const module = {
    "00081199": {
      vr: "SQ",
      Value: [
        { "00081155": { vr: "UI", Value: ["1.1"] } },
        { "00081155": { vr: "UI", Value: ["1.2"] }, "00081196": { vr: "US", Value: [45056] } },
      ],
    },
    "00081198": {
      vr: "SQ",
      Value: [
        { "00081155": { vr: "UI", Value: ["1.3"] }, "00081197": { vr: "US", Value: [272] }, "00000902": { vr: "LO", Value: ["full"] } },
      ],
    },
  };
  const expected = new Map([
    ["1.1", stored],
    ["1.2", { status: 0xb000, comment: "" }],
    ["1.3", { status: 0x0110, comment: "full" }],
  ]);
  expect(stowAnswers(JSON.stringify(module))).toEqual(expected);
  expect(stowAnswers(JSON.stringify([module]))).toEqual(expected);
});

test("an answer in XML does too, with or without a namespace prefix, empty sequences and entities", () => {
  const xml = (prefix: string): string =>
    `<?xml version="1.0"?><NativeDicomModel>
      <DicomAttribute tag="00081190" vr="UR" keyword="RetrieveURL"><Value number="1">http://x</Value></DicomAttribute>
      <DicomAttribute tag="00081199" vr="SQ"><Item number="1"><DicomAttribute tag="00081155" vr="UI"><Value number="1"> 1.1 </Value></DicomAttribute></Item></DicomAttribute>
      <DicomAttribute tag="00081198" vr="SQ">
        <Item number="1"><DicomAttribute tag="00081155" vr="UI"><Value number="1">1.3</Value></DicomAttribute>
          <DicomAttribute tag="00081197" vr="US"><Value number="1">42752</Value></DicomAttribute>
          <DicomAttribute tag="00000902" vr="LO"><Value number="1">a &lt; b &amp;lt;</Value></DicomAttribute></Item>
        <Item number="2"/>
      </DicomAttribute><DicomAttribute tag="0008119A" vr="SQ" /></NativeDicomModel>`.replaceAll(/<(\/?)(?=[NDVI])/g, `<$1${prefix}`);
  for (const prefix of ["", "dcm:"])
    expect(stowAnswers(xml(prefix))).toEqual(
      new Map([
        ["1.1", stored],
        ["1.3", { status: 0xa700, comment: "a < b &lt;" }],
      ]),
    );
});

test("an instance in both lists has failed, and one without a reason has failed too", () => {
  const both = { vr: "SQ", Value: [{ "00081155": { vr: "UI", Value: ["1.1"] } }] };
  expect(stowAnswers(JSON.stringify({ "00081199": both, "00081198": both }))).toEqual(new Map([["1.1", { status: 0x0110, comment: "" }]]));
});

test.each([
  "",
  "OK",
  "<html><body>Login</body></html>",
  "null",
  "[]",
  "{}",
  '{"00081199":{"vr":"SQ"}}',
  '{"00081199":{"Value":[null,5,{"00081155":{}}]}}',
  "<Item></Item></Item>",
])("%j answers for no instance", (text) => {
  expect(stowAnswers(text).size).toBe(0);
});
