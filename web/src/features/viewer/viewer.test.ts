import { describe, expect, it } from 'vitest';
import type { DataSet } from '@/api/dicomjson';
import { displayOf } from './display';
import { directions, letters } from './engine/directions';
import { nextOf } from './engine/order';
import { frameRate, framesOf } from './frames';
import { presetsOf, toRange, toWindow } from './presets';
import { readReport } from './kinds/report';

const set = (elements: Record<string, unknown[]>): DataSet =>
  Object.fromEntries(Object.entries(elements).map(([tag, Value]) => [tag, { vr: 'UN', Value }]));
const image = (uid: string, more: Record<string, unknown[]> = {}): DataSet =>
  set({ '00080018': [uid], '00280010': [4], '00280011': [4], ...more });

describe('framesOf', () => {
  it('orders by instance number, and lists every frame', () => {
    const frames = framesOf([
      image('b', { '00200013': [10] }),
      image('a', { '00200013': [9], '00280008': ['2'] }),
      set({ '00080018': ['no picture'] }),
    ]);
    expect(frames.map(({ instanceUid, frame }) => `${instanceUid}/${frame}`)).toEqual(['a/1', 'a/2', 'b/1']);
  });

  it('orders by place in the patient when numbers are absent', () => {
    const at = (uid: string, z: number): DataSet =>
      image(uid, { '00200032': [0, 0, z], '00200037': [1, 0, 0, 0, 1, 0] });
    expect(framesOf([at('c', 30), at('a', -5), at('b', 12)]).map(({ instanceUid }) => instanceUid)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('takes the frame rate from the object, within bounds', () => {
    expect(frameRate(set({ '00181063': [40] }))).toBe(25);
    expect(frameRate(set({ '00181063': [1] }))).toBe(60);
    expect(frameRate(undefined)).toBe(12);
  });
});

describe('displayOf', () => {
  it.each([
    [image('x'), 'images'],
    [image('x', { '00083002': ['1.2.840.10008.1.2.4.102'] }), 'video'],
    [set({ '00080016': ['1.2.840.10008.5.1.4.1.1.104.1'] }), 'document'],
    [set({ '00080016': ['1.2.840.10008.5.1.4.1.1.88.67'] }), 'report'],
    [set({ '00080016': ['1.2.840.10008.5.1.4.1.1.481.5'] }), 'nothing'],
    [set({ '00080016': ['1.2.840.10008.5.1.4.1.1.9.1.1'] }), 'waveform'],
    [undefined, 'nothing'],
  ])('%j is shown as %s', (dataSet, display) => {
    expect(displayOf(dataSet)).toBe(display);
  });
});

describe('windows', () => {
  it('offers those of the object first, then the usual ones of CT', () => {
    const presets = presetsOf(
      set({ '00281050': [50, 300], '00281051': [350, 1500], '00281055': ['', 'BONE'] }),
      'CT',
    );
    expect(presets.slice(0, 3).map(({ name }) => name)).toEqual(['As acquired', 'BONE', 'Soft tissue']);
    expect(presets).toHaveLength(9);
    expect(presetsOf(undefined, 'MR')).toEqual([]);
    expect(presetsOf(set({ '00280002': [3], '00281050': [50], '00281051': [350] }), 'CT')).toEqual([]);
  });

  it('turns a window into a range and back', () => {
    expect(toRange({ center: 40, width: 400 })).toEqual({ lower: -160, upper: 239 });
    expect(toWindow(toRange({ center: -600, width: 1500 }))).toEqual({ center: -600, width: 1500 });
  });
});

describe('directions', () => {
  it('names the sides of an axial image', () => {
    expect(directions({ viewUp: [0, -1, 0], viewPlaneNormal: [0, 0, -1] })).toEqual({
      top: 'A',
      bottom: 'P',
      left: 'R',
      right: 'L',
    });
  });

  it('names two letters of an oblique side', () => {
    expect(letters([0.8, 0.6, 0])).toBe('LP');
    expect(letters([0, 0, -1])).toBe('F');
  });
});

describe('the order of loading', () => {
  const order = (place: number, step: number): number[] => {
    const waiting = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    return Array.from({ length: 6 }, () => {
      const next = nextOf(waiting, place, step) ?? -1;
      waiting.delete(next);
      return next;
    });
  };

  it('goes outwards from the image in view', () => {
    expect(order(4, 0)).toEqual([4, 5, 3, 6, 2, 7]);
  });

  it('goes ahead of a reader who scrolls, and looks back now and then', () => {
    expect(order(4, 1)).toEqual([4, 5, 6, 7, 3, 8]);
    expect(order(4, -1)).toEqual([4, 3, 2, 1, 5, 0]);
    expect(nextOf([], 4, 1)).toBeNull();
  });
});

it('reads a structured report as names and values', () => {
  const code = (CodeMeaning: string): DataSet[] => [set({ '00080104': [CodeMeaning] })];
  const report = set({
    '0040A043': code('Dose report'),
    '0040A730': [
      set({
        '0040A040': ['NUM'],
        '0040A043': code('DLP'),
        '0040A300': [set({ '0040A30A': [312], '004008EA': [set({ '00080100': ['mGy.cm'] })] })],
      }),
      set({ '0040A040': ['PNAME'], '0040A043': code('Observer'), '0040A123': [{ Alphabetic: 'Grey^Ann' }] }),
      set({ '0040A040': ['IMAGE'] }),
    ],
  });
  expect(readReport(report)).toEqual({
    name: 'Dose report',
    value: null,
    children: [
      { name: 'DLP', value: '312 mGy.cm', children: [] },
      { name: 'Observer', value: 'Grey, Ann', children: [] },
    ],
  });
});
