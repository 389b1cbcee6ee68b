import type { DataSet } from '@/api/dicomjson';
import type { Series } from '@/api/series';
import type { StudyRow } from '@/api/types';
import type { View } from '../engine/view';
import type { Frame } from '../frames';

/** A pane that shows pictures, with all that is known of them. */
export interface OpenPane {
  /** Its place in the grid. */
  pane: number;
  study: StudyRow;
  series: Series;
  frames: Frame[];
  view: View;
}

/** The panes that show pictures now: they come and go with their components. */
export class Panes {
  #open = new Map<number, OpenPane>();
  readonly #objects = new Map<number, DataSet>();
  #list: readonly OpenPane[] = [];
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** All of them in the order of the grid; the same list until one comes or goes. */
  readonly list = (): readonly OpenPane[] => this.#list;

  readonly get = (pane: number): OpenPane | undefined => this.#open.get(pane);

  /** Announce a pane; gives the function that takes it back. */
  open(one: OpenPane): () => void {
    this.#open.set(one.pane, one);
    this.#tell();
    return () => {
      if (this.#open.get(one.pane) !== one) return;
      this.#open.delete(one.pane);
      this.#tell();
    };
  }

  /** Announce the object a pane without a picture shows; gives the function that takes it back. */
  show(pane: number, object: DataSet): () => void {
    this.#objects.set(pane, object);
    this.#tell();
    return () => {
      if (this.#objects.get(pane) !== object) return;
      this.#objects.delete(pane);
      this.#tell();
    };
  }

  readonly object = (pane: number): DataSet | null => this.#objects.get(pane) ?? null;

  #tell(): void {
    this.#list = [...this.#open.values()].sort((a, b) => a.pane - b.pane);
    for (const listener of this.#listeners) listener();
  }
}
