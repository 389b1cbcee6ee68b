import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Series } from '@/api/series';
import { seriesQuery } from '@/api/series-queries';
import { sessionQuery } from '@/api/session';
import { studyQuery } from '@/api/study';
import { Missing } from '@/shared/access';
import { fullName } from '@/shared/lib/person-name';
import { Notice } from '@/shared/ui/Notice';
import type { Reading } from './reading';
import { ReadingRoom } from './room/ReadingRoom';

const route = getRouteApi('/signed-in/view/$uid');

interface Loaded {
  study: Reading['studies'][number] | undefined;
  error: Error | null;
  retry: () => void;
}

function useStudy(uid: string | undefined): Loaded {
  const study = useQuery({ ...studyQuery(uid ?? ''), enabled: uid !== undefined });
  const series = useQuery({ ...seriesQuery(uid ?? ''), enabled: uid !== undefined });
  return {
    study: study.data && series.data && { study: study.data, series: series.data },
    error: study.error ?? series.error,
    retry: () => void Promise.all([study.refetch(), series.refetch()]),
  };
}

/** The studies of the page, once all that were asked for are there. */
function useStudies(
  uid: string,
  other: string | undefined,
): { studies: Reading['studies'] | null; failed: Loaded | null } {
  const first = useStudy(uid);
  const second = useStudy(other);
  const all = other === undefined ? [first] : [first, second];
  const there = all.map(({ study }) => study).filter((study) => study !== undefined);
  return {
    studies: there.length === all.length ? there : null,
    failed: all.find(({ error }) => error) ?? null,
  };
}

/** The images of a study; `with` puts a second one beside it. */
export function ViewerPage(): ReactElement | null {
  const { uid } = route.useParams();
  const { series: wanted, with: other } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: session } = useQuery(sessionQuery);
  const { studies, failed } = useStudies(uid, other === uid ? undefined : other);
  useDocumentTitle(`${studies?.[0] ? fullName(studies[0].study.patient_name) : 'Images'} · Sixfold`);

  if (failed) return <Missing error={failed.error} what="study" onRetry={failed.retry} />;
  if (!studies) return null;
  if (studies[0]?.series.length === 0)
    return <Notice title="This study has no series">Nothing of it has been kept so far.</Notice>;
  return (
    <ReadingRoom
      key={`${uid} ${other ?? ''}`}
      studies={studies}
      wanted={wanted}
      person={session?.name ?? ''}
      onChosen={({ studyUid, uid: series }: Pick<Series, 'studyUid' | 'uid'>) => {
        if (studyUid === uid) void navigate({ search: (now) => ({ ...now, series }), replace: true });
      }}
      onDetails={() => void navigate({ to: '/studies/$uid', params: { uid } })}
      onLeave={() => void navigate({ to: '/studies' })}
    />
  );
}
