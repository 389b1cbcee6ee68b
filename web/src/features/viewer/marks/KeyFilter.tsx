import { useEffect, useRef } from 'react';
import { usePanes } from '../reading';
import type { OpenPane } from '../room/panes';
import { useDeskState } from './desk';
import { names, useKeyImages } from './useKeyImages';

/** While only key images are wanted, a stack that has some stops at no other image. */
export function KeyFilter(): null {
  const { keyOnly } = useDeskState();
  const { selections } = useKeyImages();
  const panes = usePanes();
  const latest = useRef(selections);
  useEffect(() => {
    latest.current = selections;
  });
  useEffect(() => {
    if (!keyOnly) return undefined;
    const stops = panes.map((open) => follow(open, (at) => isKeyAt(open, at)));
    return () => {
      for (const stop of stops) stop();
    };

    function isKeyAt({ frames }: OpenPane, at: number): boolean {
      const frame = frames[at];
      if (!frame) return false;
      const place = { sopUid: frame.instanceUid, frame: frame.frame };
      return latest.current.some(({ images }) => names(images ?? [], place));
    }
  }, [keyOnly, panes]);
  return null;
}

function follow({ view, frames }: OpenPane, isKey: (at: number) => boolean): () => void {
  let last = view.state.index;
  const settle = (): void => {
    const { index } = view.state;
    const step = index < last ? -1 : 1;
    last = index;
    if (isKey(index)) return;
    const next = nearest(frames.length, index, step, isKey);
    if (next !== null) {
      last = next;
      view.scrollTo(next);
    }
  };
  settle();
  return view.subscribe(settle);
}

/** The next image on the way that counts, else the last one behind. */
export function nearest(
  count: number,
  from: number,
  step: number,
  counts: (at: number) => boolean,
): number | null {
  for (const way of [step, -step])
    for (let at = from; at >= 0 && at < count; at += way) if (counts(at)) return at;
  return null;
}
