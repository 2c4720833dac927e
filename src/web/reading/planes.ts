import {
  Enums,
  getRenderingEngine,
  RenderingEngine,
  setVolumesForViewports,
  init as startCore,
  type Types,
  utilities,
} from "@cornerstonejs/core";
import { init as startLoader } from "@cornerstonejs/dicom-image-loader";
import {
  addTool,
  BidirectionalTool,
  EllipticalROITool,
  LengthTool,
  PanTool,
  StackScrollTool,
  init as startTools,
  Enums as ToolEnums,
  ToolGroupManager,
  WindowLevelTool,
  ZoomTool,
} from "@cornerstonejs/tools";
import type { Vector3 } from "../../volume/space.ts";
import { rangeOf, type WindowName } from "./window.ts";

/** The four views of a series; "slab" is a maximum intensity projection of an axial slab. */
export const planeNames = ["axial", "coronal", "sagittal", "slab"] as const;
export type PlaneName = (typeof planeNames)[number];

export const slabMm = 10;

const orientations = {
  axial: Enums.OrientationAxis.AXIAL,
  coronal: Enums.OrientationAxis.CORONAL,
  sagittal: Enums.OrientationAxis.SAGITTAL,
  slab: Enums.OrientationAxis.AXIAL,
} as const;

/** What the left button does. */
const leftTools = {
  window: WindowLevelTool.toolName,
  length: LengthTool.toolName,
  axes: BidirectionalTool.toolName,
  region: EllipticalROITool.toolName,
} as const;
export type LeftTool = keyof typeof leftTools;

const engineId = "reading";
const groupId = "reading";
const { MouseBindings } = ToolEnums;

let started: Promise<void> | null = null;

/** Starts the image library once a page. */
function start(): Promise<void> {
  started ??= (async () => {
    await startCore();
    startLoader({ maxWebWorkers: Math.max(1, Math.min(4, (navigator.hardwareConcurrency ?? 2) - 1)) });
    await startTools();
    for (const tool of [WindowLevelTool, PanTool, ZoomTool, StackScrollTool, LengthTool, BidirectionalTool, EllipticalROITool])
      addTool(tool);
  })();
  return started;
}

/** The planes of one series on the page. */
export interface Planes {
  readonly show: (volumeId: string) => Promise<void>;
  readonly window: (name: WindowName) => void;
  readonly left: (tool: LeftTool) => void;
  /** Moves every plane to a point; what lies out of view is brought to its middle. */
  readonly goTo: (pointMm: Vector3) => void;
  /** @param slices towards the head */
  readonly scroll: (plane: PlaneName, slices: number) => void;
  readonly worldToCanvas: (plane: PlaneName, pointMm: Vector3) => readonly [number, number];
  readonly canvasToWorld: (plane: PlaneName, at: readonly [number, number]) => Vector3;
  /** Distance of a point from the slice that a plane shows, mm; 0: on it. */
  readonly distanceMm: (plane: PlaneName, pointMm: Vector3) => number;
  /** Pixels of the canvas a millimetre, in a plane. */
  readonly pxPerMm: (plane: PlaneName) => number;
  readonly onDrawn: (heard: (plane: PlaneName) => void) => () => void;
  readonly resize: () => void;
  readonly close: () => void;
}

/** Opens the four views in elements of the page. */
export async function openPlanes(elements: Readonly<Record<PlaneName, HTMLDivElement>>): Promise<Planes> {
  await start();
  getRenderingEngine(engineId)?.destroy();
  ToolGroupManager.destroyToolGroup(groupId);
  const engine = new RenderingEngine(engineId);
  engine.setViewports(
    planeNames.map((plane) => ({
      viewportId: plane,
      type: Enums.ViewportType.ORTHOGRAPHIC,
      element: elements[plane],
      defaultOptions: { orientation: orientations[plane], background: [0, 0, 0] as Types.Point3 },
    })),
  );
  const group = ToolGroupManager.createToolGroup(groupId);
  if (group === undefined) throw new Error("the tools are in use");
  for (const name of [...Object.values(leftTools), PanTool.toolName, ZoomTool.toolName, StackScrollTool.toolName]) group.addTool(name);
  for (const plane of planeNames) group.addViewport(plane, engineId);
  group.setToolActive(PanTool.toolName, { bindings: [{ mouseButton: MouseBindings.Auxiliary }] });
  group.setToolActive(ZoomTool.toolName, { bindings: [{ mouseButton: MouseBindings.Secondary }] });
  group.setToolActive(StackScrollTool.toolName, { bindings: [{ mouseButton: MouseBindings.Wheel }, { numTouchPoints: 1 }] });

  const viewOf = (plane: PlaneName): Types.IVolumeViewport => engine.getViewport(plane) as Types.IVolumeViewport;
  const left = (tool: LeftTool): void => {
    for (const name of Object.values(leftTools)) group.setToolPassive(name);
    group.setToolActive(leftTools[tool], { bindings: [{ mouseButton: MouseBindings.Primary }] });
  };
  left("window");
  const fromSlice = (plane: PlaneName, pointMm: Vector3): { readonly mm: number; readonly normal: Types.Point3 } => {
    const { focalPoint, viewPlaneNormal } = viewOf(plane).getCamera();
    const normal = viewPlaneNormal ?? [0, 0, 1];
    return { mm: normal.reduce((sum, each, axis) => sum + each * ((pointMm[axis] ?? 0) - (focalPoint?.[axis] ?? 0)), 0), normal };
  };
  return {
    show: async (volumeId) => {
      await setVolumesForViewports(engine, [{ volumeId }], [...planeNames]);
      viewOf("slab").setBlendMode(Enums.BlendModes.MAXIMUM_INTENSITY_BLEND);
      viewOf("slab").setSlabThickness(slabMm);
    },
    window: (name) => {
      for (const plane of planeNames) {
        viewOf(plane).setProperties({ voiRange: rangeOf(name) });
        viewOf(plane).render();
      }
    },
    left,
    goTo: (pointMm) => {
      for (const plane of planeNames) {
        const view = viewOf(plane);
        const { focalPoint = [0, 0, 0], position = [0, 0, 0] } = view.getCamera();
        const [x, y] = view.worldToCanvas([...pointMm]);
        const { clientWidth, clientHeight } = view.element;
        const inView = x > 0.1 * clientWidth && x < 0.9 * clientWidth && y > 0.1 * clientHeight && y < 0.9 * clientHeight;
        const { mm, normal } = fromSlice(plane, pointMm);
        const move = inView ? normal.map((each) => each * mm) : pointMm.map((each, axis) => each - (focalPoint[axis] ?? 0));
        const moved = (from: Types.Point3): Types.Point3 => from.map((each, axis) => each + (move[axis] ?? 0)) as unknown as Types.Point3;
        view.setCamera({ focalPoint: moved(focalPoint), position: moved(position) });
        view.render();
      }
    },
    scroll: (plane, slices) => utilities.scroll(engine.getViewport(plane) as Parameters<typeof utilities.scroll>[0], { delta: slices }),
    worldToCanvas: (plane, pointMm) => viewOf(plane).worldToCanvas([...pointMm]),
    canvasToWorld: (plane, at) => viewOf(plane).canvasToWorld([...at]) as unknown as Vector3,
    distanceMm: (plane, pointMm) => Math.abs(fromSlice(plane, pointMm).mm),
    pxPerMm: (plane) => {
      const view = viewOf(plane);
      return view.element.clientHeight / (2 * (view.getCamera().parallelScale ?? 1));
    },
    onDrawn: (heard) => {
      const stops = planeNames.map((plane) => {
        const { element } = viewOf(plane);
        const drawn = (): void => heard(plane);
        element.addEventListener(Enums.Events.IMAGE_RENDERED, drawn);
        return () => element.removeEventListener(Enums.Events.IMAGE_RENDERED, drawn);
      });
      return () => {
        for (const stop of stops) stop();
      };
    },
    resize: () => engine.resize(true, true),
    close: () => {
      ToolGroupManager.destroyToolGroup(groupId);
      engine.destroy();
    },
  };
}
