import { Group, Radio, Stack, Switch, Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import type { FieldsProps } from './ArchiveDialog';
import { TextField } from './AskingFields';

/** Where an archive is that is asked by DICOMweb. */
export function DicomwebFields({ draft, onChange }: FieldsProps): ReactElement {
  return (
    <>
      <TextField
        label="Address"
        description="Its DICOMweb service; that of another Sixfold ends with /dicomweb"
        placeholder="https://archive.hospital.example/dicom-web"
        mono
        value={draft.url}
        onText={(url) => {
          onChange({ url });
        }}
      />
      {draft.url.startsWith('https:') && <Authorities draft={draft} onChange={onChange} />}
    </>
  );
}

/** Where an archive is that is asked by C-FIND, and how its images come. */
export function DimseFields({ draft, onChange }: FieldsProps): ReactElement {
  return (
    <>
      <Group grow align="flex-start">
        <TextField
          label="AE title"
          mono
          value={draft.ae_title}
          onText={(title) => {
            onChange({ ae_title: title });
          }}
        />
        <TextField
          label="Our AE title there"
          description="Empty for the usual one"
          mono
          value={draft.calling_ae}
          onText={(title) => {
            onChange({ calling_ae: title });
          }}
        />
      </Group>
      <Group grow align="flex-start">
        <TextField
          label="Host"
          mono
          value={draft.host}
          onText={(host) => {
            onChange({ host });
          }}
        />
        <TextField
          label="Port"
          mono
          value={draft.port}
          onText={(port) => {
            onChange({ port });
          }}
        />
      </Group>
      <Radio.Group
        label="How images come"
        value={draft.retrieve}
        onChange={(retrieve) => {
          onChange({ retrieve: retrieve as 'get' | 'move' });
        }}
      >
        <Stack gap={8} mt={6}>
          <Radio value="get" label="C-GET: over the same connection" />
          <Radio value="move" label="C-MOVE: it calls us, and must know our AE for copies" />
        </Stack>
      </Radio.Group>
      <Switch
        label="Call it by TLS"
        checked={draft.tls}
        onChange={(event) => {
          onChange({ tls: event.currentTarget.checked });
        }}
      />
      {draft.tls && <Authorities draft={draft} onChange={onChange} />}
    </>
  );
}

function Authorities({ draft, onChange }: FieldsProps): ReactElement {
  return (
    <Textarea
      label="Authorities"
      description="Certificates in PEM that are believed beside the usual ones; may be empty"
      autosize
      minRows={2}
      maxRows={6}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mono)' } }}
      value={draft.authorities}
      onChange={(event) => {
        onChange({ authorities: event.currentTarget.value });
      }}
    />
  );
}
