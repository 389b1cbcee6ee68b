import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy, IconSearchOff, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { statusQuery } from '@/api/studies';
import { Notice } from '@/shared/ui/Notice';
import { useFilePicker } from './upload/UploadProvider';
import classes from './NoStudies.module.css';

/** An empty list explains itself: nothing matches, or nothing has arrived yet and here is how it will. */
export function NoStudies({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }): ReactElement {
  if (!narrowed) return <NothingYet />;
  return (
    <Notice
      icon={<IconSearchOff size={26} stroke={1.5} />}
      title="No study matches"
      actions={
        <Button variant="default" onClick={onClear}>
          Clear text and filters
        </Button>
      }
    >
      <p>Every word must begin a part of the name, or match the patient ID or accession number.</p>
    </Notice>
  );
}

function NothingYet(): ReactElement {
  const { data: status } = useQuery(statusQuery);
  const pick = useFilePicker();
  const dimse = status?.dimse;
  const command = dimse ? `storescu -aec ${dimse.ae} ${dimse.host} ${dimse.port} *.dcm` : null;
  return (
    <Notice
      icon={<IconUpload size={26} stroke={1.5} />}
      title="No studies yet"
      actions={pick && <Button onClick={pick}>Choose files</Button>}
    >
      <p>Drop DICOM files, a folder, a whole CD or a ZIP anywhere on this page.</p>
      {command && (
        <>
          <p>Or let a modality send them (C-STORE):</p>
          <div className={classes.command}>
            <code>{command}</code>
            <CopyButton value={command}>
              {({ copied, copy }) => (
                <button type="button" onClick={copy} aria-label="Copy the command">
                  {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
                </button>
              )}
            </CopyButton>
          </div>
        </>
      )}
    </Notice>
  );
}
