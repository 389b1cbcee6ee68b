import type { CSSProperties, ReactElement } from 'react';
import { number, TAG, text, type DataSet } from '@/api/dicomjson';
import type { Series } from '@/api/series';
import type { StudyRow } from '@/api/types';
import { formatDate, formatTime } from '@/shared/lib/dates';
import { displayName } from '@/shared/lib/person-name';
import { seriesTitle } from '@/shared/ui/SeriesThumb';
import type { ViewState } from '../engine/view';
import type { Frame } from '../frames';
import classes from './Picture.module.css';

interface OverlayProps {
  series: Series;
  study: StudyRow;
  /** The image in view; none in a plane. */
  frame: Frame | undefined;
  /** Whether its sides are sides of a patient. */
  inPatient: boolean;
  state: ViewState;
  /** Said below the name of the series. */
  says: string[];
}

const SIDES: Record<'top' | 'right' | 'bottom' | 'left', CSSProperties> = {
  top: { top: 6, left: '50%' },
  bottom: { bottom: 6, left: '50%' },
  left: { left: 8, top: '50%' },
  right: { right: 32, top: '50%' },
};
const SLABS = { maximum: 'Maximum', minimum: 'Minimum', mean: 'Mean' };

/** "Lossy 12:1", when the object says that its pixels are not the acquired ones (PS3.3 C.7.6.1.1.5). */
function lossyText(dataSet: DataSet | undefined): string | null {
  if (text(dataSet, TAG.LossyImageCompression) !== '01') return null;
  const ratio = number(dataSet, TAG.LossyImageCompressionRatio);
  return ratio ? `Lossy ${Math.round(ratio)}:1` : 'Lossy';
}

/** The four corners: whose image this is, where it was made, where we are in it, how it is shown. */
export function Overlay({ series, study, frame, inPatient, state, says }: OverlayProps): ReactElement {
  const { directions } = state;
  return (
    <>
      <Patient study={study} />
      <div className={`${classes.corner} ${classes.top} ${classes.right}`}>
        <span>{study.institution}</span>
        <span>
          {formatDate(study.study_date)} {formatTime(study.study_time)}
        </span>
        <span className={classes.extra}>{study.description}</span>
      </div>
      <Place series={series} frame={frame} state={state} says={says} />
      <Shown frame={frame} state={state} />
      {inPatient &&
        directions &&
        (Object.keys(SIDES) as (keyof typeof SIDES)[]).map((side) => (
          <span key={side} className={classes.side} style={SIDES[side]}>
            {directions[side]}
          </span>
        ))}
    </>
  );
}

function Patient({ study }: { study: StudyRow }): ReactElement {
  const { primary, secondary } = displayName(study.patient_name);
  return (
    <div className={`${classes.corner} ${classes.top} ${classes.left}`}>
      <b>{primary}</b>
      {secondary && <span>{secondary}</span>}
      <span className="mono">{study.patient_id ?? 'No patient ID'}</span>
      <span className={classes.extra}>{study.issuer ?? 'Unknown issuer'}</span>
      <span className={classes.extra}>
        {formatDate(study.birth_date)} {study.sex}
      </span>
    </div>
  );
}

function Place({
  series,
  frame,
  state,
  says,
}: Pick<OverlayProps, 'series' | 'frame' | 'state' | 'says'>): ReactElement {
  const location = number(frame?.dataSet, TAG.SliceLocation);
  return (
    <div className={`${classes.corner} ${classes.bottom} ${classes.left}`}>
      <span className={classes.spare}>{seriesTitle(series)}</span>
      {says.map((words) => (
        <span key={words}>{words}</span>
      ))}
      {state.slab !== null && (
        <span>
          {SLABS[state.projection]} of {state.slab} mm
        </span>
      )}
      <span>
        {frame ? 'Image' : 'Slice'} {state.index + 1} of {state.count}
        {location !== null && ` · ${location.toFixed(1)} mm`}
      </span>
    </div>
  );
}

function Shown({ frame, state }: Pick<OverlayProps, 'frame' | 'state'>): ReactElement {
  const lossy = lossyText(frame?.dataSet);
  const { window } = state;
  return (
    <div className={`${classes.corner} ${classes.bottom} ${classes.right}`}>
      {lossy && <span className={classes.lossy}>{lossy}</span>}
      {window && (
        <span>
          W {Math.round(window.width)} L {Math.round(window.center)}
        </span>
      )}
      <span className={classes.spare}>Zoom {state.zoom.toFixed(2)}×</span>
    </div>
  );
}
