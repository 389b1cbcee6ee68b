import { number, TAG, text, type DataSet } from '@/api/dicomjson';

/** What the Image Pixel Module says of pixels (PS3.3 C.7.6.3); the names are those that the decoders know. */
export interface Described {
  columns: number;
  rows: number;
  samplesPerPixel: number;
  photometricInterpretation: string;
  planarConfiguration: number;
  bitsAllocated: number;
  bitsStored: number;
  /** Undefined for numbers with fractions (Float and Double Float Pixel Data). */
  pixelRepresentation: number | undefined;
}

export function describe(dataSet: DataSet): Described {
  const bitsAllocated = number(dataSet, TAG.BitsAllocated) ?? 16;
  return {
    columns: number(dataSet, TAG.Columns) ?? 0,
    rows: number(dataSet, TAG.Rows) ?? 0,
    samplesPerPixel: number(dataSet, TAG.SamplesPerPixel) ?? 1,
    photometricInterpretation: text(dataSet, TAG.PhotometricInterpretation) ?? 'MONOCHROME2',
    planarConfiguration: number(dataSet, TAG.PlanarConfiguration) ?? 0,
    bitsAllocated,
    bitsStored: number(dataSet, TAG.BitsStored) ?? bitsAllocated,
    pixelRepresentation: number(dataSet, TAG.PixelRepresentation) ?? undefined,
  };
}

/** Values of the pixels of a frame of so many samples. */
export const samplesOf = ({ columns, rows, samplesPerPixel }: Described): number =>
  columns * rows * samplesPerPixel;
