import { Button } from '@mantine/core';
import { IconSortAscendingShapes } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { removeRule, sortingQuery } from '@/api/sorting';
import type { SortingRule } from '@/api/types';
import { Answered } from '@/shared/ui/Answered';
import { ConfirmDialog, type Doubt } from '@/shared/ui/ConfirmDialog';
import { Notice } from '@/shared/ui/Notice';
import { PageHead } from '../PageHead';
import { RuleDialog, type RuleTurn } from './RuleDialog';
import { RuleList } from './RuleList';
import { TryOut } from './TryOut';

/** By which rules studies find their facility, line and sensitivity. */
export function SortingPage(): ReactElement {
  const rules = useQuery(sortingQuery);
  const [turn, setTurn] = useState<RuleTurn | null>(null);
  const [doubt, setDoubt] = useState<Doubt | null>(null);
  const add = (
    <Button
      onClick={() => {
        setTurn({ rule: null });
      }}
    >
      Make a rule…
    </Button>
  );
  return (
    <>
      <PageHead
        title="Sorting rules"
        lead="To which facility and service line a study belongs when it comes in, and whether it is sensitive. Rules are looked at from the top; the first that gives a value wins it."
      >
        {rules.data?.length !== 0 && add}
      </PageHead>
      <Answered answer={rules} waiting="Asking for the rules…">
        {(data) => (
          <>
            {data.length > 0 ? (
              <RuleList
                rules={data}
                onEdit={(rule) => {
                  setTurn({ rule });
                }}
                onRemove={(rule) => {
                  setDoubt(removal(rule));
                }}
              />
            ) : (
              <Notice
                icon={<IconSortAscendingShapes size={26} stroke={1.5} />}
                title="There is no rule"
                actions={add}
              >
                <p>
                  Every study that comes in has no facility and no service line, and is of normal sensitivity.
                </p>
              </Notice>
            )}
            <TryOut />
          </>
        )}
      </Answered>
      <RuleDialog
        turn={turn}
        taken={rules.data?.map(({ key }) => key) ?? []}
        onClose={() => {
          setTurn(null);
        }}
      />
      <ConfirmDialog
        doubt={doubt}
        shown={['sorting']}
        onClose={() => {
          setDoubt(null);
        }}
      />
    </>
  );
}

const removal = ({ key }: SortingRule): Doubt => ({
  title: `Remove the rule ${key}`,
  consequence:
    'Studies that come in from now on are sorted by the other rules. Studies that are here stay where they are.',
  label: 'Remove',
  act: () => removeRule(key),
});
