import { MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { placesQuery, type Registry } from '@/api/places';
import { placeChoices } from './places';

interface PlacesFieldProps {
  registry: Registry;
  label: string;
  description?: string;
  value: string[];
  onChange: (codes: string[]) => void;
}

/** Choose some places of a registry. */
function PlacesField({ registry, value, description, ...rest }: PlacesFieldProps): ReactElement {
  const { data, error } = useQuery(placesQuery(registry));
  const none = data?.length === 0 && 'None was made yet: see Places.';
  return (
    <MultiSelect
      data={placeChoices(data, value)}
      value={value}
      searchable
      clearable
      hidePickedOptions
      openOnFocus={false}
      error={error ? 'They could not be asked for: open this dialog again.' : null}
      clearButtonProps={{ 'aria-label': `Clear ${rest.label}` }}
      {...rest}
      description={none || description}
    />
  );
}

type FieldProps = Pick<PlacesFieldProps, 'value' | 'onChange'>;

export const GroupsField = (props: FieldProps): ReactElement => (
  <PlacesField registry="groups" label="Groups" {...props} />
);

export const LinesField = (props: FieldProps): ReactElement => (
  <PlacesField registry="service-lines" label="Service lines" {...props} />
);

export const FacilitiesField = (props: FieldProps): ReactElement => (
  <PlacesField
    registry="facilities"
    label="Facilities"
    description="None chosen stands for every facility"
    {...props}
  />
);
