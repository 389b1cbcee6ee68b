import { Button, Switch } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { endToken, tokensQuery } from '@/api/tokens';
import type { Token } from '@/api/types';
import { useNow } from '@/shared/lib/now';
import { plural } from '@/shared/lib/quantities';
import { ConfirmDialog, type Doubt } from '@/shared/ui/ConfirmDialog';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { Records } from '@/shared/ui/Records';
import { PageHead } from '../PageHead';
import { useTokenColumns } from './columns';
import { TokenDialog } from './TokenDialog';
import { sorted, stateOf } from './words';
import classes from './tokens.module.css';

const MINUTE_MS = 60_000;

/** By what programs prove who they are. */
export function TokensPage(): ReactElement {
  const { data, error, refetch } = useQuery(tokensQuery);
  const [making, setMaking] = useState(false);
  const [doubt, setDoubt] = useState<Doubt | null>(null);
  const [withEnded, setWithEnded] = useState(false);
  const now = useNow(MINUTE_MS);
  const columns = useTokenColumns(now, (token) => {
    setDoubt(ending(token));
  });
  const shown = sorted(data ?? [], now).filter((token) => withEnded || stateOf(token, now) !== 'ended');
  const inForce = shown.filter((token) => stateOf(token, now) === 'in force').length;
  const make = (
    <Button
      leftSection={<IconKey size={15} stroke={1.7} />}
      onClick={() => {
        setMaking(true);
      }}
    >
      Make a token…
    </Button>
  );
  return (
    <>
      <PageHead
        title="Tokens"
        lead="By what programs prove who they are: an RIS, a script, another archive. People sign in by themselves."
      >
        {shown.length > 0 && make}
      </PageHead>
      {error && !data && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {!data && !error && <p aria-busy="true">Asking for the tokens…</p>}
      {data && data.length > 0 && (
        <div className={classes.above}>
          <span role="status">{plural(inForce, 'token')} in force</span>
          <Switch
            label="Show ended ones too"
            checked={withEnded}
            onChange={(event) => {
              setWithEnded(event.currentTarget.checked);
            }}
          />
        </div>
      )}
      {data && shown.length === 0 && (
        <Notice icon={<IconKey size={26} stroke={1.5} />} title="No token is in force" actions={make}>
          <p>Make one when a program needs to ask, send or follow something.</p>
        </Notice>
      )}
      {shown.length > 0 && <Records label="Tokens" rows={shown} columns={columns} keyOf={({ key }) => key} />}
      <TokenDialog
        opened={making}
        onClose={() => {
          setMaking(false);
        }}
      />
      <ConfirmDialog
        doubt={doubt}
        shown={['tokens']}
        onClose={() => {
          setDoubt(null);
        }}
      />
    </>
  );
}

const ending = ({ key, name }: Token): Doubt => ({
  title: `End the token of ${name}`,
  consequence: `What uses this token is refused within five seconds. It cannot be taken back: make a new one for “${name}” first, if it shall go on.`,
  label: 'End it',
  act: () => endToken(key),
});
