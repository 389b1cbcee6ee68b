import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { commitmentsQuery } from '@/api/network';
import type { Commitment, Shapes } from '@/api/types';
import { formatCount, plural } from '@/shared/lib/quantities';
import { Answered } from '@/shared/ui/Answered';
import { Moment } from '@/shared/ui/Moment';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { Nothing, Part } from '../Part';
import { askedWords, attemptWords } from './words';
import classes from './network.module.css';

/** Results of Storage Commitment that their requestors do not know yet. */
export function Commitments(): ReactElement {
  const commitments = useQuery(commitmentsQuery);
  return (
    <Part
      title="Undelivered commitments"
      lead="Who asked whether images are kept and could not be told yet. We try again for seven days; most often the AE is away or no destination of its title is known."
      actions={
        <Button
          variant="default"
          leftSection={<IconRefresh size={15} stroke={1.7} />}
          loading={commitments.isFetching}
          onClick={() => void commitments.refetch()}
        >
          Look again
        </Button>
      }
    >
      <Answered answer={commitments} waiting="Asking for the commitments…">
        {(data) => <Waiting {...data} />}
      </Answered>
    </Part>
  );
}

function Waiting({ count, commitments }: Shapes['Waiting']): ReactElement {
  if (count === 0) return <Nothing>Everybody who asked was told: no result waits.</Nothing>;
  return (
    <>
      <p className={classes.count} role="status">
        {count > commitments.length
          ? `The oldest ${formatCount(commitments.length)} of ${plural(count, 'result')} that wait`
          : `${plural(count, 'result')} to tell`}
      </p>
      <Records
        label="Undelivered commitments"
        rows={commitments}
        columns={COLUMNS}
        keyOf={({ key }) => key}
      />
    </>
  );
}

const COLUMNS: RecordColumn<Commitment>[] = [
  { title: 'For', width: 'minmax(0, 0.7fr)', cell: ({ ae_title }) => <b className="mono">{ae_title}</b> },
  { title: 'Asked for', cell: askedWords },
  { title: 'Accepted', cell: ({ accepted_at }) => <Moment at={accepted_at} /> },
  { title: 'Tried', width: 'minmax(0, 0.7fr)', cell: attemptWords },
  { title: 'Next try', cell: ({ next_at }) => <Moment at={next_at} /> },
  { title: 'Why not', width: 'minmax(0, 1.6fr)', cell: ({ error }) => error || 'Not tried yet' },
];
