import { ActionIcon, Checkbox, CloseButton, Kbd, Menu, TextInput, Tooltip } from '@mantine/core';
import { IconBuildings, IconColumns3, IconSearch } from '@tabler/icons-react';
import type { KeyboardEvent, ReactElement, RefObject } from 'react';
import { COLUMNS } from './columns';
import { DateChip, FacilityChip, ModalityChip } from './FilterChips';
import { isNarrowed, type StudySearch } from './search-params';
import classes from './FilterBar.module.css';

interface FilterBarProps {
  input: RefObject<HTMLInputElement | null>;
  text: string;
  onText: (text: string) => void;
  onKey: (event: KeyboardEvent<HTMLInputElement>) => void;
  search: StudySearch;
  onSearch: (change: Partial<StudySearch>) => void;
  onClear: () => void;
  facilities: string[];
  columns: string[];
  onColumns: (ids: string[]) => void;
  compact: boolean;
  /** Whether the list is on the page. */
  listed: boolean;
  /** Whether all archives are searched; nothing where there is only ours. */
  everywhere: boolean | undefined;
  onEverywhere: (all: boolean) => void;
}

export function FilterBar({
  input,
  text,
  onText,
  onKey,
  search,
  onSearch,
  onClear,
  facilities,
  columns,
  onColumns,
  compact,
  listed,
  everywhere,
  onEverywhere,
}: FilterBarProps): ReactElement {
  return (
    <div className={classes.bar} role="search">
      <TextInput
        ref={input}
        className={classes.input}
        size="sm"
        aria-label="Search studies by name, patient ID or accession"
        aria-controls={listed ? 'study-grid' : undefined}
        placeholder="Name, patient ID or accession"
        leftSection={<IconSearch size={16} stroke={1.7} />}
        rightSection={
          text ? (
            <CloseButton
              size="sm"
              aria-label="Clear the text"
              onClick={() => {
                onText('');
              }}
            />
          ) : (
            !compact && <Kbd size="xs">/</Kbd>
          )
        }
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          onText(event.currentTarget.value);
        }}
        onKeyDown={onKey}
      />
      <div className={classes.chips}>
        {everywhere !== undefined && (
          <button
            type="button"
            className={classes.chip}
            data-on={everywhere}
            aria-pressed={everywhere}
            onClick={() => {
              onEverywhere(!everywhere);
            }}
          >
            <IconBuildings size={15} stroke={1.6} />
            All archives
          </button>
        )}
        <DateChip search={search} onSearch={onSearch} />
        <ModalityChip search={search} onSearch={onSearch} />
        <FacilityChip search={search} onSearch={onSearch} facilities={facilities} />
        {isNarrowed(search) && (
          <button type="button" className={classes.clear} onClick={onClear}>
            Clear
          </button>
        )}
      </div>
      {!compact && <ColumnMenu columns={columns} onColumns={onColumns} />}
    </div>
  );
}

function ColumnMenu({ columns, onColumns }: Pick<FilterBarProps, 'columns' | 'onColumns'>): ReactElement {
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <Tooltip label="Choose columns">
          <ActionIcon aria-label="Choose columns" size="lg">
            <IconColumns3 size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {COLUMNS.map(({ id, title, always }) => (
          <Menu.Item
            key={id}
            disabled={always ?? false}
            role="menuitemcheckbox"
            aria-checked={columns.includes(id)}
            leftSection={
              <Checkbox.Indicator size="xs" checked={columns.includes(id)} disabled={always ?? false} />
            }
            onClick={() => {
              onColumns(columns.includes(id) ? columns.filter((other) => other !== id) : [...columns, id]);
            }}
          >
            {title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
