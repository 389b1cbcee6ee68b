import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { readProposals, readStart } from '@/features/governance';
import { governance } from './frames';

const frame = createRoute({
  getParentRoute: () => governance,
  path: '/decisions',
  component: lazyRouteComponent(
    () => import('@/features/governance/decisions/DecisionsPage'),
    'DecisionsPage',
  ),
});

const proposals = createRoute({
  getParentRoute: () => frame,
  path: '/',
  validateSearch: readProposals,
  component: lazyRouteComponent(
    () => import('@/features/governance/decisions/ProposalsPage'),
    'ProposalsPage',
  ),
});

const newProposal = createRoute({
  getParentRoute: () => frame,
  path: '/new',
  validateSearch: readStart,
  component: lazyRouteComponent(
    () => import('@/features/governance/decisions/EditorPage'),
    'NewProposalPage',
  ),
});

const proposal = createRoute({
  getParentRoute: () => frame,
  path: '/proposals/$key',
  component: lazyRouteComponent(() => import('@/features/governance/decisions/ProposalPage'), 'ProposalPage'),
});

const redraft = createRoute({
  getParentRoute: () => frame,
  path: '/proposals/$key/edit',
  component: lazyRouteComponent(() => import('@/features/governance/decisions/EditorPage'), 'RedraftPage'),
});

const bodies = createRoute({
  getParentRoute: () => frame,
  path: '/bodies',
  component: lazyRouteComponent(() => import('@/features/governance/decisions/BodiesPage'), 'BodiesPage'),
});

const log = createRoute({
  getParentRoute: () => frame,
  path: '/log',
  component: lazyRouteComponent(() => import('@/features/governance/decisions/LogPage'), 'LogPage'),
});

const founding = createRoute({
  getParentRoute: () => frame,
  path: '/founding',
  component: lazyRouteComponent(() => import('@/features/governance/decisions/FoundingPage'), 'FoundingPage'),
});

/** The pages on how the house decides. */
export const decisions = frame.addChildren([
  proposals,
  newProposal,
  proposal,
  redraft,
  bodies,
  log,
  founding,
]);
