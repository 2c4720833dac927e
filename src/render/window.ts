/** What range of HU fills the grey scale (DICOM PS3.3 C.11.2.1.2): centre and width. */
export interface Window {
  readonly centerHu: number;
  readonly widthHu: number;
}

export const lungWindow: Window = { centerHu: -600, widthHu: 1500 };
export const mediastinalWindow: Window = { centerHu: 40, widthHu: 400 };

/**
 * HU to 8-bit grey by the linear VOI function of DICOM PS3.3 C.11.2.1.2.1: black up to centre − .5 − (width − 1)/2, white from
 * centre − .5 + (width − 1)/2.
 * @throws RangeError when the width is below 1
 */
export function windowed(hu: Float32Array | Int16Array, { centerHu, widthHu }: Window): Uint8Array {
  if (!(widthHu >= 1)) throw new RangeError(`widthHu must be at least 1, got ${widthHu}`);
  const grey = new Uint8Array(hu.length);
  const low = centerHu - 0.5 - (widthHu - 1) / 2;
  const scale = 255 / Math.max(1, widthHu - 1);
  for (let n = 0; n < hu.length; n++) grey[n] = Math.min(255, Math.max(0, Math.round((hu[n]! - low) * scale)));
  return grey;
}
