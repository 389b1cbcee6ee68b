/**
 * The shapes of the server's JSON by short names.
 *
 * `schema.d.ts` is made from the server's OpenAPI document by `npm run api`; `npm run check` fails when it is stale.
 */
import type { components, operations, paths } from './schema';

export type Shapes = components['schemas'];

/** What GET of a path answers. */
export type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

/** A record in which the server says "absent" with an empty text, and we with null; `Sure` are never absent. */
export type Absent<Line, Sure extends keyof Line = never> = {
  [Key in keyof Line]: Key extends Sure ? Line[Key] : Line[Key] extends string ? string | null : Line[Key];
};

/** What a signed-in person may do; unknown names are allowed so that an older page keeps working. */
export type Action =
  | 'search'
  | 'read'
  | 'store'
  | 'annotate'
  | 'reject'
  | 'subscribe'
  | 'administer'
  | 'audit'
  | 'relate'
  | 'restrict'
  | 'break-glass'
  | 'review'
  | 'govern'
  | (string & {});

export type Session = Shapes['Session'];
export type NewAccount = Shapes['Redeem'];
export type Enrolment = Shapes['Enrolment'];
export type Place = Shapes['Place'];
export type FactorRecord = Shapes['FactorRecord'];
export type OwnSession = Shapes['SessionRecord'];
export type Status = Shapes['Status'];

/** A broken glass, and what its review said; moments are ISO 8601. */
export type EmergencyAccess = Shapes['EmergencyAccess'];
/** A patient's closed record. */
export type Restriction = Shapes['Restriction'];
/** Somebody's relation to a patient or to one study. */
export type Relation = Shapes['RelationRecord'];
/** A version of the policies, and since when it is or was in force. */
export type Activation = Shapes['Activation'];
export type PolicyText = Shapes['PolicyText'];

/** A person's account, and whether it asks for a second factor. */
export type Account = Shapes['AccountEntry'];
export type AccountChange = Shapes['AccountChange'];
/** A role, what it is for and what it may do. */
export type Role = Shapes['Role'];
/** A token without its secret; moments are ISO 8601. */
export type Token = Shapes['TokenRecord'];
export type NewToken = Shapes['NewToken'];
/** What a group of the identity provider stands for. */
export type GroupMapping = Shapes['MappingBody'];
export type SortingRule = Shapes['SortingRule'];
/** What a study says of itself. */
export type Facts = Omit<Shapes['Facts'], 'modalities'> & { modalities: string[] };
export type Tried = Shapes['Tried'];
/** A rule that admits AEs. */
export type Peer = Shapes['PeerEntry'];
export type NewPeer = Shapes['PeerBody'];
/** An AE that we can send to. */
export type Destination = Shapes['Destination'];
/** Storage Commitment whose result its requestor does not know yet. */
export type Commitment = Shapes['Kept'];

/** A remote archive without its secret, and what changes one. */
export type Source = Shapes['Source'];
export type SourceChange = Shapes['SourceBody'];
/** How we prove who we are to an archive. */
export type Credential = Shapes['Bearer'] | Shapes['Basic'] | Shapes['Anonymous'];
/** How a remote archive stands with the server; times are in seconds. */
export type Standing = Shapes['Standing'];
export type Probe = Shapes['Probe'];

/** What an event of the audit tells besides who and when; each kind of event has some of it. */
export interface AuditPayload {
  action?: string;
  resource?: string;
  study_uid?: string;
  patient_key?: string;
  detail?: string;
  route?: string;
  address?: string;
  who?: Record<string, string[]>;
  traits?: Record<string, string | boolean>;
  relations?: string[];
  purpose?: string;
  /** The `@id` of the policies that led to the answer. */
  policies?: string[];
  version?: string;
  count?: number;
  first?: string;
  last?: string;
  [more: string]: unknown;
}
export type AuditEvent = Omit<Shapes['Event'], 'payload'> & { payload: AuditPayload };

/** Dates and times are DICOM's DA and TM, names its PN (PS3.5 6.2); a study that only QIDO told of has no patient's key. */
export type StudyRow = Absent<Shapes['StudyLine'], 'study_uid' | 'patient_key'>;

/** Where a copy of a study is, as the archive of that key tells of it. */
export interface Location {
  source: string;
  series?: number | null;
  instances?: number | null;
  availability?: string;
}

/** Archives contradict each other about whose study it is: an attribute by its DICOM keyword, and who tells which value. */
export interface Conflict {
  attribute: string;
  told: { value: string; sources: string[] }[];
}

/** A study over all archives; `lead` is the archive whose copy the rest is told by. */
export type EverywhereRow = StudyRow & {
  lead: string;
  locations: Location[];
  conflicts: Conflict[];
  /** Parts of the body, as far as its description tells. */
  regions: string[];
};

/** Where a study is, and how much of it is here. */
export type StudyState = Shapes['StudyState'];
export type SeriesPresence = Shapes['SeriesPresence'];
/** Earlier studies of the same patient, the most telling first. */
export type StudyPriors = Shapes['StudyPriors'];
export type PriorLine = Shapes['PriorLine'];

/** How an archive stands in one search. */
export interface Asked {
  key: string;
  title: string;
  state: 'asked' | 'answered' | 'failed';
  count?: number;
  ms?: number;
  failure?: string;
  more?: boolean;
  kept?: boolean;
  untold?: string[];
}

/** A page of the list; when the total is not exact, there are at least so many. */
export type StudyPage = Omit<Shapes['StudyList'], 'rows'> & { rows: StudyRow[] };

export type Patient = Absent<Omit<Shapes['PatientLine'], 'studies'>, 'patient_key'>;

/** The body of an error: what happened, what was kept, and what to do now; a proxy's may lack any of it. */
export type Problem = Partial<Shapes['Problem']>;

type StudyQuery = NonNullable<operations['ApiStudiesStudies']['parameters']['query']>;
export type StudyFilter = Omit<StudyQuery, 'modality' | 'limit' | 'cursor'> & { modality?: string[] };

/** Bodies, proposals and the log of decisions; days are `2026-12-31`, instants ISO 8601. */
export type BodyChange = Shapes['BodyChange'];
export type BodyView = Shapes['BodyView'];
export type Brief = Shapes['Brief'];
export type Choice = Shapes['Vote']['choice'];
export type Constitution = Shapes['Constitution'];
export type Decision = Shapes['Decision'];
export type Examination = Shapes['Examination'];
export type Finding = Shapes['Finding'];
export type Founding = Shapes['Founding'];
export type GoldenCase = Shapes['GoldenCase'];
export type Logged = Shapes['Logged'];
export type NewProposal = Shapes['NewProposal'];
export type NewSeat = Shapes['NewSeat'];
export type PolicyDifference = Shapes['PolicyDifference'];
export type Proposal = Shapes['Proposal'];
export type ProposalState = Shapes['State'];
export type ProposalView = Shapes['ProposalView'];
export type Seat = Shapes['Seat'];
export type SeatClass = Shapes['SeatClass'];
export type Tally = Shapes['Tally'];
export type Vote = Shapes['Vote'];

/** What a proposal would have changed in the past. */
export type Replay = Shapes['Replay'];
export type ReplayView = Shapes['ReplayView'];
export type Outlook = Shapes['Outlook'];
export type OutlookChange = Shapes['Change'];
export type OutlookGroup = Shapes['Group'];
export type Traits = Shapes['Traits'];

/** The person of a patient's key over all archives: records, why they belong together, and who may be the same. */
export type EnterprisePatient = Shapes['EnterprisePatient'];
/** A record of one patient of one issuer; `studies` are those that may be seen, by archive. */
export type IdentityRecord = Shapes['Shown'];
/** Two records, and how they stand to each other. */
export type IdentityPair = Shapes['ShownPair'];
export type PairPage = Shapes['PairPage'];
export type PairStory = Shapes['PairStory'];
export type PairState = Shapes['PairState'];
export type IdentityReason = Shapes['Reason'];
export type IdentityVerb = Shapes['Verb'];
export type IdentityPolicy = Shapes['Policy'];
export type PolicyVersion = Shapes['PolicyVersion'];
