import { Drawer } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import type { Account } from '@/api/types';
import { ConfirmDialog, type Doubt } from '@/shared/ui/ConfirmDialog';
import { Moment } from '@/shared/ui/Moment';
import { Fact } from '@/shared/ui/PatientHead';
import { NewPasswordDialog } from './NewPasswordDialog';
import { PersonForm } from './PersonForm';
import { SignInPart } from './SignInPart';
import { kindWords, stateWords } from './words';
import classes from './people.module.css';

interface PersonPanelProps {
  account: Account | undefined;
  onClose: () => void;
}

/** One person's account: what they are, and how they sign in. */
export function PersonPanel({ account, onClose }: PersonPanelProps): ReactElement {
  const [doubt, setDoubt] = useState<Doubt | null>(null);
  const [linkFor, setLinkFor] = useState<string | null>(null);
  return (
    <>
      <Drawer
        opened={account !== undefined}
        onClose={onClose}
        closeOnEscape={doubt === null && linkFor === null}
        position="right"
        size="lg"
        title={account?.display_name ?? 'Person'}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {account && (
          <>
            <dl className={classes.facts}>
              <Fact name="Sign-in name" value={<span className="mono">{account.name}</span>} />
              <Fact name="Signs in by" value={kindWords(account)} />
              <Fact name="Account made" value={<Moment at={account.created_at} />} />
              <Fact name="State" value={stateWords(account)} />
            </dl>
            <PersonForm key={account.name} account={account} />
            <SignInPart account={account} onDoubt={setDoubt} onNewPassword={setLinkFor} />
          </>
        )}
      </Drawer>
      <ConfirmDialog
        doubt={doubt}
        shown={['accounts', 'session']}
        onClose={() => {
          setDoubt(null);
        }}
      />
      <NewPasswordDialog
        account={linkFor}
        onClose={() => {
          setLinkFor(null);
        }}
      />
    </>
  );
}
