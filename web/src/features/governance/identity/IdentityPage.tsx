import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { may, sessionQuery } from '@/api/session';
import { PageHead } from '../PageHead';
import { LinksList } from './LinksList';
import { PolicyPart } from './PolicyPart';
import { Queue } from './Queue';
import classes from './identity.module.css';

type Tab = 'proposed' | 'later' | 'links' | 'policy';
const FOR_DESK: { value: Tab; label: string }[] = [
  { value: 'proposed', label: 'To decide' },
  { value: 'later', label: 'Put off' },
  { value: 'links', label: 'Decided' },
];
const POLICY: { value: Tab; label: string } = { value: 'policy', label: 'Policy' };

/** Which records are of one person: what is asked, what was said, and under what policy. */
export function IdentityPage(): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  const tabs = may(session, 'identify') ? [...FOR_DESK, POLICY] : [POLICY];
  const [chosen, setChosen] = useState<Tab>('proposed');
  const tab = tabs.some(({ value }) => value === chosen) ? chosen : 'policy';
  return (
    <>
      <PageHead
        title="Identity"
        lead="Records of different issuers that may be of one person. Nothing is merged: a link can be taken back, and each record is as before."
      />
      {tabs.length > 1 && (
        <div>
          <SegmentedControl
            aria-label="Show"
            data={tabs}
            value={tab}
            mb="lg"
            classNames={{ control: classes.control ?? '' }}
            onChange={(value) => {
              setChosen(tabs.find((one) => one.value === value)?.value ?? 'proposed');
            }}
          />
        </div>
      )}
      {tab === 'links' ? <LinksList /> : tab === 'policy' ? <PolicyPart /> : <Queue key={tab} state={tab} />}
    </>
  );
}
