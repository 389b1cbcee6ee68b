import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { may, sessionQuery } from '@/api/session';
import { Bringing, UploadProvider } from '@/features/archive';
import { EmergencyBanner } from '@/features/governance';
import { useHotkeys } from '@/shared/lib/hotkeys';
import { Announcements } from '@/shared/ui/Announcements';
import { KeyboardHelp } from './KeyboardHelp';
import { NewVersion } from './NewVersion';
import { TopBar } from './TopBar';
import { useLiveRefresh } from './live';
import classes from './Shell.module.css';

/** The frame of every page for people who are signed in. */
export function Shell(): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  const navigate = useNavigate();
  const href = useRouterState({ select: (state) => state.location.href });
  const uids = useStudiesInSight();
  const [helpOpen, setHelpOpen] = useState(false);
  const live = useLiveRefresh(may(session, 'subscribe'));
  useHotkeys({
    '?': () => {
      setHelpOpen(true);
    },
  });

  useEffect(() => {
    if (session === null) void navigate({ to: '/sign-in', search: { to: href } });
  }, [session, navigate, href]);

  const reading = href.startsWith('/view/');
  const page = (
    <Announcements>
      <div className={classes.shell} data-reading={reading}>
        <a className={classes.skip} href="#main" onClick={skipToMain}>
          Skip to the content
        </a>
        <TopBar
          session={session ?? null}
          live={live}
          onHelp={() => {
            setHelpOpen(true);
          }}
        />
        <NewVersion />
        <EmergencyBanner />
        {uids.map((uid) => (
          <Bringing key={uid} uid={uid} />
        ))}
        <main id="main" className={classes.main} tabIndex={-1}>
          <Outlet />
        </main>
        <KeyboardHelp
          opened={helpOpen}
          onClose={() => {
            setHelpOpen(false);
          }}
        />
      </div>
    </Announcements>
  );
  return may(session, 'store') ? <UploadProvider>{page}</UploadProvider> : page;
}

/** The studies that the page is about: the one it names, and one beside it. */
function useStudiesInSight(): string[] {
  const told = useRouterState({
    select: ({ matches }) => {
      const last = matches.at(-1);
      const { uid } = (last?.params ?? {}) as { uid?: string };
      const beside = (last?.search as { with?: string } | undefined)?.with;
      return [uid, beside].filter(Boolean).join(' ');
    },
  });
  return told ? told.split(' ') : [];
}

/** The fragment belongs to the router, so the link moves the focus by itself. */
function skipToMain(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
