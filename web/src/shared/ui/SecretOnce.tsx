import { Button, Text, TextInput } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import classes from './SecretOnce.module.css';

const COPIED_MS = 4_000;

/** A secret that is told this once, to be copied now. */
export function SecretOnce({ label, secret }: { label: string; secret: string }): ReactElement {
  const clipboard = useClipboard({ timeout: COPIED_MS });
  return (
    <div>
      <div className={classes.line}>
        <TextInput
          label={label}
          readOnly
          value={secret}
          styles={{ input: { fontFamily: 'var(--mono)' } }}
          onFocus={(event) => {
            event.currentTarget.select();
          }}
        />
        <Button
          leftSection={
            clipboard.copied ? <IconCheck size={15} stroke={1.8} /> : <IconCopy size={15} stroke={1.7} />
          }
          onClick={() => {
            clipboard.copy(secret);
          }}
          data-autofocus
        >
          Copy
        </Button>
      </div>
      <Text size="sm" role="status" className={classes.said}>
        {clipboard.copied && 'Copied.'}
        {clipboard.error && 'The browser does not let us copy: select the text and copy it by hand.'}
      </Text>
    </div>
  );
}
