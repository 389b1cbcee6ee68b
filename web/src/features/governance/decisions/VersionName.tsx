import type { ReactElement } from 'react';
import { shortVersion } from './words';

/** A version of the policies by the start of its digest; pointing at it tells all of it. */
export function VersionName({ version }: { version: string }): ReactElement {
  return (
    <span className="mono" title={version}>
      {shortVersion(version)}
    </span>
  );
}
