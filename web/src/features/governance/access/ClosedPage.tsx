import { Button } from '@mantine/core';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { restrictionsQuery } from '@/api/doors';
import type { Restriction } from '@/api/types';
import { patientWords } from '@/shared/lib/patient-key';
import { Moment } from '@/shared/ui/Moment';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { PageHead } from '../PageHead';
import { ClosingDialog, type Turn } from './ClosingDialog';
import { actorWords } from './names';

/** Records that are kept to those who care for the patient. */
export function ClosedPage(): ReactElement {
  const { data, error, refetch } = useQuery(restrictionsQuery);
  const [turn, setTurn] = useState<Turn | null>(null);
  const close = (
    <Button
      leftSection={<IconLock size={15} stroke={1.7} />}
      onClick={() => {
        setTurn({ to: 'close' });
      }}
    >
      Close a record…
    </Button>
  );
  return (
    <>
      <PageHead
        title="Closed records"
        lead="A closed record is there for those who order, read or care, and in an emergency. Nobody else finds it."
      >
        {data && data.length > 0 && close}
      </PageHead>
      {error && !data && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Notice icon={<IconLockOpen size={26} stroke={1.5} />} title="No record is closed" actions={close}>
          <p>Close one when a patient asks for it, or a decision does.</p>
        </Notice>
      )}
      {data && data.length > 0 && (
        <Records
          label="Closed records"
          rows={data}
          columns={columns((patientKey) => {
            setTurn({ to: 'open', patientKey });
          })}
          keyOf={({ patient_key }) => patient_key}
        />
      )}
      <ClosingDialog
        turn={turn}
        onClose={() => {
          setTurn(null);
        }}
      />
    </>
  );
}

const columns = (onOpen: (patientKey: string) => void): RecordColumn<Restriction>[] => [
  {
    title: 'Patient',
    cell: ({ patient_key }) => <span className="mono">{patientWords(patient_key)}</span>,
  },
  { title: 'Reason', width: 'minmax(0, 1.6fr)', cell: ({ reason }) => reason },
  { title: 'Closed', cell: ({ at }) => <Moment at={at} /> },
  { title: 'By', width: 'minmax(0, 0.7fr)', cell: ({ by }) => actorWords(by) },
  {
    title: 'Open it',
    width: '6.5rem',
    cell: ({ patient_key }) => (
      <Button
        variant="default"
        aria-label={`Open the record of ${patientWords(patient_key)} again`}
        onClick={() => {
          onOpen(patient_key);
        }}
      >
        Open…
      </Button>
    ),
  },
];
