import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';

/** Save something of a scorecard, show all of them anew, and be done. */
export function useSaving(save: () => Promise<unknown>, onDone: () => void): UseMutationResult<unknown> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: save,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['scorecards'] });
      onDone();
    },
  });
}
