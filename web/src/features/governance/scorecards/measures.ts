import type { Measure, Score, Trend, Unit } from '@/api/scorecards';
import { formatCount, plural } from '@/shared/lib/quantities';

interface Words {
  title: string;
  /** What is counted, in one sentence. */
  means: string;
  /** What `n` counts. */
  of: [one: string, many: string];
}

export const WORDS: Record<Measure, Words> = {
  'seen-outside': {
    title: 'Seen by other lines',
    means: 'Studies that somebody of another service line read within 30 days.',
    of: ['study', 'studies'],
  },
  'first-image': {
    title: 'First image',
    means: 'From study time to the first stored image; 95 of 100 studies are as fast.',
    of: ['study', 'studies'],
  },
  complete: {
    title: 'Complete study',
    means: 'From study time to the last sealed series; 95 of 100 studies are as fast.',
    of: ['study', 'studies'],
  },
  'orders-linked': {
    title: 'Linked to an order',
    means: 'Studies with an accession number.',
    of: ['study', 'studies'],
  },
  'identity-defects': {
    title: 'Identity defects',
    means: 'Images of another patient that were put aside, and studies without patient ID or issuer.',
    of: ['study', 'studies'],
  },
  'emergency-reads': {
    title: 'Emergency reads',
    means: 'Reads by emergency access among all reads.',
    of: ['read', 'reads'],
  },
  'reviews-overdue': {
    title: 'Reviews overdue',
    means: 'Emergency accesses that should have been reviewed and are not.',
    of: ['emergency access', 'emergency accesses'],
  },
  refused: {
    title: 'Refused without a policy',
    means: 'Requests that no policy permits and none forbids.',
    of: ['request', 'requests'],
  },
};

const number = (value: number, digits: number): string =>
  new Intl.NumberFormat(undefined, { maximumFractionDigits: digits }).format(value);

/** "45 min", "3.5 h", "2.1 d". */
export function formatMinutes(minutes: number): string {
  if (minutes < 120) return `${number(minutes, 0)} min`;
  return minutes < 48 * 60 ? `${number(minutes / 60, 1)} h` : `${number(minutes / 60 / 24, 1)} d`;
}

/** A value of a measure as it is read: "12.5 %", "4.2 ‰", "45 min"; a dash when there is none. */
export function formatValue(unit: Unit, value: number | null): string {
  if (value === null) return '–';
  if (unit === 'share') return `${number(value * 100, 1)} %`;
  if (unit === 'per-1000') return `${number(value, 1)} ‰`;
  return unit === 'minutes' ? formatMinutes(value) : formatCount(value);
}

/** "at least 95 %", "at most 60 min". */
export const formatTarget = (score: Pick<Score, 'unit' | 'target' | 'more_is_better'>): string =>
  `at ${score.more_is_better ? 'least' : 'most'} ${formatValue(score.unit, score.target)}`;

/** "of 120 studies". */
export const formatOf = ({ measure, n }: Pick<Score, 'measure' | 'n'>): string =>
  `of ${plural(n, ...WORDS[measure].of)}`;

/** A target as it is typed: a share in percent, all else as it is. */
export const typedTarget = (unit: Unit, target: number): string =>
  String(unit === 'share' ? Number((target * 100).toFixed(6)) : target);

/** The target that was typed; null when it is none. */
export function readTarget(unit: Unit, typed: string): number | null {
  const value = Number(typed.trim().replace(',', '.'));
  if (!typed.trim() || !Number.isFinite(value) || value < 0 || value > (unit === 'share' ? 100 : 1e6))
    return null;
  return unit === 'share' ? value / 100 : value;
}

export const UNIT_WORDS: Record<Unit, string> = {
  share: 'percent',
  'per-1000': 'per thousand',
  minutes: 'minutes',
  count: 'how many',
};

export type Verdict = 'met' | 'missed' | 'few' | 'nothing';

/** How a measure stands to its target; `few` and `nothing` are no judgement. */
export function verdictOf(score: Pick<Score, 'met' | 'few' | 'value'>): Verdict {
  if (score.value === null) return 'nothing';
  if (score.met === null) return 'few';
  return score.met ? 'met' : 'missed';
}

export const VERDICT_WORDS: Record<Verdict, string> = {
  met: 'Target met',
  missed: 'Target missed',
  few: 'Too few to judge',
  nothing: 'Nothing to count',
};

export const TREND_WORDS: Record<Trend, string> = {
  better: 'better than before',
  worse: 'worse than before',
  steady: 'as before',
  unknown: '',
};

/** The figures behind a value that matter to a reader, in words. */
export function figuresOf({ figures, measure }: Pick<Score, 'figures' | 'measure'>): string[] {
  const of = (name: string): number => figures[name] ?? 0;
  const some = (name: string, words: string): string[] =>
    of(name) > 0 ? [`${formatCount(of(name))} ${words}`] : [];
  const median = figures['median'];
  return [
    ...(median === undefined ? [] : [`median ${formatMinutes(median)}`]),
    ...some('unbelievable', 'with a clock that is not believable'),
    ...some('undated', 'without study time'),
    ...some('unsealed', 'not complete yet'),
    ...some('misfiled', 'images put aside'),
    ...some('unidentified', 'studies without patient ID or issuer'),
    ...(measure === 'emergency-reads' || measure === 'reviews-overdue'
      ? some('opened', 'opened in the period')
      : []),
    ...some('reviewed', 'reviewed in it'),
    ...some('forbidden', 'refused by a policy'),
  ];
}

/** A line's name as it is shown. */
export const lineName = (line: string): string => (line === 'unassigned' ? 'Unassigned studies' : line);
