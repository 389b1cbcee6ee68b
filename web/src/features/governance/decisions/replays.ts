import type { OutlookChange, OutlookGroup, Replay } from '@/api/types';
import { actorWords } from '../access/names';

const ALL = 'all';

/** How much of the past a replay takes. */
export const PERIODS = [
  { value: '7', label: 'The last 7 days' },
  { value: '30', label: 'The last 30 days' },
  { value: '90', label: 'The last 90 days' },
  { value: '365', label: 'The last year' },
  { value: ALL, label: 'All there is' },
];

/** The days of a period as the server counts them; null for all there is. */
export const daysOf = (period: string): number | null => (period === ALL ? null : Number(period));

/** How far a replay is, of a hundred. */
export const doneShare = ({ done, total }: Pick<Replay, 'done' | 'total'>): number =>
  total === 0 ? 0 : Math.min(100, (done / total) * 100);

export type Grouping = 'people' | 'service_lines' | 'facilities' | 'policies';

export const GROUPINGS: { value: Grouping; label: string }[] = [
  { value: 'people', label: 'People' },
  { value: 'service_lines', label: 'Service lines' },
  { value: 'facilities', label: 'Facilities' },
  { value: 'policies', label: 'Policies' },
];

/** The name of a group; what is no study has no line and no facility. */
export function groupWords(by: Grouping, { name }: OutlookGroup): string {
  if (by === 'people') return actorWords(name);
  return name || (by === 'policies' ? 'No policy' : 'None');
}

export const changeKey = ({ actor, action, direction, traits, policies }: OutlookChange): string =>
  JSON.stringify([actor, action, direction, traits, policies]);
