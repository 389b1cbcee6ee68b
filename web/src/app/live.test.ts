import { act, renderHook } from '@testing-library/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createElement, type ReactElement, type ReactNode } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import { sessionQuery } from '@/api/session';
import { useLiveRefresh } from './live';

class Source {
  static readonly opened: Source[] = [];
  onopen = (): void => undefined;
  onerror = (): void => undefined;
  close = vi.fn();
  addEventListener = vi.fn();
  constructor() {
    Source.opened.push(this);
  }
}

const client = new QueryClient();
const wrapper = ({ children }: { children: ReactNode }): ReactElement =>
  createElement(QueryClientProvider, { client }, children);

beforeEach(() => {
  vi.stubGlobal('EventSource', Source);
  Source.opened.length = 0;
});

it('does not ask for the feed for who may not follow it, and shows no state', () => {
  const { result } = renderHook(() => useLiveRefresh(false), { wrapper });
  expect(result.current).toBeNull();
  expect(Source.opened).toEqual([]);
});

it('follows the feed while it may', () => {
  const { result, rerender } = renderHook(({ allowed }) => useLiveRefresh(allowed), {
    wrapper,
    initialProps: { allowed: true },
  });
  expect(result.current).toBe('connecting');
  act(() => Source.opened[0]?.onopen());
  expect(result.current).toBe('live');
  rerender({ allowed: false });
  expect(result.current).toBeNull();
  expect(Source.opened[0]?.close).toHaveBeenCalled();
});

it('asks who is signed in when the feed is lost', () => {
  const asked = vi.spyOn(client, 'invalidateQueries');
  const { result, unmount } = renderHook(() => useLiveRefresh(true), { wrapper });
  act(() => Source.opened[0]?.onerror());
  expect(result.current).toBe('lost');
  expect(asked).toHaveBeenCalledWith(sessionQuery);
  unmount();
});
