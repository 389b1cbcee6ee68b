import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { errorOf } from '@/api/client';
import { ErrorNotice } from '@/shared/ui/Notice';
import { PdfFrame } from './PdfFrame';
import classes from './ObjectPane.module.css';

/** A PDF, a clinical document or a picture, as the server renders it. Asked for first, so that an error shows as words instead of a broken frame. */
export function DocumentFrame({ source, title }: { source: string; title: string }): ReactElement | null {
  const {
    data: kind,
    error,
    refetch,
  } = useQuery({
    queryKey: ['rendered', source],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const response = await fetch(source, { signal });
      if (!response.ok) throw await errorOf(response);
      await response.body?.cancel();
      return response.headers.get('content-type') ?? '';
    },
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (kind === undefined) return null;
  if (kind.startsWith('image/')) return <img className={classes.image} src={source} alt={title} />;
  if (kind.startsWith('application/pdf')) return <PdfFrame source={source} title={title} />;
  // A sandboxed frame keeps a hostile document from running anything.
  return <iframe className={classes.frame} src={source} title={title} sandbox="" />;
}
