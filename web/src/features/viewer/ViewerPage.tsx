import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { seriesQuery, type Series } from '@/api/series';
import { studyQuery } from '@/api/study';
import type { StudyRow } from '@/api/types';
import { Missing } from '@/shared/access';
import { useHotkeys } from '@/shared/lib/hotkeys';
import { fullName } from '@/shared/lib/person-name';
import { Notice } from '@/shared/ui/Notice';
import { SeriesPane } from './SeriesPane';
import { SeriesStrip } from './SeriesStrip';
import { StudyLineHead } from './StudyLineHead';
import classes from './ViewerPage.module.css';

const NO_SERIES: Series[] = [];
const route = getRouteApi('/signed-in/view/$uid');

export function ViewerPage(): ReactElement {
  const { uid } = route.useParams();
  const { series: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const study = useQuery(studyQuery(uid));
  const { data: series, error, refetch } = useQuery(seriesQuery(uid));
  useDocumentTitle(`${study.data ? fullName(study.data.patient_name) : 'Images'} · Sixfold`);

  const all = series ?? NO_SERIES;
  const place = Math.max(
    0,
    all.findIndex((one) => one.uid === wanted),
  );
  const current = all[place];
  const choose = (next: number): void => {
    const target = all[next];
    if (target) void navigate({ search: { series: target.uid }, replace: true });
  };
  useHotkeys({
    ArrowRight: () => {
      choose(place + 1);
    },
    ArrowLeft: () => {
      choose(place - 1);
    },
    d: () => void navigate({ to: '/studies/$uid', params: { uid } }),
    Escape: () => void navigate({ to: '/studies' }),
  });

  const failure = error ?? study.error;
  if (failure)
    return (
      <Missing error={failure} what="study" onRetry={() => void Promise.all([refetch(), study.refetch()])} />
    );
  return (
    <div className={classes.page}>
      {study.data && <StudyLineHead study={study.data} />}
      <SeriesStrip series={all} current={current?.uid} onChoose={choose} />
      <div className={classes.stage}>
        <Stage series={current} study={study.data} empty={series?.length === 0} />
      </div>
    </div>
  );
}

interface StageProps {
  series: Series | undefined;
  study: StudyRow | undefined;
  empty: boolean;
}

function Stage({ series, study, empty }: StageProps): ReactElement | null {
  if (empty) return <Notice title="This study has no series">Nothing of it has been kept so far.</Notice>;
  return series && study ? <SeriesPane key={series.uid} series={series} study={study} /> : null;
}
