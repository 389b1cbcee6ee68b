import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { placesQuery } from '@/api/places';
import type { SortingRule } from '@/api/types';
import { placeChoices } from '../fields/places';
import { SENSITIVITY_WORDS } from './words';
import classes from './sorting.module.css';

const SENSITIVITIES = Object.entries(SENSITIVITY_WORDS).map(([value, label]) => ({ value, label }));

interface GivenFieldsProps {
  rule: SortingRule;
  onChange: (given: Pick<SortingRule, 'facility' | 'service_line' | 'sensitivity'>) => void;
}

/** What a rule gives to the studies for which it holds; one at least. */
export function GivenFields({ rule, onChange }: GivenFieldsProps): ReactElement {
  const { data: lines } = useQuery(placesQuery('service-lines'));
  const { data: facilities } = useQuery(placesQuery('facilities'));
  const field = (
    name: 'facility' | 'service_line' | 'sensitivity',
    label: string,
    data: { value: string; label: string }[],
  ): ReactElement => (
    <Select
      label={label}
      placeholder="Not said"
      data={data}
      value={rule[name] ?? null}
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${label}` }}
      searchable={name !== 'sensitivity'}
      openOnFocus={false}
      onChange={(value) => {
        onChange({ [name]: value });
      }}
    />
  );
  const chosen = (code: string | null | undefined): string[] => (code ? [code] : []);
  return (
    <fieldset className={classes.fields}>
      <legend>What they are</legend>
      <p>One of them at least. Facilities and service lines are made under Places.</p>
      <div className={classes.grid}>
        {field('facility', 'Facility', placeChoices(facilities, chosen(rule.facility)))}
        {field('service_line', 'Service line', placeChoices(lines, chosen(rule.service_line)))}
        {field('sensitivity', 'Sensitivity', SENSITIVITIES)}
      </div>
    </fieldset>
  );
}
