import type { ReactElement } from 'react';
import { formatInstant, formatUtc } from '@/shared/lib/dates';

/** An instant in the reader's zone; pointing at it tells the UTC. */
export function Moment({ at }: { at: string | null | undefined }): ReactElement {
  return (
    <time dateTime={at ?? undefined} title={formatUtc(at)}>
      {formatInstant(at)}
    </time>
  );
}
