import { Button, Group, Stack, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import type { OneTimeLink } from '@/api/people';
import { Moment } from '@/shared/ui/Moment';
import { SecretOnce } from '@/shared/ui/SecretOnce';

interface LinkShownProps {
  link: OneTimeLink;
  /** Whom to give it to. */
  children: ReactNode;
  onClose: () => void;
}

/** A one-time link, shown once. */
export function LinkShown({ link, children, onClose }: LinkShownProps): ReactElement {
  return (
    <Stack gap="md">
      <Text size="sm">{children}</Text>
      <SecretOnce label="One-time link" secret={link.href} />
      <Text size="sm">
        It works once, until <Moment at={link.until} />. It is not shown again.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
