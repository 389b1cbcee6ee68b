import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { KeptKind, KeptMark, Measurements } from '@/api/marks';
import { sessionQuery } from '@/api/session';
import { useReading } from '../reading';
import { valueWords } from './concepts';
import { useDesk } from './desk';
import { readHidden, writeHidden } from './left';
import { Maker, TakeBack } from './Maker';
import { useKept } from './useKeeping';
import classes from './marks.module.css';

const WORDS: Record<KeptKind, string> = {
  length: 'Length',
  angle: 'Angle',
  cobb: 'Cobb angle',
  bidirectional: 'Long and short axis',
  ellipse: 'Ellipse',
  circle: 'Circle',
  rectangle: 'Rectangle',
  freehand: 'Freehand outline',
  point: 'Point',
  arrow: 'Arrow',
  polyline: 'Line',
  multipoint: 'Points',
};

/** The reports that measure these images, with the values that they say themselves. */
export function ReportSection(): ReactElement {
  const { kept } = useKept();
  const reports = kept.flatMap(({ study, marks }) =>
    (marks.measurements ?? []).map((one) => ({ study, ...one })),
  );
  return (
    <section className={classes.section} aria-label="Measurement reports">
      <h3>Measurement reports</h3>
      {reports.length === 0 && <p className={classes.none}>None kept so far.</p>}
      <Hidden reports={reports} />
      <ul>
        {reports.map(({ study, ...report }) => (
          <Report key={report.object} study={study} report={report} />
        ))}
      </ul>
    </section>
  );
}

/** What this person has put out of sight of these reports, to be seen again. */
function Hidden({ reports }: { reports: (Measurements & { study: string })[] }): ReactElement | null {
  const person = useQuery(sessionQuery).data?.name ?? '';
  const client = useQueryClient();
  const { ledger } = useDesk();
  const hidden = readHidden(person);
  const touched = reports.filter(({ marks }) => marks?.some(({ uid }) => hidden.has(uid)));
  const uids = touched
    .flatMap(({ marks = [] }) => marks.map(({ uid }) => uid))
    .filter((uid) => hidden.has(uid));
  if (uids.length === 0) return null;
  const show = (): void => {
    for (const uid of uids) hidden.delete(uid);
    writeHidden(person, hidden);
    ledger.hide(hidden);
    for (const { object, study } of touched) {
      ledger.forget(object);
      void client.invalidateQueries({ queryKey: ['marks', study] });
    }
  };
  return (
    <button type="button" className={classes.go} onClick={show}>
      Show {uids.length === 1 ? 'the mark' : `${uids.length} marks`} hidden for you
    </button>
  );
}

function Report({ study, report }: { study: string; report: Measurements }): ReactElement {
  const marks = report.marks ?? [];
  const many = marks.length === 1 ? '1 mark' : `${marks.length} marks`;
  return (
    <li className={classes.item}>
      <div>
        <Maker made={report} />
        <ul>
          {marks.map((mark) => (
            <li key={mark.uid}>
              <Line study={study} mark={mark} />
            </li>
          ))}
        </ul>
      </div>
      <TakeBack made={report} study={study} what={`the report of ${many}`} />
    </li>
  );
}

function Line({ study, mark }: { study: string; mark: KeptMark }): ReactElement {
  const { jumpTo } = useReading();
  const words = [mark.finding?.meaning, mark.site?.meaning].filter(Boolean).join(', ');
  return (
    <button
      type="button"
      className={classes.go}
      disabled={!mark.sop_uid}
      onClick={() => {
        jumpTo({ studyUid: study, seriesUid: mark.series_uid, sopUid: mark.sop_uid, frame: mark.frame });
      }}
    >
      {mark.label || words || WORDS[mark.kind]}
      {mark.label && words && <span className={classes.values}>{words}</span>}
      {(mark.values ?? []).map((value, at) => (
        <span key={at} className={classes.values}>
          {valueWords(value)}
        </span>
      ))}
    </button>
  );
}
