import { Button } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { ApiError } from '@/api/client';
import type { Problem } from '@/api/types';
import classes from './Notice.module.css';

interface NoticeProps {
  title: string;
  children?: ReactNode;
  icon?: ReactNode;
  tone?: 'plain' | 'danger' | 'warn';
  actions?: ReactNode;
}

/** A calm block in the middle of a page that says what is the case and what to do. */
export function Notice({ title, children, icon, tone = 'plain', actions }: NoticeProps): ReactElement {
  return (
    <div className={classes.notice} data-tone={tone} role={tone === 'danger' ? 'alert' : undefined}>
      {icon && <div className={classes.icon}>{icon}</div>}
      <h2 className={classes.title}>{title}</h2>
      {children && <div className={classes.body}>{children}</div>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

/** The parts of an error a person can use, whoever threw it. */
function wordsOf(error: unknown): Problem {
  if (error instanceof ApiError) return { detail: error.message, ...error.problem };
  return { detail: error instanceof Error ? error.message : String(error) };
}

/** An error as the server words it: what happened, what was kept, what to do. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }): ReactElement {
  const words = wordsOf(error);
  const Icon = error instanceof ApiError && error.status === 0 ? IconPlugConnectedX : IconAlertTriangle;
  const retry = onRetry && (
    <Button variant="default" onClick={onRetry}>
      Try again
    </Button>
  );
  return (
    <Notice
      tone="danger"
      icon={<Icon size={26} stroke={1.6} />}
      title={words.title ?? 'This did not work'}
      actions={retry}
    >
      <p>{words.detail}</p>
      {words.kept && <p>{words.kept}</p>}
      {words.do && (
        <p>
          <strong>{words.do}</strong>
        </p>
      )}
    </Notice>
  );
}
