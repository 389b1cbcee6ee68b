import {
  IconArchive,
  IconCircleCheck,
  IconCircleX,
  IconClockExclamation,
  IconPencil,
  IconScale,
  type Icon,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { ProposalState } from '@/api/types';
import { STATE_WORDS } from './words';
import classes from './decisions.module.css';

const ICONS: Record<ProposalState, Icon> = {
  draft: IconPencil,
  open: IconScale,
  passed: IconCircleCheck,
  rejected: IconCircleX,
  withdrawn: IconArchive,
  stale: IconClockExclamation,
};

/** Where a proposal stands, in words. */
export function StateMark({ state }: { state: ProposalState }): ReactElement {
  const Sign = ICONS[state];
  return (
    <span className={classes.state} data-state={state}>
      <Sign size={15} stroke={1.8} aria-hidden="true" />
      {STATE_WORDS[state]}
    </span>
  );
}
