import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { placesQuery, putPlace, removePlace, type Registry as Name } from '@/api/places';
import { ErrorNotice } from '@/shared/ui/Notice';
import { PageHead } from './PageHead';
import { Refusal } from './Refusal';
import classes from './AccountPage.module.css';

const REGISTRIES: { name: Name; title: string; about: string }[] = [
  { name: 'facilities', title: 'Facilities', about: 'Where images are made and people work.' },
  { name: 'service-lines', title: 'Service lines', about: 'Which specialty a study and a person belong to.' },
  { name: 'groups', title: 'Groups', about: 'People who do something together, whatever their line.' },
];

/** Facilities, service lines and groups. */
export function PlacesPage(): ReactElement {
  return (
    <>
      <PageHead
        title="Places"
        lead="The house on paper: policies, sorting rules and accounts speak of these by their codes."
      />
      {REGISTRIES.map((registry) => (
        <Registry key={registry.name} {...registry} />
      ))}
    </>
  );
}

function Registry(props: { name: Name; title: string; about: string }): ReactElement {
  const { name: registry, title, about } = props;
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(placesQuery(registry));
  const remove = useMutation({
    mutationFn: (code: string) => removePlace(registry, code),
    onSuccess: () => client.invalidateQueries({ queryKey: placesQuery(registry).queryKey }),
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <section className={classes.part} aria-label={title} aria-busy={!data}>
      <h2>{title}</h2>
      <p>{about}</p>
      <ul className={classes.sessions}>
        {data?.map((place) => (
          <li key={place.code}>
            <span>
              {place.name}
              <small>{place.code}</small>
            </span>
            <Button
              variant="default"
              size="xs"
              aria-label={`Delete ${place.name}`}
              onClick={() => {
                remove.mutate(place.code);
              }}
            >
              Delete
            </Button>
          </li>
        ))}
      </ul>
      {data?.length === 0 && <p>None was made yet.</p>}
      {remove.isError && <Refusal error={remove.error} />}
      <NewPlace registry={registry} />
    </section>
  );
}

function NewPlace({ registry }: { registry: Name }): ReactElement {
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const put = useMutation({
    mutationFn: () => putPlace(registry, { code: code.trim(), name }),
    onSuccess: async () => {
      setCode('');
      setName('');
      await client.invalidateQueries({ queryKey: placesQuery(registry).queryKey });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    put.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Make or rename">
      <Group align="flex-end" gap="sm" mt="sm">
        <TextInput
          label="Code"
          value={code}
          onChange={(event) => {
            setCode(event.currentTarget.value);
          }}
        />
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Button type="submit" variant="default" loading={put.isPending} disabled={!code.trim()}>
          Make or rename
        </Button>
      </Group>
      {put.isError && <Refusal error={put.error} />}
    </form>
  );
}
