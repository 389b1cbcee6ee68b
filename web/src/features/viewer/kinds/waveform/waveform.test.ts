import { describe, expect, it } from 'vitest';
import type { DataSet } from '@/api/dicomjson';
import { wordsOf } from './Calipers';
import { inlineBytes } from '@/api/binary';
import { annotationsOf, multiplexOf, Unreadable } from './model';
import { caliper, inColumns, isTwelveLead, stacked, type Paper } from './sheet';

const el = (...Value: unknown[]): { vr: string; Value: unknown[] } => ({ vr: 'UN', Value });
const channel = (name: string, more: DataSet = {}): DataSet => ({
  '003A0208': el({ '00080104': el(name) }),
  '003A0210': el(2.5),
  '003A0211': el({ '00080100': el('uV') }),
  '003A0212': el(0.5),
  '003A0213': el(100),
  ...more,
});
const group = (names: string[], samples: number, more: DataSet = {}): DataSet => ({
  '003A0005': el(names.length),
  '003A0010': el(samples),
  '003A001A': el(500),
  '003A0200': el(...names.map((name) => channel(name))),
  '54001006': el('SS'),
  ...more,
});
const PAPER: Paper = { speed: 25, gain: 10, pixels: 4 };
const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'].map(
  (name) => `Lead ${name}`,
);

describe('samples of a waveform', () => {
  it('are stored times sensitivity and correction, plus baseline', () => {
    const bytes = new Int16Array([4, -8, 400, 0]).buffer;
    const { channels } = multiplexOf(group(['Lead aVR (Einthoven)', 'II'], 2), bytes);
    expect(channels.map(({ name, unit }) => [name, unit])).toEqual([
      ['aVR', 'uV'],
      ['II', 'uV'],
    ]);
    expect([...(channels[0]?.values ?? [])]).toEqual([105, 600]);
    expect([...(channels[1]?.values ?? [])]).toEqual([90, 100]);
  });

  it('are nothing where padding stands, and end where the bytes do', () => {
    const bytes = new Int16Array([4, -32768, 4]).buffer;
    const { channels, samples } = multiplexOf(
      group(['I'], 99, { '5400100A': { vr: 'OW', InlineBinary: 'AIA=' } }),
      bytes,
    );
    expect(samples).toBe(3);
    expect([...(channels[0]?.values ?? [])]).toEqual([105, NaN, 105]);
    expect([...inlineBytes('AIA=')]).toEqual([0, 128]);
  });

  it.each([
    ['law-coded', { '54001006': el('MB') }],
    ['without a rate', { '003A001A': el(0) }],
    ['without channels', { '003A0200': el() }],
  ])('are refused when %s', (_, more) => {
    expect(() => multiplexOf(group(['I'], 1, more), new ArrayBuffer(2))).toThrow(Unreadable);
  });

  it('read every width', () => {
    const [one] = multiplexOf(
      group(['I'], 1, { '54001006': el('UB') }),
      new Uint8Array([200]).buffer,
    ).channels;
    expect([...(one?.values ?? [])]).toEqual([350]);
  });
});

describe('the sheet', () => {
  const ecg = multiplexOf(group(LEADS, 5000), new Int16Array(12 * 5000).buffer);

  it('knows twelve leads of ten seconds, and puts them in four columns with the rhythm', () => {
    expect(isTwelveLead(ecg)).toBe(true);
    const { strips, width } = inColumns(ecg, PAPER);
    expect(width).toBe(250);
    expect(strips.map(({ channel: { name }, from }) => `${name} ${from}`)).toEqual(
      'I 0,aVR 2.5,V1 5,V4 7.5,II 0,aVL 2.5,V2 5,V5 7.5,III 0,aVF 2.5,V3 5,V6 7.5,II 0'.split(','),
    );
    expect(strips[0]?.scale).toBe(0.01); // 10 mm a millivolt is 0.01 mm a microvolt
    expect(isTwelveLead({ ...ecg, samples: 1000 })).toBe(false);
  });

  it('gives what is no voltage the height of its row', () => {
    const pressure = multiplexOf(
      group(['ART'], 2, { '003A0200': el(channel('ART', { '003A0211': el({ '00080100': el('mm[Hg]') }) })) }),
      new Int16Array([0, 80]).buffer,
    );
    expect(stacked(pressure, PAPER).strips[0]).toMatchObject({ scale: 0.2, zero: 150 });
  });

  it('measures between two places: 1 s and 1 mV are 25 mm and 10 mm', () => {
    const found = caliper(stacked(ecg, PAPER), PAPER, [10, 20], [30, 25]);
    expect(found).toMatchObject({ rate: 75, unit: 'uV' });
    expect(found.seconds).toBeCloseTo(0.8);
    expect(found.amplitude).toBeCloseTo(500);
    expect(wordsOf(found)).toBe('800 ms · 75/min · 500 uV');
  });
});

it('reads statements and intervals, and passes over mere moments', () => {
  const coded = (meaning: string): object => ({ '00080104': el(meaning) });
  const dataSet = {
    '0040B020': el(
      { '00700006': el('Sinus rhythm') },
      {
        '0040A043': el(coded('Heart rate')),
        '0040A30A': el(69),
        '004008EA': el({ '00080100': el('{H.B.}/min') }),
      },
      { '0040A043': el(coded('P Onset')) },
    ),
  };
  expect(annotationsOf(dataSet)).toEqual([
    { name: 'Sinus rhythm', value: '' },
    { name: 'Heart rate', value: '69 /min' },
  ]);
});
