import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { testSource } from '@/api/sources';
import type { Source } from '@/api/types';
import { Trouble } from '@/shared/ui/Trouble';
import { duration } from './draft';
import classes from './archives.module.css';

/** Ask an archive whether it answers, and say what came of it beside the button. */
export function TestButton({ source }: { source: Source }): ReactElement {
  const test = useMutation({ mutationFn: () => testSource(source.key) });
  const { data } = test;
  return (
    <>
      <Button
        variant="default"
        aria-label={`Test ${source.title}`}
        loading={test.isPending}
        onClick={() => {
          test.mutate();
        }}
      >
        Test
      </Button>
      <span role="status" className={classes.tested} data-ok={data?.ok}>
        {data?.ok === true && `It answers, after ${duration(data.seconds)}.`}
        {data?.ok === false && `It does not answer (${data.failure ?? 'no reason'}): ${data.detail}`}
      </span>
      <Trouble error={test.error} />
    </>
  );
}
