import { useEffect, useMemo, useRef, type ReactElement } from 'react';
import { Button } from '@mantine/core';
import { Notice } from '@/shared/ui/Notice';
import { cacheBytes } from '../engine/device';
import { openPlane } from '../engine/planes/plane-view';
import { volumeOf, type Volume } from '../engine/volume';
import { presetsOf } from '../presets';
import { useReading } from '../reading';
import type { Plane } from '../room/room';
import { Picture, type PictureProps } from './Picture';
import { useView } from './useView';
import classes from './Picture.module.css';

/** Of the memory for images, the part one volume may take. */
const SHARE = 0.8;

type PlanePaneProps = Omit<PictureProps, 'opened' | 'says'> & { plane: Exclude<Plane, 'acquired'> };

/** A plane through a series, if it can bear one. */
export default function PlanePane(props: PlanePaneProps): ReactElement {
  const { frames, pane } = props;
  const { place } = useReading();
  const volume = useMemo(() => volumeOf(frames, cacheBytes() * SHARE), [frames]);
  if ('refused' in volume) {
    const { studyUid, uid } = props.series;
    const back = (
      <Button
        variant="default"
        onClick={() => {
          place({ studyUid, uid }, pane);
        }}
      >
        Show its images
      </Button>
    );
    return (
      <div className={classes.notice}>
        <Notice title="No planes can be cut through this series" actions={back}>
          {volume.refused}
        </Notice>
      </div>
    );
  }
  return <Cut {...props} volume={volume} />;
}

const WORDS = { axial: 'Axial plane', coronal: 'Coronal plane', sagittal: 'Sagittal plane' };

function Cut({
  volume,
  plane,
  ...props
}: PlanePaneProps & { volume: Exclude<Volume, { refused: string }> }): ReactElement {
  const { series } = props;
  const opened = useView(openPlane);
  const { view } = opened;
  const latest = useRef({ series, volume });
  useEffect(() => {
    latest.current = { series, volume };
  });
  const { length } = volume.frames;
  useEffect(() => {
    if (!view || length === 0) return;
    const { series: shown, volume: cut } = latest.current;
    const [window] = presetsOf(cut.frames[Math.floor(cut.frames.length / 2)]?.dataSet, shown.modality);
    void view.show(shown, cut, plane, window);
  }, [view, plane, length]);
  return <Picture {...props} opened={opened} says={[WORDS[plane], ...volume.warnings]} />;
}
