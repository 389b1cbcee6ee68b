import { number, TAG, text, type DataSet } from '@/api/dicomjson';

/** How a series is shown. */
export type Display = 'images' | 'video' | 'report' | 'document' | 'waveform' | 'nothing';

/** Encapsulated PDF and CDA (PS3.4 B.5). */
const DOCUMENTS = new Set(['1.2.840.10008.5.1.4.1.1.104.1', '1.2.840.10008.5.1.4.1.1.104.2']);
const STRUCTURED_REPORTS = '1.2.840.10008.5.1.4.1.1.88.';
const WAVEFORMS = '1.2.840.10008.5.1.4.1.1.9.';
const VIDEO_CLASSES = new Set([
  '1.2.840.10008.5.1.4.1.1.77.1.1.1', // Video Endoscopic
  '1.2.840.10008.5.1.4.1.1.77.1.2.1', // Video Microscopic
  '1.2.840.10008.5.1.4.1.1.77.1.4.1', // Video Photographic
]);
const VIDEO_SYNTAX = /^1\.2\.840\.10008\.1\.2\.4\.10[0-8](\.1)?$/; // MPEG-2, MPEG-4, HEVC

const isVideo = (sopClass: string, syntax: string): boolean =>
  VIDEO_CLASSES.has(sopClass) || VIDEO_SYNTAX.test(syntax);

/** Judge a series by its first instance. */
export function displayOf(instance: DataSet | undefined): Display {
  const sopClass = text(instance, TAG.SOPClassUID) ?? '';
  if (isVideo(sopClass, text(instance, TAG.AvailableTransferSyntaxUID) ?? '')) return 'video';
  if (sopClass.startsWith(STRUCTURED_REPORTS)) return 'report';
  if (sopClass.startsWith(WAVEFORMS)) return 'waveform';
  if (DOCUMENTS.has(sopClass)) return 'document';
  return number(instance, TAG.Rows) && number(instance, TAG.Columns) ? 'images' : 'nothing';
}
