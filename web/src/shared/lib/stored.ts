import { useCallback, useState } from 'react';

/** State kept in this browser under a key; what cannot be read falls back. */
export function useStored<T>(
  key: string,
  fallback: T,
  isValid: (value: unknown) => value is T,
): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => read(key, fallback, isValid));
  const store = useCallback(
    (next: T) => {
      setValue(next);
      try {
        localStorage.setItem(`sixfold.${key}`, JSON.stringify(next));
      } catch {
        // Storage may be full or switched off: the choice then lasts for this page only.
      }
    },
    [key],
  );
  return [value, store];
}

function read<T>(key: string, fallback: T, isValid: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(`sixfold.${key}`) ?? 'null');
    return isValid(value) ? value : fallback;
  } catch {
    return fallback;
  }
}
