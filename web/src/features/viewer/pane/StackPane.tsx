import { useEffect, useRef, type ReactElement } from 'react';
import type { Frame } from '../frames';
import { StackView } from '../engine/stack-view';
import { Picture, type PictureProps } from './Picture';
import { useView } from './useView';

const openStack = (element: HTMLDivElement): StackView => new StackView(element);

/** A stack of images as they were made. */
export function StackPane(props: Omit<PictureProps, 'opened'>): ReactElement {
  const { series, frames } = props;
  const opened = useView(openStack);
  const { view } = opened;
  const instances = frames.map(({ instanceUid, frame }) => `${instanceUid}/${frame}`).join();
  const latest = useRef({ series, frames });
  useEffect(() => {
    latest.current = { series, frames };
  });
  useEffect(() => {
    // Metadata may come again unchanged (live refresh): only another list of frames starts anew, at the same image.
    if (!view || !instances) return;
    const { series: shown, frames: all } = latest.current;
    const place = placeIn(all, view.frame());
    if (place === undefined) void view.show(shown, all);
    else view.grow(shown, all, place);
  }, [view, instances]);
  return <Picture {...props} opened={opened} />;
}

/** Where the image in view stands among those that have come since; undefined when it is not there. */
function placeIn(frames: Frame[], shown: Frame | null): number | undefined {
  const place = frames.findIndex(
    ({ instanceUid, frame }) => instanceUid === shown?.instanceUid && frame === shown.frame,
  );
  return place >= 0 ? place : undefined;
}
