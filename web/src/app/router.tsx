import {
  createHashHistory,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  redirect,
  stringifySearchWith,
  useNavigate,
} from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { sessionQuery } from '@/api/session';
import { readLaunch, readSearch, readTimelineFilter, SearchPage } from '@/features/archive';
import { readMonth, sectionsOf, SignInPage, WelcomePage } from '@/features/governance';
import { ErrorNotice } from '@/shared/ui/Notice';
import { decisions } from './decision-routes';
import { administration } from './administration-routes';
import { governance, root, signedIn } from './frames';
import { queryClient } from './query-client';

/*
 * Addresses live in the fragment: names and UIDs in them never reach a server, proxy or their logs,
 * and the application works below any sub-path without rewriting.
 */

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/studies' });
  },
});

function SignIn(): ReactElement {
  const { to, refused } = signIn.useSearch();
  const navigate = useNavigate();
  return (
    <SignInPage
      refused={refused}
      onDone={() => {
        if (to) router.history.replace(to);
        else void navigate({ to: '/studies' });
      }}
    />
  );
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>): { to?: string; refused?: string } => ({
    ...(typeof raw['to'] === 'string' && /^\/(?!\/)/.test(raw['to']) && { to: raw['to'] }),
    ...(typeof raw['refused'] === 'string' && { refused: raw['refused'] }),
  }),
  component: SignIn,
});

function Welcome(): ReactElement {
  const { secret } = welcome.useParams();
  const { account } = welcome.useSearch();
  const navigate = useNavigate();
  return (
    <WelcomePage
      secret={secret}
      account={account}
      onDone={() => void navigate({ to: '/studies', replace: true })}
    />
  );
}

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome/$secret',
  validateSearch: (raw: Record<string, unknown>): { account?: string } =>
    typeof raw['account'] === 'string' ? { account: raw['account'] } : {},
  component: Welcome,
});

const studies = createRoute({
  getParentRoute: () => signedIn,
  path: '/studies',
  validateSearch: readSearch,
  component: SearchPage,
});

const study = createRoute({
  getParentRoute: () => signedIn,
  path: '/studies/$uid',
  component: lazyRouteComponent(() => import('@/features/archive/StudyPage'), 'StudyPage'),
});

const patient = createRoute({
  getParentRoute: () => signedIn,
  path: '/patients/$key',
  validateSearch: readTimelineFilter,
  component: lazyRouteComponent(() => import('@/features/archive/patient/PatientPage'), 'PatientPage'),
});

const open = createRoute({
  getParentRoute: () => signedIn,
  path: '/open',
  validateSearch: readLaunch,
  component: lazyRouteComponent(() => import('@/features/archive/open/OpenPage'), 'OpenPage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('@/features/governance/AccountPage'), 'AccountPage'),
});

const view = createRoute({
  getParentRoute: () => signedIn,
  path: '/view/$uid',
  // `with` is a second study beside the first
  validateSearch: (raw: Record<string, unknown>): { series?: string; with?: string } => ({
    ...(typeof raw['series'] === 'string' && { series: raw['series'] }),
    ...(typeof raw['with'] === 'string' && /^[0-9.]{1,64}$/.test(raw['with']) && { with: raw['with'] }),
  }),
  component: lazyRouteComponent(() => import('@/features/viewer'), 'ViewerPage'),
});

const scorecards = createRoute({
  getParentRoute: () => signedIn,
  path: '/scorecards',
  validateSearch: readMonth,
  component: lazyRouteComponent(() => import('@/features/governance/scorecards'), 'ScorecardsPage'),
});

const scorecard = createRoute({
  getParentRoute: () => signedIn,
  path: '/scorecards/$line',
  validateSearch: readMonth,
  component: lazyRouteComponent(() => import('@/features/governance/scorecards'), 'LinePage'),
});

const governanceIndex = createRoute({
  getParentRoute: () => governance,
  path: '/',
  beforeLoad: async () => {
    const [first] = sectionsOf(await queryClient.ensureQueryData(sessionQuery));
    throw redirect({ to: first?.to ?? '/studies' });
  },
});

const reviews = createRoute({
  getParentRoute: () => governance,
  path: '/reviews',
  component: lazyRouteComponent(() => import('@/features/governance/access/ReviewsPage'), 'ReviewsPage'),
});

const closed = createRoute({
  getParentRoute: () => governance,
  path: '/closed',
  component: lazyRouteComponent(() => import('@/features/governance/access/ClosedPage'), 'ClosedPage'),
});

const relations = createRoute({
  getParentRoute: () => governance,
  path: '/relations',
  component: lazyRouteComponent(() => import('@/features/governance/access/RelationsPage'), 'RelationsPage'),
});

const identity = createRoute({
  getParentRoute: () => governance,
  path: '/identity',
  component: lazyRouteComponent(() => import('@/features/governance/identity/IdentityPage'), 'IdentityPage'),
});

const audit = createRoute({
  getParentRoute: () => governance,
  path: '/audit',
  component: lazyRouteComponent(() => import('@/features/governance/audit/AuditPage'), 'AuditPage'),
});

const policies = createRoute({
  getParentRoute: () => governance,
  path: '/policies',
  component: lazyRouteComponent(() => import('@/features/governance/policies/PoliciesPage'), 'PoliciesPage'),
});

const governed = governance.addChildren([
  governanceIndex,
  reviews,
  closed,
  relations,
  identity,
  audit,
  policies,
  decisions,
  ...administration,
]);

/* A number of an address stays the text that it is: only what is plainly a list or quoted is more than text. */
const asWritten = (text: string): unknown => {
  if (!/^[[{"]/.test(text)) throw new SyntaxError('text');
  return JSON.parse(text);
};

export const router = createRouter({
  parseSearch: parseSearchWith(asWritten),
  stringifySearch: stringifySearchWith(JSON.stringify, asWritten),
  routeTree: root.addChildren([
    index,
    signIn,
    welcome,
    signedIn.addChildren([studies, study, patient, open, account, scorecards, scorecard, governed, view]),
  ]),
  history: createHashHistory(),
  scrollRestoration: true,
  scrollToTopSelectors: ['#main'], // what scrolls is not the window
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error, reset }) => <ErrorNotice error={error} onRetry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
