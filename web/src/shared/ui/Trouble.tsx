import { Alert } from '@mantine/core';
import type { ReactElement } from 'react';
import { ApiError } from '@/api/client';

/** Why what a person asked for was not done, and what to do, inside a form; nothing while there is no error. */
export function Trouble({ error }: { error: unknown }): ReactElement | null {
  if (!error) return null;
  const advice = error instanceof ApiError ? error.problem.do : null;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Alert color="red" variant="light" role="alert" p="xs">
      {message}
      {advice && message !== advice && <div>{advice}</div>}
    </Alert>
  );
}
