import { numbers, TAG, texts, type DataSet } from '@/api/dicomjson';
import { inColour } from './frames';

export interface WindowPreset {
  name: string;
  center: number;
  width: number;
}

/** Usual windows for Hounsfield units. */
const CT: WindowPreset[] = [
  { name: 'Soft tissue', center: 40, width: 400 },
  { name: 'Lung', center: -600, width: 1500 },
  { name: 'Bone', center: 480, width: 2500 },
  { name: 'Brain', center: 40, width: 80 },
  { name: 'Mediastinum', center: 50, width: 350 },
  { name: 'Liver', center: 60, width: 150 },
  { name: 'Angio', center: 300, width: 600 },
];

/**
 * Windows for the keys 1 to 9: those the object brings (PS3.3 C.11.2.1.2), then the usual ones of the modality. Colours have
 * none (PS3.3 C.11.2).
 */
export function presetsOf(dataSet: DataSet | undefined, modality: string): WindowPreset[] {
  if (inColour(dataSet)) return [];
  const centers = numbers(dataSet, TAG.WindowCenter);
  const widths = numbers(dataSet, TAG.WindowWidth);
  const names = texts(dataSet, TAG.WindowCenterWidthExplanation);
  const own = centers.flatMap((center, index): WindowPreset[] => {
    const width = widths[index];
    if (width === undefined || width < 1) return [];
    return [
      { name: names[index] || (index === 0 ? 'As acquired' : `As acquired ${index + 1}`), center, width },
    ];
  });
  return [...own, ...(modality === 'CT' ? CT : [])].slice(0, 9);
}

/** Lower and upper value of a window, as the linear function of PS3.3 C.11.2.1.2.1 has it. */
export function toRange({ center, width }: Pick<WindowPreset, 'center' | 'width'>): {
  lower: number;
  upper: number;
} {
  return { lower: center - 0.5 - (width - 1) / 2, upper: center - 0.5 + (width - 1) / 2 };
}

/** The window of a range, the inverse of `toRange`. */
export function toWindow({ lower, upper }: { lower: number; upper: number }): {
  center: number;
  width: number;
} {
  return { center: (lower + upper) / 2 + 0.5, width: upper - lower + 1 };
}
