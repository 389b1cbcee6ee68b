import { useQuery } from '@tanstack/react-query';
import { bodiesQuery } from '@/api/decisions';
import { policyHistoryQuery, policyTextQuery } from '@/api/policies';
import type { House } from './BriefForm';

interface Known {
  house: House | null;
  error: Error | null;
  retry: () => void;
}

/** The bodies of the house and its policies, when all of it is known. */
export function useHouse(): Known {
  const bodies = useQuery(bodiesQuery);
  const history = useQuery(policyHistoryQuery);
  const text = useQuery(policyTextQuery(history.data?.[0]?.version ?? ''));
  const known = bodies.data && history.data && text.data;
  return {
    house: known ? { bodies: bodies.data, history: history.data, text: text.data.text } : null,
    error: known ? null : (bodies.error ?? history.error ?? text.error),
    retry: () => {
      for (const query of [bodies, history, text]) if (query.isError) void query.refetch();
    },
  };
}
