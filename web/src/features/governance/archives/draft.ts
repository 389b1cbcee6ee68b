import type { Credential, Source, SourceChange, Standing } from '@/api/types';

type Reach = Source['reach'];
export type Kind = Reach['kind'];
export type Proof = 'keep' | 'none' | 'bearer' | 'basic';

/** A remote archive as a form holds it: everything is text, and what another kind would need stays while one chooses. */
export interface Draft {
  title: string;
  kind: Kind;
  url: string;
  ae_title: string;
  host: string;
  port: string;
  tls: boolean;
  calling_ae: string;
  retrieve: 'get' | 'move';
  authorities: string;
  issuer: string;
  facility: string;
  timeout: string;
  at_once: string;
  enabled: boolean;
  proof: Proof;
  token: string;
  user: string;
  password: string;
}

export const EMPTY: Draft = {
  title: '',
  kind: 'dicomweb',
  url: '',
  ae_title: '',
  host: '',
  port: '104',
  tls: false,
  calling_ae: '',
  retrieve: 'get',
  authorities: '',
  issuer: '',
  facility: '',
  timeout: '10',
  at_once: '4',
  enabled: true,
  proof: 'none',
  token: '',
  user: '',
  password: '',
};

/** The form of an archive that is known; its secret never comes back. */
export function draftOf(source: Source): Draft {
  const { title, reach, issuer, facility, timeout, at_once, enabled, credential } = source;
  const common = { title, issuer, facility, enabled, timeout: String(timeout), at_once: String(at_once) };
  const proof: Proof = credential === 'none' ? 'none' : 'keep';
  if (reach.kind === 'dicomweb') {
    return { ...EMPTY, ...common, proof, kind: 'dicomweb', url: reach.url, authorities: reach.authorities };
  }
  return { ...EMPTY, ...common, ...reach, proof, port: String(reach.port) };
}

function reachOf(draft: Draft): Reach {
  const authorities = draft.authorities.trim();
  if (draft.kind === 'dicomweb') return { kind: 'dicomweb', url: draft.url.trim(), authorities };
  return {
    kind: 'dimse',
    ae_title: draft.ae_title.trim(),
    host: draft.host.trim(),
    port: Number(draft.port),
    tls: draft.tls,
    calling_ae: draft.calling_ae.trim(),
    retrieve: draft.retrieve,
    authorities,
  };
}

function credentialOf(draft: Draft): Credential | null {
  if (draft.kind === 'dimse' || draft.proof === 'none') return { kind: 'none' };
  if (draft.proof === 'keep') return null;
  return draft.proof === 'bearer'
    ? { kind: 'bearer', token: draft.token.trim() }
    : { kind: 'basic', user: draft.user, password: draft.password };
}

/** What is sent to the server. */
export const changeOf = (draft: Draft): SourceChange => ({
  title: draft.title.trim(),
  reach: reachOf(draft),
  issuer: draft.issuer.trim(),
  facility: draft.facility,
  timeout: Number(draft.timeout),
  at_once: Number(draft.at_once),
  enabled: draft.enabled,
  credential: credentialOf(draft),
});

/** The archive as it was, to undo its removal; its secret went with it, so that one which needs it is not asked. */
export function restored(source: Source): SourceChange {
  const { title, reach, issuer, facility, timeout, at_once, enabled, credential } = source;
  const asked = enabled && credential === 'none';
  return { title, reach, issuer, facility, timeout, at_once, enabled: asked, credential: { kind: 'none' } };
}

/** A key made of the title, which nobody has yet. */
export function keyOf(title: string, taken: readonly string[]): string {
  const plain = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48);
  const stem = plain && plain !== 'own' ? plain : 'archive';
  let key = stem;
  for (let number = 2; taken.includes(key); number += 1) key = `${stem}-${number}`;
  return key;
}

/** What keeps the form from being sent; null when nothing does. The server judges the rest. */
export function lacking(draft: Draft): string | null {
  if (!draft.title.trim()) return 'Name the archive.';
  if (draft.kind === 'dicomweb' && !/^https?:\/\/\S+$/.test(draft.url.trim())) {
    return 'Its address begins with https:// or http://.';
  }
  if (draft.kind === 'dimse' && !(draft.ae_title.trim() && draft.host.trim())) {
    return 'Say by which AE title it is called, and where.';
  }
  if (!draft.issuer.trim()) return 'Say who issues its patient IDs: an ID alone names nobody.';
  return lackingProof(draft);
}

function lackingProof(draft: Draft): string | null {
  if (draft.kind === 'dimse') return null;
  if (draft.proof === 'bearer' && !draft.token.trim()) return 'Give the token.';
  return draft.proof === 'basic' && !draft.user ? 'Give the user’s name.' : null;
}

/** Where an archive is asked, as one line. */
export function addressOf({ reach }: Source): string {
  return reach.kind === 'dicomweb' ? reach.url : `${reach.ae_title}@${reach.host}:${reach.port}`;
}

/** How an archive is asked, in words. */
export function wayOf({ reach, credential }: Source): string {
  if (reach.kind === 'dicomweb') {
    const proof = { none: '', bearer: ', with a token', basic: ', with a password' }[credential];
    return `DICOMweb${proof}`;
  }
  const how = reach.retrieve === 'get' ? 'C-GET' : 'C-MOVE';
  return `DICOM, ${how}${reach.tls ? ' by TLS' : ''}`;
}

export interface StandingWords {
  tone: 'good' | 'warn' | 'danger' | 'off';
  word: string;
  more?: string;
}

const SLOW_SECONDS = 2;

/** "34 ms", "2.4 s". */
export const duration = (seconds: number): string =>
  seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;

/** How an archive stands, in words. */
export function standingWords(standing: Standing | undefined): StandingWords {
  if (!standing) return { tone: 'off', word: 'Not known yet' };
  const { enabled, state, failure, failures, seconds } = standing;
  if (!enabled) return { tone: 'off', word: 'Switched off' };
  const why = failure ?? 'no answer';
  if (state === 'open') {
    return { tone: 'danger', word: 'Left alone for now', more: `It failed ${failures} times (${why}).` };
  }
  if (state === 'half-open') return { tone: 'warn', word: 'Being tried again', more: `It failed: ${why}.` };
  if (failures > 0) return { tone: 'warn', word: 'Failed last time', more: `${why}.` };
  if (seconds === null || seconds === undefined) return { tone: 'off', word: 'Not asked yet' };
  const slow = seconds >= SLOW_SECONDS;
  return { tone: slow ? 'warn' : 'good', word: slow ? 'Slow' : 'Answering', more: duration(seconds) };
}
