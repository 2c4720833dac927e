/** Regions of the body by the words that headers name them with, English and Chinese. A heart lies in the chest; a trunk is chest and abdomen. */
const regions = {
  head: /HEAD|BRAIN|SKULL|CRANI|NEURO|ORBIT|SINUS|头|颅|脑|鼻窦|眼眶/i,
  neck: /NECK|THYROID|LARYN|颈|甲状腺|喉/i,
  chest: /CHEST|THORA|LUNG|PULMO|HEART|CARDI|CORONAR|TRUNK|TORSO|BODY|胸|肺|心|冠/i,
  abdomen: /ABD|PELVI|LIVER|HEPAT|RENAL|KIDNEY|PANCREA|COLON|TRUNK|TORSO|BODY|腹|盆|肝|肾|胰|结肠/i,
  prostate: /PROSTAT|前列腺/i,
  breast: /BREAST|MAMM|乳/i,
  spine: /SPINE|LUMBAR|VERTEB|脊|椎/i,
  limbs: /KNEE|SHOULDER|ELBOW|WRIST|ANKLE|EXTREM|FEMUR|\b(HIP|HAND|FOOT|LEG|ARM)S?\b|膝|髋|肩|肘|腕|踝|足|四肢/i,
} as const;
type Region = keyof typeof regions;

/** The regions that texts of a header name; none when they name none. */
export function regionsNamed(texts: readonly (string | null)[]): ReadonlySet<Region> {
  const said = texts.join(" ");
  return new Set((Object.keys(regions) as Region[]).filter((region) => regions[region].test(said)));
}

/** Whether two examinations may show the same region: they name one in common, or one of them names none. */
export const mayShareRegion = (a: ReadonlySet<Region>, b: ReadonlySet<Region>): boolean =>
  a.size === 0 || b.size === 0 || [...a].some((region) => b.has(region));
