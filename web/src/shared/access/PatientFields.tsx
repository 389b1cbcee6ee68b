import { SegmentedControl, Stack, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { patientKey } from '@/shared/lib/patient-key';
import classes from './access.module.css';

/** What a person typed to name a patient. */
export interface NamedPatient {
  by: 'id' | 'key';
  id: string;
  issuer: string;
  key: string;
}

/** IDs stand in letterforms that cannot be misread. */
export const MONO = { input: { fontFamily: 'var(--mono)' } };

export const NOBODY: NamedPatient = { by: 'id', id: '', issuer: '', key: '' };

/** The key of the named patient; empty while nobody is named. */
export function keyOf({ by, id, issuer, key }: NamedPatient): string {
  if (by === 'key') return key.trim();
  return id.trim() && patientKey(id, issuer);
}

const WAYS = [
  { value: 'id', label: 'Patient ID' },
  { value: 'key', label: 'Patient key' },
];

interface PatientFieldsProps {
  patient: NamedPatient;
  onChange: (patient: NamedPatient) => void;
}

/** Name a patient by ID and issuer, as a wristband shows them, or by the key that our own pages show. */
export function PatientFields({ patient, onChange }: PatientFieldsProps): ReactElement {
  const field = (name: 'id' | 'issuer' | 'key', label: string, description?: string): ReactElement => (
    <TextInput
      label={label}
      description={description}
      styles={MONO}
      autoComplete="off"
      spellCheck={false}
      value={patient[name]}
      onChange={(event) => {
        onChange({ ...patient, [name]: event.currentTarget.value });
      }}
    />
  );
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label="Name the patient by"
        size="xs"
        className={classes.ways}
        data={WAYS}
        value={patient.by}
        onChange={(by) => {
          onChange({ ...patient, by: by === 'key' ? 'key' : 'id' });
        }}
      />
      {patient.by === 'id' ? (
        <div className={classes.pair}>
          {field('id', 'Patient ID')}
          {field('issuer', 'Issued by')}
        </div>
      ) : (
        field('key', 'Patient key', 'Issuer, a bar, patient ID: as in STB|100200')
      )}
    </Stack>
  );
}
