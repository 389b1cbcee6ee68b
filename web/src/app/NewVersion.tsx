import { Button, CloseButton } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { takeNewVersion, useNewVersion } from './shell';
import classes from './NewVersion.module.css';

/** That a newer version is ready: it waits until the reader is. */
export function NewVersion(): ReactElement | null {
  const ready = useNewVersion();
  const [later, setLater] = useState(false);
  if (!ready || later) return null;
  return (
    <section className={classes.bar} aria-label="New version">
      <IconRefresh size={16} stroke={1.7} aria-hidden="true" />
      <p role="status">
        A newer version of Sixfold is ready. What you have not saved on this page would be lost.
      </p>
      <Button size="xs" onClick={takeNewVersion}>
        Load it
      </Button>
      <CloseButton
        aria-label="Later"
        onClick={() => {
          setLater(true);
        }}
      />
    </section>
  );
}
