import { useState, type ReactElement } from 'react';
import { ConfirmDialog, type Doubt } from '@/shared/ui/ConfirmDialog';
import { PageHead } from '../PageHead';
import { Commitments } from './Commitments';
import { Peers } from './Peers';
import { Remotes } from './Remotes';

/** The DICOM network: who may call us, whom we may call, and what we could not tell. */
export function NetworkPage(): ReactElement {
  const [doubt, setDoubt] = useState<Doubt | null>(null);
  return (
    <>
      <PageHead
        title="DICOM network"
        lead="Which devices and archives may call us, where we can send to, and which results we could not tell."
      />
      <Peers onDoubt={setDoubt} />
      <Remotes onDoubt={setDoubt} />
      <Commitments />
      <ConfirmDialog
        doubt={doubt}
        shown={['peers', 'remotes']}
        onClose={() => {
          setDoubt(null);
        }}
      />
    </>
  );
}
