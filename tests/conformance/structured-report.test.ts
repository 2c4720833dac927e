import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reportedUnder } from "../../src/dicom/read-reported.ts";
import { basicTextSr } from "../../src/dicom/sr/basic-text-sr.ts";
import { comprehensive3dSr } from "../../src/dicom/sr/comprehensive-3d-sr.ts";
import { enhancedSr } from "../../src/dicom/sr/enhanced-sr.ts";
import type { SrInput } from "../../src/dicom/sr/sr-input.ts";
import { decimalString } from "../../src/dicom/write/elements.ts";
import type { ResultObject } from "../../src/dicom/write/result-object.ts";
import { categoryCode } from "../../src/findings/assessment.ts";
import type { Finding } from "../../src/findings/finding.ts";
import { growthFigures } from "../../src/findings/growth-figures.ts";
import { srSections } from "../../src/main/said-report.ts";
import { naturalized } from "./dcmjs.ts";
import { type Asked, chineseName, srInput, type TakenIn, takeIn } from "./sample-sr-input.ts";

// Foreign programs judge the structured reports: dciodvfy (dicom3tools), DicomSRValidator (pixelmed), dsrdump (DCMTK), pydicom, dcmjs.
const root = mkdtempSync(join(tmpdir(), "structured-report-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const missing = (program: string): boolean => process.env.CI !== "true" && spawnSync(program, ["--version"]).error !== undefined;
const absent = (path: string): boolean => process.env.CI !== "true" && !existsSync(path);
const pixelmed = "/usr/share/java/pixelmed.jar";
const pydicom = "/usr/lib/python3/dist-packages/pydicom/__init__.py";

let taken: TakenIn;
beforeAll(async () => {
  taken = await takeIn(join(root, "ct"));
});

const series = { number: 9101, description: "Overread" };
type Documents = { readonly threeD: ResultObject; readonly enhanced: ResultObject; readonly text: ResultObject };
function documentsOf(input: SrInput): Documents {
  return {
    threeD: comprehensive3dSr(input, series),
    enhanced: enhancedSr(input, series),
    text: basicTextSr(input, series, srSections(input.result, input.words)),
  };
}

/** A read with all there is and a prior examination; with and without segments and without study-level measurements; one without findings; two that read nothing; one in part. */
const reads: Readonly<Record<string, Asked>> = {
  everything: { language: "zh", findings: 5, segments: 3, compared: true },
  outlined: { findings: 3, segments: 3, studyMeasurements: false },
  unoutlined: { findings: 5 },
  none: { findings: 0 },
  declined: { outcome: "declined", language: "zh" },
  failed: { outcome: "failed" },
  partial: { outcome: "partial", findings: 1 },
};

function saved(name: string, { bytes }: ResultObject): string {
  const path = join(root, `${name}.dcm`);
  writeFileSync(path, bytes);
  return path;
}
const savedAll = (names: readonly string[]): string[] =>
  names.flatMap((read) =>
    Object.entries(documentsOf(srInput(taken, reads[read]))).map(([kind, document]) => saved(`${read}-${kind}`, document)),
  );
/** What dciodvfy says, but that it knows no private coding scheme. */
const judgement = (path: string): string => {
  const said = spawnSync("dciodvfy", [path], { encoding: "utf8" });
  return `${said.stdout}${said.stderr}`
    .split("\n")
    .filter((line) => line !== "" && !/^Warning - Unrecognized defined term <99OVERREAD> .* <Coding Scheme Designator>$/.test(line))
    .join("\n");
};

test.skipIf(missing("dciodvfy"))(
  "dciodvfy finds neither error nor warning in any report, but that it does not know the program's own codes",
  () => {
    for (const path of savedAll(Object.keys(reads))) expect(judgement(path), path).toMatch(/^(Comprehensive3DSR|EnhancedSR|BasicTextSR)$/);
  },
);

test.skipIf(absent(pixelmed))("DicomSRValidator finds the reports true to TID 1500 and TID 2000", { timeout: 600_000 }, () => {
  const options = ["xpathExprOpLimit", "xpathTotalOpLimit", "xpathExprGrpLimit"].map((limit) => `-Djdk.xml.${limit}=0`);
  const program = join(import.meta.dirname, "ValidateStructuredReports.java");
  // A failed read has the form of a declined one, a partial one that of a complete one.
  const paths = savedAll(["everything", "outlined", "unoutlined", "none", "declined"]);
  const output = execFileSync("java", [...options, "-XX:+UseSerialGC", "-cp", pixelmed, program, ...paths], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  const judged = output.split(/^File /m).slice(1);
  expect(judged).toHaveLength(paths.length);
  for (const lines of judged) {
    expect(lines).toMatch(/Found Root Template TID_(1500|2000)[\s\S]*IOD validation complete/);
    const errors = lines.split("\n").filter((line) => line.startsWith("Error"));
    expect(errors, lines).toEqual([]);
  }
});

test.skipIf(missing("dsrdump"))("dsrdump prints what each guideline says of every finding and of the examination", () => {
  const input = srInput(taken, { findings: 2 });
  const { threeD, enhanced, text } = documentsOf(input);
  for (const document of [threeD, enhanced]) {
    const tree = execFileSync("dsrdump", ["+U8", "+Pl", saved("assessed", document)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(tree.match(/"Assessment Category"\)="/g)).toHaveLength(input.result.assessments.length);
    for (const code of input.result.assessments.flatMap(({ outcomes }) =>
      outcomes.flatMap(({ rules }) => rules.map((rule) => rule.code)),
    )) {
      expect(tree).toContain(code);
    }
  }
  expect(new TextDecoder().decode(text.bytes)).toContain("Lung-RADS");
});

test.skipIf(missing("dsrdump"))("dsrdump prints tracking UIDs, sizes and the Chinese texts", () => {
  const input = srInput(taken, { language: "zh", findings: 2, segments: 1 });
  const dump = (document: ResultObject): string =>
    execFileSync("dsrdump", ["+U8", "+Pl", saved("dump", document)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const { threeD, enhanced, text } = documentsOf(input);
  for (const tree of [dump(threeD), dump(enhanced)]) {
    for (const { trackingUid, measurements } of findingsOf(input)) {
      expect(tree).toContain(`"Tracking Unique Identifier")="${trackingUid}"`);
      for (const { longAxisMm } of measurements) expect(tree).toContain(`"Long Axis")="${decimalString(longAxisMm)}"`);
    }
    expect(tree).toContain("结节 1");
  }
  expect(dump(text)).toContain("结节 2：右肺，部分实性结节。轴位 7.9 × 6.2 mm，平均径 7.0 mm。");
});

test.skipIf(missing("dsrdump"))(
  "dsrdump prints categories as codes, next steps with their months, and the probability of each model with its name",
  () => {
    const input = srInput(taken, { findings: 2, person: { otherSignificantFinding: true } });
    const { threeD, enhanced, text } = documentsOf(input);
    const { assessments, risks } = input.result;
    const categories = assessments.flatMap((each) => each.outcomes.flatMap((outcome) => categoryCode(each, outcome) ?? []));
    const dated = assessments.flatMap(({ outcomes }) =>
      outcomes.flatMap(({ nextSteps }) =>
        nextSteps.flatMap(({ anyOf }) => anyOf.flatMap(({ months }) => (months === null ? [] : [months]))),
      ),
    );
    const ends = <Numbers extends readonly number[]>(ranges: readonly Numbers[]): number =>
      ranges.reduce((sum, range) => sum + new Set(range).size, 0);
    for (const document of [threeD, enhanced]) {
      const tree = execFileSync("dsrdump", ["+U8", "+Pl", saved("management", document)], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      expect(tree.match(/"Assessment Category"\)=\(\w/g)).toHaveLength(categories.length);
      for (const { value } of categories) expect(tree).toContain(`=(${value},99OVERREAD,`);
      expect(tree).toMatch(/\(LUNGRADS2022-\w+S,99OVERREAD,/);
      expect(tree.match(/"Recommended Follow-up Interval"\)=/g)).toHaveLength(ends(dated));
      expect(tree).toMatch(/Interval"\)="6" \(mo,.*\n.*"Minimum".*\n.*Interval"\)="12" \(mo,.*\n.*"Maximum"/);
      expect(tree.match(/"Probability"\)=/g)).toHaveLength(ends(risks.map(({ probability: { low, high } }) => [low, high])));
      for (const { model } of risks) expect(tree).toContain(`"Algorithm Name")="${model}"`);
      expect(tree).toContain("Built on: Patients of one American clinic");
    }
    expect(new TextDecoder().decode(text.bytes)).toContain("Mayo Clinic 1997: ");
  },
);

interface Group {
  readonly template: string;
  readonly name: string;
  readonly trackingUid: string;
  readonly kind: string | null;
  readonly side: string | null;
  readonly segment: number | null;
  readonly texture: string | null;
  readonly center: readonly number[] | null;
  readonly comments: readonly string[];
  readonly change: string | null;
  readonly numbers: Readonly<Record<string, { value: number; unit: string; drawn: readonly (readonly number[])[] }>>;
}
interface PydicomReading {
  readonly patient: string;
  readonly flags: readonly string[];
  readonly uids: readonly (readonly [concept: string, uid: string])[];
  readonly titles: readonly string[];
  readonly outcome: readonly string[];
  readonly texts: readonly string[];
  readonly evidence: readonly string[];
  readonly referenced: readonly string[];
  readonly frames: readonly number[];
  readonly valueTypes: readonly string[];
  readonly study: readonly (readonly [concept: string, side: string, value: number, unit: string])[];
  readonly groups: readonly Group[];
}
const readByPydicom = (documents: Documents): Record<keyof Documents, PydicomReading> => {
  const paths = Object.entries(documents).map(([kind, document]) => saved(`read-${kind}`, document));
  const script = join(import.meta.dirname, "measurement-groups.py");
  const [threeD, enhanced, text] = JSON.parse(execFileSync("/usr/bin/python3", [script, ...paths], { encoding: "utf8" }));
  return { threeD, enhanced, text };
};

const findingsOf = ({ result }: SrInput): Finding[] => result.analyses.flatMap(({ findings }) => findings);
const planes = { axial: "SCT 24422004", coronal: "SCT 81654009", sagittal: "SCT 30730003" };
const mean = "SCT 373098007";

/** Every number of a finding by concept and modifiers, as the report should hold it. */
function numbersOf({ score, volumeMm3, meanHu, measurements }: Finding): [name: string, value: number, unit: string][] {
  return [
    ["DCM 111012", score * 100, "%"],
    ...(volumeMm3 === null ? [] : [["SCT 118565006", volumeMm3, "mm3"] as [string, number, string]]),
    ...(meanHu === null ? [] : [[`DCM 112031 ${mean}`, meanHu, "[hnsf'U]"] as [string, number, string]]),
    ...measurements.flatMap((measured): [string, number, string][] => [
      [`SCT 103339001 ${planes[measured.plane]}`, measured.longAxisMm, "mm"],
      [`SCT 103340004 ${planes[measured.plane]}`, measured.shortAxisMm, "mm"],
      [`SCT 81827009 ${planes[measured.plane]} ${mean}`, measured.meanDiameterMm, "mm"],
    ]),
  ];
}

test.skipIf(absent(pydicom))(
  "pydicom reads every measurement back equal to the finding's, its kind, side, texture, segment and reasons too",
  () => {
    const input = srInput(taken, { findings: 5, segments: 3 });
    const { threeD, enhanced } = readByPydicom(documentsOf(input));
    for (const { groups, study } of [threeD, enhanced]) {
      findingsOf(input).forEach((finding, n) => {
        const group = groups[n];
        expect(group?.trackingUid).toBe(finding.trackingUid);
        const read = Object.entries(group?.numbers ?? {}).map(([name, { value, unit }]) => [name, value, unit]);
        expect(read).toEqual(numbersOf(finding));
        const reasons = [...finding.because, ...finding.flags, ...(finding.notMeasurable ? [finding.notMeasurable] : [])];
        expect(group?.comments).toEqual(reasons.map(({ text }) => text));
      });
      const of = (key: keyof Group): unknown[] => groups.map((group) => group[key]);
      expect(of("name")).toEqual(["Nodule 1", "Nodule 2", "Mass 3", "Nodule 4", "Nodule 5"]);
      expect(of("kind")).toEqual(["SCT 786838002", "SCT 786838002", "SCT 309529002", "SCT 786838002", "SCT 786838002"]);
      expect(of("side")).toEqual(["SCT 7771000", "SCT 24028007", "SCT 7771000", null, "SCT 7771000"]);
      expect(of("texture")).toEqual(["RADLEX RID50151", "RADLEX RID50152", "RADLEX RID5741", null, "RADLEX RID50151"]);
      expect(of("segment")).toEqual([1, 2, 3, null, null]);
      expect(of("template")).toEqual(["1411", "1411", "1411", "1411", "1411"]);
      expect(study).toEqual([
        ["SCT 118565006", "SCT 51440002", 4812, "mL"],
        ["SCT 118565006", "SCT 24028007", 2604, "mL"],
        ["SCT 118565006", "SCT 7771000", 2208, "mL"],
        ["SCT 246206008", "SCT 51440002", 5, "1"],
        ["SCT 81827009", "SCT 51440002", 34.56789, "mm"],
      ]);
    }
  },
);

test.skipIf(absent(pydicom))("pydicom reads the figures of growth back, and which examination they are against", () => {
  const input = srInput(taken, { findings: 4, compared: true });
  const { threeD, enhanced } = readByPydicom(documentsOf(input));
  for (const { groups, uids } of [threeD, enhanced]) {
    expect(uids).toContainEqual(["DCM 110180", "2.25.2023110100"]);
    findingsOf(input).forEach(({ comparison }, n) => {
      const growth = comparison?.growth ?? null;
      const own = Object.entries(groups[n]?.numbers ?? {}).filter(([name]) => name.startsWith("99OVERREAD"));
      const expected = (growth === null ? [] : growthFigures(growth)).flatMap(({ code, low, high, unit }) => {
        const name = `99OVERREAD ${code.value}`;
        if (low === high) return [[name, low, unit]];
        return [[`${name} SCT 255605001`, low, unit], ...(high === null ? [] : [[`${name} SCT 56851009`, high, unit]])];
      });
      // pydicom's reading keeps one number a name: of the volume's change that in percent, which stands last.
      const last = new Map(expected.map(([name, ...rest]) => [name, [name, ...rest]]));
      expect(own.map(([name, { value, unit }]) => [name, value, unit])).toEqual([...last.values()]);
    });
    expect(groups.map(({ change }) => change?.split(". ")[0])).toEqual(
      ["grown", "new", "stable", "smaller"].map((change) => `Compared with the prior examination: ${change}`),
    );
  }
});

test.skipIf(absent(pydicom))("places stand in the patient in the 3-D report and on their image in the enhanced one", () => {
  const input = srInput(taken, { findings: 1 });
  const { threeD, enhanced } = readByPydicom(documentsOf(input));
  const [finding] = findingsOf(input);
  const axis = finding?.measurements[0]?.longAxis;
  const axial = `SCT 103339001 ${planes.axial}`;
  const close = (numbers: readonly number[]) => numbers.map((value) => expect.closeTo(value, 3));
  expect(threeD.groups[0]?.center).toEqual(close(finding?.centerMm ?? []));
  expect(threeD.groups[0]?.numbers[axial]?.drawn).toEqual([close([...(axis?.from ?? []), ...(axis?.to ?? [])])]);
  expect(threeD.groups[0]?.numbers[`SCT 103339001 ${planes.coronal}`]?.drawn).toHaveLength(1);
  // 20.4 mm in pixels of .8 mm and 10.6 mm in pixels of .7 mm from the centre of the first pixel.
  const [column, row] = [20.4 / 0.8 + 0.5, 10.6 / 0.7 + 0.5];
  const half = (finding?.measurements[0]?.longAxisMm ?? 0) / 2 / 0.8;
  expect(enhanced.groups[0]?.center).toEqual(close([column, row]));
  expect(enhanced.groups[0]?.numbers[axial]?.drawn).toEqual([close([column - half, row, column + half, row])]);
  expect(enhanced.groups[0]?.numbers[`SCT 103339001 ${planes.coronal}`]?.drawn).toEqual([]);
  expect(enhanced.valueTypes).not.toContain("SCOORD3D");
});

test.skipIf(absent(pydicom))("the evidence names every object that is referred to, each once", () => {
  for (const reading of Object.values(readByPydicom(documentsOf(srInput(taken, reads.everything))))) {
    expect([...reading.evidence].sort()).toEqual([...new Set(reading.referenced)].sort());
    expect(reading.evidence.length).toBeGreaterThan(3);
  }
});

test.skipIf(absent(pydicom) || missing("dciodvfy"))(
  "of a multi-frame image the report names the frame a finding is seen on, and the object once",
  async () => {
    const input = srInput(await takeIn(join(root, "multi-frame"), true), { findings: 2 });
    const documents = documentsOf(input);
    for (const [kind, document] of Object.entries(documents)) expect(judgement(saved(kind, document))).toMatch(/^\w+SR$/);
    const { threeD, enhanced, text } = readByPydicom(documents);
    for (const { evidence, frames } of [threeD, enhanced, text]) {
      expect(evidence).toHaveLength(1);
      expect(frames).toEqual(expect.arrayContaining([4, 6]));
      expect(frames.every((frame) => frame === 4 || frame === 6)).toBe(true);
    }
  },
);

test.skipIf(absent(pydicom))("every report says that it is unconfirmed; one without findings and one that read nothing say so too", () => {
  const flags = ["UNVERIFIED", "PRELIMINARY"];
  for (const [read, completion, outcome, said] of [
    ["unoutlined", "COMPLETE", "DCM 111242", "Unconfirmed until a physician signs"],
    ["none", "COMPLETE", "DCM 111241", "Nothing was marked in the lungs."],
    ["partial", "PARTIAL", "DCM 111244", "Not all of both lungs could be read"],
    ["declined", "PARTIAL", "DCM 111245", "共 4 个序列，均不适合肺结节阅片。"],
    ["failed", "PARTIAL", "DCM 111245", "The analysis did not finish"],
  ] as const) {
    const { threeD, enhanced, text } = readByPydicom(documentsOf(srInput(taken, reads[read])));
    for (const reading of [threeD, enhanced, text]) {
      expect(reading.flags).toEqual([completion, ...flags]);
      expect(reading.texts.join("\n")).toContain(said);
      expect(reading.texts.join("\n")).toMatch(/Unconfirmed until a physician signs|未经确认/);
      expect(reading.texts.join("\n")).toMatch(/Not assessed: |未评估：/);
      expect(reading.patient).toBe(chineseName);
    }
    for (const reading of [threeD, enhanced]) expect(reading.outcome).toEqual([outcome]);
    if (read === "declined") expect(threeD.titles).toEqual(["UMLS C0034375"]);
  }
});

test("dcmjs reads the tree, and the Chinese name", () => {
  const input = srInput(taken, { language: "zh", findings: 3, segments: 2 });
  for (const { bytes } of Object.values(documentsOf(input))) {
    const read = naturalized(bytes.buffer);
    expect(read.PatientName[0]).toMatchObject({ Alphabetic: "Wang^XiaoDong", Ideographic: "王^小东" });
    expect(read.ContentSequence[0]?.ConceptCodeSequence?.[0]?.CodeMeaning).toBe("Chinese (S)");
  }
});

test("our own reader of foreign reports reads the findings back", async () => {
  const input = srInput(taken, { findings: 5, segments: 3, compared: true });
  for (const document of [comprehensive3dSr(input, series), enhancedSr(input, series)]) {
    const path = saved("own", document);
    const { documents } = await reportedUnder([path, join(root, "ct")], new AbortController().signal);
    expect(documents).toHaveLength(1);
    findingsOf(input).forEach((finding, n) => {
      const read = documents[0]?.findings[n];
      const axial = finding.measurements.find(({ plane }) => plane === "axial");
      expect(read).toMatchObject({
        trackingUid: finding.trackingUid,
        certainty: expect.closeTo(finding.score, 12),
        volumeMm3: finding.volumeMm3,
        longAxisMm: axial?.longAxisMm ?? null,
        shortAxisMm: axial?.shortAxisMm ?? null,
        centerFrom: "point",
        comments: [...finding.because, ...finding.flags, ...(finding.notMeasurable ? [finding.notMeasurable] : [])].map(({ text }) => text),
        algorithm: { name: "Overread lung-nodule" },
      });
      const categories = input.result.assessments
        .filter((each) => each.trackingUid === finding.trackingUid)
        .flatMap((each) => each.outcomes.flatMap((outcome) => categoryCode(each, outcome) ?? []));
      for (const { value } of categories)
        expect(read?.evaluations).toContainEqual(
          expect.objectContaining({ value: expect.objectContaining({ value, scheme: "99OVERREAD" }) }),
        );
      // On an image the centre has the place of that image along its normal.
      const [x, y, z] = read?.centerMm ?? [];
      expect([x, y]).toEqual([expect.closeTo(finding.centerMm[0], 3), expect.closeTo(finding.centerMm[1], 3)]);
      expect(Math.abs((z ?? Number.NaN) - finding.centerMm[2])).toBeLessThan(0.26);
    });
  }
});

test("the same read makes the same bytes, another finding another object", () => {
  const input = srInput(taken, { findings: 2, segments: 1 });
  const first = documentsOf(input);
  const again = documentsOf(srInput(taken, { findings: 2, segments: 1 }));
  const other = documentsOf(srInput(taken, { findings: 1, segments: 1 }));
  for (const kind of ["threeD", "enhanced", "text"] as const) {
    expect(again[kind].bytes).toEqual(first[kind].bytes);
    expect(other[kind].sopInstanceUid).not.toBe(first[kind].sopInstanceUid);
    expect(other[kind].seriesInstanceUid).toBe(first[kind].seriesInstanceUid);
  }
});
