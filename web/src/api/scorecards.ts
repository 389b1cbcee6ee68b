import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from './client';
import type { Answer, Shapes } from './types';

export type Score = Shapes['Score'];
export type Card = Shapes['Card'];
export type Measure = Shapes['Measure'];
export type Unit = Shapes['Unit'];
export type Trend = Shapes['Trend'];
export type Improvement = Shapes['Improvement'];
export type Plan = Shapes['Plan'];
export type Point = Shapes['Point'];
export type Case = Shapes['Case'];

/** From the first day until the day after the last, both as `YYYY-MM-DD`. */
export interface Period {
  from: string;
  to: string;
}

/** The audit tells of reads and refusals, and not everybody hears it: what is on show is asked again so often. */
const AGAIN_MS = 15_000;
const ROOT = 'api/governance/scorecards';
const live = { refetchInterval: AGAIN_MS, placeholderData: keepPreviousData };
const queryOf = (period: Period): URLSearchParams => new URLSearchParams({ ...period });
const pathOf = (line: string, measure: Measure): string =>
  `${ROOT}/${encodeURIComponent(line)}/${encodeURIComponent(measure)}`;

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const scorecardsQuery = (period: Period) =>
  queryOptions({
    queryKey: ['scorecards', period],
    queryFn: ({ signal }) => getJson<Answer<'/api/governance/scorecards'>>(ROOT, queryOf(period), signal),
    ...live,
  });

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const lineQuery = (line: string, period: Period) =>
  queryOptions({
    queryKey: ['scorecards', line, period],
    queryFn: ({ signal }) =>
      getJson<Answer<'/api/governance/scorecards/{line}'>>(
        `${ROOT}/${encodeURIComponent(line)}`,
        queryOf(period),
        signal,
      ),
    ...live,
  });

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const casesQuery = (line: string, measure: Measure, period: Period, limit: number) =>
  queryOptions({
    queryKey: ['scorecards', line, period, measure, limit],
    queryFn: ({ signal }) => {
      const query = queryOf(period);
      query.set('limit', String(limit));
      return getJson<Answer<'/api/governance/scorecards/{line}/{measure}/cases'>>(
        `${pathOf(line, measure)}/cases`,
        query,
        signal,
      );
    },
    ...live,
  });

/** Null sets the target back to the default. */
export const putTarget = (line: string, measure: Measure, target: number | null): Promise<void> =>
  sendJson('PUT', `${pathOf(line, measure)}/target`, { target });

export const putOwner = (line: string, measure: Measure, owner: string): Promise<void> =>
  sendJson('PUT', `${pathOf(line, measure)}/owner`, { owner });

export const openAction = (line: string, measure: Measure, plan: Plan): Promise<Improvement> =>
  sendJson('POST', `${pathOf(line, measure)}/actions`, plan);

export const changeAction = (key: string, plan: Plan): Promise<Improvement> =>
  sendJson('PUT', `api/governance/scorecard-actions/${encodeURIComponent(key)}`, plan);
