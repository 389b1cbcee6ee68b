/** What every part's pages say of records that may be closed, and the way in through an emergency. */
export { EmergencyEntry, EmergencyHint } from './EmergencyEntry';
export { Missing } from './Missing';
export { keyOf, MONO, NOBODY, PatientFields } from './PatientFields';
