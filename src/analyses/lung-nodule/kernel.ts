/** How a reconstruction kernel treats edges: "soft" and "medium" keep HU and size, "sharp" overshoots at edges and adds noise. */
export type KernelSharpness = "soft" | "medium" | "sharp" | "unknown";

const named: ReadonlyArray<readonly [RegExp, KernelSharpness]> = [
  [/^(SOFT|SMOOTH|STND|STANDARD\+?|CHST|CHEST|BODY)$/, "soft"],
  [/^(DETAIL|DETL|STANDARD ?PLUS|MEDIUM)$/, "medium"],
  [/^(LUNG\+?|BONE\+?|BONEPLUS|EDGE|ULTRA|HD ?LUNG|HD ?BONE|SHARP|HIGH ?RES.*)$/, "sharp"],
];

/** Number of a numbered kernel from which it is medium and from which it is sharp, by maker's scheme. */
const numbered: ReadonlyArray<{ readonly pattern: RegExp; readonly medium: number; readonly sharp: number }> = [
  // Siemens: B10 … B80, I26 … I70, Br36, Bl57, Bv40, Qr40, Hr44 and the like.
  { pattern: /^(?:[BIJTUHDSQ][A-Z]?)(\d{2})[A-Z]?(?:$|[^\d])/, medium: 45, sharp: 55 },
];

/**
 * Sharpness of a reconstruction kernel from its name (DICOM Convolution Kernel (0018,1210), a maker's own word). GE names, Siemens numbers
 * (sharper as they grow), Canon/Toshiba FC series (FC01–FC19 body, FC30s bone, FC50s and FC80s lung), Philips letters (A–C smooth, D, E, L, Y… sharp).
 * @param kernel null when the headers do not say; of several values (joined by "\") the first is read
 */
export function kernelSharpness(kernel: string | null): KernelSharpness {
  const name = (kernel ?? "").split("\\")[0]?.trim().toUpperCase() ?? "";
  if (name === "") return "unknown";
  for (const [pattern, sharpness] of named) if (pattern.test(name)) return sharpness;
  const canon = /^FC(\d{2})/.exec(name);
  if (canon !== null) return Number(canon[1]) < 20 ? "soft" : "sharp";
  for (const { pattern, medium, sharp } of numbered) {
    const number = Number(pattern.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isNaN(number)) return number >= sharp ? "sharp" : number >= medium ? "medium" : "soft";
  }
  if (/^(A|B|C|XA|XB|XC|IA|IB)$/.test(name)) return "soft";
  if (/^(D|E|L|Y[A-D]|YL|YD|XL)$/.test(name)) return "sharp";
  return "unknown";
}
