import { number, TAG, text } from '@/api/dicomjson';
import { savePresentation, type PresentationState } from '@/api/marks';
import type { ImagePoint, Presentation, View } from '../engine/view';
import type { Frame } from '../frames';
import { linesOf } from '../measure/hit';
import type { Mark } from '../measure/mark';
import type { OpenPane } from '../room/panes';
import { newUid } from './entries';

type Size = [width: number, height: number];
type State = Parameters<typeof savePresentation>[1];

/** Turned and then flipped, as DICOM has it (PS3.3 C.10.6), from flipped and then turned, and back: the same either way. */
export const otherOrder = (rotation: number, flipped: boolean): number =>
  flipped ? (360 - rotation) % 360 : rotation % 360;

/** Whether an image shows its lowest value white by itself: a view counts from there, a state from black (PS3.3 C.11.6). */
export const isInverse = ({ dataSet }: Pick<Frame, 'dataSet'>): boolean =>
  text(dataSet, TAG.PhotometricInterpretation) === 'MONOCHROME1';

/** Whether the images of a state hold a frame; one that names no frames means all of them. */
export const speaksOf = (
  images: readonly { sop_uid: string; frames: number[] }[],
  { instanceUid, frame }: Pick<Frame, 'instanceUid' | 'frame'>,
): boolean =>
  images.some(
    ({ sop_uid, frames }) => sop_uid === instanceUid && (frames.length === 0 || frames.includes(frame)),
  );

const saysOf = <Part extends { images: { sop_uid: string; frames: number[] }[] }>(
  parts: Part[],
  frame: Frame,
): Part | undefined => parts.find(({ images }) => images.length === 0 || speaksOf(images, frame));

/** The picture of a pane as a presentation state; `size` is the pane's, in CSS pixels. */
export function stateOf(open: OpenPane, size: Size, marks: Mark[], label: string): State | null {
  const frame = open.view.frame();
  if (!frame) return null;
  const { window, inverted, zoom, pan, rotation, flipped } = open.view.presentation();
  const moved = Math.abs(zoom - 1) > 0.001 || pan.some((step) => Math.abs(step) > 0.5);
  const area = moved ? areaOf(open.view, size) : null;
  const frames = (number(frame.dataSet, TAG.NumberOfFrames) ?? 1) > 1 ? [frame.frame] : [];
  const annotation = {
    layer: '',
    images: [],
    words: marks.flatMap(wordsOf),
    graphics: marks.flatMap(graphicsOf),
  };
  const isEmpty = annotation.words.length + annotation.graphics.length === 0;
  return {
    id: newUid(),
    images: [{ series_uid: open.series.uid, sop_uid: frame.instanceUid, frames }],
    label,
    description: label,
    windows: window
      ? [
          {
            center: window.center,
            width: Math.max(1, window.width),
            images: [],
            function: 'LINEAR',
            explanation: '',
            table: null,
          },
        ]
      : [],
    invert: inverted !== isInverse(frame),
    areas: area ? [area] : [],
    rotation: otherOrder(rotation, flipped),
    flip: flipped,
    annotations: isEmpty ? [] : [annotation],
  };
}

/** The pixels at the corners of the pane, whether the image reaches there or not. */
function areaOf(view: View, [width, height]: Size): NonNullable<State['areas']>[number] | null {
  const corners = [view.toImage([0, 0]), view.toImage([width, height])];
  const [first, last] = corners.map(
    (point) => point && ([Math.floor(point[0]) + 1, Math.floor(point[1]) + 1] as [number, number]),
  );
  if (!first || !last) return null;
  return {
    top_left: first,
    bottom_right: last,
    mode: 'SCALE TO FIT',
    images: [],
    magnification: null,
    spacing: null,
    aspect: null,
  };
}

const graphicsOf = (
  mark: Mark,
): { type: 'POLYLINE' | 'POINT'; points: ImagePoint[]; filled: boolean; units: 'PIXEL' }[] => {
  const lines = linesOf(mark);
  if (lines.length === 0)
    return [{ type: 'POINT', points: mark.points.slice(0, 1), filled: false, units: 'PIXEL' }];
  return lines.map((points) => ({ type: 'POLYLINE', points, filled: false, units: 'PIXEL' }));
};

const wordsOf = ({
  text: words,
  points,
}: Mark): NonNullable<NonNullable<State['annotations']>[number]['words']> =>
  words && points[0]
    ? [
        {
          text: words,
          anchor: points[0],
          anchor_units: 'PIXEL',
          top_left: null,
          bottom_right: null,
          units: 'PIXEL',
          justification: 'LEFT',
        },
      ]
    : [];

/** What a state says of a frame, for its view; the area comes after, since it needs the picture to stand. */
export function presentationOf(state: PresentationState, frame: Frame): Partial<Presentation> {
  const window = saysOf(state.windows ?? [], frame);
  const shown =
    window?.center != null && window.width != null ? { center: window.center, width: window.width } : null;
  return {
    ...(shown ? { window: shown } : {}),
    inverted: state.form === 'grayscale' && state.invert !== isInverse(frame),
    rotation: otherOrder(state.rotation, state.flip),
    flipped: state.flip,
    zoom: 1,
    pan: [0, 0],
  };
}

/** Show what a state shows of a pane's images; false when it speaks of none of them. */
export function apply(state: PresentationState, { view, frames }: OpenPane, size: Size): boolean {
  const images = state.images ?? [];
  const now = view.frame();
  const index =
    now && speaksOf(images, now) ? view.state.index : frames.findIndex((one) => speaksOf(images, one));
  const frame = frames[index];
  if (!frame) return false;
  view.scrollTo(index);
  view.present(presentationOf(state, frame));
  const area = saysOf(state.areas ?? [], frame);
  if (area) showArea(view, size, area, frame);
  return true;
}

type Box = [left: number, upper: number, right: number, lower: number];

/** The box of an area, whichever corner is named first. */
function boxOf({
  top_left: first,
  bottom_right: last,
}: NonNullable<PresentationState['areas']>[number]): Box {
  const [a, b] = [first, last] as [ImagePoint, ImagePoint];
  return [Math.min(a[0], b[0]) - 1, Math.min(a[1], b[1]) - 1, Math.max(a[0], b[0]), Math.max(a[1], b[1])];
}

const isWhole = ([left, upper, right, lower]: Box, { dataSet }: Frame): boolean =>
  left <= 0 &&
  upper <= 0 &&
  right >= (number(dataSet, TAG.Columns) ?? 0) &&
  lower >= (number(dataSet, TAG.Rows) ?? 0);

function showArea(
  view: View,
  [width, height]: Size,
  area: NonNullable<PresentationState['areas']>[number],
  frame: Frame,
): void {
  const box = boxOf(area);
  const [left, upper, right, lower] = box;
  const [first, last] = [view.toCanvas([left, upper]), view.toCanvas([right, lower])];
  if (isWhole(box, frame) || !first || !last || width === 0 || height === 0) return;
  const [wide, high] = [Math.abs(last[0] - first[0]), Math.abs(last[1] - first[1])];
  if (wide > 0 && high > 0) view.zoomBy(Math.min(width / wide, height / high));
  const middle = view.toCanvas([(left + right) / 2, (upper + lower) / 2]);
  if (middle) view.panBy([width / 2 - middle[0], height / 2 - middle[1]]);
}
