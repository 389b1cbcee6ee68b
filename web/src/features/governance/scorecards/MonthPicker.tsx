import { NativeSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatMonth, monthsOffered } from './months';

interface MonthPickerProps {
  month: string;
  onChange: (month: string) => void;
}

export function MonthPicker({ month, onChange }: MonthPickerProps): ReactElement {
  const data = monthsOffered(month, new Date()).map((value) => ({ value, label: formatMonth(value) }));
  return (
    <NativeSelect
      aria-label="Month"
      data={data}
      value={month}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
}
