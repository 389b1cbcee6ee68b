import { ActionIcon, Button, Group } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { placesQuery } from '@/api/places';
import { putRule } from '@/api/sorting';
import type { SortingRule } from '@/api/types';
import { useSaving } from '@/shared/lib/saving';
import { Records, type RecordColumn } from '@/shared/ui/Records';
import { Trouble } from '@/shared/ui/Trouble';
import { moved } from './order';
import { conditionWords, givesWords, type PlaceLists } from './words';
import classes from './sorting.module.css';

interface RuleListProps {
  rules: SortingRule[];
  onEdit: (rule: SortingRule) => void;
  onRemove: (rule: SortingRule) => void;
}

interface Move {
  rule: SortingRule;
  by: -1 | 1;
}

/** The rules in the order in which they are looked at, to be moved, edited and removed. */
export function RuleList({ rules, onEdit, onRemove }: RuleListProps): ReactElement {
  const { data: lines } = useQuery(placesQuery('service-lines'));
  const { data: facilities } = useQuery(placesQuery('facilities'));
  const [said, setSaid] = useState('');
  const move = useSaving<Move>(['sorting'], async ({ rule, by }) => {
    for (const put of moved(rules, rules.indexOf(rule), by)) await putRule(put);
    setSaid(`${rule.key} is now rule ${rules.indexOf(rule) + by + 1} of ${rules.length}.`);
  });
  const onMove = (given: Move): void => {
    move.mutate(given, {
      // The row moved, and its button with it: the focus stays on it.
      onSuccess: () => {
        setTimeout(() => {
          document.querySelector<HTMLElement>(`[data-move="${given.rule.key} ${given.by}"]`)?.focus();
        });
      },
    });
  };
  return (
    <div aria-busy={move.isPending}>
      <Trouble error={move.error} />
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <Records
        label="Sorting rules"
        rows={rules}
        columns={columns(rules, { lines, facilities }, { onMove, onEdit, onRemove })}
        keyOf={({ key }) => key}
      />
    </div>
  );
}

interface Acts extends Omit<RuleListProps, 'rules'> {
  onMove: (move: Move) => void;
}

const columns = (rules: SortingRule[], places: PlaceLists, acts: Acts): RecordColumn<SortingRule>[] => [
  {
    title: 'Order',
    width: '6.5rem',
    cell: (rule) => (
      <Mover rule={rule} place={rules.indexOf(rule)} count={rules.length} onMove={acts.onMove} />
    ),
  },
  { title: 'Rule', width: 'minmax(0, 0.8fr)', cell: ({ key }) => <b>{key}</b> },
  {
    title: 'Studies',
    width: 'minmax(0, 2fr)',
    cell: (rule) => {
      const words = conditionWords(rule);
      return (
        <span>
          {words.length === 0 && 'Every study'}
          {words.map((one) => (
            <span key={one} className={classes.line}>
              {one}
            </span>
          ))}
          {rule.note && <small className={classes.note}>{rule.note}</small>}
        </span>
      );
    },
  },
  { title: 'Are', cell: (rule) => givesWords(rule, places).join(', ') },
  {
    title: 'Change it',
    width: '9.5rem',
    cell: (rule) => (
      <Group gap="xs" wrap="nowrap">
        <Button
          variant="default"
          aria-label={`Edit ${rule.key}`}
          onClick={() => {
            acts.onEdit(rule);
          }}
        >
          Edit…
        </Button>
        <Button
          variant="default"
          aria-label={`Remove ${rule.key}`}
          onClick={() => {
            acts.onRemove(rule);
          }}
        >
          Remove…
        </Button>
      </Group>
    ),
  },
];

interface MoverProps {
  rule: SortingRule;
  place: number;
  count: number;
  onMove: (move: Move) => void;
}

function Mover({ rule, place, count, onMove }: MoverProps): ReactElement {
  const button = (by: -1 | 1, words: string, icon: ReactElement): ReactElement => (
    <ActionIcon
      aria-label={`Move ${rule.key} ${words}`}
      aria-disabled={place + by < 0 || place + by >= count}
      data-move={`${rule.key} ${by}`}
      size="sm"
      onClick={() => {
        onMove({ rule, by });
      }}
    >
      {icon}
    </ActionIcon>
  );
  return (
    <span className={classes.mover}>
      <span className="mono">{rule.order}</span>
      {button(-1, 'up', <IconArrowUp size={15} stroke={1.7} />)}
      {button(1, 'down', <IconArrowDown size={15} stroke={1.7} />)}
    </span>
  );
}
