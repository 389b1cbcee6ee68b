import { Button } from '@mantine/core';
import { IconClockX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { placesQuery } from '@/api/places';
import type { Token } from '@/api/types';
import { Moment } from '@/shared/ui/Moment';
import type { RecordColumn } from '@/shared/ui/Records';
import { actorWords } from '../access/names';
import { placeWords } from '../fields/places';
import { titleOf } from '../fields/roles';
import { scopeWords, stateOf } from './words';
import classes from './tokens.module.css';

/** What the list says of each token at a moment in milliseconds. */
export function useTokenColumns(now: number, onEnd: (token: Token) => void): RecordColumn<Token>[] {
  const { data: lines } = useQuery(placesQuery('service-lines'));
  const { data: facilities } = useQuery(placesQuery('facilities'));
  return [
    {
      title: 'Program',
      width: 'minmax(0, 0.9fr)',
      cell: ({ name, role }) => (
        <span>
          <b>{name}</b>
          <small className={classes.under}>{titleOf(role)}</small>
        </span>
      ),
    },
    {
      title: 'For',
      width: 'minmax(0, 1.3fr)',
      cell: (token) => (
        <span>
          {scopeWords(token)}
          <small className={classes.under}>
            {placeWords(facilities, token.facilities, 'Every facility')}
            {token.service_lines &&
              token.service_lines.length > 0 &&
              ` · ${placeWords(lines, token.service_lines, '')}`}
          </small>
        </span>
      ),
    },
    {
      title: 'Made',
      cell: ({ created_at, created_by }) => (
        <span>
          <Moment at={created_at} />
          <small className={classes.under}>by {actorWords(created_by)}</small>
        </span>
      ),
    },
    { title: 'Last used', cell: ({ used_at }) => (used_at ? <Moment at={used_at} /> : 'Never') },
    { title: 'Valid', cell: (token) => <Validity token={token} now={now} /> },
    {
      title: 'End it',
      width: '5.5rem',
      cell: (token) =>
        !token.revoked_at && (
          <Button
            variant="default"
            aria-label={`End the token of ${token.name}`}
            onClick={() => {
              onEnd(token);
            }}
          >
            End…
          </Button>
        ),
    },
  ];
}

function Validity({ token, now }: { token: Token; now: number }): ReactElement {
  const state = stateOf(token, now);
  if (state === 'in force') {
    if (!token.expires_at) return <span>Without end</span>;
    return (
      <span>
        Until <Moment at={token.expires_at} />
      </span>
    );
  }
  return (
    <span className={classes.over} data-state={state}>
      <IconClockX size={15} stroke={1.8} aria-hidden="true" />
      <span>
        <b>{state === 'ended' ? 'Ended' : 'Expired'}</b>{' '}
        <Moment at={state === 'ended' ? token.revoked_at : token.expires_at} />
      </span>
    </span>
  );
}
