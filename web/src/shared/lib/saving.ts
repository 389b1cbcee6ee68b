import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';

/** Save something, ask anew for what shows it, named by its query's first key, and be done. */
export function useSaving<Given = void>(
  shown: readonly string[],
  save: (given: Given) => Promise<unknown>,
  onDone?: () => void,
): UseMutationResult<unknown, Error, Given> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: save,
    onSuccess: async () => {
      await Promise.all(shown.map((name) => client.invalidateQueries({ queryKey: [name] })));
      onDone?.();
    },
  });
}
