import { TagsInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { FACTS } from './words';
import classes from './sorting.module.css';

interface ConditionFieldsProps {
  conditions: Record<string, string[]>;
  onChange: (conditions: Record<string, string[]>) => void;
}

/** For which studies a rule holds: patterns for each fact, of which one must match. */
export function ConditionFields({ conditions, onChange }: ConditionFieldsProps): ReactElement {
  const put = (name: string, patterns: string[]): void => {
    const filled = Object.entries({ ...conditions, [name]: patterns }).filter(([, some]) => some.length > 0);
    onChange(Object.fromEntries(filled));
  };
  return (
    <fieldset className={classes.fields}>
      <legend>Studies for which it holds</legend>
      <p>
        One pattern of each filled field must match the whole of it; * and ? stand for others. With none, it
        holds for every study.
      </p>
      <div className={classes.grid}>
        {FACTS.map(({ name, label, hint }) => (
          <TagsInput
            key={name}
            label={label}
            placeholder={conditions[name] ? '' : hint}
            splitChars={[]}
            value={conditions[name] ?? []}
            onChange={(patterns) => {
              put(name, patterns);
            }}
          />
        ))}
      </div>
    </fieldset>
  );
}
