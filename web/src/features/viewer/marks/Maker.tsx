import { ActionIcon, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { giveBack, takeBack } from '@/api/marks';
import { may, sessionQuery } from '@/api/session';
import { useAnnounce } from '@/shared/ui/Announcements';
import { formatInstant } from '@/shared/lib/dates';
import classes from './marks.module.css';

interface Made {
  object: string;
  author: string;
  at: string;
  mine: boolean;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** By whom and when, as the object says it. */
export function Maker({ made }: { made: Made }): ReactElement {
  const at = DAY.test(made.at) ? made.at : made.at ? formatInstant(made.at) : '';
  return (
    <span className={classes.by}>{[made.author || 'author unknown', at].filter(Boolean).join(' · ')}</span>
  );
}

/** Takes an object back: one's own, or anybody's for who may hide images. */
export function TakeBack({
  made,
  study,
  what,
}: {
  made: Made;
  study: string;
  what: string;
}): ReactElement | null {
  const client = useQueryClient();
  const announce = useAnnounce();
  const { data: session } = useQuery(sessionQuery);
  if (!may(session, 'annotate') || !(made.mine || may(session, 'reject'))) return null;
  const act = async (): Promise<void> => {
    try {
      await takeBack(study, made.object);
      announce({
        text: `${what} taken back. The archive keeps it, out of sight.`,
        undo: {
          act: async () => {
            await giveBack(study, made.object);
            await client.invalidateQueries({ queryKey: ['marks', study] });
          },
          done: `${what} is back.`,
        },
      });
    } catch (error) {
      announce({ text: `Not taken back: ${error instanceof Error ? error.message : String(error)}` });
    }
    await client.invalidateQueries({ queryKey: ['marks', study] });
  };
  return (
    <Tooltip label="Take back">
      <ActionIcon aria-label={`Take back ${what}`} onClick={() => void act()}>
        <IconTrash size={16} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
