import { Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { EverywhereRow } from '@/api/types';
import { MODALITIES } from '@/shared/lib/modalities';
import { choicesOf, FILTERS, KINDS, readTimelineFilter, type TimelineFilter } from '../timeline';
import classes from '../FilterBar.module.css';

type Name = keyof TimelineFilter;

const ANY: Record<Name, string> = {
  kind: 'Any kind',
  modality: 'Any modality',
  region: 'Any part of the body',
  year: 'Any year',
};
const TITLES: Record<Name, string> = {
  kind: 'Kind',
  modality: 'Modality',
  region: 'Part of the body',
  year: 'Year',
};

function wordOf(name: Name, value: string): string {
  if (name === 'kind') return (KINDS as Record<string, string>)[value] ?? value;
  if (name === 'modality') return MODALITIES[value] ? `${MODALITIES[value]} (${value})` : value;
  return value.charAt(0).toUpperCase() + value.slice(1);
}

interface FiltersProps {
  rows: readonly EverywhereRow[];
  filter: TimelineFilter;
  onFilter: (filter: TimelineFilter) => void;
}

/** What narrows the timeline: only what is there can be chosen. */
export function TimelineFilters({ rows, filter, onFilter }: FiltersProps): ReactElement {
  const narrows = FILTERS.some((name) => filter[name]);
  return (
    <div className={classes.chips} role="group" aria-label="Narrow the timeline">
      {FILTERS.map((name) => (
        <Chip key={name} name={name} rows={rows} filter={filter} onFilter={onFilter} />
      ))}
      {narrows && (
        <button
          type="button"
          className={classes.clear}
          onClick={() => {
            onFilter({});
          }}
        >
          Clear
        </button>
      )}
    </div>
  );
}

function Chip({ name, rows, filter, onFilter }: FiltersProps & { name: Name }): ReactElement | null {
  const chosen = filter[name] ?? [];
  const choices = choicesOf(rows, name);
  if (choices.length < 2 && chosen.length === 0) return null; // nothing to choose between
  const toggle = (value: string): void => {
    const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    onFilter(readTimelineFilter({ ...filter, [name]: next }));
  };
  const label = chosen.length > 0 ? chosen.map((value) => wordOf(name, value)).join(', ') : ANY[name];
  return (
    <Menu position="bottom-start" closeOnItemClick={false}>
      <Menu.Target>
        <button
          type="button"
          className={classes.chip}
          data-on={chosen.length > 0}
          aria-label={`${TITLES[name]}: ${label}`}
        >
          {label}
          <IconChevronDown size={13} stroke={1.8} />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {choices.map(([value, count]) => (
          <Menu.CheckboxItem
            key={value}
            checked={chosen.includes(value)}
            rightSection={count}
            onChange={() => {
              toggle(value);
            }}
          >
            {wordOf(name, value)}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
