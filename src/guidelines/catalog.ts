import { brock2013WithoutSpiculation, brock2013WithSpiculation } from "./brock.ts";
import { bts2015 } from "./bts-2015.ts";
import { cLungRads2024 } from "./c-lung-rads-2024.ts";
import { china2018 } from "./china-2018.ts";
import { fleischner2017 } from "./fleischner-2017.ts";
import type { Guideline } from "./guideline.ts";
import { herder2005 } from "./herder.ts";
import { lungRads2022 } from "./lung-rads-2022.ts";
import { mayo1997 } from "./mayo.ts";
import { pkuph2011 } from "./pkuph.ts";
import type { RiskModel } from "./risk-model.ts";
import { va2007 } from "./va.ts";

/** Every guideline, each in its edition. */
export const guidelines: readonly Guideline[] = [lungRads2022, fleischner2017, bts2015, china2018, cLungRads2024];

/** Every risk model, to stand side by side. */
export const riskModels: readonly RiskModel[] = [
  brock2013WithSpiculation,
  brock2013WithoutSpiculation,
  mayo1997,
  va2007,
  herder2005,
  pkuph2011,
];
