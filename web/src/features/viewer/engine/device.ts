const MIB = 1024 * 1024;
const LEAST = 256 * MIB;
const MOST = 2048 * MIB;
/** Of the memory the device admits to, the part that decoded images may take. */
const SHARE = 0.2;
const USUAL_GIB = 4;

/** Gibibytes the browser reports, rounded and at most 8; not every browser does. */
function reportedMemory(): number {
  const { deviceMemory } = navigator as Navigator & { deviceMemory?: number };
  return deviceMemory ?? USUAL_GIB;
}

export const onPhone = (): boolean =>
  matchMedia('(pointer: coarse)').matches && Math.min(screen.width, screen.height) < 600;

/** Bytes of decoded images to keep, from what the device has (GiB). */
export function cacheBytes(memory = reportedMemory(), phone = onPhone()): number {
  const share = memory * 1024 * MIB * SHARE;
  return Math.round(Math.min(phone ? LEAST * 1.5 : MOST, Math.max(LEAST, share)));
}
