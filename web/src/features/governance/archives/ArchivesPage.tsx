import { Button, Group } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { followedStandingsQuery, putSource, removeSource, sourcesQuery } from '@/api/sources';
import type { Source } from '@/api/types';
import { keepFocus } from '@/shared/lib/focus';
import { useAnnounce } from '@/shared/ui/Announcements';
import { Answered } from '@/shared/ui/Answered';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { Trouble } from '@/shared/ui/Trouble';
import { PageHead } from '../PageHead';
import { Nothing } from '../Part';
import { ArchiveDialog, type ArchiveTurn } from './ArchiveDialog';
import { addressOf, restored, wayOf } from './draft';
import { StandingMark } from './StandingMark';
import { TestButton } from './TestButton';
import classes from './archives.module.css';

/** What shows archives: the first keys of queries. */
const SHOWN = ['sources', 'standings', 'everywhere'];

/** The remote archives that are searched and read beside our own. */
export function ArchivesPage(): ReactElement {
  const sources = useQuery(sourcesQuery);
  const [turn, setTurn] = useState<ArchiveTurn | null>(null);
  const { error, mutate } = useRemoval();
  return (
    <>
      <PageHead
        title="Archives"
        lead="Other archives whose studies are searched and read here as if they were ours. None of them is changed."
      >
        <Button
          onClick={() => {
            setTurn({ source: null });
          }}
        >
          Add an archive…
        </Button>
      </PageHead>
      <Trouble error={error} />
      <Answered answer={sources} waiting="Asking for the archives…">
        {(data) =>
          data.length > 0 ? (
            <Records
              label="Archives"
              rows={data}
              columns={columns(setTurn, mutate)}
              keyOf={({ key }) => key}
            />
          ) : (
            <Nothing>
              Only our own archive is searched. Add another one, and every study it holds can be found and
              read here.
            </Nothing>
          )
        }
      </Answered>
      <ArchiveDialog
        turn={turn}
        taken={sources.data?.map(({ key }) => key) ?? []}
        shown={SHOWN}
        onClose={() => {
          setTurn(null);
        }}
      />
    </>
  );
}

/** Forget an archive, and offer to take that back. */
function useRemoval(): { error: Error | null; mutate: (source: Source) => void } {
  const client = useQueryClient();
  const announce = useAnnounce();
  const lookAgain = async (): Promise<void> => {
    await Promise.all(SHOWN.map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
  return useMutation({
    mutationFn: (source: Source) => removeSource(source.key),
    onSuccess: async (_, source) => {
      const secret = source.credential !== 'none';
      announce({
        text: `${source.title} is not asked any more${secret ? ', and its secret was forgotten' : ''}.`,
        undo: {
          act: async () => {
            await putSource(source.key, restored(source));
            await lookAgain();
          },
          done: secret
            ? `${source.title} is back, switched off: give its secret anew, then switch it on.`
            : `${source.title} is back.`,
        },
      });
      await lookAgain();
      keepFocus();
    },
  });
}

const columns = (
  onEdit: (turn: ArchiveTurn) => void,
  onRemove: (source: Source) => void,
): RecordColumn<Source>[] => [
  {
    title: 'Archive',
    width: 'minmax(0, 2fr)',
    cell: (source) => (
      <span>
        <b>{source.title}</b>
        <small className={classes.under}>{addressOf(source)}</small>
      </span>
    ),
  },
  {
    title: 'Asked by',
    cell: (source) => (
      <span>
        {wayOf(source)}
        <small className={classes.plain}>{`waits ${source.timeout} s, ${source.at_once} at once`}</small>
      </span>
    ),
  },
  { title: 'Issuer of patient IDs', cell: ({ issuer }) => issuer },
  { title: 'Standing', cell: ({ key }) => <Standing of={key} /> },
  {
    title: 'Change it',
    width: '15rem',
    cell: (source) => (
      <Group gap="xs">
        <TestButton source={source} />
        <Button
          variant="default"
          aria-label={`Edit ${source.title}`}
          onClick={() => {
            onEdit({ source });
          }}
        >
          Edit…
        </Button>
        <Button
          variant="default"
          aria-label={`Remove ${source.title}`}
          onClick={() => {
            onRemove(source);
          }}
        >
          Remove
        </Button>
      </Group>
    ),
  },
];

function Standing({ of }: { of: string }): ReactElement {
  const { data } = useQuery(followedStandingsQuery);
  return <StandingMark standing={data?.find(({ key }) => key === of)} />;
}
