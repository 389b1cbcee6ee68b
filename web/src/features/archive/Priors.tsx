import { Button } from '@mantine/core';
import { IconColumns2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { priorsQuery } from '@/api/priors';
import type { PriorLine } from '@/api/types';
import { formatDate } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/quantities';
import { LinkButton } from '@/shared/ui/LinkButton';
import { Modality } from '@/shared/ui/Modality';
import { Trouble } from '@/shared/ui/Trouble';
import classes from './Priors.module.css';

const FEW = 5;

/** Earlier studies that belong beside this one, with the reasons; the others on demand. */
export function Priors({ uid }: { uid: string }): ReactElement | null {
  const { data, error } = useQuery(priorsQuery(uid));
  const [all, setAll] = useState(false);
  if (error) return <Trouble error={error} />;
  if (!data || data.count === 0) return null;
  const relevant = data.priors.filter((prior) => prior.relevant).slice(0, FEW);
  const shown = all ? data.priors : relevant;
  return (
    <section aria-label="Earlier studies">
      <h2 className={classes.title}>Earlier studies</h2>
      {shown.length === 0 && <p className={classes.none}>None of them shows the same part of the body.</p>}
      <ol className={classes.list}>
        {shown.map((prior) => (
          <Line key={prior.study.study_uid} uid={uid} prior={prior} />
        ))}
      </ol>
      {!all && data.priors.length > shown.length && (
        <Button
          variant="default"
          onClick={() => {
            setAll(true);
          }}
        >
          {`Show all ${plural(data.count, 'earlier study', 'earlier studies')}`}
        </Button>
      )}
    </section>
  );
}

function Line({ uid, prior }: { uid: string; prior: PriorLine }): ReactElement {
  const { study, reasons } = prior;
  const what = study.description || 'No description';
  return (
    <li>
      <Link to="/studies/$uid" params={{ uid: study.study_uid }} className={classes.what}>
        <b>
          {formatDate(study.study_date)} · {what}
        </b>
        <small>{reasons.join(' · ')}</small>
      </Link>
      <span className={classes.modalities}>
        {study.modalities.map((code) => (
          <Modality key={code} code={code} />
        ))}
      </span>
      <LinkButton
        to="/view/$uid"
        params={{ uid }}
        search={{ with: study.study_uid }}
        variant="default"
        size="sm"
        aria-label={`Side by side with ${what}, ${formatDate(study.study_date)}`}
        leftSection={<IconColumns2 size={16} stroke={1.7} />}
      >
        Side by side
      </LinkButton>
    </li>
  );
}
