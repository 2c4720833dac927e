import { accessMessages } from "./access.ts";
import { anatomyMessages } from "./anatomy.ts";
import { assessmentMessages } from "./assessment.ts";
import { cliMessages } from "./cli.ts";
import { deidentifyMessages } from "./deidentify.ts";
import { dicomWebMessages } from "./dicom-web.ts";
import { dictationMessages } from "./dictation.ts";
import { evaluationMessages } from "./evaluation.ts";
import { findingsCommandMessages } from "./findings-command.ts";
import { growthMessages } from "./growth.ts";
import { guidelineRuleMessages } from "./guideline-rules.ts";
import { guidelineMessages } from "./guidelines.ts";
import { intakeMessages } from "./intake.ts";
import { keepingMessages } from "./keeping.ts";
import { lungNoduleMessages } from "./lung-nodule.ts";
import { modelMessages } from "./models.ts";
import { noduleMeasurementMessages } from "./nodule-measurement.ts";
import { pageMessages } from "./pages.ts";
import { patientPageMessages } from "./patient-page.ts";
import { priorMessages } from "./prior.ts";
import { receiveMessages } from "./receive.ts";
import { reportMessages } from "./report.ts";
import { resultObjectMessages } from "./result-objects.ts";
import { routingMessages } from "./routing.ts";
import { sendMessages } from "./send.ts";
import { serverMessages } from "./server.ts";
import { srMessages } from "./sr.ts";
import { storeMessages } from "./store.ts";
import { termMessages } from "./terms.ts";
import { volumeMessages } from "./volume.ts";
import { webMessages } from "./web.ts";

/** Every sentence of the program by code: the topic tables joined. */
export const words = {
  ...accessMessages,
  ...anatomyMessages,
  ...assessmentMessages,
  ...cliMessages,
  ...deidentifyMessages,
  ...dictationMessages,
  ...dicomWebMessages,
  ...evaluationMessages,
  ...findingsCommandMessages,
  ...growthMessages,
  ...guidelineMessages,
  ...guidelineRuleMessages,
  ...intakeMessages,
  ...keepingMessages,
  ...lungNoduleMessages,
  ...modelMessages,
  ...noduleMeasurementMessages,
  ...patientPageMessages,
  ...receiveMessages,
  ...pageMessages,
  ...reportMessages,
  ...resultObjectMessages,
  ...routingMessages,
  ...priorMessages,
  ...sendMessages,
  ...serverMessages,
  ...srMessages,
  ...storeMessages,
  ...termMessages,
  ...volumeMessages,
  ...webMessages,
} as const;

/** The topic tables one by one, so that a test can see that no code stands in two of them. */
export const topics = {
  access: accessMessages,
  anatomy: anatomyMessages,
  assessment: assessmentMessages,
  cli: cliMessages,
  deidentify: deidentifyMessages,
  dictation: dictationMessages,
  dicomWeb: dicomWebMessages,
  evaluation: evaluationMessages,
  findingsCommand: findingsCommandMessages,
  growth: growthMessages,
  guidelines: guidelineMessages,
  guidelineRules: guidelineRuleMessages,
  intake: intakeMessages,
  keeping: keepingMessages,
  lungNodule: lungNoduleMessages,
  models: modelMessages,
  noduleMeasurement: noduleMeasurementMessages,
  patientPage: patientPageMessages,
  receive: receiveMessages,
  pages: pageMessages,
  report: reportMessages,
  resultObjects: resultObjectMessages,
  routing: routingMessages,
  prior: priorMessages,
  send: sendMessages,
  server: serverMessages,
  sr: srMessages,
  store: storeMessages,
  terms: termMessages,
  volume: volumeMessages,
  web: webMessages,
};

export type MessageCode = keyof typeof words;
