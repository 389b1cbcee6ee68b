import { Button } from '@mantine/core';
import { IconExternalLink, IconFileText } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Notice } from '@/shared/ui/Notice';
import classes from './ObjectPane.module.css';

interface PdfFrameProps {
  source: string;
  title: string;
}

/** A PDF in the browser's own viewer; phones often have none, and then it is opened beside the page. */
export function PdfFrame({ source, title }: PdfFrameProps): ReactElement {
  if (!navigator.pdfViewerEnabled) {
    return (
      <Notice
        title={title}
        icon={<IconFileText size={26} stroke={1.6} />}
        actions={<OpenButton source={source} primary />}
      >
        This browser shows documents in their own tab.
      </Notice>
    );
  }
  return (
    <>
      <div className={classes.tabs}>
        <OpenButton source={source} />
      </div>
      <iframe className={classes.frame} src={source} title={title} />
    </>
  );
}

function OpenButton({ source, primary = false }: { source: string; primary?: boolean }): ReactElement {
  return (
    <Button
      component="a"
      href={source}
      target="_blank"
      rel="noopener"
      size={primary ? 'sm' : 'xs'}
      variant={primary ? 'filled' : 'default'}
      leftSection={<IconExternalLink size={15} stroke={1.7} />}
    >
      Open in a new tab
    </Button>
  );
}
