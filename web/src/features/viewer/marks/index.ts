/** What is kept of these images as DICOM objects: reports, key images, presentation states, segmentations. */
export { KeyFilter } from './KeyFilter';
export { KeyImage } from './KeyImage';
export { KEPT_PANEL } from './KeptPanel';
export { SaveMarks } from './SaveMarks';
export { SegmentLayer } from './SegmentLayer';
export { StateLayer } from './StateLayer';
