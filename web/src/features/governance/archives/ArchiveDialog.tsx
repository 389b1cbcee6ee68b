import { Button, Group, Modal, SegmentedControl, Stack, Switch } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import { putSource } from '@/api/sources';
import type { Source } from '@/api/types';
import { useSaving } from '@/shared/lib/saving';
import { Trouble } from '@/shared/ui/Trouble';
import { CredentialFields } from './CredentialFields';
import { DicomwebFields, DimseFields } from './ReachFields';
import { changeOf, draftOf, EMPTY, keyOf, lacking, type Draft, type Kind } from './draft';
import { AskingFields, TextField } from './AskingFields';

/** An archive to change; null for a new one. */
export interface ArchiveTurn {
  source: Source | null;
}

interface ArchiveDialogProps {
  turn: ArchiveTurn | null;
  /** Keys that archives have. */
  taken: string[];
  /** What shows archives: the first keys of queries. */
  shown: readonly string[];
  onClose: () => void;
}

export interface FieldsProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

/** Make an archive known, or change how it is asked. */
export function ArchiveDialog(props: ArchiveDialogProps): ReactElement {
  const { turn, onClose } = props;
  return (
    <Modal
      opened={turn !== null}
      onClose={onClose}
      size="lg"
      title={turn?.source ? `The archive ${turn.source.title}` : 'Add an archive'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {turn && <Form {...props} source={turn.source} />}
    </Modal>
  );
}

const KINDS = [
  { value: 'dicomweb', label: 'DICOMweb' },
  { value: 'dimse', label: 'DICOM network' },
];

function Form(props: Omit<ArchiveDialogProps, 'turn'> & { source: Source | null }): ReactElement {
  const { source, taken, shown, onClose } = props;
  const [draft, setDraft] = useState<Draft>(source ? draftOf(source) : EMPTY);
  const onChange = (part: Partial<Draft>): void => {
    setDraft((old) => ({ ...old, ...part }));
  };
  const lack = lacking(draft);
  const save = useSaving(
    shown,
    () => putSource(source?.key ?? keyOf(draft.title, taken), changeOf(draft)),
    onClose,
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!lack) save.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Archive">
      <Stack gap="md">
        <TextField
          label="Name"
          description="What readers see beside its studies"
          value={draft.title}
          onText={(title) => {
            onChange({ title });
          }}
        />
        <SegmentedControl
          aria-label="How it is asked"
          data={KINDS}
          value={draft.kind}
          onChange={(kind) => {
            onChange({ kind: kind as Kind });
          }}
        />
        {draft.kind === 'dicomweb' ? (
          <>
            <DicomwebFields draft={draft} onChange={onChange} />
            <CredentialFields draft={draft} onChange={onChange} kept={source?.credential ?? 'none'} />
          </>
        ) : (
          <DimseFields draft={draft} onChange={onChange} />
        )}
        <AskingFields draft={draft} onChange={onChange} />
        <Switch
          label="Ask it"
          description="Switched off, it stays known and is neither searched nor read"
          checked={draft.enabled}
          onChange={(event) => {
            onChange({ enabled: event.currentTarget.checked });
          }}
        />
        <Trouble error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={lack !== null} title={lack ?? undefined} loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
