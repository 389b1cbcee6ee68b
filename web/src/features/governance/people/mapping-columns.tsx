import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { placesQuery } from '@/api/places';
import type { GroupMapping } from '@/api/types';
import type { RecordColumn } from '@/shared/ui/Records';
import { placeWords } from '../fields/places';
import type { MappingTurn } from './MappingDialog';
import { rolesWords } from './words';

/** What the list says of each mapping, places by their names. */
export function useMappingColumns(
  onEdit: (turn: MappingTurn) => void,
  onRemove: (mapping: GroupMapping) => void,
): RecordColumn<GroupMapping>[] {
  const { data: groups } = useQuery(placesQuery('groups'));
  const { data: lines } = useQuery(placesQuery('service-lines'));
  const { data: facilities } = useQuery(placesQuery('facilities'));
  return [
    { title: 'Group at the provider', cell: ({ value }) => <b className="mono">{value}</b> },
    { title: 'Roles', cell: ({ roles }) => rolesWords(roles) },
    { title: 'Service lines', cell: ({ service_lines }) => placeWords(lines, service_lines, 'None') },
    { title: 'Groups', cell: (mapping) => placeWords(groups, mapping.groups, 'None') },
    { title: 'Facilities', cell: (mapping) => placeWords(facilities, mapping.facilities, 'Every facility') },
    {
      title: 'Change it',
      width: '9.5rem',
      cell: (mapping) => (
        <Group gap="xs" wrap="nowrap">
          <Button
            variant="default"
            aria-label={`Edit ${mapping.value}`}
            onClick={() => {
              onEdit({ mapping });
            }}
          >
            Edit…
          </Button>
          <Button
            variant="default"
            aria-label={`Remove ${mapping.value}`}
            onClick={() => {
              onRemove(mapping);
            }}
          >
            Remove…
          </Button>
        </Group>
      ),
    },
  ];
}
