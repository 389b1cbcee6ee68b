import { cache } from '@cornerstonejs/core';
import { pictures } from '../pictures';

/** Who looks at a volume; the last one to leave gives its memory back. */
interface Use {
  panes: number;
  free: () => void;
}

const uses = new Map<string, Use>();

/** A pane looks at a volume of so many bytes. */
export function hold(volumeId: string, imageIds: string[], bytes: number): void {
  const known = uses.get(volumeId);
  if (known) {
    known.panes += 1;
    return;
  }
  const giveBack = pictures.lend(bytes);
  const free = (): void => {
    cache.removeVolumeLoadObject(volumeId);
    for (const imageId of imageIds)
      if (cache.getImageLoadObject(imageId)) cache.removeImageLoadObject(imageId, { force: true });
    giveBack();
  };
  uses.set(volumeId, { panes: 1, free });
}

/** A pane does so no more. */
export function release(volumeId: string): void {
  const known = uses.get(volumeId);
  if (!known) return;
  known.panes -= 1;
  if (known.panes > 0) return;
  uses.delete(volumeId);
  known.free();
}
