import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { placesQuery } from '@/api/places';
import { tryRules } from '@/api/sorting';
import type { Tried } from '@/api/types';
import { Fact } from '@/shared/ui/PatientHead';
import { Trouble } from '@/shared/ui/Trouble';
import { placeName } from '../fields/places';
import { Part } from '../Part';
import { FACTS, SENSITIVITY_WORDS, splitAtCommas } from './words';
import classes from './sorting.module.css';

const NOTHING = Object.fromEntries(FACTS.map(({ name }) => [name, ''])) as Record<
  (typeof FACTS)[number]['name'],
  string
>;

/** Ask what a study of some facts would be, without sending one. */
export function TryOut(): ReactElement {
  const [facts, setFacts] = useState(NOTHING);
  const attempt = useMutation({
    mutationFn: () => tryRules({ ...facts, modalities: splitAtCommas(facts.modalities) }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <Part
      title="Try it"
      lead="What a study would be that says this of itself. A change of the last five seconds may not count yet."
    >
      <form onSubmit={submit} aria-label="Try the rules" className={classes.try}>
        <div className={classes.grid}>
          {FACTS.map(({ name, label, hint }) => (
            <TextInput
              key={name}
              label={label}
              placeholder={hint}
              maxLength={1024}
              autoComplete="off"
              spellCheck={false}
              value={facts[name]}
              onChange={(event) => {
                setFacts({ ...facts, [name]: event.currentTarget.value });
                attempt.reset();
              }}
            />
          ))}
        </div>
        <Button type="submit" variant="default" loading={attempt.isPending}>
          Try
        </Button>
        <Trouble error={attempt.error} />
        <div role="status">{attempt.data && <Outcome tried={attempt.data} />}</div>
      </form>
    </Part>
  );
}

function Outcome({ tried: { traits, by } }: { tried: Tried }): ReactElement {
  const { data: lines } = useQuery(placesQuery('service-lines'));
  const { data: facilities } = useQuery(placesQuery('facilities'));
  const words = (value: string, name: string, none: string): ReactElement => {
    const rule = by[name];
    return (
      <>
        <b>{value || none}</b>
        <small className={classes.note}>{rule ? `by the rule ${rule}` : 'no rule says so'}</small>
      </>
    );
  };
  return (
    <dl className={classes.outcome} aria-label="Outcome">
      <Fact name="Facility" value={words(placeName(facilities, traits.facility), 'facility', 'None')} />
      <Fact
        name="Service line"
        value={words(placeName(lines, traits.service_line), 'service_line', 'None')}
      />
      <Fact
        name="Sensitivity"
        value={words(SENSITIVITY_WORDS[traits.sensitivity] ?? traits.sensitivity, 'sensitivity', 'Normal')}
      />
    </dl>
  );
}
