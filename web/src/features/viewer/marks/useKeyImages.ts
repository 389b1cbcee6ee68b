import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { saveKeyImages, takeBack, type ImageRef, type KeyImages } from '@/api/marks';
import type { MarkPlace } from '../measure/mark';
import { newUid } from './entries';
import { useKept } from './useKeeping';

export interface KeyOf extends KeyImages {
  study: string;
}

/** Whether a selection names an image; one that names no frames means all of them. */
export const names = (
  images: readonly ImageRef[],
  { sopUid, frame }: Pick<MarkPlace, 'sopUid' | 'frame'>,
): boolean =>
  images.some(({ sop_uid, frames }) => sop_uid === sopUid && (frames.length === 0 || frames.includes(frame)));

interface KeyImaging {
  selections: KeyOf[];
  isKey: (place: MarkPlace) => boolean;
  /** Put an image into one's own selection of a title, or take it out. */
  toggle: (place: MarkPlace, title: string, single: boolean) => Promise<void>;
  remove: (selection: KeyOf) => Promise<void>;
  busy: boolean;
  error: unknown;
}

/** The key images of the page. */
export function useKeyImages(): KeyImaging {
  const { kept } = useKept();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const selections = kept.flatMap(({ study, marks }) =>
    (marks.key_images ?? []).map((selection) => ({ ...selection, study })),
  );

  const run = async (study: string, act: () => Promise<unknown>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await act();
      await client.invalidateQueries({ queryKey: ['marks', study] });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };

  return {
    selections,
    isKey: (place) => selections.some(({ images }) => names(images, place)),
    toggle: (place, title, single) => run(place.studyUid, () => toggled(selections, place, title, single)),
    remove: ({ study, object }) => run(study, () => takeBack(study, object)),
    busy,
    error,
  };
}

async function toggled(selections: KeyOf[], place: MarkPlace, title: string, single: boolean): Promise<void> {
  const { studyUid: study, seriesUid, sopUid, frame } = place;
  const own = selections.find((one) => one.mine && one.study === study && one.title.value === title);
  const id = newUid();
  const image: ImageRef = { series_uid: seriesUid, sop_uid: sopUid, frames: single ? [] : [frame] };
  if (!own) {
    await saveKeyImages(study, { id, title, images: [image] });
    return;
  }
  const { object, text } = own;
  const images = names(own.images, place) ? without(own.images, place) : [...own.images, image];
  if (images.length === 0) await takeBack(study, object);
  else await saveKeyImages(study, { id, title, images, text, replaces: object });
}

/** Without one frame; an image of which no frame is left goes whole. */
function without(images: readonly ImageRef[], { sopUid, frame }: MarkPlace): ImageRef[] {
  return images.flatMap((image) => {
    if (image.sop_uid !== sopUid) return [image];
    const frames = image.frames.filter((one) => one !== frame);
    return frames.length > 0 ? [{ ...image, frames }] : [];
  });
}
