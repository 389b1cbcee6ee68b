import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { decidePair, identityChanged } from '@/api/identity';
import type { IdentityPair, IdentityVerb } from '@/api/types';
import { useAnnounce } from '@/shared/ui/Announcements';
import { bothNames } from './words';

export interface Said {
  pair: IdentityPair;
  verb: IdentityVerb;
  note?: string;
}

const DONE: Record<IdentityVerb, (names: string) => string> = {
  accept: (names) => `${names}: one person from now on.`,
  apart: (names) => `${names}: never the same, and not asked again.`,
  later: (names) => `${names}: put off.`,
  undo: (names) => `${names}: taken back, and asked again.`,
};

/** Say something of a pair, tell of it at the foot of the page, and offer to take that back. */
export function useDeciding(): UseMutationResult<IdentityPair, Error, Said> {
  const client = useQueryClient();
  const announce = useAnnounce();
  return useMutation({
    mutationFn: ({ pair, verb, note }: Said) => decidePair(pair, verb, note),
    onSuccess: async (after, { pair, verb }) => {
      announce({
        text: DONE[verb](bothNames(pair)),
        ...(verb !== 'undo' && {
          undo: {
            act: async () => {
              await decidePair(after, 'undo', 'taken back at once');
              await identityChanged(client);
            },
            done: DONE.undo(bothNames(pair)),
          },
        }),
      });
      await identityChanged(client);
    },
    onError: () => identityChanged(client), // it may be decided already: show what is the case
  });
}
