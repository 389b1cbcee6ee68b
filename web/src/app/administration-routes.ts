import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { governance } from './frames';

const people = createRoute({
  getParentRoute: () => governance,
  path: '/people',
  component: lazyRouteComponent(() => import('@/features/governance/people/PeoplePage'), 'PeoplePage'),
});

const tokens = createRoute({
  getParentRoute: () => governance,
  path: '/tokens',
  component: lazyRouteComponent(() => import('@/features/governance/tokens/TokensPage'), 'TokensPage'),
});

const mappings = createRoute({
  getParentRoute: () => governance,
  path: '/provider-groups',
  component: lazyRouteComponent(() => import('@/features/governance/people/MappingsPage'), 'MappingsPage'),
});

const places = createRoute({
  getParentRoute: () => governance,
  path: '/places',
  component: lazyRouteComponent(() => import('@/features/governance/PlacesPage'), 'PlacesPage'),
});

const sorting = createRoute({
  getParentRoute: () => governance,
  path: '/sorting',
  component: lazyRouteComponent(() => import('@/features/governance/sorting/SortingPage'), 'SortingPage'),
});

const network = createRoute({
  getParentRoute: () => governance,
  path: '/dicom',
  component: lazyRouteComponent(() => import('@/features/governance/network/NetworkPage'), 'NetworkPage'),
});

const archives = createRoute({
  getParentRoute: () => governance,
  path: '/archives',
  component: lazyRouteComponent(() => import('@/features/governance/archives/ArchivesPage'), 'ArchivesPage'),
});

/** The pages on which an administrator sets the house up. */
export const administration = [people, tokens, mappings, places, sorting, network, archives] as const;
