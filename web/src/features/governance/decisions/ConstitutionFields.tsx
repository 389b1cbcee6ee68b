import { NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Constitution } from '@/api/types';
import { neededOf } from './bodies';
import { GoldenFields } from './GoldenFields';
import { CLASS_WORDS, DOMAIN_WORDS, MAJORITY_WORDS, SEAT_CLASSES } from './words';
import classes from './decisions.module.css';

const options = (words: Record<string, string>): { value: string; label: string }[] =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

const MOST_SEATS = 100;

interface ConstitutionFieldsProps {
  value: Constitution;
  onChange: (value: Constitution) => void;
}

/** What a body is and how it decides. */
export function ConstitutionFields({ value, onChange }: ConstitutionFieldsProps): ReactElement {
  const quorum = value.quorum ?? { clinical: 1, administrative: 1, it: 1 };
  return (
    <>
      <TextInput
        label="Name"
        maxLength={100}
        value={value.name}
        onChange={(event) => {
          onChange({ ...value, name: event.currentTarget.value });
        }}
      />
      <Textarea
        label="Charter"
        description="What the body is for, and what it answers for."
        autosize
        minRows={4}
        maxRows={14}
        maxLength={20_000}
        value={value.charter}
        onChange={(event) => {
          onChange({ ...value, charter: event.currentTarget.value });
        }}
      />
      <div className={classes.short}>
        <NativeSelect
          label="Decides on"
          data={options(DOMAIN_WORDS)}
          value={value.domain ?? 'policies'}
          onChange={(event) => {
            onChange({ ...value, domain: event.currentTarget.value as keyof typeof DOMAIN_WORDS });
          }}
        />
        <NativeSelect
          label="Agrees by"
          data={options(MAJORITY_WORDS)}
          value={value.majority ?? 'simple'}
          onChange={(event) => {
            onChange({ ...value, majority: event.currentTarget.value as keyof typeof MAJORITY_WORDS });
          }}
        />
      </div>
      <fieldset className={classes.fieldset}>
        <legend>Quorum: seats that have to vote, by class</legend>
        <div className={classes.thirds}>
          {SEAT_CLASSES.map((one) => (
            <NumberInput
              key={one}
              label={CLASS_WORDS[one]}
              size="xs"
              min={0}
              max={MOST_SEATS}
              allowDecimal={false}
              value={neededOf(value, one)}
              onChange={(number) => {
                onChange({ ...value, quorum: { ...quorum, [one]: Number(number) || 0 } });
              }}
            />
          ))}
        </div>
      </fieldset>
      <GoldenFields
        cases={value.golden}
        onChange={(golden) => {
          onChange({ ...value, golden });
        }}
      />
    </>
  );
}
