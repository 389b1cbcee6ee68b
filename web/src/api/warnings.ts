import { useSyncExternalStore } from 'react';
import { failureWords } from './failures';

/*
 * What the server warns of beside an answer (RFC 7234 5.5, code 299): it stands in a header, so that no page would see it.
 * The last words on each study are kept here for whoever shows it.
 */
const QUOTED = /\b299\s+\S+\s+"((?:[^"\\]|\\.)*)"/g;
/** Of what is retrieved; who searches is told by the page itself which archive is missing. */
const STUDY = /\/studies\/([0-9.]+)(?!.*\/(?:series|instances)$)/;
const MOST_STUDIES = 50;
const NONE: readonly string[] = [];

const kept = new Map<string, readonly string[]>();
const listeners = new Set<() => void>();

const DELIVERED = /^not every archive delivered: /;

/** "Gone: skipped; North: timed out" as what they did. */
const inWords = (text: string): string =>
  text
    .replace(DELIVERED, '')
    .split('; ')
    .map((part) => {
      const [, who, why] = /^([^:]+): (.*)$/.exec(part) ?? [];
      return who && why ? `${who} ${failureWords(why)}` : part;
    })
    .join('; ');

/** The texts of a Warning header, in words for people. */
export function warningsIn(header: string | null): string[] {
  const texts = [...(header ?? '').matchAll(QUOTED)].map(([, text]) => (text ?? '').replace(/\\(.)/g, '$1'));
  return texts.map((text) => (DELIVERED.test(text) ? inWords(text) : text));
}

const change = (study: string, texts: readonly string[]): void => {
  kept.delete(study);
  if (texts.length > 0) kept.set(study, texts);
  const [oldest] = kept.keys();
  if (kept.size > MOST_STUDIES && oldest !== undefined) kept.delete(oldest);
  for (const listener of listeners) listener();
};

/** Remember what an answer about a study warned of; an answer without a warning takes nothing back. */
export function noteWarnings(path: string, header: string | null): void {
  const study = STUDY.exec(path)?.[1];
  if (!study || !header) return;
  const texts = warningsIn(header);
  if (texts.length > 0 && texts.join() !== kept.get(study)?.join()) change(study, texts);
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What was warned of about a study. */
export function useWarnings(study: string): readonly string[] {
  return useSyncExternalStore(subscribe, () => kept.get(study) ?? NONE);
}
