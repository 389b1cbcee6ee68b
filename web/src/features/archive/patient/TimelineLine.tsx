import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, type ReactElement } from 'react';
import type { EverywhereRow } from '@/api/types';
import { age, formatDate, formatTime } from '@/shared/lib/dates';
import { nounOf } from '@/shared/lib/modalities';
import { plural } from '@/shared/lib/quantities';
import { Modality } from '@/shared/ui/Modality';
import { conflictWords, listed, OWN, titleOf, type Titles } from '../archive-words';
import { kindsOf, KINDS } from '../timeline';
import { KindMark } from './KindMark';
import classes from './PatientPage.module.css';

interface LineProps {
  row: EverywhereRow;
  titles: Titles;
  /** Whether to say by which number the patient is known there. */
  named: boolean;
  active: boolean;
  chosen: boolean;
  onChoose: (uid: string) => void;
}

/** One study on the timeline: what it is, where it is, and whether it is compared. */
export const TimelineLine = memo(function TimelineLine(props: LineProps): ReactElement {
  const { row, titles, named, active, chosen, onChoose } = props;
  const what = row.description ?? 'No description';
  const places = row.locations.map(({ source }) => source);
  const elsewhere = places.every((key) => key === OWN)
    ? ''
    : listed(places.map((key) => titleOf(titles, key)));
  const number = named && row.patient_id ? `${row.patient_id}, ${row.issuer ?? 'unknown issuer'}` : '';
  return (
    <li className={classes.study} data-active={active} id={`study-${row.study_uid}`}>
      <label className={classes.pick}>
        <input
          type="checkbox"
          aria-label={`Compare ${what}, ${formatDate(row.study_date)}`}
          checked={chosen}
          onChange={() => {
            onChoose(row.study_uid);
          }}
        />
      </label>
      <Link to="/studies/$uid" params={{ uid: row.study_uid }} className={classes.link}>
        <KindMark row={row} />
        <span className={classes.what}>
          <b>{what}</b>
          <small>{detailsOf(row, [elsewhere, number])}</small>
          <Conflicts row={row} titles={titles} />
        </span>
        <span className={classes.modalities}>
          {row.modalities.map((code) => (
            <Modality key={code} code={code} />
          ))}
        </span>
        <span className={classes.images}>{plural(row.instances, nounOf(row.modalities[0] ?? 'OT'))}</span>
      </Link>
    </li>
  );
});

function detailsOf(row: EverywhereRow, more: string[]): string {
  const years = age(row.birth_date, row.study_date);
  const kinds = kindsOf(row).map((kind) => KINDS[kind].toLowerCase());
  const told = [
    formatTime(row.study_time),
    listed(kinds),
    years && `aged ${years}`,
    row.institution,
    row.accession,
  ];
  return [...told, ...more].filter(Boolean).join(' · ');
}

function Conflicts({ row, titles }: { row: EverywhereRow; titles: Titles }): ReactElement | null {
  const words = conflictWords(row.conflicts, row.lead, titles);
  if (words.length === 0) return null;
  return (
    <small className={classes.conflict}>
      <IconAlertTriangle size={13} stroke={1.8} aria-hidden="true" />
      {words.join('. ')}
    </small>
  );
}
