import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DataSet } from '@/api/dicomjson';
import { studyStateQuery, useSeriesPresence } from '@/api/presence';
import type { Series } from '@/api/series';
import { metadataQuery } from '@/api/series-queries';

interface Found {
  instances: DataSet[] | undefined;
  /** Whether no more of the series is on its way from another archive. */
  whole: boolean;
  error: Error | null;
  refetch: () => void;
}

/** By how much more there has to be, so that a series that grows by single images is not told anew for each. */
const GROWN = 1.4;

/** The instances of a series, more of them as they come from another archive. */
export function useInstances({ studyUid, uid }: Series): Found {
  const { data, error, refetch } = useQuery(metadataQuery(studyUid, uid));
  const presence = useSeriesPresence(studyUid, uid);
  const client = useQueryClient();
  const partial = data?.whole === false;
  const had = data?.instances.length ?? 0;
  const grown = typeof presence === 'object' && (presence.here >= had * GROWN || !presence.waits);

  useEffect(() => {
    if (partial) void client.invalidateQueries({ queryKey: studyStateQuery(studyUid).queryKey });
  }, [client, partial, studyUid]);
  useEffect(() => {
    if (partial && grown) void refetch({ cancelRefetch: false });
  }, [partial, grown, had, refetch]);

  return { instances: data?.instances, whole: !partial, error, refetch: () => void refetch() };
}
