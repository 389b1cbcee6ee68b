import { Drawer } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { isDenied } from '@/api/audit';
import type { AuditEvent, AuditPayload } from '@/api/types';
import { plural } from '@/shared/lib/quantities';
import { patientWords } from '@/shared/lib/patient-key';
import { Moment } from '@/shared/ui/Moment';
import { actorWords } from '../access/names';
import { purposeWords, whatWords } from './words';
import classes from './audit.module.css';

interface EventPanelProps {
  event: AuditEvent | null;
  onClose: () => void;
}

/** One event whole: who, what and why. */
export function EventPanel({ event, onClose }: EventPanelProps): ReactElement {
  return (
    <Drawer
      opened={event !== null}
      onClose={onClose}
      position="right"
      size="md"
      title={event ? `Event ${event.seq}` : 'Event'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {event && <Details event={event} />}
    </Drawer>
  );
}

function Details({ event }: { event: AuditEvent }): ReactElement {
  const { payload } = event;
  const isAccess = event.kind.startsWith('access.');
  return (
    <>
      <Group title="Who">
        <Line name="Name">{actorWords(event.actor ?? 'unknown')}</Line>
        {Object.entries(payload.who ?? {}).map(([name, values]) => (
          <Line key={name} name={name.replaceAll('_', ' ')}>
            {values.join(', ')}
          </Line>
        ))}
        <Line name="Address">{payload.address}</Line>
        <Line name="Way in">{payload.route}</Line>
      </Group>
      <Group title="What">
        <Line name="Event">
          {whatWords(event)}
          {isAccess && (isDenied(event) ? ', denied' : ', allowed')}
        </Line>
        <Line name="When">
          <Moment at={event.at} />
        </Line>
        {(payload.count ?? 1) > 1 && (
          <Line name="How often">{plural(payload.count ?? 1, 'time')} within a moment</Line>
        )}
        <About payload={payload} subject={event.subject ?? ''} />
        {extras(payload).map(([name, value]) => (
          <Line key={name} name={name.replaceAll('_', ' ')}>
            {value}
          </Line>
        ))}
      </Group>
      {isAccess && <Why payload={payload} />}
    </>
  );
}

function About({ payload, subject }: { payload: AuditPayload; subject: string }): ReactElement {
  if (!payload.study_uid && !payload.patient_key) return <Line name="About">{subject}</Line>;
  return (
    <>
      {payload.study_uid && (
        <Line name="Study">
          <Link to="/studies/$uid" params={{ uid: payload.study_uid }} className="mono">
            {payload.study_uid}
          </Link>
        </Line>
      )}
      {payload.patient_key && <Line name="Patient">{patientWords(payload.patient_key)}</Line>}
      <Line name="Detail">{payload.detail}</Line>
    </>
  );
}

function Why({ payload }: { payload: AuditPayload }): ReactElement {
  return (
    <Group title="Why">
      <Line name="Policies">
        {payload.policies?.length ? (
          <ul className={classes.policies}>
            {payload.policies.map((id) => (
              <li key={id} className="mono">
                {id}
              </li>
            ))}
          </ul>
        ) : (
          'No policy permits it'
        )}
      </Line>
      <Line name="Purpose">{purposeWords(payload.purpose)}</Line>
      <Line name="Relations">{payload.relations?.join(', ') ?? 'none'}</Line>
      {Object.entries(payload.traits ?? {})
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <Line key={name} name={name.replaceAll('_', ' ')}>
            {typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}
          </Line>
        ))}
      <Line name="Version">{payload.version && <span className="mono">{payload.version}</span>}</Line>
    </Group>
  );
}

const SHOWN = new Set(
  'action resource study_uid patient_key detail route address who traits relations purpose policies version count first last'.split(
    ' ',
  ),
);

/** What an event tells beyond what every access tells. */
function extras(payload: AuditPayload): [string, string][] {
  return Object.entries(payload)
    .filter(([name, value]) => !SHOWN.has(name) && value !== null && value !== '')
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
}

function Group({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <section className={classes.group}>
      <h3>{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }): ReactElement | null {
  if (children === undefined || children === null || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
