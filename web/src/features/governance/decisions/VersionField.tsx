import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { policyTextQuery } from '@/api/policies';
import type { Activation } from '@/api/types';
import { formatInstant } from '@/shared/lib/dates';
import { Trouble } from '@/shared/ui/Trouble';
import { Check } from './PolicyField';
import { shortVersion } from './words';

interface VersionFieldProps {
  history: Activation[];
  version: string;
  onChange: (version: string) => void;
}

/** The version to go back to, of those that were in force before, and what that would change. */
export function VersionField({ history, version, onChange }: VersionFieldProps): ReactElement {
  const { data, error } = useQuery(policyTextQuery(version));
  const earlier = new Map(history.map((one) => [one.version, one])); // the oldest time of each stays, as it is set last
  earlier.delete(history[0]?.version ?? '');
  return (
    <>
      <Select
        label="Version to go back to"
        placeholder={earlier.size > 0 ? 'Choose one' : 'There was no other version yet'}
        data={[...earlier.values()].map((one) => ({
          value: one.version,
          label: `${shortVersion(one.version)}, in force from ${formatInstant(one.at)}`,
        }))}
        value={version || null}
        allowDeselect={false}
        onChange={(value) => {
          onChange(value ?? '');
        }}
      />
      <Trouble error={error} />
      {data && <Check text={data.text} />}
    </>
  );
}
