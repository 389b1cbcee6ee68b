import { useEffect, useMemo, useRef, type ReactElement } from 'react';
import { number, TAG } from '@/api/dicomjson';
import type { Segmentation } from '@/api/marks';
import type { PaneLayer } from '../additions';
import { useViewState } from '../reading';
import type { OpenPane } from '../room/panes';
import { useDeskState, type ShownSegments } from './desk';
import { matrixOf } from './images';
import { colourOf, coveredOn, labelPlace, paint, type Covered } from './segments';
import { useKept } from './useKeeping';
import classes from './marks.module.css';

/** Segments over the image in view: filled, edged and numbered. */
export const SegmentLayer: PaneLayer = ({ pane }) => {
  const { kept } = useKept();
  const { segments } = useDeskState();
  const all = kept.flatMap(({ marks }) => marks.segmentations ?? []);
  return all
    .filter(({ object }) => segments.get(object)?.masks)
    .map((one) => <Segments key={one.object} segmentation={one} open={pane} />);
};

function Segments({
  segmentation,
  open,
}: {
  segmentation: Segmentation;
  open: OpenPane;
}): ReactElement | null {
  const { segments, opacity } = useDeskState();
  useViewState(open.view);
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = open.view.frame();
  const shown = segments.get(segmentation.object);
  const [sop, at] = [frame?.instanceUid, frame?.frame];
  const covered = useCovered(segmentation, shown, sop, at);
  const { columns, rows } = segmentation;

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(columns, rows);
    for (const one of covered) paint(image.data, one, columns, colourFor(segmentation, one.number), opacity);
    context.putImageData(image, 0, 0);
  }, [covered, columns, rows, segmentation, opacity]);

  if (!frame || covered.length === 0) return null;
  const [width, height] = [
    number(frame.dataSet, TAG.Columns) ?? columns,
    number(frame.dataSet, TAG.Rows) ?? rows,
  ];
  const matrix = matrixOf(open.view, width, height);
  if (!matrix) return null;
  const [across, down] = [width / columns, height / rows];
  return (
    <>
      <canvas
        ref={canvas}
        className={classes.segments}
        width={columns}
        height={rows}
        style={{ transform: `${matrix} scale(${across}, ${down})` }}
        role="img"
        aria-label={`Segments: ${covered.map(({ number: one }) => labelOf(segmentation, one)).join(', ')}`}
      />
      <svg className={classes.over} aria-hidden>
        {covered.map((one) => {
          const place = labelPlace(one, columns);
          const point = place && open.view.toCanvas([place[0] * across, place[1] * down]);
          return (
            point && (
              <text key={one.number} className={classes.segmentNumber} x={point[0]} y={point[1]}>
                {one.number}
              </text>
            )
          );
        })}
      </svg>
    </>
  );
}

const segmentOf = (
  { segments }: Segmentation,
  wanted: number,
): NonNullable<Segmentation['segments']>[number] | undefined =>
  segments?.find(({ number: one }) => one === wanted);

const colourFor = (segmentation: Segmentation, wanted: number): string =>
  colourOf(segmentOf(segmentation, wanted) ?? { colour: '', number: wanted });

const labelOf = (segmentation: Segmentation, wanted: number): string =>
  segmentOf(segmentation, wanted)?.label ?? `segment ${wanted}`;

function useCovered(
  segmentation: Segmentation,
  shown: ShownSegments | undefined,
  sop: string | undefined,
  frame: number | undefined,
): Covered[] {
  return useMemo(
    () =>
      shown?.masks && sop && frame ? coveredOn(segmentation, shown.masks, sop, frame, shown.hidden) : [],
    [segmentation, shown, sop, frame],
  );
}
