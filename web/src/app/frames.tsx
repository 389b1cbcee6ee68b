import { createRootRoute, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { sessionQuery } from '@/api/session';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { findArchiveRoot } from './archive-root';
import { queryClient } from './query-client';
import { Shell } from './Shell';

/* The routes that frame others. */

export const root = createRootRoute({
  component: Outlet,
  notFoundComponent: () => <Notice title="There is no such page">The address may be old or mistyped.</Notice>,
});

export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: '/sign-in', search: { to: location.href } });
    await findArchiveRoot(queryClient);
  },
  component: Shell,
  errorComponent: ({ error, reset }) => <ErrorNotice error={error} onRetry={reset} />,
});

export const governance = createRoute({
  getParentRoute: () => signedIn,
  path: '/governance',
  component: lazyRouteComponent(() => import('@/features/governance/GovernancePage'), 'GovernancePage'),
});
