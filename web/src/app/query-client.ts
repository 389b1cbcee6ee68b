import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api/client';
import { sessionQuery } from '@/api/session';
import { followArchiveRoot } from './archive-root';

const MOST_TRIES = 2;

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session may end at any moment: forget it, and the router leads to the sign-in page.
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401)
        queryClient.setQueryData(sessionQuery.queryKey, null);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) => count < MOST_TRIES && error instanceof ApiError && error.retryable,
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
  },
});

followArchiveRoot(queryClient);
