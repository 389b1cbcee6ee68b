import { Select } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { policyHistoryQuery, policyTextQuery } from '@/api/policies';
import type { Activation } from '@/api/types';
import { formatInstant } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/quantities';
import { LinkButton } from '@/shared/ui/LinkButton';
import { Moment } from '@/shared/ui/Moment';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { actorWords } from '../access/names';
import { PageHead } from '../PageHead';
import { policiesOf, type Policy } from './cedar';
import classes from './PoliciesPage.module.css';

const SHORT = 12;

/** The policies in force, readable, and those that were. */
export function PoliciesPage(): ReactElement {
  const { data: history, error, refetch } = useQuery(policyHistoryQuery);
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = history?.find(({ number }) => number === chosen) ?? history?.[0];
  return (
    <>
      <PageHead
        title="Policies"
        lead="What is permitted, and what is forbidden whatever permits it. What no policy permits is refused."
      >
        {history && shown && <Propose history={history} shown={shown} />}
      </PageHead>
      {error && !history && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {history?.length === 0 && (
        <Notice title="No policies are in force">
          <p>The server puts those of a new house in force when it starts.</p>
        </Notice>
      )}
      {history && shown && (
        <>
          <History history={history} shown={shown} onChoose={setChosen} />
          <Text version={shown.version} />
        </>
      )}
    </>
  );
}

/** Policies change by a decision: the way there, from what is in force or back to what was. */
function Propose({ history, shown }: Pick<HistoryProps, 'history' | 'shown'>): ReactElement {
  const back = shown.version !== history[0]?.version;
  return (
    <LinkButton
      variant="default"
      to="/governance/decisions/new"
      search={back ? { kind: 'rollback', version: shown.version } : {}}
    >
      {back ? 'Propose to go back to it…' : 'Propose a change…'}
    </LinkButton>
  );
}

interface HistoryProps {
  history: Activation[];
  shown: Activation;
  onChoose: (number: number) => void;
}

function History({ history, shown, onChoose }: HistoryProps): ReactElement {
  const inForce = shown.number === history[0]?.number;
  const after = history.find(({ number }) => number === shown.number + 1);
  return (
    <div className={classes.history}>
      <Select
        label={`${plural(history.length, 'version')} so far`}
        className={classes.versions}
        data={history.map(({ number, at }) => ({
          value: String(number),
          label: `${number}, ${formatInstant(at)}${number === history[0]?.number ? ' (in force)' : ''}`,
        }))}
        value={String(shown.number)}
        allowDeselect={false}
        onChange={(value) => {
          if (value) onChoose(Number(value));
        }}
      />
      <p>
        <b>{inForce ? 'In force' : 'No longer in force'}</b> · since <Moment at={shown.at} />
        {after && (
          <>
            {' '}
            until <Moment at={after.at} />
          </>
        )}{' '}
        · by {actorWords(shown.by)} · version{' '}
        <span className="mono" title={shown.version}>
          {shown.version.slice(0, SHORT)}
        </span>
      </p>
    </div>
  );
}

function Text({ version }: { version: string }): ReactElement {
  const { data, error, refetch } = useQuery(policyTextQuery(version));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <div aria-busy="true" />;
  const policies = policiesOf(data.text);
  const sections = [...new Set(policies.map(({ section }) => section))];
  return (
    <>
      {sections.map((section) => (
        <section key={section} className={classes.section}>
          {section && <h2>{section}</h2>}
          {policies
            .filter((policy) => policy.section === section)
            .map((policy) => (
              <Card key={policy.id} policy={policy} />
            ))}
        </section>
      ))}
    </>
  );
}

const EFFECTS = { permit: 'Permits', forbid: 'Forbids', unknown: 'Policy' };

function Card({ policy }: { policy: Policy }): ReactElement {
  const Icon = policy.effect === 'forbid' ? IconCircleX : IconCircleCheck;
  return (
    <article className={classes.policy} id={policy.id}>
      <header>
        <h3>{policy.id.replaceAll('-', ' ')}</h3>
        <span className={classes.effect} data-effect={policy.effect}>
          <Icon size={15} stroke={1.7} aria-hidden="true" />
          {EFFECTS[policy.effect]}
        </span>
        <code>@id(&quot;{policy.id}&quot;)</code>
      </header>
      {policy.comment && <p>{policy.comment}</p>}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls sideways must be reachable by keys */}
      <pre tabIndex={0} aria-label={`Text of ${policy.id}`}>
        {policy.text}
      </pre>
    </article>
  );
}
