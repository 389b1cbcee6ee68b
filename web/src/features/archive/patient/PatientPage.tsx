import { useDocumentTitle } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState, type ReactElement } from 'react';
import type { EverywhereRow } from '@/api/types';
import { EmergencyEntry, Missing } from '@/shared/access';
import { formatDate } from '@/shared/lib/dates';
import { useHotkeys } from '@/shared/lib/hotkeys';
import { fullName } from '@/shared/lib/person-name';
import { plural } from '@/shared/lib/quantities';
import { PatientHead } from '@/shared/ui/PatientHead';
import { titlesOf, type Titles } from '../archive-words';
import { ArchivesLine } from '../ArchivesLine';
import { move } from '../selection';
import { byYear, choose, inOrder, narrowed, type Day, type TimelineFilter } from '../timeline';
import { CompareBar } from './CompareBar';
import { Members, PossiblySame } from './Members';
import { TimelineFilters } from './TimelineFilters';
import { TimelineLine } from './TimelineLine';
import { usePatient } from './usePatient';
import classes from './PatientPage.module.css';

const route = getRouteApi('/signed-in/patients/$key');

/** Everything of a patient over all archives, as one timeline. */
export function PatientPage(): ReactElement {
  const { key } = route.useParams();
  const records = usePatient(key);
  const [first] = records.rows;
  const patient = records.rows.find(({ patient_key }) => patient_key === key) ?? first;
  useDocumentTitle(`${patient ? fullName(patient.patient_name) : 'Patient'} · Sixfold`);
  if (records.error) {
    return <Missing error={records.error} what="patient" patientKey={key} onRetry={records.onRetry} />;
  }
  if (!patient) return <div aria-busy="true" />;
  return (
    <div className={classes.page}>
      <PatientHead patient={patient} />
      {records.person && <Members person={records.person} />}
      {records.unsure && (
        <p className={classes.unsure}>It could not be asked whether other records are of this person.</p>
      )}
      <Timeline {...records} titles={titlesOf(records.archives)} patientKey={key} />
      {records.person && <PossiblySame person={records.person} />}
    </div>
  );
}

type TimelineProps = ReturnType<typeof usePatient> & { titles: Titles; patientKey: string };

function Timeline(props: TimelineProps): ReactElement {
  const { rows, archives, person, done, onRetry, titles, patientKey } = props;
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const years = useMemo(() => byYear(narrowed(rows, filter)), [rows, filter]);
  const shown = useMemo(() => years.flatMap(([, days]) => days.flatMap(({ studies }) => studies)), [years]);
  const [chosen, setChosen] = useState<string[]>([]);
  const onChoose = useCallback((uid: string) => {
    setChosen((old) => choose(old, uid));
  }, []);
  const pair = inOrder(rows, chosen);
  const compare = (): void => {
    const [newer, older] = pair.map(({ study_uid }) => study_uid);
    if (newer && older) void navigate({ to: '/view/$uid', params: { uid: newer }, search: { with: older } });
  };
  const active = useTimelineKeys(shown, onChoose, compare);
  const onFilter = (next: TimelineFilter): void => {
    void navigate({ search: next, replace: true });
  };
  return (
    <>
      <div className={classes.count}>
        <span role="status">
          {shown.length === rows.length
            ? plural(rows.length, 'study', 'studies')
            : `${shown.length} of ${plural(rows.length, 'study', 'studies')}`}
        </span>
        {archives.length > 1 && <ArchivesLine archives={archives} onRetry={onRetry} />}
        <EmergencyEntry patientKey={patientKey} />
      </div>
      <TimelineFilters rows={rows} filter={filter} onFilter={onFilter} />
      <div aria-busy={!done}>
        {years.map(([year, days]) => (
          <section key={year} className={classes.year} aria-label={year}>
            <h2>{year}</h2>
            <div>
              {days.map((day) => (
                <DayBlock key={day.date} day={day}>
                  {(row) => (
                    <TimelineLine
                      key={row.study_uid}
                      row={row}
                      titles={titles}
                      named={(person?.members.length ?? 1) > 1}
                      active={row.study_uid === active}
                      chosen={chosen.includes(row.study_uid)}
                      onChoose={onChoose}
                    />
                  )}
                </DayBlock>
              ))}
            </div>
          </section>
        ))}
      </div>
      {rows.length > 0 && shown.length === 0 && (
        <p className={classes.none}>Nothing of this kind is there.</p>
      )}
      <CompareBar
        studies={pair}
        onCompare={compare}
        onClear={() => {
          setChosen([]);
        }}
      />
    </>
  );
}

function DayBlock(props: { day: Day; children: (row: EverywhereRow) => ReactElement }): ReactElement {
  const { day, children } = props;
  return (
    <section className={classes.day} aria-label={day.date ? formatDate(day.date) : 'Without a date'}>
      <h3>
        {day.date ? formatDate(day.date) : 'Without a date'}
        {day.studies.length > 1 && <small>{plural(day.studies.length, 'study', 'studies')}</small>}
      </h3>
      <ol>{day.studies.map(children)}</ol>
    </section>
  );
}

/** J and K move along the timeline, X chooses a study to compare, C compares, Enter opens; gives the study they stand on. */
function useTimelineKeys(
  shown: EverywhereRow[],
  onChoose: (uid: string) => void,
  onCompare: () => void,
): string | null {
  const navigate = route.useNavigate();
  const [active, setActive] = useState<string | null>(null);
  const place = shown.findIndex(({ study_uid }) => study_uid === active);
  const step = (key: string) => (): void => {
    setActive(shown[move(place, key, shown.length)]?.study_uid ?? null);
  };
  useEffect(() => {
    if (active) document.getElementById(`study-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  useHotkeys({
    j: step('ArrowDown'),
    k: step('ArrowUp'),
    ArrowDown: step('ArrowDown'),
    ArrowUp: step('ArrowUp'),
    x: () => {
      if (active) onChoose(active);
    },
    c: onCompare,
    Enter: () => {
      if (active) void navigate({ to: '/view/$uid', params: { uid: active } });
    },
    d: () => {
      if (active) void navigate({ to: '/studies/$uid', params: { uid: active } });
    },
  });
  return active;
}
