import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { ErrorNotice } from './Notice';

interface AnsweredProps<Data> {
  answer: UseQueryResult<Data>;
  /** What is said while it is asked for. */
  waiting: string;
  children: (data: Data) => ReactNode;
}

/** What the server answered; until then that it is being asked, or why it did not. */
export function Answered<Data>({ answer, waiting, children }: AnsweredProps<Data>): ReactElement {
  const { data, error, refetch } = answer;
  if (data !== undefined) return <>{children(data)}</>;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return <p aria-busy="true">{waiting}</p>;
}
