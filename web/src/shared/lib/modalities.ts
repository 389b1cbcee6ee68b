/** Modalities (PS3.3 C.7.3.1.1.1) a filter offers, with words for people who do not live in codes. */
export const MODALITIES: Record<string, string> = {
  CT: 'Computed tomography',
  MR: 'Magnetic resonance',
  CR: 'Computed radiography',
  DX: 'Digital radiography',
  MG: 'Mammography',
  US: 'Ultrasound',
  XA: 'Angiography',
  RF: 'Fluoroscopy',
  NM: 'Nuclear medicine',
  PT: 'PET',
  ES: 'Endoscopy',
  XC: 'Photography',
  OP: 'Ophthalmic photography',
  OPT: 'Ophthalmic tomography',
  SM: 'Slide microscopy',
  ECG: 'Electrocardiography',
  IO: 'Intra-oral radiography',
  SC: 'Secondary capture',
  OT: 'Other',
  SR: 'Structured report',
  KO: 'Key objects',
  SEG: 'Segmentation',
  DOC: 'Document',
};

const GROUPS: [string, string[]][] = [
  ['ct', ['CT']],
  ['mr', ['MR']],
  ['xr', ['CR', 'DX', 'MG', 'XA', 'RF', 'IO', 'PX']],
  ['us', ['US', 'IVUS']],
  ['nm', ['NM', 'PT', 'RTDOSE', 'RTPLAN', 'RTSTRUCT', 'RTIMAGE']],
  ['vis', ['ES', 'XC', 'OP', 'OPT', 'SM', 'GM', 'DMS']],
];

const WITHOUT_PICTURES = new Set(['SR', 'KO', 'PR', 'DOC', 'ECG', 'AU', 'REG', 'RTPLAN', 'RTSTRUCT', 'PLAN']);

/** What the instances of a series are called: only what is a picture is called an image. */
export function nounOf(modality: string): 'image' | 'object' {
  return WITHOUT_PICTURES.has(modality) ? 'object' : 'image';
}

/** The colour token of a modality's mark. */
export function modalityColour(modality: string): string {
  const group = GROUPS.find(([, members]) => members.includes(modality));
  return `var(--mod-${group?.[0] ?? 'doc'})`;
}
