import { useEffect, useRef, useState, type RefObject } from 'react';
import { boot } from '../engine/boot';
import type { View } from '../engine/view';

export interface Opened<V extends View> {
  /** The element the picture is drawn in; nothing else may stand in it. */
  element: RefObject<HTMLDivElement | null>;
  view: V | null;
  failure: unknown;
}

/** A view in an element for as long as the component lives. `Made` must stay the same class. */
export function useView<V extends View>(Made: new (element: HTMLDivElement) => V): Opened<V> {
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<V | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    let made: V | null = null;
    let gone = false;
    boot()
      .then(() => {
        if (gone || !element.current) return;
        made = new Made(element.current);
        setView(made);
      })
      .catch(setFailure);
    return () => {
      gone = true;
      made?.destroy();
    };
  }, [Made]);
  return { element, view, failure };
}
