import { IconBan } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { placesQuery } from '@/api/places';
import type { Account } from '@/api/types';
import type { RecordColumn } from '@/shared/ui/Records';
import { placeWords } from '../fields/places';
import { factorWords, kindWords, rolesWords } from './words';
import classes from './people.module.css';

/** What the list says of each person, places by their names. */
export function usePeopleColumns(): RecordColumn<Account>[] {
  const { data: groups } = useQuery(placesQuery('groups'));
  const { data: lines } = useQuery(placesQuery('service-lines'));
  const { data: facilities } = useQuery(placesQuery('facilities'));
  return [
    {
      title: 'Person',
      cell: ({ name, display_name }) => (
        <span>
          <b>{display_name}</b>
          <small className={classes.under}>{name}</small>
        </span>
      ),
    },
    { title: 'Roles', cell: ({ roles }) => rolesWords(roles) },
    {
      title: 'Lines and groups',
      cell: (account) => (
        <span>
          {placeWords(lines, account.service_lines, 'No service line')}
          {account.groups && account.groups.length > 0 && (
            <small className={classes.under}>{placeWords(groups, account.groups, '')}</small>
          )}
        </span>
      ),
    },
    { title: 'Facilities', cell: (account) => placeWords(facilities, account.facilities, 'Every facility') },
    {
      title: 'Sign-in',
      cell: (account) => (
        <span>
          {kindWords(account)}
          <small className={classes.under}>{factorWords(account)}</small>
        </span>
      ),
    },
    {
      title: 'State',
      width: '6rem',
      cell: ({ enabled }) =>
        enabled ? (
          'Enabled'
        ) : (
          <span className={classes.barred}>
            <IconBan size={14} stroke={1.8} aria-hidden="true" />
            Barred
          </span>
        ),
    },
  ];
}
