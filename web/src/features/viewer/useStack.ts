import { useEffect, useRef, useState, type RefObject } from 'react';
import type { Series } from '@/api/series';
import { boot } from './engine/boot';
import { register } from './engine/image-ids';
import { NO_STACK, StackView, type StackState } from './engine/stack-view';
import type { Frame } from './frames';

export interface Stack {
  element: RefObject<HTMLDivElement | null>;
  view: StackView | null;
  state: StackState;
  failure: unknown;
}

/** Show the frames of a series in an element for as long as the component lives. */
export function useStack(series: Series, frames: Frame[]): Stack {
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<StackView | null>(null);
  const [state, setState] = useState<StackState>(NO_STACK);
  const [failure, setFailure] = useState<unknown>(null);

  useEffect(() => {
    let made: StackView | null = null;
    let gone = false;
    boot()
      .then(() => {
        if (gone || !element.current) return;
        made = new StackView(element.current, setState);
        setView(made);
      })
      .catch(setFailure);
    return () => {
      gone = true;
      made?.destroy();
    };
  }, []);

  const instances = frames.map(({ instanceUid, frame }) => `${instanceUid}/${frame}`).join();
  const latest = useRef({ series, frames });
  useEffect(() => {
    latest.current = { series, frames };
  });
  useEffect(() => {
    // Metadata may come again unchanged (live refresh): only another list of frames starts anew.
    if (view && instances) void view.show(register(latest.current.series, latest.current.frames));
  }, [view, instances]);

  return { element, view, state, failure };
}
