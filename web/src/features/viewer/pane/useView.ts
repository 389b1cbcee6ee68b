import { useEffect, useRef, useState, type RefObject } from 'react';
import type { View } from '../engine/view';

export interface Opened<V extends View> {
  /** The element the picture is drawn in; nothing else may stand in it. */
  element: RefObject<HTMLDivElement | null>;
  view: V | null;
  failure: unknown;
}

/** A view in an element for as long as the component lives. `make` must stay the same function. */
export function useView<V extends View>(make: (element: HTMLDivElement) => V | Promise<V>): Opened<V> {
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<V | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    const place = element.current;
    if (!place) return undefined;
    let gone = false;
    const made = Promise.resolve(make(place));
    made.then(
      (opened) => {
        if (!gone) setView(opened);
      },
      (error: unknown) => {
        if (!gone) setFailure(error);
      },
    );
    return () => {
      gone = true;
      made.then(
        (opened) => {
          opened.destroy();
        },
        () => undefined,
      );
    };
  }, [make]);
  return { element, view, failure };
}
