import { type PointerEvent, useEffect, useRef, useState } from "react";
import type { Finding } from "../../findings/finding.ts";
import type { Vector3 } from "../../volume/space.ts";
import { FaultLine } from "../fault-line.tsx";
import type { Server } from "../session/server.ts";
import { useWords } from "../words/use-words.ts";
import { Marks } from "./marks.tsx";
import { openPlanes, type PlaneName, type Planes, planeNames } from "./planes.ts";
import { openSeries } from "./series-volume.ts";

export interface ViewerProps {
  readonly server: Server;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly findings: readonly Finding[];
  readonly chosen: string | null;
  readonly crossMm: Vector3 | null;
  readonly onCross: (pointMm: Vector3) => void;
  /** Null when they are gone. */
  readonly onPlanes: (planes: Planes | null) => void;
}

/** A press that moved less is a click. */
const clickPx = 3;

/** Axial, coronal, sagittal and an axial slab of one series. A click sets the cross-hair in all of them. */
export function Viewer({ server, studyInstanceUid, seriesInstanceUid, findings, chosen, crossMm, onCross, onPlanes }: ViewerProps) {
  const words = useWords();
  const elements = useRef<Partial<Record<PlaneName, HTMLDivElement>>>({});
  const [planes, setPlanes] = useState<Planes | null>(null);
  const [images, setImages] = useState({ loaded: 0, all: 0 });
  const [fault, setFault] = useState<unknown>(null);
  const pressed = useRef<readonly [number, number]>([0, 0]);

  useEffect(() => {
    const ends: (() => void)[] = [];
    let over = false;
    const open = async (): Promise<void> => {
      const opened = await openPlanes(elements.current as Record<PlaneName, HTMLDivElement>);
      ends.push(opened.close);
      const series = over ? null : await openSeries(server, studyInstanceUid, seriesInstanceUid);
      if (series === null) return;
      ends.unshift(series.forget);
      if (over) return;
      await opened.show(series.volumeId);
      opened.window("lung");
      ends.push(series.onLoaded((loaded) => setImages({ loaded, all: series.images })));
      const watching = new ResizeObserver(opened.resize);
      for (const element of Object.values(elements.current)) watching.observe(element);
      ends.push(() => watching.disconnect());
      setPlanes(opened);
      onPlanes(opened);
    };
    const opening = open().catch(setFault);
    return () => {
      over = true;
      setPlanes(null);
      onPlanes(null);
      void opening.then(() => {
        for (const end of ends) end();
      });
    };
  }, [server, studyInstanceUid, seriesInstanceUid, onPlanes]);

  const release = (plane: PlaneName, event: PointerEvent): void => {
    const [x, y] = pressed.current;
    if (planes === null || event.button !== 0 || Math.hypot(event.clientX - x, event.clientY - y) > clickPx) return;
    const box = event.currentTarget.getBoundingClientRect();
    onCross(planes.canvasToWorld(plane, [event.clientX - box.left, event.clientY - box.top]));
  };
  return (
    <section className="viewer" aria-label={words("web.images")} data-loaded={images.all > 0 && images.loaded >= images.all}>
      <FaultLine fault={fault} />
      {planeNames.map((plane) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the keyboard moves the planes from the page
        <div
          key={plane}
          className="plane"
          onContextMenu={(event) => event.preventDefault()}
          onPointerDownCapture={(event) => {
            pressed.current = [event.clientX, event.clientY];
          }}
          onPointerUp={(event) => release(plane, event)}
        >
          <div
            className="canvas"
            ref={(element) => {
              if (element !== null) elements.current[plane] = element;
            }}
          />
          {planes !== null && <Marks planes={planes} plane={plane} findings={findings} chosen={chosen} crossMm={crossMm} />}
          <p className="name">{words(`web.plane-${plane}`)}</p>
        </div>
      ))}
      {images.loaded < images.all && (
        <p className="loading" role="status">
          {words("web.loading-images", { loaded: images.loaded, all: images.all })}
        </p>
      )}
    </section>
  );
}
