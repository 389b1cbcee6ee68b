import { IconCloudDown, IconFileText, IconPhotoOff } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useHasPicture } from '@/api/presence';
import { thumbnailAddress, type Series } from '@/api/series';
import classes from './SeriesThumb.module.css';

const WORDLESS = new Set(['SR', 'DOC', 'KO', 'PR', 'RTPLAN', 'REG']);

/** The picture of a series, or a sign when it has none, or when it is still with another archive. */
export function SeriesThumb({ series }: { series: Series }): ReactElement {
  const [missing, setMissing] = useState(false);
  const here = useHasPicture(series.studyUid, series.uid);
  if (WORDLESS.has(series.modality)) return <Blank icon={<IconFileText size={26} stroke={1.3} />} />;
  if (!here) {
    return <Blank icon={<IconCloudDown size={24} stroke={1.3} />} />;
  }
  if (missing) return <Blank icon={<IconPhotoOff size={24} stroke={1.3} />} />;
  return (
    <img
      className={classes.picture}
      src={thumbnailAddress(series)}
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

const Blank = ({ icon }: { icon: ReactElement }): ReactElement => (
  <span className={classes.blank}>{icon}</span>
);

/** "3 · T1 axial", what names a series in a list. */
export function seriesTitle(series: Series): string {
  const words = series.description ?? series.bodyPart ?? 'Series';
  return series.number === null ? words : `${series.number} · ${words}`;
}
