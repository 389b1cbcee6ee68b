import { Input, Loader } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, type ReactElement } from 'react';
import { checkQuery } from '@/api/decisions';
import { Trouble } from '@/shared/ui/Trouble';
import { Differences } from './Differences';
import { lineRange } from './diff';
import { Findings } from './Findings';
import classes from './diff.module.css';

const QUIET_MS = 700;
const FIELD = 'policy-text';

interface PolicyFieldProps {
  text: string;
  onChange: (text: string) => void;
}

/** The policies as a text, with what the checks find and what changes, said as soon as one stops typing. */
export function PolicyField({ text, onChange }: PolicyFieldProps): ReactElement {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLPreElement>(null);
  const lines = text.split('\n').length;
  const goTo = (line: number): void => {
    const field = area.current;
    if (!field) return;
    const [start, end] = lineRange(text, line);
    field.focus();
    field.setSelectionRange(start, end);
    field.scrollTop = Math.max(0, (line - 4) * (field.scrollHeight / lines));
  };
  return (
    <>
      <Input.Wrapper
        id={FIELD}
        label="Policies"
        description="The whole set, in Cedar. What is not here any more is no longer in force."
      >
        <div className={classes.editor}>
          <pre ref={gutter} aria-hidden="true">
            {Array.from({ length: lines }, (_, place) => place + 1).join('\n')}
          </pre>
          <textarea
            ref={area}
            id={FIELD}
            value={text}
            spellCheck={false}
            autoCapitalize="none"
            autoComplete="off"
            onScroll={(event) => {
              if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
            }}
            onChange={(event) => {
              onChange(event.currentTarget.value);
            }}
          />
        </div>
      </Input.Wrapper>
      <Check text={text} onLine={goTo} />
    </>
  );
}

interface CheckProps {
  text: string;
  onLine?: (line: number) => void;
}

/** What the checks say of a text, and how it differs from what is in force. */
export function Check({ text, onLine }: CheckProps): ReactElement {
  const [settled] = useDebouncedValue(text, QUIET_MS);
  const { data, error, isFetching } = useQuery({ ...checkQuery(settled), placeholderData: keepPreviousData });
  const busy = isFetching || settled !== text;
  return (
    <section className={classes.check} aria-label="Checks" aria-busy={busy}>
      <h3>What the checks find {busy && <Loader size={12} aria-hidden="true" />}</h3>
      <Trouble error={error} />
      {data && <Findings findings={data.findings} {...(onLine && { onLine })} />}
      <h3>What changes of the policies in force</h3>
      {data && <Differences differences={data.differences} />}
    </section>
  );
}
