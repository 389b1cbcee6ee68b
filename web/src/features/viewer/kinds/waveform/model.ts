import { inlineBytes } from '@/api/binary';
import { items, number, TAG, text, type DataSet } from '@/api/dicomjson';

/** One trace: values in its unit, NaN where nothing was recorded. */
export interface Channel {
  name: string;
  /** UCUM: mV, uV, mm[Hg]…; empty when not said. */
  unit: string;
  values: Float32Array;
  /** The pass band in Hz, as far as it is said. */
  low: number | null;
  high: number | null;
}

/** Channels that were sampled together (PS3.3 C.10.9.1). */
export interface Multiplex {
  label: string;
  /** Samples a second. */
  frequency: number;
  samples: number;
  channels: Channel[];
}

/** Something the machine or a reader noted: "QT interval 412 ms". */
export interface Annotation {
  name: string;
  value: string;
}

interface Coding {
  bytes: number;
  read: (view: DataView, at: number) => number;
}

/** Linear encodings (PS3.3 C.10.9.1.5); law-coded sound is for listening, not for reading. */
const CODINGS: Record<string, Coding> = {
  SB: { bytes: 1, read: (view, at) => view.getInt8(at) },
  UB: { bytes: 1, read: (view, at) => view.getUint8(at) },
  SS: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  US: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  SL: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  UL: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
};

export class Unreadable extends Error {}

/** A waveform from its description and its bytes, little endian, channels interleaved. Throws `Unreadable`. */
export function multiplexOf(group: DataSet, bytes: ArrayBuffer): Multiplex {
  const coding = CODINGS[text(group, TAG.WaveformSampleInterpretation) ?? ''];
  const definitions = items(group, TAG.ChannelDefinitionSequence);
  const channels = number(group, TAG.NumberOfWaveformChannels) ?? definitions.length;
  const frequency = number(group, TAG.SamplingFrequency) ?? 0;
  if (!coding) throw new Unreadable('Its samples are coded in a way this page does not read.');
  if (frequency <= 0 || channels < 1 || definitions.length < channels)
    throw new Unreadable('It does not say how it was sampled.');
  const told = number(group, TAG.NumberOfWaveformSamples) ?? 0;
  const here = Math.floor(bytes.byteLength / coding.bytes / channels);
  const samples = Math.min(told || here, here);
  const view = new DataView(bytes);
  const padding = paddingOf(group, coding);
  return {
    label: text(group, TAG.MultiplexGroupLabel) ?? '',
    frequency,
    samples,
    channels: definitions.slice(0, channels).map((definition, place) => {
      const { slope, baseline, unit } = sensitivityOf(definition);
      const values = Float32Array.from({ length: samples }, (_, sample) => {
        const stored = coding.read(view, (sample * channels + place) * coding.bytes);
        return stored === padding ? NaN : stored * slope + baseline;
      });
      return {
        name: nameOf(definition, place),
        unit,
        values,
        low: number(definition, TAG.FilterLowFrequency),
        high: number(definition, TAG.FilterHighFrequency),
      };
    }),
  };
}

/** Value of a sample: stored times sensitivity and correction, plus baseline (PS3.3 C.10.9.1.4.4). */
function sensitivityOf(definition: DataSet): { slope: number; baseline: number; unit: string } {
  const [unit] = items(definition, TAG.ChannelSensitivityUnitsSequence);
  const sensitivity = number(definition, TAG.ChannelSensitivity) ?? 1;
  const correction = number(definition, TAG.ChannelSensitivityCorrectionFactor) ?? 1;
  const baseline = number(definition, TAG.ChannelBaseline) ?? 0;
  return { slope: sensitivity * correction, baseline, unit: text(unit, TAG.CodeValue) ?? '' };
}

/** "Lead aVR" is known by its letters. */
function nameOf(definition: DataSet, place: number): string {
  const [source] = items(definition, TAG.ChannelSourceSequence);
  const words = text(source, TAG.CodeMeaning) ?? text(definition, TAG.ChannelLabel) ?? `Channel ${place + 1}`;
  return words
    .replace(/^lead\s+/i, '')
    .replace(/\s*\(.*\)$/, '')
    .trim();
}

function paddingOf(group: DataSet, coding: Coding): number | null {
  const inline = group[TAG.WaveformPaddingValue]?.InlineBinary;
  if (!inline) return number(group, TAG.WaveformPaddingValue);
  const bytes = inlineBytes(inline).buffer;
  return bytes.byteLength >= coding.bytes ? coding.read(new DataView(bytes), 0) : null;
}

/** Measurements and statements that came with the tracing (PS3.3 C.10.10). */
export function annotationsOf(dataSet: DataSet): Annotation[] {
  return items(dataSet, TAG.WaveformAnnotationSequence).flatMap((item): Annotation[] => {
    const words = text(item, TAG.UnformattedTextValue);
    if (words) return [{ name: words, value: '' }];
    const name = text(items(item, TAG.ConceptNameCodeSequence)[0], TAG.CodeMeaning);
    const unit = text(items(item, TAG.MeasurementUnitsCodeSequence)[0], TAG.CodeValue);
    const coded = text(items(item, TAG.ConceptCodeSequence)[0], TAG.CodeMeaning);
    const value = coded ?? text(item, TAG.NumericValue);
    // What has no value marks a moment of the tracing, such as the onset of each P wave.
    if (!name || value === null) return [];
    return [{ name, value: [value, coded ? null : unit?.replace(/\{.*?\}/g, '')].filter(Boolean).join(' ') }];
  });
}

/** Millivolts, when it is a voltage; null for anything else. */
export function toMillivolts(unit: string): number | null {
  const factors: Record<string, number> = { mV: 1, uV: 0.001, µV: 0.001, V: 1000 };
  return factors[unit] ?? null;
}
