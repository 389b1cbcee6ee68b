import { Button, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { changeAccount, removeAccount, removeFactorOf } from '@/api/people';
import type { Account } from '@/api/types';
import { useSaving } from '@/shared/lib/saving';
import type { Doubt } from '@/shared/ui/ConfirmDialog';
import { Trouble } from '@/shared/ui/Trouble';
import { barring, deletion, takingOff } from './doubts';
import { factorWords } from './words';
import classes from './people.module.css';

interface SignInPartProps {
  account: Account;
  /** Ask before it is done. */
  onDoubt: (doubt: Doubt) => void;
  onNewPassword: (name: string) => void;
}

/** How a person signs in, and whether they may. */
export function SignInPart({ account, onDoubt, onNewPassword }: SignInPartProps): ReactElement {
  const { name, roles, kind, enabled, second_factor } = account;
  const enable = useSaving(['accounts'], () => changeAccount(name, { roles, enabled: true }));
  const ask = (doubt: Omit<Doubt, 'act'>, act: Doubt['act']) => (): void => {
    onDoubt({ ...doubt, act });
  };
  return (
    <section className={classes.part} aria-label="Sign-in">
      <h3>Sign-in</h3>
      <Text size="sm">
        {kind === 'local'
          ? `${factorWords(account)}.`
          : 'The identity provider keeps password and second factor.'}
      </Text>
      <Trouble error={enable.error} />
      <div className={classes.buttons}>
        {kind === 'local' && (
          <Button
            variant="default"
            onClick={() => {
              onNewPassword(name);
            }}
          >
            New password…
          </Button>
        )}
        {second_factor && (
          <Button variant="default" onClick={ask(takingOff(account), () => removeFactorOf(name))}>
            Take off the second factor…
          </Button>
        )}
        {enabled ? (
          <Button
            variant="default"
            onClick={ask(barring(account), () => changeAccount(name, { roles, enabled: false }))}
          >
            Bar…
          </Button>
        ) : (
          <Button
            variant="default"
            loading={enable.isPending}
            onClick={() => {
              enable.mutate();
            }}
          >
            Enable
          </Button>
        )}
        <Button variant="default" onClick={ask(deletion(account), () => removeAccount(name))}>
          Delete…
        </Button>
      </div>
    </section>
  );
}
