import { useEffect, useState } from "react";
import type { Finding } from "../../findings/finding.ts";
import { largestMeanDiameterMm } from "../../findings/measurement.ts";
import type { Vector3 } from "../../volume/space.ts";
import { type PlaneName, type Planes, slabMm } from "./planes.ts";

export interface MarksProps {
  readonly planes: Planes;
  readonly plane: PlaneName;
  readonly findings: readonly Finding[];
  readonly chosen: string | null;
  /** Where the cross-hair stands; null: none. */
  readonly crossMm: Vector3 | null;
}

const gapPx = 10;

/** Cross-hair and findings over one plane: a ring where a finding's ball meets the slice, and the axes that were measured in it. */
export function Marks({ planes, plane, findings, chosen, crossMm }: MarksProps) {
  const [, setDrawn] = useState(0);
  useEffect(() => planes.onDrawn((drawn) => drawn === plane && setDrawn((count) => count + 1)), [planes, plane]);
  const scale = planes.pxPerMm(plane);
  const halfSlabMm = plane === "slab" ? slabMm / 2 : 0;
  const cross = crossMm === null ? null : planes.worldToCanvas(plane, crossMm);
  return (
    <svg className="marks" aria-hidden="true">
      {cross !== null && (
        <g className="cross">
          <line x1="0" x2={cross[0] - gapPx} y1={cross[1]} y2={cross[1]} />
          <line x1={cross[0] + gapPx} x2="100%" y1={cross[1]} y2={cross[1]} />
          <line y1="0" y2={cross[1] - gapPx} x1={cross[0]} x2={cross[0]} />
          <line y1={cross[1] + gapPx} y2="100%" x1={cross[0]} x2={cross[0]} />
        </g>
      )}
      {findings.map((finding) => {
        const radiusMm = Math.max(2, (largestMeanDiameterMm(finding.measurements) ?? 6) / 2);
        const offMm = Math.max(0, planes.distanceMm(plane, finding.centerMm) - halfSlabMm);
        if (offMm > radiusMm) return null;
        const [x, y] = planes.worldToCanvas(plane, finding.centerMm);
        const ringPx = Math.sqrt(radiusMm ** 2 - offMm ** 2) * scale + 4;
        const state = finding.verdict ?? "open";
        return (
          <g key={finding.trackingUid} className={`mark ${state} ${finding.trackingUid === chosen ? "chosen" : ""}`}>
            <circle cx={x} cy={y} r={ringPx} />
            {finding.trackingUid === chosen && <Axes planes={planes} plane={plane} finding={finding} />}
          </g>
        );
      })}
    </svg>
  );
}

/** The long and the short axis, where they were measured in the slice that is shown. */
function Axes({ planes, plane, finding }: { readonly planes: Planes; readonly plane: PlaneName; readonly finding: Finding }) {
  const measured = finding.measurements.find((each) => each.plane === plane);
  return [measured?.longAxis, measured?.shortAxis].map((axis, index) => {
    if (axis === undefined || planes.distanceMm(plane, axis.from) > 1) return null;
    const [x1, y1] = planes.worldToCanvas(plane, axis.from);
    const [x2, y2] = planes.worldToCanvas(plane, axis.to);
    return <line key={index === 0 ? "long" : "short"} className="axis" x1={x1} y1={y1} x2={x2} y2={y2} />;
  });
}
