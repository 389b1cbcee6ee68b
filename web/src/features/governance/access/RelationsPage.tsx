import { Button, TextInput } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { relationsQuery, unrelate } from '@/api/doors';
import { lookAgain } from '@/api/emergency';
import type { Relation } from '@/api/types';
import { patientWords } from '@/shared/lib/patient-key';
import { Moment } from '@/shared/ui/Moment';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { Trouble } from '@/shared/ui/Trouble';
import { PageHead } from '../PageHead';
import { actorOf, actorWords } from './names';
import { RELATION_WORDS, RelationDialog } from './RelationDialog';
import classes from './access.module.css';

/** What somebody has to do with patients and studies, looked up by who it is. */
export function RelationsPage(): ReactElement {
  const [typed, setTyped] = useState('');
  const [principal, setPrincipal] = useState('');
  const look = (event: FormEvent): void => {
    event.preventDefault();
    setPrincipal(actorOf(typed));
  };
  return (
    <>
      <PageHead
        title="Relations"
        lead="Who orders, reads or cares for whom. Order systems tell of most; what they do not know can be said here."
      />
      <form className={classes.lookup} onSubmit={look} role="search">
        <TextInput
          label="Person, token or AE"
          description="A sign-in name, or as in token:ris, ae:CT1"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
        <Button type="submit" variant="default" disabled={!typed.trim()}>
          Look up
        </Button>
      </form>
      {principal && <Found key={principal} principal={principal} />}
    </>
  );
}

function Found({ principal }: { principal: string }): ReactElement {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(relationsQuery(principal));
  const [adding, setAdding] = useState(false);
  const end = useMutation({ mutationFn: unrelate, onSuccess: () => lookAgain(client) });
  const add = (
    <Button
      onClick={() => {
        setAdding(true);
      }}
    >
      Add a relation…
    </Button>
  );
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <section aria-label={`Relations of ${actorWords(principal)}`} aria-busy={!data}>
      <Trouble error={end.error} />
      {data?.length === 0 && (
        <Notice
          icon={<IconUsersGroup size={26} stroke={1.5} />}
          title={`${actorWords(principal)} has no relation in force`}
          actions={add}
        />
      )}
      {data && data.length > 0 && (
        <>
          <div className={classes.above}>{add}</div>
          <Records
            label="Relations"
            rows={data}
            columns={columns(end.mutate)}
            keyOf={({ relation, patient_key, study_uid }) => `${relation} ${patient_key} ${study_uid}`}
          />
        </>
      )}
      <RelationDialog
        principal={principal}
        opened={adding}
        onClose={() => {
          setAdding(false);
        }}
      />
    </section>
  );
}

const aboutOf = ({ patient_key, study_uid }: Relation): string =>
  patient_key ? `Patient ${patientWords(patient_key)}` : `Study ${study_uid}`;

const columns = (onEnd: (relation: Relation) => void): RecordColumn<Relation>[] => [
  { title: 'Relation', cell: ({ relation }) => RELATION_WORDS[relation] ?? relation },
  {
    title: 'To',
    width: 'minmax(0, 2fr)',
    cell: (relation) => <span className="mono">{aboutOf(relation)}</span>,
  },
  { title: 'Until', cell: ({ until }) => (until ? <Moment at={until} /> : 'Without end') },
  {
    title: 'End it',
    width: '5.5rem',
    cell: (relation) => (
      <Button
        variant="default"
        aria-label={`End ${relation.relation} to ${aboutOf(relation)}`}
        onClick={() => {
          onEnd(relation);
        }}
      >
        End
      </Button>
    ),
  },
];
