/** Small DICOM objects made on the spot: enough for the pages under test. */

export interface Made {
  dataSet: Record<string, { vr: string; Value?: unknown[] }>;
  frames: Buffer[];
}

const CT = '1.2.840.10008.5.1.4.1.1.2';
const US_MULTIFRAME = '1.2.840.10008.5.1.4.1.1.3.1';
const SR = '1.2.840.10008.5.1.4.1.1.88.11';
const PDF = '1.2.840.10008.5.1.4.1.1.104.1';
const SIDE = 128;

const el = (vr: string, ...Value: unknown[]): { vr: string; Value: unknown[] } => ({ vr, Value });

/** Hounsfield-like values of an ellipse with two dark lungs that shrink from slice to slice. */
function slice(z: number): Buffer {
  const pixels = Buffer.alloc(SIDE * SIDE * 2);
  const inside = (x: number, y: number, [cx, cy, rx, ry]: [number, number, number, number]): boolean =>
    ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let value = -1000;
      if (inside(x, y, [64, 66, 56, 44])) value = 20 + ((x * 7 + y * 13 + z * 5) % 23);
      const lung = 15 - Math.abs(z - 10);
      if (inside(x, y, [42, 62, lung, lung * 1.5]) || inside(x, y, [86, 62, lung, lung * 1.5])) value = -820;
      if (inside(x, y, [64, 92, 9, 7])) value = 700;
      if (inside(x, y, [60, 64, 11, 13])) value = 160;
      pixels.writeInt16LE(value, (y * SIDE + x) * 2);
    }
  }
  return pixels;
}

const common = (
  study: string,
  series: string,
  uid: string,
  number: number,
  modality: string,
): Made['dataSet'] => ({
  '0020000D': el('UI', study),
  '0020000E': el('UI', series),
  '00080018': el('UI', uid),
  '00080060': el('CS', modality),
  '00200013': el('IS', number),
  '00083002': el('UI', '1.2.840.10008.1.2.1'),
});

const picture = (samples: number, bits: number, photometric: string): Made['dataSet'] => ({
  '00280002': el('US', samples),
  '00280004': el('CS', photometric),
  '00280006': el('US', 0),
  '00280010': el('US', SIDE),
  '00280011': el('US', SIDE),
  '00280100': el('US', bits),
  '00280101': el('US', bits),
  '00280102': el('US', bits - 1),
  '00280103': el('US', bits === 16 ? 1 : 0),
});

export function ctSlice(study: string, series: string, z: number): Made {
  return {
    dataSet: {
      ...common(study, series, `${series}.${z}`, z, 'CT'),
      ...picture(1, 16, 'MONOCHROME2'),
      '00080016': el('UI', CT),
      '00280030': el('DS', 2.5, 2.5),
      '00281050': el('DS', 40),
      '00281051': el('DS', 400),
      '00281052': el('DS', 0),
      '00281053': el('DS', 1),
      '00200032': el('DS', -160, -160, z * 5),
      '00200037': el('DS', 1, 0, 0, 0, 1, 0),
      '00200052': el('UI', `${study}.9`),
      '00201041': el('DS', z * 5),
      ...(z === 3 ? { '00282110': el('CS', '01'), '00282112': el('DS', 12) } : {}),
    },
    frames: [slice(z)],
  };
}

/** A fan that beats, in colour, 20 frames. */
export function ultrasound(study: string, series: string): Made {
  const frames = Array.from({ length: 20 }, (_, t) => {
    const pixels = Buffer.alloc(SIDE * SIDE * 3);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const radius = Math.hypot(x - 64, y - 4);
        if (Math.abs(x - 64) > (y - 4) * 0.75 || radius > 118) continue;
        const wall =
          Math.abs(radius - 70 - 8 * Math.sin((t / 20) * 2 * Math.PI)) < 6 ? 190 : 40 + ((x * y) % 37);
        pixels.fill(wall, (y * SIDE + x) * 3, (y * SIDE + x) * 3 + 3);
      }
    }
    return pixels;
  });
  return {
    dataSet: {
      ...common(study, series, `${series}.1`, 1, 'US'),
      ...picture(3, 8, 'RGB'),
      '00080016': el('UI', US_MULTIFRAME),
      '00280008': el('IS', frames.length),
      '00181063': el('DS', 40),
    },
    frames,
  };
}

export function report(study: string, series: string): Made {
  const code = (meaning: string): Made['dataSet'][string] => el('SQ', { '00080104': el('LO', meaning) });
  const measured = { '0040A30A': el('DS', 312), '004008EA': el('SQ', { '00080100': el('SH', 'mGy.cm') }) };
  const product = {
    '0040A040': el('CS', 'NUM'),
    '0040A043': code('Dose length product'),
    '0040A300': el('SQ', measured),
  };
  return {
    dataSet: {
      ...common(study, series, `${series}.1`, 1, 'SR'),
      '00080016': el('UI', SR),
      '0040A043': code('X-ray radiation dose report'),
      '0040A730': el('SQ', product),
    },
    frames: [],
  };
}

/** A letter as Encapsulated PDF (PS3.3 A.45.1); its only frame stands for the document. */
export function letter(study: string, series: string): Made {
  const words = 'BT /F1 24 Tf 72 700 Td (Dear colleague) Tj ET';
  const page =
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    page,
    `<< /Length ${words.length} >>\nstream\n${words}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let pdf = '%PDF-1.4\n';
  const places = objects.map((object, n) => {
    const place = pdf.length;
    pdf += `${n + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const start = pdf.length;
  pdf += `xref\n0 6\n0000000000 65535 f \n${places.join('')}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return {
    dataSet: {
      ...common(study, series, `${series}.1`, 1, 'DOC'),
      '00080016': el('UI', PDF),
      '00420012': el('LO', 'application/pdf'),
    },
    frames: [Buffer.from(pdf, 'latin1')],
  };
}

/** A Part 10 file with only what the upload looks at (PS3.10 7.1). */
export function part10(sopInstanceUid: string, payload = 2000): Buffer {
  const ui = (element: number, value: string): Buffer => {
    const text = Buffer.from(value.length % 2 ? `${value}\0` : value);
    const head = Buffer.alloc(8);
    head.writeUInt16LE(0x0002, 0);
    head.writeUInt16LE(element, 2);
    head.write('UI', 4);
    head.writeUInt16LE(text.length, 6);
    return Buffer.concat([head, text]);
  };
  const meta = [ui(0x0002, CT), ui(0x0003, sopInstanceUid), ui(0x0010, '1.2.840.10008.1.2.1')];
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), ...meta, Buffer.alloc(payload)]);
}
