import { items, number, TAG, text, texts, type DataSet, type Tag } from '@/api/dicomjson';

/** The factor from stored activity to SUV by body weight (g/ml), or why there is none. */
export type SuvFactor = { factor: number } | { reason: string };

/** Seconds of a DICOM date and time, on one time line without zones; null when either is broken. */
export function seconds(date: string | null, time: string | null): number | null {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(date ?? '');
  const clock = /^(\d{2})(\d{2})?(\d{2})?(\.\d+)?$/.exec(time ?? '');
  if (!day || !clock) return null;
  const days = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])) / 1000;
  const [, hours, minutes = '0', secs = '0', fraction = '0'] = clock;
  return days + Number(hours) * 3600 + Number(minutes) * 60 + Number(secs) + Number(fraction);
}

const moment = (dataSet: DataSet | undefined, date: Tag, time: Tag): number | null =>
  seconds(text(dataSet, date), text(dataSet, time));

/** A DT without its zone: that of the same machine as the other times. */
function dateTime(value: string | null): number | null {
  const plain = (value ?? '').replace(/[+-]\d{4}$/, '');
  return seconds(plain.slice(0, 8), plain.slice(8));
}

const DAY = 86_400;
/** GE's scan start: element 0D of the block that names its creator (0009,0010) so. */
const GE_CREATOR = 'GEMS_PETD_01';

function privateStart(dataSet: DataSet): number | null {
  const creator = dataSet['00090010']?.Value?.[0];
  return creator === GE_CREATOR ? dateTime(text(dataSet, '0009100D' as Tag)) : null;
}

/**
 * When the scan began, to which the pixels are decay corrected: the series' time, unless the series was made later; then as
 * the frame says it (average time of its counts less the reference time of the frame).
 */
function scanStart(dataSet: DataSet, halfLife: number): number | null {
  const series = moment(dataSet, TAG.SeriesDate, TAG.SeriesTime);
  const acquired =
    moment(dataSet, TAG.AcquisitionDate, TAG.AcquisitionTime) ??
    dateTime(text(dataSet, TAG.AcquisitionDateTime));
  if (series !== null && (acquired === null || series <= acquired)) return series;
  const ge = privateStart(dataSet);
  if (ge !== null) return ge;
  const reference = number(dataSet, TAG.FrameReferenceTime);
  const duration = number(dataSet, TAG.ActualFrameDuration);
  if (acquired === null || reference === null || !duration) return null;
  const decay = (Math.LN2 / halfLife) * (duration / 1000);
  const average = (duration / 1000 / decay) * Math.log(decay / (1 - Math.exp(-decay)));
  return acquired + average - reference / 1000;
}

/** When the tracer was given; a mere time of day is that of the scan's day, or of the one before. */
function given(dose: DataSet, scan: number): number | null {
  const exact = dateTime(text(dose, TAG.RadiopharmaceuticalStartDateTime));
  if (exact !== null) return exact;
  const day = new Date(Math.floor(scan / DAY) * DAY * 1000).toISOString().slice(0, 10).replaceAll('-', '');
  const start = seconds(day, text(dose, TAG.RadiopharmaceuticalStartTime));
  return start !== null && start > scan ? start - DAY : start;
}

/** Injected activity in Bq as it is at the time the pixels are corrected to, or why it cannot be told. */
function activity(dataSet: DataSet): { bq: number } | { reason: string } {
  const [dose] = items(dataSet, TAG.RadiopharmaceuticalInformationSequence);
  const bq = number(dose, TAG.RadionuclideTotalDose);
  const halfLife = number(dose, TAG.RadionuclideHalfLife);
  if (!dose || !bq || bq <= 0) return { reason: 'the injected dose is missing' };
  const corrected = text(dataSet, TAG.DecayCorrection);
  if (corrected === 'ADMIN') return { bq };
  if (corrected !== 'START') return { reason: 'the pixels are not decay corrected' };
  if (!halfLife || halfLife <= 0) return { reason: 'the half-life is missing' };
  const scan = scanStart(dataSet, halfLife);
  const start = scan === null ? null : given(dose, scan);
  if (scan === null || start === null) return { reason: 'the times of injection and scan are missing' };
  if (start > scan) return { reason: 'the injection is later than the scan' };
  return { bq: bq * 2 ** (-(scan - start) / halfLife) };
}

/**
 * SUV by body weight as QIBA's vendor-neutral rule has it: activity concentration (Bq/ml) times body weight (g) over the injected
 * activity, decayed to the time the pixels are corrected to.
 */
export function suvFactor(dataSet: DataSet): SuvFactor {
  const units = text(dataSet, TAG.Units);
  if (units === 'GML') return { factor: 1 };
  if (units !== 'BQML') return { reason: `the pixels are in ${units ?? 'an unknown unit'}` };
  const corrections = texts(dataSet, TAG.CorrectedImage);
  if (!corrections.includes('ATTN')) return { reason: 'the pixels are not attenuation corrected' };
  if (!corrections.includes('DECY')) return { reason: 'the pixels are not decay corrected' };
  const weight = number(dataSet, TAG.PatientWeight);
  if (!weight || weight <= 0) return { reason: 'the body weight is missing' };
  const injected = activity(dataSet);
  return 'reason' in injected ? injected : { factor: (weight * 1000) / injected.bq };
}
