import { Alert } from '@mantine/core';
import type { ReactElement } from 'react';
import { ApiError } from '@/api/client';

/** Why the server refused what a form asked for, and what to do now. */
export function Refusal({ error }: { error: unknown }): ReactElement {
  const words =
    error instanceof ApiError
      ? [error.message, error.problem.do].filter(Boolean).join('. ')
      : 'Something went wrong. Please try again.';
  return (
    <Alert color="red" variant="light" p="xs" role="alert">
      {words}
    </Alert>
  );
}
