import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { move, refreshAfter, type Step } from '@/api/decisions';
import type { ProposalView } from '@/api/types';
import { formatInstant } from '@/shared/lib/dates';
import { LinkButton } from '@/shared/ui/LinkButton';
import { Trouble } from '@/shared/ui/Trouble';
import type { Ways } from './steps';
import { shortVersion } from './words';

interface StepButtonsProps {
  view: ProposalView;
  ways: Ways;
}

/** What the reader may do with a proposal besides voting, each with its consequence before it is done. */
export function StepButtons({ view, ways }: StepButtonsProps): ReactElement {
  const [step, setStep] = useState<Step | null>(null);
  const { key, state } = view.proposal;
  return (
    <>
      {ways.withdraw && (
        <Ask
          words="Withdraw…"
          quiet
          onAsk={() => {
            setStep('withdraw');
          }}
        />
      )}
      {ways.redraft && (
        <LinkButton
          to="/governance/decisions/proposals/$key/edit"
          params={{ key }}
          variant={state === 'stale' ? 'filled' : 'default'}
        >
          {state === 'stale' ? 'Draw it up anew…' : 'Change the draft…'}
        </LinkButton>
      )}
      {ways.open && (
        <Ask
          words="Put it to the vote…"
          onAsk={() => {
            setStep('open');
          }}
        />
      )}
      {ways.close && (
        <Ask
          words="End the vote…"
          onAsk={() => {
            setStep('close');
          }}
        />
      )}
      <StepDialog
        view={view}
        step={step}
        onClose={() => {
          setStep(null);
        }}
      />
    </>
  );
}

function Ask(props: { words: string; quiet?: boolean; onAsk: () => void }): ReactElement {
  return (
    <Button variant={props.quiet ? 'default' : 'filled'} onClick={props.onAsk}>
      {props.words}
    </Button>
  );
}

const TITLES: Record<Step, [string, string]> = {
  open: ['Put it to the vote?', 'Put it to the vote'],
  withdraw: ['Withdraw the proposal?', 'Withdraw it'],
  close: ['End the vote?', 'End the vote'],
};

function consequence({ proposal, tally }: ProposalView, step: Step): string {
  if (step === 'withdraw')
    return 'It is not decided on and cannot come back; a new proposal can say the same.';
  if (step === 'open') {
    const until = proposal.closes_at ? `until ${formatInstant(proposal.closes_at)}` : 'for two weeks';
    return `Those with a seat vote ${until}, on exactly this. It can be withdrawn until then, but not changed.`;
  }
  if (!tally.carried) return `It does not carry: ${tally.why}. It goes to the log as rejected.`;
  const what = proposal.version ? `version ${shortVersion(proposal.version)} is in force` : 'it is in effect';
  return `It carries: ${what} at once, for everybody. Only another decision takes it back.`;
}

interface StepDialogProps {
  view: ProposalView;
  step: Step | null;
  onClose: () => void;
}

function StepDialog({ view, step, onClose }: StepDialogProps): ReactElement {
  return (
    <Modal
      opened={step !== null}
      onClose={onClose}
      title={step && TITLES[step][0]}
      closeButtonProps={{ 'aria-label': 'Close the dialog' }}
    >
      {step && <Confirm view={view} step={step} onClose={onClose} />}
    </Modal>
  );
}

function Confirm({ view, step, onClose }: StepDialogProps & { step: Step }): ReactElement {
  const client = useQueryClient();
  const go = useMutation({
    mutationFn: () => move(view.proposal.key, step),
    onSuccess: async (proposal) => {
      onClose();
      await refreshAfter(client, proposal);
    },
  });
  return (
    <Stack gap="md">
      <Text size="sm">{consequence(view, step)}</Text>
      <Trouble error={go.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
        <Button
          loading={go.isPending}
          onClick={() => {
            go.mutate();
          }}
        >
          {TITLES[step][1]}
        </Button>
      </Group>
    </Stack>
  );
}
