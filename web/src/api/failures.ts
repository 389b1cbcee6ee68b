/** Why an archive is not in an answer, as what it did. */
const WORDS: Record<string, string> = {
  'timed out': 'gave no answer in time',
  refused: 'could not be reached',
  'cut off': 'broke off in its answer',
  unreadable: 'answered what cannot be read',
  skipped: 'failed a moment ago, so it was not asked',
};

export const failureWords = (failure: string | undefined): string =>
  WORDS[failure ?? ''] ?? (failure ? `failed: ${failure}` : 'did not answer');
