import type { StudyRow } from '../../src/api/types';
import { ctSlice, letter, report, ultrasound, type Made } from './dicom';

/** A believable hospital: a few hand-made patients, then many made by a rule, always the same. */

const FAMILIES = [
  'Okafor',
  'Lindqvist',
  'Marchetti',
  'Haddad',
  'Novák',
  'Silva',
  'Nguyen',
  'Fischer',
  'Ó Briain',
  'Kowalczyk',
];
const GIVEN = ['Amara', 'Erik', 'Giulia', 'Omar', 'Jana', 'Tomás', 'Linh', 'Greta', 'Cian', 'Zofia'];
const KINDS: [string, string[]][] = [
  ['CT chest with contrast', ['CT', 'SR']],
  ['MR brain', ['MR']],
  ['Chest PA and lateral', ['DX']],
  ['Echocardiography', ['US']],
  ['Screening mammography', ['MG', 'SR']],
  ['PET/CT whole body', ['PT', 'CT']],
  ['Coronary angiography', ['XA']],
  ['Skin lesion, left forearm', ['XC']],
  ['Colonoscopy', ['ES']],
  ['12-lead ECG', ['ECG']],
];
const SITES: [string, string][] = [
  ['St Brigid General', 'STB'],
  ['Northern Women’s Hospital', 'NWH'],
  ['Lakeside Clinic', 'LKS'],
];
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;
const two = (n: number): string => String(n).padStart(2, '0');

function study(n: number): StudyRow {
  const person = n % 37 < 20 ? n % 37 : n;
  const [description, modalities] = pick(KINDS, n * 7);
  const [institution, issuer] = pick(SITES, person * 5);
  const family = pick(FAMILIES, person * 3);
  const given = pick(GIVEN, person * 7 + 1);
  return {
    study_uid: `1.2.826.0.1.3680043.10.999.${n + 1}`,
    patient_key: `p${person}`,
    patient_id: String(100_200 + person * 731),
    issuer,
    patient_name: person === 3 ? 'Yamada^Tarou=山田^太郎=やまだ^たろう' : `${family}^${given}`,
    birth_date: `${1934 + ((person * 13) % 80)}${two(1 + (person % 12))}${two(1 + (person % 28))}`,
    sex: pick(['F', 'M', 'O', 'F', 'M'], person),
    study_date: `${2026 - Math.floor(n / 400)}${two(11 - (Math.floor(n / 33) % 11))}${two(28 - (n % 28))}`,
    study_time: `${two(7 + (n % 12))}${two((n * 17) % 60)}00`,
    accession: `A${260_000 + n}`,
    description: n % 19 === 4 ? null : description,
    modalities,
    series: 1 + (n % 6),
    instances: 1 + ((n * 37) % 480),
    referring: `${pick(FAMILIES, n)}^Dr`,
    institution,
    received_at: '2026-11-24T07:41:00Z',
  };
}

export const STUDIES: StudyRow[] = Array.from({ length: 1200 }, (_, n) => study(n));

export interface SeriesMade {
  uid: string;
  number: number;
  modality: string;
  description: string;
  instances: Made[];
}

/** The same series for every study: a CT, an ultrasound loop, a report, a letter. */
export function seriesOf(studyUid: string): SeriesMade[] {
  const uid = (n: number): string => `${studyUid}.${n}`;
  return [
    {
      uid: uid(1),
      number: 1,
      modality: 'CT',
      description: 'Chest 5 mm',
      instances: Array.from({ length: 20 }, (_, z) => ctSlice(studyUid, uid(1), z + 1)),
    },
    {
      uid: uid(2),
      number: 2,
      modality: 'US',
      description: 'Four chamber',
      instances: [ultrasound(studyUid, uid(2))],
    },
    {
      uid: uid(3),
      number: 3,
      modality: 'SR',
      description: 'Dose report',
      instances: [report(studyUid, uid(3))],
    },
    {
      uid: uid(4),
      number: 4,
      modality: 'DOC',
      description: 'Letter',
      instances: [letter(studyUid, uid(4))],
    },
  ];
}
