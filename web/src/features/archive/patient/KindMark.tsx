import {
  IconCamera,
  IconFileText,
  IconFileTypePdf,
  IconHeartbeat,
  IconPhoto,
  IconVideo,
} from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { ownThumbnailAddress } from '@/api/series';
import type { EverywhereRow } from '@/api/types';
import { OWN } from '../archive-words';
import { kindsOf, KINDS, type Kind } from '../timeline';
import classes from './PatientPage.module.css';

const ICONS: Record<Kind, typeof IconPhoto> = {
  images: IconPhoto,
  photos: IconCamera,
  video: IconVideo,
  ecg: IconHeartbeat,
  report: IconFileText,
  document: IconFileTypePdf,
};
const PICTURED = new Set<Kind>(['images', 'photos', 'video']);

/** A small picture of a study that is in our own archive; a sign of its kind for every other. */
export function KindMark({ row }: { row: EverywhereRow }): ReactElement {
  const [missing, setMissing] = useState(false);
  const [kind = 'images'] = kindsOf(row);
  const here = row.locations.some(({ source }) => source === OWN);
  if (here && PICTURED.has(kind) && !missing) {
    return (
      <img
        className={classes.thumb}
        src={ownThumbnailAddress(row.study_uid)}
        alt=""
        loading="lazy"
        decoding="async"
        draggable={false}
        onError={() => {
          setMissing(true);
        }}
      />
    );
  }
  const Icon = ICONS[kind];
  return (
    <span className={classes.thumb} title={KINDS[kind]}>
      <Icon size={22} stroke={1.4} aria-hidden="true" />
    </span>
  );
}
