import { binaryOf } from '@/api/binary';
import { items, number, numbers, TAG, text, type DataSet, type Element } from '@/api/dicomjson';
import { frameNumbers, functionalGroup } from '../geometry';
import type { Frame } from '../frames';
import type { Shading, Table, WindowFunction } from './shading';

/** What a frame needs to be shown: shades of gray, or the palette of its colours. */
export interface Looks {
  shading: Shading;
  palette: [Table, Table, Table] | null;
}

/** From stored values to those of the modality (PS3.3 C.7.6.16.2.9, C.11.1). */
export interface Rescale {
  slope: number;
  intercept: number;
}

export function rescaleOf(frame: Frame): Rescale {
  const [slope = 1] = frameNumbers(frame, TAG.RescaleSlope, TAG.PixelValueTransformationSequence);
  const [intercept = 0] = frameNumbers(frame, TAG.RescaleIntercept, TAG.PixelValueTransformationSequence);
  return { slope, intercept };
}

/** X-ray angiography: its Modality LUT is not for display (PS3.3 C.8.7.1.1.2). */
const WITHOUT_MODALITY_TABLE = new Set(['1.2.840.10008.5.1.4.1.1.12.1', '1.2.840.10008.5.1.4.1.1.12.2']);
const FUNCTIONS: WindowFunction[] = ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'];

async function entriesOf(data: Element | undefined, length: number): Promise<ArrayLike<number>> {
  if (data?.Value) return data.Value.map(Number);
  if (!data) return [];
  const bytes = await binaryOf(data);
  if (bytes.length < 2 * length) return bytes; // of eight bits each
  return new Uint16Array(bytes.slice(0, 2 * length).buffer);
}

async function tableOf(descriptor: number[], data: Element | undefined): Promise<Table | null> {
  const [told = 0, first = 0, bits = 16] = descriptor;
  const entries = await entriesOf(data, told || 0x10000);
  if (entries.length === 0) return null;
  // Segmented tables and entries of eight bits packed into words are seen as what they hold.
  return { first, entries, bits: entries instanceof Uint8Array ? 8 : bits };
}

async function tableIn(sequence: DataSet[]): Promise<Table | null> {
  const [item] = sequence;
  return item ? tableOf(numbers(item, TAG.LUTDescriptor), item[TAG.LUTData]) : null;
}

async function paletteOf(dataSet: DataSet): Promise<Looks['palette']> {
  if (text(dataSet, TAG.PhotometricInterpretation) !== 'PALETTE COLOR') return null;
  const [red, green, blue] = await Promise.all(
    (
      [
        [TAG.RedPaletteColorLookupTableDescriptor, TAG.RedPaletteColorLookupTableData],
        [TAG.GreenPaletteColorLookupTableDescriptor, TAG.GreenPaletteColorLookupTableData],
        [TAG.BluePaletteColorLookupTableDescriptor, TAG.BluePaletteColorLookupTableData],
      ] as const
    ).map(([descriptor, data]) => tableOf(numbers(dataSet, descriptor), dataSet[data])),
  );
  if (!red || !green || !blue) throw new Error('The palette of its colours is missing or segmented.');
  return [red, green, blue];
}

const known = new WeakMap<Frame, Promise<Looks>>();

/** How the frame is to be shown; asks once for tables that the metadata leave out. */
export function looksOf(frame: Frame): Promise<Looks> {
  const looks = known.get(frame) ?? found(frame);
  known.set(frame, looks);
  looks.catch(() => known.delete(frame)); // it may be asked again
  return looks;
}

async function found(frame: Frame): Promise<Looks> {
  const { dataSet } = frame;
  const [center] = frameNumbers(frame, TAG.WindowCenter, TAG.FrameVOILUTSequence);
  const [width] = frameNumbers(frame, TAG.WindowWidth, TAG.FrameVOILUTSequence);
  const said =
    text(dataSet, TAG.VOILUTFunction) ??
    text(functionalGroup(frame, TAG.FrameVOILUTSequence), TAG.VOILUTFunction);
  const angiography = WITHOUT_MODALITY_TABLE.has(text(dataSet, TAG.SOPClassUID) ?? '');
  const [modality, table, palette] = await Promise.all([
    angiography ? null : tableIn(items(dataSet, TAG.ModalityLUTSequence)),
    tableIn(items(dataSet, TAG.VOILUTSequence)),
    paletteOf(dataSet),
  ]);
  const shading: Shading = {
    modality,
    rescale: rescaleOf(frame),
    table,
    window: center !== undefined && width !== undefined && width > 0 ? { center, width } : null,
    windowFunction: FUNCTIONS.find((one) => one === said) ?? 'LINEAR',
    inverse: text(dataSet, TAG.PhotometricInterpretation) === 'MONOCHROME1',
  };
  return { shading, palette };
}

/** Width over height of a pixel as it is to be shown (PS3.3 C.10.4, C.7.6.3.1.7): from its spacing, else its ratio. */
export function aspectOf(frame: Frame): number {
  const spacing = frameNumbers(frame, TAG.PixelSpacing, TAG.PixelMeasuresSequence);
  const imager = numbers(frame.dataSet, TAG.ImagerPixelSpacing);
  const ratio = numbers(frame.dataSet, TAG.PixelAspectRatio);
  const [down, across] = [spacing, imager, ratio].find(([a, b]) => a && b && a > 0 && b > 0) ?? [1, 1];
  return (across ?? 1) / (down ?? 1);
}

/** Columns and rows of a frame. */
export const sizeOf = ({ dataSet }: Frame): [columns: number, rows: number] => [
  number(dataSet, TAG.Columns) ?? 1,
  number(dataSet, TAG.Rows) ?? 1,
];
