import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { bodiesQuery } from '@/api/decisions';
import { may, sessionQuery } from '@/api/session';
import { LinkButton } from '@/shared/ui/LinkButton';
import { ErrorNotice } from '@/shared/ui/Notice';
import { PageHead } from '../PageHead';
import { BodyDialog } from './BodyDialog';
import { BodyPanel } from './BodyPanel';
import { isFounding, nobodySeated } from './bodies';
import classes from './decisions.module.css';

/** Who decides: each body with its charter, its seats and what it needs for a decision. */
export function BodiesPage(): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  const { data, error, refetch } = useQuery(bodiesQuery);
  const [making, setMaking] = useState(false);
  const founding = data !== undefined && isFounding(data);
  const founder = founding && may(session, 'administer');
  return (
    <>
      <PageHead
        title="Bodies"
        lead="Who decides on what, whom each seat speaks for, and how many have to vote."
      >
        {founder && (
          <Button
            variant="default"
            onClick={() => {
              setMaking(true);
            }}
          >
            New body…
          </Button>
        )}
        {data && !founding && (
          <LinkButton variant="default" to="/governance/decisions/new" search={{ kind: 'charter' }}>
            Propose a new body…
          </LinkButton>
        )}
      </PageHead>
      {error && !data && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {founding && <Founding founder={founder} anybody={!nobodySeated(data)} />}
      {data?.map((view) => (
        <BodyPanel key={view.body.key} view={view} founder={founder} founding={founding} />
      ))}
      <BodyDialog
        opened={making}
        onClose={() => {
          setMaking(false);
        }}
      />
    </>
  );
}

function Founding({ founder, anybody }: { founder: boolean; anybody: boolean }): ReactElement {
  return (
    <section className={classes.founding} aria-label="Founding">
      <p>
        <b>The steering body cannot decide yet.</b>{' '}
        {founder
          ? 'Until it can, you give the seats and word the charters. From then on all of it changes by decision only.'
          : 'An administrator gives the first seats. From then on all of it changes by decision only.'}
      </p>
      {founder && !anybody && (
        <p>
          Nobody is seated: policies can still be put in force by a{' '}
          <Link to="/governance/decisions/founding">founding decision</Link>.
        </p>
      )}
    </section>
  );
}
