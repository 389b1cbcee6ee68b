/**
 * The shapes of the server's JSON, written by hand until `npm run api` can generate `schema.d.ts`
 * from the server's OpenAPI document; then this file re-exports from it.
 */

/** What a signed-in person may do; unknown names are allowed so that an older page keeps working. */
export type Action = 'search' | 'read' | 'store' | 'reject' | 'administer' | (string & {});

export interface Session {
  name: string;
  display_name: string;
  roles: string[];
  actions: Action[];
}

export interface StudyRow {
  study_uid: string;
  patient_key: string;
  patient_id: string | null;
  issuer: string | null;
  /** DICOM PN: up to three groups (alphabetic, ideographic, phonetic) parted by `=` (PS3.5 6.2.1). */
  patient_name: string | null;
  /** DICOM DA, `YYYYMMDD`. */
  birth_date: string | null;
  sex: string | null;
  study_date: string | null;
  /** DICOM TM, `HHMMSS.FFFFFF`. */
  study_time: string | null;
  accession: string | null;
  description: string | null;
  modalities: string[];
  series: number;
  instances: number;
  referring: string | null;
  institution: string | null;
  received_at: string | null;
}

export interface StudyPage {
  rows: StudyRow[];
  next: string | null;
  /** Told with the first page only; when not exact, there are at least so many. */
  total: { count: number; exact: boolean } | null;
}

export interface Patient {
  patient_key: string;
  patient_id: string | null;
  issuer: string | null;
  patient_name: string | null;
  birth_date: string | null;
  sex: string | null;
}

export interface PatientPage {
  patient: Patient;
  /** Newest first. */
  studies: StudyRow[];
  next: string | null;
}

export interface Status {
  version: string;
  instances: number;
  studies: number;
  bytes: number;
  dimse: { ae: string; host: string; port: number } | null;
}

/** The server's error body: what happened, what was kept, and what to do now. */
export interface Problem {
  type?: string;
  title?: string;
  detail?: string;
  kept?: string;
  do?: string;
}

export interface StudyFilter {
  q?: string;
  modality?: string[];
  from?: string;
  to?: string;
  institution?: string;
  patient?: string;
}

export interface NewAccount {
  secret: string;
  name: string;
  display_name: string;
  password: string;
}
