import { NativeSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import type { BodyView } from '@/api/types';
import { bodiesFor } from './bodies';
import type { Draft } from './brief';

interface BodyChoiceProps {
  draft: Draft;
  bodies: BodyView[];
  onChange: (part: Partial<Draft>) => void;
}

/** Which body decides: of those that may, where there is more than one. */
export function BodyChoice({ draft, bodies, onChange }: BodyChoiceProps): ReactElement {
  const able = bodiesFor(bodies, draft.kind, draft.change.target);
  const chosen = able.find(({ body }) => body.key === draft.body);
  return (
    <NativeSelect
      label="Who decides"
      description={chosen?.unable && `It cannot decide at the moment: ${chosen.unable}.`}
      error={!chosen && 'This body does not decide on that: choose another.'}
      data={[
        ...(chosen ? [] : [{ value: draft.body, label: '–' }]),
        ...able.map(({ body }) => ({ value: body.key, label: body.constitution.name })),
      ]}
      value={draft.body}
      onChange={(event) => {
        onChange({ body: event.currentTarget.value });
      }}
    />
  );
}
