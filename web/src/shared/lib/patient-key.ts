/** A patient's key is the issuer of the patient ID and the ID itself; a study without an ID makes its own patient. */
const OF_STUDY = '|study:';

/** The key of a patient ID and its issuer. */
export const patientKey = (id: string, issuer: string): string => `${issuer.trim()}|${id.trim()}`;

/** A patient's key in words: "100200, issued by STB". */
export function patientWords(key: string): string {
  if (key.startsWith(OF_STUDY)) return `No patient ID, study ${key.slice(OF_STUDY.length)}`;
  const bar = key.indexOf('|');
  if (bar < 0) return key;
  const issuer = key.slice(0, bar);
  return `${key.slice(bar + 1)}, ${issuer ? `issued by ${issuer}` : 'unknown issuer'}`;
}
