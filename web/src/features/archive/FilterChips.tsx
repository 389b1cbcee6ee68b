import { Checkbox, Menu, TextInput } from '@mantine/core';
import { IconBuildingHospital, IconCalendar, IconChevronDown, IconStack2 } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { formatDate } from '@/shared/lib/dates';
import { MODALITIES } from '@/shared/lib/modalities';
import { type Preset, type StudySearch } from './search-params';
import classes from './FilterBar.module.css';

interface ChipProps {
  search: StudySearch;
  onSearch: (change: Partial<StudySearch>) => void;
}

const PRESET_NAMES: Record<Preset, string> = { today: 'Today', '7d': 'Last 7 days', '30d': 'Last 30 days' };
const day = (iso: string): string => formatDate(iso.replaceAll('-', ''));

function dateLabel({ when, from, to }: StudySearch): string {
  if (when) return PRESET_NAMES[when];
  if (from && to) return from === to ? day(from) : `${day(from)} – ${day(to)}`;
  if (from) return `From ${day(from)}`;
  return to ? `Until ${day(to)}` : 'Any date';
}

function ChipTarget(props: { on: boolean; icon: ReactElement; label: string; name: string }): ReactElement {
  return (
    <Menu.Target>
      <button
        type="button"
        className={classes.chip}
        data-on={props.on}
        aria-label={`${props.name}: ${props.label}`}
      >
        {props.icon}
        {props.label}
        <IconChevronDown size={13} stroke={1.8} />
      </button>
    </Menu.Target>
  );
}

export function DateChip({ search, onSearch }: ChipProps): ReactElement {
  const range = (change: { from?: string | undefined; to?: string | undefined }): void => {
    onSearch({ when: undefined, from: search.from, to: search.to, ...change });
  };
  return (
    <Menu position="bottom-start" closeOnItemClick>
      <ChipTarget
        on={Boolean(search.when ?? search.from ?? search.to)}
        icon={<IconCalendar size={15} stroke={1.6} />}
        label={dateLabel(search)}
        name="Study date"
      />
      <Menu.Dropdown>
        <Menu.Item
          onClick={() => {
            onSearch({ when: undefined, from: undefined, to: undefined });
          }}
        >
          Any date
        </Menu.Item>
        {Object.entries(PRESET_NAMES).map(([preset, name]) => (
          <Menu.Item
            key={preset}
            onClick={() => {
              onSearch({ when: preset as Preset, from: undefined, to: undefined });
            }}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <div className={classes.days}>
          <TextInput
            type="date"
            label="From"
            value={search.from ?? ''}
            max={search.to}
            onChange={(event) => {
              range({ from: event.currentTarget.value || undefined });
            }}
          />
          <TextInput
            type="date"
            label="To"
            value={search.to ?? ''}
            min={search.from}
            onChange={(event) => {
              range({ to: event.currentTarget.value || undefined });
            }}
          />
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}

export function ModalityChip({ search, onSearch }: ChipProps): ReactElement {
  const chosen = search.modality ?? [];
  const toggle = (code: string): void => {
    const next = chosen.includes(code) ? chosen.filter((other) => other !== code) : [...chosen, code];
    onSearch({ modality: next.length > 0 ? next : undefined });
  };
  return (
    <Menu position="bottom-start" closeOnItemClick={false}>
      <ChipTarget
        on={chosen.length > 0}
        icon={<IconStack2 size={15} stroke={1.6} />}
        label={chosen.length > 0 ? chosen.join(', ') : 'Any modality'}
        name="Modality"
      />
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {Object.entries(MODALITIES).map(([code, name]) => (
          <Menu.Item
            key={code}
            role="menuitemcheckbox"
            aria-checked={chosen.includes(code)}
            leftSection={<Checkbox.Indicator size="xs" checked={chosen.includes(code)} />}
            rightSection={<span className="mono">{code}</span>}
            onClick={() => {
              toggle(code);
            }}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function FacilityChip({
  search,
  onSearch,
  facilities,
}: ChipProps & { facilities: string[] }): ReactElement {
  const [typed, setTyped] = useState('');
  const names = facilities.filter((name) => name.toLowerCase().includes(typed.toLowerCase()));
  const choose = (institution: string | undefined): void => {
    setTyped('');
    onSearch({ institution });
  };
  return (
    <Menu position="bottom-start">
      <ChipTarget
        on={Boolean(search.institution)}
        icon={<IconBuildingHospital size={15} stroke={1.6} />}
        label={search.institution ?? 'Any facility'}
        name="Facility"
      />
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        <TextInput
          m={6}
          aria-label="Facility name"
          placeholder="Facility name"
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
        <Menu.Item
          onClick={() => {
            choose(undefined);
          }}
        >
          Any facility
        </Menu.Item>
        {names.map((name) => (
          <Menu.Item
            key={name}
            onClick={() => {
              choose(name);
            }}
          >
            {name}
          </Menu.Item>
        ))}
        {typed && !facilities.includes(typed) && (
          <Menu.Item
            onClick={() => {
              choose(typed);
            }}
          >
            Only “{typed}”
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
